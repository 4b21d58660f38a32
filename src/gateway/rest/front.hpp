// Front: the gateway on the I/O threads. It takes requests and WebSocket messages from the loop of
// its thread, passes them to the gateway's thread, and hands the answers back to the loop.
//
//   Loop ─► Front ─► inbox  ─► gateway's thread: Api, Hub
//   Loop ◄─ Front ◄─ outbox ◄─        (one of each for each I/O thread)
//
// Requests are copied once, into one block of memory each. Threads: the loop's for the handler's
// functions, do_work() and wait(); the gateway's for from_clients() and the functions below it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/mailbox.hpp"
#include "gateway/rest/message.hpp"
#include "net/loop.hpp"
#include "platform/wake_up.hpp"

namespace bw::gateway::rest {

/// A request with memory of its own.
class StoredRequest {
 public:
    StoredRequest(const net::Peer& peer, const net::HttpRequest& request);
    StoredRequest(const StoredRequest&) = delete;
    StoredRequest& operator=(const StoredRequest&) = delete;

    [[nodiscard]] Request& request() { return request_; }
    [[nodiscard]] bool signed_in() const { return signed_in_; }

 private:
    std::string bytes_;
    Request request_;
    bool signed_in_;
};

/// From a loop to the gateway's thread.
struct FromClient {
    enum class Kind : std::uint8_t {
        nothing,
        request,
        opened,   ///< a WebSocket
        message,  ///< of a WebSocket
        drained,  ///< `bytes` of frames, in all
        closed,   ///< a WebSocket, or a connection whose request waits for its answer
    };
    Kind kind = Kind::nothing;
    net::ConnectionId connection = 0;
    std::unique_ptr<StoredRequest> request{};
    std::string text{};
    std::uint64_t bytes = 0;
};

/// From the gateway's thread to a loop.
struct ToClient {
    enum class Kind : std::uint8_t { nothing, answer, frame, close, stop };
    Kind kind = Kind::nothing;
    net::ConnectionId connection = 0;
    bool signed_in = false;  ///< of an answer
    Response answer{};
    net::SharedBytes frame{};
    std::uint16_t close_code = 0;
    std::string close_reason{};
};

struct FrontParts {
    net::Listener& listener;
    const net::TlsCertificate* certificate = nullptr;  ///< nullptr: plain bytes
    const net::AccessRules* rules = nullptr;           ///< nullptr: every address may connect
    /// the gateway's thread sleeps on it; nullptr: it does not sleep
    platform::WakeUp* gateway = nullptr;
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

    // --- the gateway's thread

    [[nodiscard]] base::Mailbox<FromClient>& from_clients() { return inbox_; }
    void post(ToClient message) { outbox_.post(std::move(message)); }
    /// Sends what did not fit before, and wakes the loop if there is anything for it.
    void end_posts();

    // --- any thread
    void wake() { loop_->wake(); }
    [[nodiscard]] const net::LoopMetrics& metrics() const { return loop_->metrics(); }

 private:
    explicit Front(platform::WakeUp* gateway);

    std::size_t take_answers();
    void take(ToClient& message);

    // net::Handler
    bool can_take() override;
    void on_request(const net::Peer& peer, const net::HttpRequest& request) override;
    std::optional<net::HttpResponse> on_upgrade(const net::Peer& peer,
                                                const net::HttpRequest& request) override;
    void on_open(const net::Peer& peer) override;
    void on_message(const net::Peer& peer, std::string_view text) override;
    void on_drained(const net::Peer& peer, std::uint64_t bytes_total) override;
    void on_closed(const net::Peer& peer) override;
    net::HttpResponse refusal(net::HttpFault fault, const std::string& detail) override;
    void end_turn() override;

    platform::WakeUp* gateway_;
    base::Mailbox<FromClient> inbox_;
    base::Mailbox<ToClient> outbox_;
    std::unique_ptr<net::Loop> loop_;
};

}  // namespace bw::gateway::rest
