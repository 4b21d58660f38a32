#include <fmt/format.h>

#include <chrono>

#include "buttonwood/processes/processes.hpp"
#include "buttonwood/processes/scheduler/venue.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/retention_floor.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/stop_signal.hpp"
#include "buttonwood/runtime/supervised.hpp"
#include "buttonwood/tools/snapshot.hpp"

namespace bw::apps {
namespace {

constexpr int look_interval_ms = 100;
constexpr auto gateway_look_interval = std::chrono::milliseconds(20);
constexpr auto gateway_patience = std::chrono::seconds(5);

void watch(RunningNode& node, SnapshotSchedule& snapshots, RetentionFloor& floor,
           const StopSignal& signal) {
    do {
        node.metrics().process.heartbeat_ns.set(node.clock().realtime_ns());
        snapshots.do_work();
        floor.do_work();
    } while (!signal.wait(look_interval_ms));
}

/// If all processes stop at once because the supervisor was killed, gateways still receive the
/// answers to the commands they sent.
void wait_for_gateways(const RunningNode& node) {
    const auto deadline = std::chrono::steady_clock::now() + gateway_patience;
    while (node.has_gateways() && std::chrono::steady_clock::now() < deadline)
        std::this_thread::sleep_for(gateway_look_interval);
}

}  // namespace

int run_node(const ExchangeOptions& options, const Place&) {
    const auto venue = load_calendar(options.calendar);
    if (!venue) return fail(venue.error().message);
    auto setup = node_options(options, venue->has_value());
    if (!setup) return fail(setup.error().message);
    setup->rings_for_others = true;
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    if (options.supervisor == 0) print_head(options);

    const platform::SystemClock clock;
    auto bar = std::make_unique<ProgressBar>("starting");
    auto node = RunningNode::start(*setup, clock, progress_on(*bar));
    if (!node) return fail(node.error().message);
    bar.reset();
    print_recovery(**node, options);
    if (options.supervisor == 0) fmt::print("the node is open (stop with Ctrl-C)\n");
    std::fflush(stdout);
    report_open(options, "open");
    log_open(options);

    SnapshotSchedule snapshots(
        {.directory = options.directory, .shared_directory = options.shared_directory},
        std::chrono::minutes(options.snapshot_minutes));
    RetentionFloor floor((*node)->node(), options);
    watch(**node, snapshots, floor, signal);
    wait_for_gateways(**node);
    (*node)->stop();
    return 0;
}

}  // namespace bw::apps
