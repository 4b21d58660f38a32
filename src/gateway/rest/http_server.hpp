// HttpServer: the sockets of the REST and WebSocket gateway. Speaks HTTP/1.1; passes requests to
// the Api and WebSocket messages to the Hub.
//
// An agent of one thread: do_work() serves the sockets for a bounded time and never blocks. The
// Api's completions must come on the same thread. A connection handles one request at a time;
// pipelined requests wait in the kernel and in one buffer.
//
// Errors of a peer are answered with a problem, then the connection is closed: malformed HTTP
// (400), header too large (431), body too large (413), request too slow (408). A connection beyond
// connections_max, or beyond the limit of its address, gets 503. After a 429 an unsigned connection
// is left unread until its address has a turn. Nothing that a peer sends stops the server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "gateway/rest/api.hpp"
#include "gateway/websocket/hub.hpp"
#include "observe/metrics.hpp"

namespace bw::gateway::rest {

struct HttpServerOptions {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8080;  ///< 0: any free one, see port()
    std::size_t connections_max = 10'000;
    std::size_t connections_per_address_max = 2'500;  ///< a connection above it gets 503
    /// A refused connection is not read again until its address has a turn; see AddressTable.
    std::uint32_t refusals_per_second = 500;
    /// of the work for sockets, and of that for WebSocket frames, in one do_work()
    std::uint64_t turn_ns = 250'000;
    std::uint32_t header_bytes_max = 16 * 1024;
    std::uint64_t body_bytes_max = 64 * 1024;
    /// from the first byte of a request to the end of its header
    std::uint32_t header_timeout_ms = 5'000;
    std::uint32_t body_timeout_ms = 10'000;   ///< for the body after the header
    std::uint32_t idle_timeout_ms = 60'000;   ///< between requests
    std::uint32_t write_timeout_ms = 10'000;  ///< for one answer
    std::size_t frame_bytes_max = 64 * 1024;  ///< of a WebSocket message from a client
    /// a client that sends nothing for this long is closed; it gets a ping after half of it
    std::uint32_t websocket_idle_ms = 30'000;
    observe::GatewayMetrics* metrics = nullptr;  ///< nullptr: nothing is counted
};

class HttpServer {
 public:
    /// Sets the completion function of `api`. Requires: `api` and `hub` outlive the server.
    HttpServer(Api& api, websocket::Hub& hub, const HttpServerOptions& options = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] base::Result<void> listen();
    /// The port listened on.
    [[nodiscard]] std::uint16_t port() const;

    /// One turn. Returns the amount of work done.
    std::size_t do_work();

    /// Stops accepting, and closes idle connections and WebSockets. The other connections close
    /// after their answer: call do_work() until connections() is 0.
    void stop();
    [[nodiscard]] std::size_t connections() const;

 private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bw::gateway::rest
