#include <fmt/format.h>

#include "buttonwood/processes/processes.hpp"
#include "buttonwood/processes/scheduler/scheduler_agent.hpp"
#include "buttonwood/processes/scheduler/venue.hpp"
#include "buttonwood/runtime/remote_node.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/supervised.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

class SchedulerProcess {
 public:
    SchedulerProcess(const ExchangeOptions& options, const Place& place,
                     const std::optional<calendar::Venue>& venue, const StopSignal& signal)
        : options_(options), place_(place), venue_(venue), signal_(signal) {}

    /// Runs while this core lives: a new core may not have the commands sent to this one. False:
    /// the scheduler cannot continue.
    bool serve(RemoteNode& core);

 private:
    void report_open_once() {
        if (!reported_) report_open(options_, "open");
        reported_ = true;
    }

    const ExchangeOptions& options_;
    const Place& place_;
    const std::optional<calendar::Venue>& venue_;
    const StopSignal& signal_;
    bool reported_ = false;
};

bool SchedulerProcess::serve(RemoteNode& core) {
    const std::uint64_t number = core.link().cores_seen();
    const auto goes_on = [&] {
        core.look();
        core.metrics().process.heartbeat_ns.set(core.clock().realtime_ns());
        return core.core_is_there() && core.link().cores_seen() == number && !signal_.arrived();
    };
    auto agent = SchedulerAgent::open(core, core.link(), place_, scheduler_options(venue_));
    if (!agent) return fail("scheduler: " + agent.error().message) == 0;
    const auto settled = (*agent)->settle(goes_on);
    if (!goes_on()) return true;
    if (!settled) return fail("scheduler: " + settled.error().message) == 0;
    report_open_once();
    while (goes_on()) {
        if ((*agent)->turn() == 0) platform::sleep_for_ns(SchedulerAgent::rest_ns);
        if (!(*agent)->failure().empty()) return fail("scheduler: " + (*agent)->failure()) == 0;
    }
    return true;
}

}  // namespace

int run_scheduler(const ExchangeOptions& options, const Place& place) {
    const auto venue = load_calendar(options.calendar);
    if (!venue) return fail(venue.error().message);
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    use_thread_options(options.thread(place.agent->table()), "the scheduler");
    const platform::SystemClock clock;
    auto core = RemoteNode::connect(place, options, signal, clock);
    if (!core) return fail("scheduler: " + core.error().message);
    if (*core == nullptr) return 0;
    SchedulerProcess process(options, place, *venue, signal);
    while (!signal.arrived()) {
        if (!process.serve(**core)) return 1;
        const auto again = (*core)->wait_for_core(signal);
        if (!again) return fail("scheduler: " + again.error().message);
    }
    return 0;
}

}  // namespace bw::apps
