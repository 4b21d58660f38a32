#include "buttonwood/processes/gateway/event_loop.hpp"

#include <chrono>

namespace bw::apps {

void drain(GatewayAgent& gateway) {
    gateway.stop();
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(3);
    Idle idle;
    while ((gateway.waiting() || !gateway.stopped()) &&
           std::chrono::steady_clock::now() < deadline) {
        if (gateway.do_work() > 0)
            idle.worked();
        else
            idle.rest();
    }
}

}  // namespace bw::apps
