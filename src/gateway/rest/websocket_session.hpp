// WebsocketSession: one WebSocket connection, which passes messages between its socket and the Hub.
// HttpServer starts it on a socket whose upgrade request has been read. One thread, that of the
// io_context.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gateway/websocket/hub.hpp"
#include "observe/metrics.hpp"

namespace boost::asio {
class io_context;
}

namespace bw::gateway::rest {

struct UpgradeRequest {
    std::string target;
    std::vector<std::pair<std::string, std::string>> headers;
};

class WebsocketSession {
 public:
    virtual ~WebsocketSession() = default;
    /// The hub has frames for this client, or wants it closed.
    virtual void wake() = 0;
    /// Closes with 1001 (going away).
    virtual void stop() = 0;
};

struct WebsocketParts {
    boost::asio::io_context& io;
    websocket::Hub& hub;
    websocket::ConnectionId id;  ///< from hub.connect()
    std::size_t frame_bytes_max;
    std::uint32_t idle_ms;
    std::function<void(websocket::ConnectionId)> on_closed;  ///< called once, last
    observe::GatewayMetrics* metrics = nullptr;              ///< nullptr: nothing is counted
};

/// Takes ownership of `socket`, a connected TCP socket, and answers the upgrade request.
[[nodiscard]] std::shared_ptr<WebsocketSession> start_websocket(int socket, bool is_v6,
                                                                const UpgradeRequest& request,
                                                                WebsocketParts parts);

}  // namespace bw::gateway::rest
