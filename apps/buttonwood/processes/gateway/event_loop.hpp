// The main loop of a gateway, in its own process or in that of the node, and its orderly end.
#pragma once

#include "buttonwood/processes/gateway/gateway_agent.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/idle.hpp"
#include "buttonwood/runtime/stop_signal.hpp"

namespace bw::apps {

/// Runs until the stop signal arrives or the gateway fails. Calls `also` in every turn.
template <class Also>
void serve(GatewayAgent& gateway, const ThreadOptions& thread, const StopSignal& signal,
           Also&& also) {
    Idle idle(thread.idle.value_or(IdleStrategy::back_off));
    while (!signal.arrived() && gateway.failure().empty()) {
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
