#include <fmt/format.h>

#include <utility>

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

    /// Runs while this node lives: a new node may not have the commands sent to this one. False:
    /// the scheduler cannot continue.
    bool serve(RemoteNode& node);

 private:
    void report_open_once() {
        if (std::exchange(reported_, true)) return;
        report_open(options_, "open");
        log_open(options_);
    }

    const ExchangeOptions& options_;
    const Place& place_;
    const std::optional<calendar::Venue>& venue_;
    const StopSignal& signal_;
    bool reported_ = false;
};

bool SchedulerProcess::serve(RemoteNode& node) {
    const std::uint64_t number = node.link().nodes_seen();
    const auto goes_on = [&] {
        node.look();
        node.metrics().process.heartbeat_ns.set(node.clock().realtime_ns());
        return node.node_is_there() && node.link().nodes_seen() == number && !signal_.arrived();
    };
    auto agent = SchedulerAgent::open(node, node.link(), place_, scheduler_options(venue_));
    if (!agent) return fail("scheduler: " + agent.error().message) == 0;
    const auto settled = (*agent)->settle(goes_on);
    if (!goes_on()) return true;
    if (!settled) return fail("scheduler: " + settled.error().message) == 0;
    report_open_once();
    while (goes_on()) {
        if ((*agent)->turn() == 0) (*agent)->rest([&] { return signal_.arrived(); });
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
    auto node = RemoteNode::connect(place, options, signal, clock);
    if (!node) return fail("scheduler: " + node.error().message);
    if (*node == nullptr) return 0;
    SchedulerProcess process(options, place, *venue, signal);
    while (!signal.arrived()) {
        if (!process.serve(**node)) return 1;
        const auto again = (*node)->wait_for_node(signal);
        if (!again) return fail("scheduler: " + again.error().message);
    }
    return 0;
}

}  // namespace bw::apps
