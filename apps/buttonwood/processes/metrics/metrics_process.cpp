#include <fmt/format.h>

#include "buttonwood/processes/metrics/metrics_thread.hpp"
#include "buttonwood/processes/processes.hpp"
#include "buttonwood/runtime/remote_node.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/supervised.hpp"

namespace bw::apps {
namespace {

constexpr int heartbeat_interval_ms = 100;

}  // namespace

int run_metrics(const ExchangeOptions& options) {
    if (!options.metrics_port) return fail("metrics: --metrics-port is missing");
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    const platform::SystemClock clock;
    auto core = RemoteNode::connect("metrics", std::nullopt, options, signal, clock);
    if (!core) return fail("metrics: " + core.error().message);
    if (*core == nullptr) return 0;
    auto metrics =
        MetricsThread::start({options.metrics_address, *options.metrics_port},
                             (*core)->shared_directory(), options.directory, options.metrics);
    if (!metrics) return fail("metrics: " + metrics.error().message);
    if (options.supervisor == 0)
        fmt::print("metrics at http://{}:{}/metrics (stop with Ctrl-C)\n", options.metrics_address,
                   (*metrics)->port());
    std::fflush(stdout);
    report_open(options, std::to_string((*metrics)->port()));
    do (*core)->figures().process.heartbeat_ns.set(clock.realtime_ns());
    while (!signal.wait(heartbeat_interval_ms));
    return 0;
}

}  // namespace bw::apps
