// MarketDataThread: the room for market data of an exchange in one process: an agent with read
// models of its own, on a thread of its own, behind the gateway's door.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>

#include "buttonwood/processes/gateway/gateway_agent.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/running_node.hpp"
#include "buttonwood/runtime/thread_node.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

class MarketDataThread {
 public:
    /// Returns when it has read every stored event and serves clients. Requires: `node` and `door`
    /// outlive it.
    [[nodiscard]] static base::Result<std::unique_ptr<MarketDataThread>> start(
        RunningNode& node, GatewayAgent& door, const Place& place, const ExchangeOptions& options,
        const node::StartProgress& progress);
    ~MarketDataThread() { stop(); }
    MarketDataThread(const MarketDataThread&) = delete;
    MarketDataThread& operator=(const MarketDataThread&) = delete;

    /// The snapshot and event from which it started.
    [[nodiscard]] const event_store::ReaderStart& began() const { return agent_->start(); }
    /// It can read no more events.
    [[nodiscard]] bool failed() const {
        return failure_.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    }
    /// Requires: failed().
    [[nodiscard]] const std::string& failure() const { return failure_.get(); }
    void stop();

 private:
    MarketDataThread();
    void run(const std::stop_token& stop, const ThreadOptions& thread);

    std::unique_ptr<sequencer::CommandPort> port_;
    std::unique_ptr<ThreadNode> node_;
    std::unique_ptr<GatewayAgent> agent_;
    std::promise<std::string> failure_promise_;
    std::shared_future<std::string> failure_{failure_promise_.get_future()};
    std::jthread thread_;
};

}  // namespace bw::apps
