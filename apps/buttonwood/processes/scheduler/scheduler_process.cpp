#include <fmt/format.h>

#include "buttonwood/processes/processes.hpp"
#include "buttonwood/processes/scheduler/scheduler_agent.hpp"
#include "buttonwood/processes/scheduler/venue.hpp"
#include "buttonwood/runtime/remote_node.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/supervised.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

/// As long as this core lives: another one may not know what was sent to it. False: the scheduler
/// cannot go on.
bool serve_this_core(RemoteNode& core, const ExchangeOptions& options,
                     const std::optional<calendar::Venue>& venue, const StopSignal& signal,
                     bool& reported) {
    const std::uint64_t number = core.link().cores_seen();
    const auto goes_on = [&] {
        core.look();
        core.figures().process.heartbeat_ns.set(core.clock().realtime_ns());
        return core.core_is_there() && core.link().cores_seen() == number && !signal.arrived();
    };
    auto agent = SchedulerAgent::open(core, core.link(), scheduler_options(venue));
    if (!agent) return fail("scheduler: " + agent.error().message) == 0;
    const auto settled = (*agent)->settle(goes_on);
    if (!goes_on()) return true;
    if (!settled) return fail("scheduler: " + settled.error().message) == 0;
    if (!reported) report_open(options, "open");
    reported = true;
    while (goes_on()) {
        if ((*agent)->turn() == 0) platform::sleep_for_ns(SchedulerAgent::rest_ns);
        if (!(*agent)->failure().empty()) return fail("scheduler: " + (*agent)->failure()) == 0;
    }
    return true;
}

}  // namespace

int run_scheduler(const ExchangeOptions& options) {
    const auto venue = load_calendar(options.calendar);
    if (!venue) return fail(venue.error().message);
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    use_thread_options(options.scheduler, "the scheduler");
    const platform::SystemClock clock;
    auto core = RemoteNode::connect("scheduler", scheduler_ring, options, signal, clock);
    if (!core) return fail("scheduler: " + core.error().message);
    if (*core == nullptr) return 0;
    bool reported = false;
    while (!signal.arrived()) {
        if (!serve_this_core(**core, options, *venue, signal, reported)) return 1;
        const auto again = (*core)->wait_for_core(signal);
        if (!again) return fail("scheduler: " + again.error().message);
    }
    return 0;
}

}  // namespace bw::apps
