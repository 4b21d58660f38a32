// MetricsServer: GET /metrics for a monitoring system, on its own address, so that it never appears
// on the public one by accident. All it knows of the exchange is a function that makes the page.
//
// Threads: run() from one, which sleeps between requests. At most 32 connections at a time; a
// header over 8 KiB, a body, or a request slower than 5 s is refused and the connection closed.
// Nothing a peer sends stops the server.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>

#include "base/result.hpp"

namespace bw::gateway::metrics {

class MetricsServer {
 public:
    struct Listen {
        std::string address = "127.0.0.1";
        std::uint16_t port = 0;  ///< 0: any free port, see port()
    };
    /// Returns the page, or why there is none (answered with 503). Called on run()'s thread.
    using MakePage = std::function<base::Result<std::string>()>;

    [[nodiscard]] static base::Result<std::unique_ptr<MetricsServer>> listen(const Listen& listen,
                                                                             MakePage make_page);
    ~MetricsServer();

    [[nodiscard]] std::uint16_t port() const;
    /// Answers requests until `stop`.
    void run(const std::stop_token& stop);

 private:
    class State;
    explicit MetricsServer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace bw::gateway::metrics
