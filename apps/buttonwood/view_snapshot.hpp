// Where the readers of the event log begin: with the newest snapshot of the readers that belongs to the log, or with event 1.
//
//   DIR/snapshots/N.views ─► load ─► readers ◄─ the events after it ◄─ event log
//
// Which reader is which section of the file stands in view_snapshot.cpp, for the processes that load and for the one that writes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "buttonwood/running_core.hpp"
#include "demo/demo_market.hpp"
#include "event_store/log_reader.hpp"
#include "event_store/view_snapshots.hpp"
#include "gateway/session/exchange_view.hpp"
#include "gateway/session/proposal_book.hpp"
#include "gateway/websocket/hub.hpp"
#include "market_data/market_data.hpp"
#include "scheduler/market_view.hpp"

namespace bw::apps {

/// The event log of an exchange and the folder with its snapshots.
struct EventSource {
    platform::Storage& storage;
    std::string directory;
    event_store::Identity identity;
    std::uint64_t stored = 0;  ///< events that are there for certain
    std::function<base::Result<std::unique_ptr<event_store::LogReader>>(std::uint64_t first)> open;
};
[[nodiscard]] EventSource event_source(RunningCore& core);

struct ReaderStart {
    event_store::SnapshotPlace place;  ///< the readers know everything up to here; zeros: nothing
    std::vector<std::string> passed_over;
    std::uint64_t stored = 0;                         ///< events there were
    std::unique_ptr<event_store::LogReader> records;  ///< from the event after the place
};

/// Brings the readers to the place of the newest good snapshot. An error when the log does not go on from there.
[[nodiscard]] base::Result<ReaderStart> start_readers(
    const EventSource& source, const std::vector<event_store::ViewSection>& sections);

/// For whoever watches the start: "gateway: began with the snapshot of event N, read M events". Without the records.
[[nodiscard]] std::string describe(const std::string& reader, const ReaderStart& start);

[[nodiscard]] std::vector<event_store::ViewSection> gateway_sections(
    gateway::session::ExchangeView& view, gateway::session::ProposalBook& proposals,
    market_data::MarketData& market, gateway::websocket::Hub& hub);
[[nodiscard]] std::vector<event_store::ViewSection> scheduler_sections(scheduler::MarketView& view);
[[nodiscard]] std::vector<event_store::ViewSection> demo_sections(demo::DemoMarket& market);

/// One of each reader, for the process that writes snapshots.
class AllReaders {
 public:
    explicit AllReaders(gateway::session::ProposalBook::CommandSource commands);
    ~AllReaders();

    void apply(const event_store::RecordView& record);
    [[nodiscard]] std::vector<event_store::ViewSection> sections();

 private:
    class Nobody;  // whom the hub and the demo would send commands to
    std::unique_ptr<Nobody> nobody_;
    gateway::session::ExchangeView view_;
    gateway::session::ProposalBook proposals_;
    market_data::MarketData market_;
    std::unique_ptr<gateway::websocket::Hub> hub_;
    scheduler::MarketView scheduler_{true};
    std::unique_ptr<demo::DemoMarket> demo_;
};

}  // namespace bw::apps
