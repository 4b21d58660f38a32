#include "buttonwood/metrics_thread.hpp"

#include "observe/prometheus.hpp"
#include "platform/thread.hpp"

namespace bw::apps {

base::Result<std::unique_ptr<MetricsThread>> MetricsThread::start(
    const gateway::metrics::MetricsServer::Listen& listen, RunningCore& core) {
    std::unique_ptr<MetricsThread> metrics(new MetricsThread);
    auto server = gateway::metrics::MetricsServer::listen(
        listen,
        [&storage = core.store().storage(),
         path = core.counters_path()]() -> base::Result<std::string> {
            const auto snapshot = observe::read_counters(storage, path);
            if (!snapshot) return std::unexpected(snapshot.error());
            return observe::prometheus_text(*snapshot);
        });
    if (!server) return std::unexpected(server.error());
    metrics->server_ = std::move(*server);
    metrics->thread_ = platform::start_thread(
        "metrics",
        [self = metrics.get()](const std::stop_token& stop) { self->server_->run(stop); });
    return metrics;
}

}  // namespace bw::apps
