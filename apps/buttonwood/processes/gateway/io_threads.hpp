// IoThreads: the threads that serve the sockets of a gateway.
#pragma once

#include <thread>
#include <vector>

#include "buttonwood/runtime/exchange_options.hpp"
#include "gateway/rest/http_server.hpp"

namespace bw::apps {

class IoThreads {
 public:
    /// Starts `count` threads, which end with this object. Requires: `server` listens and outlives
    /// them.
    IoThreads(gateway::rest::HttpServer& server, unsigned count, const ThreadOptions& options);

    [[nodiscard]] std::size_t count() const { return threads_.size(); }

 private:
    std::vector<std::jthread> threads_;
};

}  // namespace bw::apps
