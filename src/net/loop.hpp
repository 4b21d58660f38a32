// Loop: the connections of one I/O thread. An agent: do_work() serves what is ready for a bounded
// time and never blocks; wait() sleeps until there is news.
//
//   listener ─► accept ─► Connection ─► Handler::on_request ┄ another thread ┄► respond()
//                │                                                                  │
//                └ AddressTable: may it?            ready queue ◄───────────────────┘
//
// A connection does a little in its turn (one read of 16 KiB, one write, four requests), then waits
// behind the others that are ready; those of trusted clients come before the others. Nothing that a
// peer sends stops or stalls a loop. Threads: one, except wake().
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "net/access_list.hpp"
#include "net/address_table.hpp"
#include "net/handler.hpp"
#include "net/http_parser.hpp"
#include "net/loop_metrics.hpp"
#include "net/output.hpp"
#include "net/poller.hpp"
#include "net/socket.hpp"
#include "net/tls_certificate.hpp"

namespace bw::net {

class Connection;

struct LoopOptions {
    std::size_t connections_max = 10'000;
    /// of these, for clients that the handler trusts
    std::size_t connections_reserved = 2'500;
    AddressTable::Options addresses = {};
    HttpLimits http = {};
    std::uint64_t turn_ns = 250'000;  ///< of one do_work()
    /// from the first byte of a request to the end of its header
    std::uint32_t header_timeout_ms = 5'000;
    std::uint32_t body_timeout_ms = 10'000;      ///< for the body after the header
    std::uint32_t idle_timeout_ms = 60'000;      ///< between requests
    std::uint32_t write_timeout_ms = 10'000;     ///< for one answer
    std::uint32_t handshake_timeout_ms = 5'000;  ///< of TLS
    std::size_t message_bytes_max = 64 * 1024;   ///< of a WebSocket message from a client
    /// a WebSocket client that sends nothing for this long is closed; it gets a ping after half of
    /// it
    std::uint32_t websocket_idle_ms = 30'000;
    /// of all connections, what is read and not handled or rendered and not written; above it, only
    /// trusted clients are read
    std::size_t buffered_bytes_max = 256u << 20;
};

struct LoopParts {
    Handler& handler;
    Listener& listener;
    const TlsCertificate* certificate = nullptr;  ///< nullptr: plain bytes
    const AccessRules* rules = nullptr;           ///< nullptr: every address may connect
};

class Loop {
 public:
    /// `number`: of this loop, 0 to 255. Requires: what `parts` refers to outlives the loop.
    [[nodiscard]] static base::Result<std::unique_ptr<Loop>> open(unsigned number,
                                                                  const LoopParts& parts,
                                                                  const LoopOptions& options);
    ~Loop();
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;

    /// One turn. Returns the amount of work done.
    std::size_t do_work();
    /// Sleeps until a socket has news, a time-out is due or another thread calls wake(); at most
    /// `most_ns`. Requires: do_work() has just returned 0. `nothing_posted` is asked once more
    /// after wake() has begun to have an effect.
    template <class NothingPosted>
    void wait(std::uint64_t most_ns, NothingPosted&& nothing_posted) {
        poller_.begin_sleep();
        sleep(nothing_posted() ? most_ns : 0);
    }
    /// Any thread.
    void wake() { poller_.wake(); }

    // --- for the handler, on the loop's thread. A connection that is gone is ignored.

    void respond(ConnectionId id, const HttpResponse& response);
    /// A frame of text_frame() to a WebSocket client.
    void send(ConnectionId id, SharedBytes frame);
    void close_websocket(ConnectionId id, std::uint16_t code, std::string_view reason);
    void set_trusted(ConnectionId id, bool trusted);

    /// Accepts nothing more, closes idle connections and WebSockets; the others close after their
    /// answer.
    void stop();

    [[nodiscard]] std::size_t connections() const { return open_; }
    [[nodiscard]] const LoopMetrics& metrics() const { return metrics_; }

 private:
    friend class Connection;

    struct Slot {
        std::unique_ptr<Connection> connection;
        std::uint32_t use = 0;
    };
    struct Deadline {
        std::uint64_t at_ns;
        ConnectionId id;
        friend bool operator<(const Deadline& a, const Deadline& b) { return a.at_ns > b.at_ns; }
    };

    Loop(unsigned number, const LoopParts& parts, const LoopOptions& options);

    void take_news();
    void note(std::span<const Poller::Event> events);
    std::size_t run_ready(std::uint64_t end_ns);
    std::size_t expire();
    std::size_t accept_some();
    void welcome(Listener::Accepted accepted);
    [[nodiscard]] std::optional<std::uint64_t> pause_of(const Address& address);
    void turn_away(Socket socket);
    void follow_rules();
    void pause_accepting();
    void resume_accepting();
    void sleep(std::uint64_t most_ns);
    [[nodiscard]] Connection* find(ConnectionId id) const;
    [[nodiscard]] ConnectionId take_slot();
    void release(Connection& connection);

    void finish_turn(Connection& connection);
    void make_ready(Connection& connection);
    void watch_deadline(Connection& connection);
    void retry_stalled();

    // For connections.
    void note_websocket() { ++websockets_; }
    [[nodiscard]] bool may_read(const Peer& peer) const {
        return peer.trusted || buffered_bytes_ <= options_.buffered_bytes_max;
    }

    unsigned number_;
    Handler& handler_;
    Listener& listener_;
    const TlsCertificate* certificate_;
    const AccessRules* rules_;
    LoopOptions options_;
    Poller poller_;
    AddressTable addresses_;
    LoopMetrics metrics_;

    std::vector<Slot> slots_;
    std::vector<std::uint32_t> free_slots_;
    std::deque<ConnectionId> ready_trusted_, ready_;
    std::deque<ConnectionId> stalled_;  ///< could read, when the handler or the buffers have room
    std::priority_queue<Deadline> deadlines_;
    std::uint64_t now_ns_ = 0;  ///< monotonic; of the current step
    std::uint64_t accept_again_ns_ = 0;
    std::shared_ptr<const AccessList> access_list_;  ///< the newest one of rules_ that was applied
    std::uint64_t next_rules_ns_ = 0;
    std::size_t open_ = 0;
    std::size_t trusted_ = 0;
    std::size_t websockets_ = 0;
    std::size_t buffered_bytes_ = 0;
    bool listener_has_news_ = false;
    bool accepting_ = false;
    bool stopping_ = false;
};

}  // namespace bw::net
