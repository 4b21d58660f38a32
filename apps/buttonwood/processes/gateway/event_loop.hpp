// The main loop of a gateway, in its own process or in that of the node, and its orderly end.
#pragma once

#include "buttonwood/processes/gateway/gateway_agent.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/idle.hpp"

namespace bw::apps {

/// Runs until `over()` or the gateway fails. Calls `also` in every turn.
template <class Over, class Also>
void serve(GatewayAgent& gateway, const ThreadOptions& thread, Over&& over, Also&& also) {
    Idle idle(thread.idle.value_or(IdleStrategy::back_off));
    while (!over() && gateway.failure().empty()) {
        also();
        const bool sleeps = idle.tired() && gateway.can_sleep();
        if ((sleeps ? gateway.sleep() : gateway.do_work()) > 0)
            idle.worked();
        else if (!sleeps)
            idle.rest();
    }
}

/// Waits until pending requests are answered and connections are closed; at most three seconds.
void drain(GatewayAgent& gateway);

}  // namespace bw::apps
