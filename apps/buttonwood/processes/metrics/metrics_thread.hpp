// MetricsThread: serves GET /metrics on a thread of its own. It reads the counters files as another
// process would, so a scrape does not affect the exchange.
#pragma once

#include <memory>
#include <string>
#include <thread>

#include "buttonwood/runtime/exchange_options.hpp"
#include "gateway/metrics/metrics_server.hpp"

namespace bw::apps {

class MetricsThread {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<MetricsThread>> start(
        const gateway::metrics::MetricsServer::Listen& listen, const std::string& shared_directory,
        const std::string& directory, const ThreadOptions& thread);

    [[nodiscard]] std::uint16_t port() const { return server_->port(); }

 private:
    MetricsThread() = default;
    std::unique_ptr<gateway::metrics::MetricsServer> server_;
    std::jthread thread_;  // must end before the server
};

}  // namespace bw::apps
