// WebsocketClients: passes messages between WebSocket connections, which live on the I/O threads,
// and the Hub. A client's next frame is built when the kernel has taken the ones before, so updates
// for a slow reader are conflated. The room's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <vector>

#include "gateway/rest/front.hpp"
#include "gateway/websocket/hub.hpp"
#include "observe/metrics.hpp"

namespace bw::gateway::rest {

class WebsocketClients {
 public:
    /// Requires: `hub` and `fronts` outlive it. `metrics`: nullptr if nothing is to be counted.
    WebsocketClients(websocket::Hub& hub, const std::vector<std::unique_ptr<Front>>& fronts,
                     Room room, observe::GatewayMetrics* metrics);

    /// A message of the kinds opened, message, drained and closed.
    void take(const FromClient& message);
    /// Sends what the hub has for its clients, until `turn_ns` are over. Returns the number of
    /// clients served.
    std::size_t serve(std::uint64_t turn_ns);

 private:
    struct Client {
        websocket::ConnectionId hub_id;
        RequestFacts facts;               ///< of its request to open the WebSocket
        std::uint64_t sent_bytes = 0;     ///< of frames, in all
        std::uint64_t drained_bytes = 0;  ///< of these, with the kernel
        bool closing = false;
    };

    void open(const FromClient& message);
    void close(net::ConnectionId connection);
    void serve_client(net::ConnectionId connection, Client& client);
    void post(ToClient message);

    websocket::Hub& hub_;
    const std::vector<std::unique_ptr<Front>>& fronts_;
    Room room_;
    observe::GatewayMetrics* metrics_;
    std::unordered_map<net::ConnectionId, Client> clients_;
    std::unordered_map<websocket::ConnectionId, net::ConnectionId> connections_;
    std::vector<websocket::ConnectionId> ready_;  ///< clients with frames; served up to served_
    std::size_t served_ = 0;
};

}  // namespace bw::gateway::rest
