// Handler: what a gateway implements to serve HTTP and WebSocket clients. All calls for the
// connections of one loop come on that loop's thread. Loop::respond() and its siblings may be
// called from within.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "net/address.hpp"
#include "net/http_message.hpp"

namespace bw::net {

/// Names one connection of one loop, and no later one: the loop's number (8 bits), the use of its
/// slot (32), the slot (24).
using ConnectionId = std::uint64_t;

/// The number of the loop that has the connection.
[[nodiscard]] inline unsigned loop_of(ConnectionId id) { return static_cast<unsigned>(id >> 56); }

/// The other end of a connection.
struct Peer {
    ConnectionId connection = 0;
    Address address;
    /// The handler trusts this client: it pays from its own budget, not from that of its address,
    /// it may use the connections that are reserved for such clients, and it is served before
    /// others. Set it by Loop::set_trusted().
    bool trusted = false;
    /// Its address has no budget to pay from (AccessList: `allow`).
    bool unlimited = false;
};

class Handler {
 public:
    virtual ~Handler() = default;

    /// False: nothing more of this client can be taken now. Its connection stays unread until it is
    /// true again.
    [[nodiscard]] virtual bool can_take(const Peer& peer) = 0;

    /// A complete request, answered by exactly one Loop::respond(), now or later. The next request
    /// of the connection is not read before.
    virtual void on_request(const Peer& peer, const HttpRequest& request) = 0;
    /// A request for a WebSocket that is well-formed. Nothing: it is opened; or the answer that
    /// refuses it.
    virtual std::optional<HttpResponse> on_upgrade(const Peer& peer,
                                                   const HttpRequest& request) = 0;
    /// Follows on_upgrade() before any other call, unless the handshake has a fault.
    virtual void on_open(const Peer& peer) = 0;
    virtual void on_message(const Peer& peer, std::string_view text) = 0;
    /// The kernel has taken every frame so far: `bytes_total` of Loop::send() since the connection
    /// was opened.
    virtual void on_drained(const Peer& peer, std::uint64_t bytes_total) = 0;
    /// The connection is gone, with a request that waits for its answer or as a WebSocket.
    virtual void on_closed(const Peer& peer) = 0;

    /// The answer to what the server itself refuses.
    [[nodiscard]] virtual HttpResponse refusal(HttpFault fault, const std::string& detail) = 0;

    /// The end of a turn in which something was done: the moment to wake who waits for what was
    /// posted.
    virtual void end_turn() = 0;
};

}  // namespace bw::net
