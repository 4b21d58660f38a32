// The sections of the readers' snapshot: those of the processes that load it, and all of them for
// the process that writes it. The sections of the gateways are in views/read_models.
#pragma once

#include <memory>
#include <vector>

#include "demo/demo_market.hpp"
#include "event_store/snapshots/view_snapshots.hpp"
#include "gateway/websocket/hub.hpp"
#include "scheduler/market_view.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::apps {

[[nodiscard]] std::vector<event_store::ViewSection> market_data_sections(
    views::market::MarketData& market);
[[nodiscard]] std::vector<event_store::ViewSection> scheduler_sections(scheduler::MarketView& view);
[[nodiscard]] std::vector<event_store::ViewSection> demo_sections(demo::DemoMarket& market);

/// One reader of each kind, for the process that writes snapshots. Threads: one.
class AllReaders {
 public:
    explicit AllReaders(views::ProposalBook::CommandSource commands);
    ~AllReaders();

    void apply(const event_store::RecordView& record);
    [[nodiscard]] std::vector<event_store::ViewSection> sections();

 private:
    class Nobody;  // stands in for the receiver of commands
    std::unique_ptr<Nobody> nobody_;
    views::ReadModels models_;
    std::unique_ptr<gateway::websocket::Hub> hub_;
    scheduler::MarketView scheduler_{true};
    std::unique_ptr<demo::DemoMarket> demo_;
};

}  // namespace bw::apps
