#include "buttonwood/processes/metrics/metrics_thread.hpp"

#include "buttonwood/runtime/thread_options.hpp"
#include "observe/exchange_metrics.hpp"
#include "observe/prometheus.hpp"
#include "platform/thread.hpp"

namespace bw::apps {

base::Result<std::unique_ptr<MetricsThread>> MetricsThread::start(
    const gateway::metrics::MetricsServer::Listen& listen, const std::string& shared_directory,
    const std::string& directory, const ThreadOptions& thread) {
    std::unique_ptr<MetricsThread> metrics(new MetricsThread);
    auto server = gateway::metrics::MetricsServer::listen(
        listen, [shared_directory, directory]() -> base::Result<std::string> {
            const auto exchange =
                observe::read_exchange(platform::system_storage(), shared_directory, directory);
            if (!exchange) return std::unexpected(exchange.error());
            return observe::prometheus_text(*exchange);
        });
    if (!server) return std::unexpected(server.error());
    metrics->server_ = std::move(*server);
    metrics->thread_ = platform::start_thread(
        "metrics", [self = metrics.get(), thread](const std::stop_token& stop) {
            use_thread_options(thread, "metrics");
            self->server_->run(stop);
        });
    return metrics;
}

}  // namespace bw::apps
