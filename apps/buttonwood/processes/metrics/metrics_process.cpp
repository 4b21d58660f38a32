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

int run_metrics(const ExchangeOptions& options, const Place& place) {
    const AgentOptions& own = options.of(place.agent->name);
    if (!own.port && !options.own_port) return fail("metrics: --metrics-port is missing");
    const StopSignal signal;
    if (!follow_supervisor(options)) return 0;
    const platform::SystemClock clock;
    auto node = RemoteNode::connect(place, options, signal, clock);
    if (!node) return fail("metrics: " + node.error().message);
    if (*node == nullptr) return 0;
    auto metrics =
        MetricsThread::start({own.address, options.port_of(place)}, (*node)->shared_directory(),
                             options.directory, options.thread(place.agent->table()));
    if (!metrics) return fail("metrics: " + metrics.error().message);
    if (options.supervisor == 0)
        fmt::print("metrics at http://{}:{}/metrics (stop with Ctrl-C)\n", own.address,
                   (*metrics)->port());
    std::fflush(stdout);
    report_open(options, std::to_string((*metrics)->port()));
    log_open(options, fmt::format("http://{}:{}", own.address, (*metrics)->port()));
    do (*node)->metrics().process.heartbeat_ns.set(clock.realtime_ns());
    while (!signal.wait(heartbeat_interval_ms));
    return 0;
}

}  // namespace bw::apps
