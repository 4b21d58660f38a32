// Which reader of events is which section of the snapshot of the readers, for the processes that
// load one and for the one that writes it. Those of the gateways: views/read_models.
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

/// One of each reader, for the process that writes snapshots.
class AllReaders {
 public:
    explicit AllReaders(views::ProposalBook::CommandSource commands);
    ~AllReaders();

    void apply(const event_store::RecordView& record);
    [[nodiscard]] std::vector<event_store::ViewSection> sections();

 private:
    class Nobody;  // whom the hub and the demo would send commands to
    std::unique_ptr<Nobody> nobody_;
    views::ReadModels models_;
    std::unique_ptr<gateway::websocket::Hub> hub_;
    scheduler::MarketView scheduler_{true};
    std::unique_ptr<demo::DemoMarket> demo_;
};

}  // namespace bw::apps
