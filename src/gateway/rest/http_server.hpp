// HttpServer: the REST and WebSocket gateway behind its sockets. I/O threads own the connections
// (net::Loop, Front), ask the gate and lead each request to the room that serves its path;
// do_work() is the turn of the room `trading`. Market data may have a room and a thread of its own.
//
//   sockets ─► Front (I/O thread 0) ─┬─► do_work():   Api ─► commands, Hub
//   sockets ─► Front (I/O thread 1) ─┴─► RoomServer:  Api, Hub      (market_data)
//
// With no I/O thread, do_work() serves the sockets too. An agent: do_work() takes a bounded time
// and never blocks. The Api's completions must come on the same thread.
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
#include "gateway/rest/room_server.hpp"
#include "gateway/rest/rooms.hpp"
#include "gateway/websocket/hub.hpp"
#include "net/loop.hpp"
#include "observe/metrics.hpp"
#include "platform/wake_up.hpp"

namespace bw::gateway::rest {

struct HttpServerOptions {
    std::string address = "0.0.0.0";
    std::uint16_t port = 8080;   ///< 0: any free one, see port()
    unsigned io_threads = 0;     ///< 0: do_work() serves the sockets
    net::KernelBuffers buffers;  ///< of each connection
    net::LoopOptions loop;       ///< of all I/O threads together, where it gives numbers
    MarketDataPlace market_data = MarketDataPlace::here;
    /// of the work for requests, and of that for frames, in one do_work() of a room
    std::uint64_t turn_ns = 250'000;
    std::uint64_t slow_request_ns = 100'000'000;  ///< an answer after it is said in the log
    observe::GatewayMetrics* metrics = nullptr;   ///< nullptr: nothing is counted
    /// the gateway's thread sleeps on it; the I/O threads wake it. nullptr: it does not sleep
    platform::WakeUp* wake_up = nullptr;
    platform::WakeUp* market_data_wake_up = nullptr;   ///< likewise, of the room market_data
    const net::TlsCertificate* certificate = nullptr;  ///< nullptr: plain bytes
    const net::AccessRules* rules = nullptr;           ///< nullptr: every address may connect
};

class HttpServer {
 public:
    /// Sets the completion function of `api`. Requires: `gate`, `api` and `hub` outlive the server.
    HttpServer(Gate& gate, Api& api, websocket::Hub& hub, const HttpServerOptions& options = {});
    ~HttpServer();
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    [[nodiscard]] base::Result<void> listen();
    /// The port listened on.
    [[nodiscard]] std::uint16_t port() const;

    /// One turn of the gateway's thread. Returns the amount of work done.
    std::size_t do_work();

    /// The room for market data, for a thread of its own. `metrics`: nullptr if nothing is to be
    /// counted. Requires: market_data is `apart`; listen() succeeded; the server outlives it.
    [[nodiscard]] std::unique_ptr<RoomServer> open_market_data(Api& api, websocket::Hub& hub,
                                                               observe::GatewayMetrics* metrics);

    // --- the I/O threads, from 0 to io_threads - 1. Requires: listen() succeeded.

    /// One turn. Returns the amount of work done.
    std::size_t do_io(unsigned thread);
    /// Sleeps until there is something to do; at most `most_ns`. Requires: do_io() returned 0.
    void wait_for_io(unsigned thread, std::uint64_t most_ns);
    /// Ends the sleep. Any thread.
    void wake_io(unsigned thread);

    /// Stops accepting, and closes idle connections and WebSockets. The other connections close
    /// after their answer: call do_work() until connections() is 0.
    void stop();
    [[nodiscard]] std::size_t connections() const;

 private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bw::gateway::rest
