#include "buttonwood/processes/gateway/market_data_thread.hpp"

#include "buttonwood/processes/gateway/event_loop.hpp"
#include "buttonwood/processes/gateway/gateway_options.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

/// Its clients have no keys, so that it has nothing to send.
class NoCommands final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte>) override { return false; }
};

}  // namespace

MarketDataThread::MarketDataThread() : port_(std::make_unique<NoCommands>()) {}

base::Result<std::unique_ptr<MarketDataThread>> MarketDataThread::start(
    RunningNode& node, GatewayAgent& door, const Place& place, const ExchangeOptions& options,
    const node::StartProgress& progress) {
    std::unique_ptr<MarketDataThread> self(new MarketDataThread);
    auto own = ThreadNode::open(node, place, options);
    if (!own) return std::unexpected(own.error());
    self->node_ = std::move(*own);
    GatewayAgent::Options of_agent = gateway_options(options, place);
    of_agent.door = &door;
    auto agent = GatewayAgent::open(of_agent, *self->node_, *self->port_, progress);
    if (!agent) return std::unexpected(agent.error());
    self->agent_ = std::move(*agent);
    const ThreadOptions& thread = options.thread(place.agent->table());
    self->thread_ = platform::start_thread(
        "market-data",
        [raw = self.get(), thread](const std::stop_token& stop) { raw->run(stop, thread); });
    return self;
}

void MarketDataThread::run(const std::stop_token& stop, const ThreadOptions& thread) {
    use_thread_options(thread, "market data");
    serve(*agent_, thread, [&] { return stop.stop_requested(); }, [] {});
    if (!agent_->failure().empty()) failure_promise_.set_value(agent_->failure());
}

void MarketDataThread::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace bw::apps
