// HttpServer: the sockets of the REST and WebSocket gateway. HTTP/1.1 in and out; what a request
// means is the Api's business, what a WebSocket frame means is the Hub's.
//
// An agent of one thread: do_work() polls the sockets, answers, and returns how much was done; it
// never blocks. The Api's completions must come on the same thread. One request of a connection is
// worked on at a time: pipelined requests wait in the kernel and in one buffer.
//
// What a peer does wrong is answered as a problem and the connection closed: not HTTP (400), header
// over its limit (431), body over its limit (413), too slow (408). One connection too many gets
// 503. Nothing a peer sends stops the server.
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
    std::uint32_t header_bytes_max = 16 * 1024;
    std::uint64_t body_bytes_max = 64 * 1024;
    /// from the first byte of a request to the end of its header
    std::uint32_t header_timeout_ms = 5'000;
    std::uint32_t body_timeout_ms = 10'000;   ///< for the body after the header
    std::uint32_t idle_timeout_ms = 60'000;   ///< between requests
    std::uint32_t write_timeout_ms = 10'000;  ///< for one answer
    std::size_t frame_bytes_max = 64 * 1024;  ///< WebSocket message of a client
    /// without a sign of life, after a ping at half of it: closed
    std::uint32_t websocket_idle_ms = 30'000;
    observe::GatewayMetrics* metrics = nullptr;  ///< what is counted; nullptr: nothing
};

class HttpServer {
 public:
    /// Takes over api's completions. Everything referenced outlives the server.
    HttpServer(Api& api, websocket::Hub& hub, const HttpServerOptions& options = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] base::Result<void> listen();
    /// The port listened on.
    [[nodiscard]] std::uint16_t port() const;

    /// One turn: how much was done.
    std::size_t do_work();

    /// No new connections from now on; those without a waiting request close. Call do_work() until
    /// connections() is 0, or give up.
    void stop();
    [[nodiscard]] std::size_t connections() const;

 private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bw::gateway::rest
