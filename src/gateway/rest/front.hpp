// Front: the gateway on the I/O threads. It takes requests and WebSocket messages from the loop of
// its thread, asks the gate about each request, passes it to the room that serves its path, and
// hands the answers back to the loop.
//
//                          ┌► inbox ─► thread of room `trading`: Api, Hub
//                          │  outbox ◄─
//   Loop ◄─► Front ─ Gate ─┤
//                          └► inbox ─► thread of room `market_data`: Api, Hub
//                             outbox ◄─             (one pair for each room and I/O thread)
//
// A room that has no room for more holds up its own clients only. What the gate refuses is answered
// here. The others are copied once, into one block of memory each. Threads: the loop's for the
// handler's functions, do_work() and wait(); the room's for from_clients() and the functions below
// it.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "base/mailbox.hpp"
#include "gateway/rest/gate.hpp"
#include "gateway/rest/message.hpp"
#include "gateway/rest/rooms.hpp"
#include "net/loop.hpp"
#include "observe/metrics.hpp"
#include "platform/wake_up.hpp"

namespace bw::gateway::rest {

/// A request with memory of its own.
class StoredRequest {
 public:
    /// Of what the gate has let in; without what only the gate needs.
    explicit StoredRequest(const Request& request);
    StoredRequest(const StoredRequest&) = delete;
    StoredRequest& operator=(const StoredRequest&) = delete;

    [[nodiscard]] Request& request() { return request_; }

 private:
    std::string bytes_;
    Request request_;
};

/// From a loop to the thread of a room.
struct FromClient {
    enum class Kind : std::uint8_t {
        nothing,
        request,
        refused,  ///< a request, by the gate; for the metrics
        opened,   ///< a WebSocket
        message,  ///< of a WebSocket
        drained,  ///< `bytes` of frames, in all
        closed,   ///< a WebSocket, or a connection whose request waits for its answer
    };
    Kind kind = Kind::nothing;
    net::ConnectionId connection = 0;
    std::unique_ptr<StoredRequest> request{};
    std::unique_ptr<RequestFacts> facts{};  ///< of a WebSocket that is opened
    std::string text{};
    std::uint64_t bytes = 0;
    observe::RequestClass request_class{};  ///< of a request
    std::uint64_t begun_ns = 0;             ///< when a request was complete; monotonic clock
    std::uint16_t status = 0;               ///< of a refusal
};

/// From the thread of a room to a loop.
struct ToClient {
    enum class Kind : std::uint8_t { nothing, answer, frame, close, stop };
    Kind kind = Kind::nothing;
    net::ConnectionId connection = 0;
    bool signed_in = false;  ///< of a frame: the client has shown a key
    Response answer{};
    net::SharedBytes frame{};
    std::uint16_t close_code = 0;
    std::string close_reason{};
};

struct FrontParts {
    net::Listener& listener;
    Gate& gate;
    const net::TlsCertificate* certificate = nullptr;  ///< nullptr: plain bytes
    const net::AccessRules* rules = nullptr;           ///< nullptr: every address may connect
    MarketDataPlace market_data = MarketDataPlace::here;
    /// the threads of the rooms sleep on them; nullptr: that one does not sleep
    std::array<platform::WakeUp*, room_count> wake_ups{};
};

class Front final : public net::Handler {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<Front>> open(unsigned number,
                                                                   const FrontParts& parts,
                                                                   const net::LoopOptions& options);
    ~Front() override;

    // --- the loop's thread

    /// One turn. Returns the amount of work done.
    std::size_t do_work();
    /// Sleeps until there is something to do; at most `most_ns`. Requires: do_work() returned 0.
    void wait(std::uint64_t most_ns);

    // --- the thread of the room

    [[nodiscard]] base::Mailbox<FromClient>& from_clients(Room room) { return desk(room).inbox; }
    void post(Room room, ToClient message) { desk(room).outbox.post(std::move(message)); }
    /// Sends what did not fit before, and wakes the loop if there is anything for it.
    void end_posts(Room room);

    // --- any thread
    void wake() { loop_->wake(); }
    [[nodiscard]] const net::LoopMetrics& metrics() const { return loop_->metrics(); }

 private:
    /// What this thread and that of a room have for each other.
    struct Desk {
        Desk();
        base::Mailbox<FromClient> inbox;
        base::Mailbox<ToClient> outbox;
        platform::WakeUp* thread = nullptr;
    };

    explicit Front(const FrontParts& parts);

    [[nodiscard]] Desk& desk(Room room) { return desks_[static_cast<std::size_t>(room)]; }
    [[nodiscard]] bool has_room(Room room) const {
        return room == Room::trading || place_ == MarketDataPlace::apart;
    }
    [[nodiscard]] Room room_of_websocket(net::ConnectionId connection) const {
        return websockets_.contains(connection) ? Room::market_data : Room::trading;
    }
    std::size_t take_answers(Desk& desk);
    void take(ToClient& message);

    // net::Handler
    bool can_take(const net::Peer& peer) override;
    void on_request(const net::Peer& peer, const net::HttpRequest& request) override;
    std::optional<net::HttpResponse> on_upgrade(const net::Peer& peer,
                                                const net::HttpRequest& request) override;
    void on_open(const net::Peer& peer) override;
    void on_message(const net::Peer& peer, std::string_view text) override;
    void on_drained(const net::Peer& peer, std::uint64_t bytes_total) override;
    void on_closed(const net::Peer& peer) override;
    net::HttpResponse refusal(net::HttpFault fault, const std::string& detail) override;
    void end_turn() override;

    Gate& gate_;
    MarketDataPlace place_;
    std::array<Desk, room_count> desks_;
    std::unordered_set<net::ConnectionId> websockets_;  ///< of the room `market_data`
    /// Of the request for a WebSocket, until it is opened.
    std::optional<telemetry::TraceContext> upgrade_trace_;
    std::unique_ptr<net::Loop> loop_;
};

}  // namespace bw::gateway::rest
