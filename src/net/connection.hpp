// Connection: one client of a Loop, from accept to close.
//
//   [handshake] ─► reading ─► answering ─► reading ─► …                    HTTP
//                     │            └─► leaving ─► lingering ─► closed      the last answer
//                     └─► websocket ─► closed
//
// Every call from outside changes the state and makes the connection ready; bytes move in turn()
// alone. Internal to net.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/gcra.hpp"
#include "net/handler.hpp"
#include "net/http_parser.hpp"
#include "net/output.hpp"
#include "net/stream.hpp"
#include "net/websocket.hpp"

namespace bw::net {

class Loop;

class Connection final : private WebsocketSink {
 public:
    static constexpr std::uint64_t never = ~std::uint64_t{0};

    Connection(Loop& loop, Peer peer, Stream stream, bool encrypted);
    ~Connection() override;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Leaves the connection unread for `pause_ns` first.
    void begin(std::uint64_t pause_ns);

    // News; none of them moves a byte.
    void note_readable(bool ended);
    void note_writable() { writable_ = true; }
    void respond(const HttpResponse& response);
    void send(SharedBytes frame);
    void close_websocket(std::uint16_t code, std::string_view reason);
    void set_trusted(bool trusted) { peer_.trusted = trusted; }
    void stop();
    /// At once, whatever is under way.
    void close();
    /// Its deadline has come.
    void expire();

    /// Moves a bounded number of bytes, and passes at most four requests on.
    void turn();

    enum class Want : std::uint8_t {
        news,  ///< nothing until the poller, the handler or the clock says something
        turn,  ///< can continue at once
        room,  ///< could read, but the loop or the handler cannot take more
    };
    [[nodiscard]] Want want() const;

    [[nodiscard]] bool is_closed() const { return phase_ == Phase::closed; }
    [[nodiscard]] bool is_websocket() const { return codec_ != nullptr; }
    /// The handler expects on_closed().
    [[nodiscard]] bool is_owed_an_end() const { return owes_answer_ || codec_ != nullptr; }
    [[nodiscard]] const Peer& peer() const { return peer_; }
    [[nodiscard]] std::uint64_t deadline_ns() const;
    [[nodiscard]] std::size_t buffered_bytes() const { return input_.size() + output_.size(); }

    // The loop's own notes.
    std::uint64_t scheduled_ns = never;  ///< of its earliest entry among the deadlines
    std::size_t counted_bytes = 0;       ///< of buffered_bytes(), in the loop's total
    bool is_queued = false;              ///< among the ready or the stalled

 private:
    enum class Phase : std::uint8_t {
        handshake,
        reading,
        answering,
        websocket,
        leaving,
        lingering,
        closed,
    };

    [[nodiscard]] bool reads() const;
    [[nodiscard]] bool holds_answers();
    void read();
    void received(std::string_view bytes);
    /// Returns what is left of `bytes`.
    [[nodiscard]] std::string_view parse(std::string_view bytes);
    void handle(bool more_bytes);
    void upgrade(const HttpRequest& request, bool more_bytes);
    void answer(const HttpResponse& response, bool keep_open);
    void refuse(HttpFault fault, const std::string& detail);
    void flush();
    void flushed();
    void shake_hands();
    void expire_websocket();
    void wait_ms(std::uint32_t milliseconds);

    // WebsocketSink
    void on_text(std::string_view message) override;
    void on_binary() override;
    void on_control() override;

    Loop& loop_;
    Peer peer_;
    Stream stream_;
    HttpParser parser_;
    std::unique_ptr<WebsocketCodec> codec_;
    std::string input_;  ///< read and not parsed
    Output output_;
    std::uint64_t deadline_ns_ = never;
    std::uint64_t paused_until_ns_ = 0;
    std::uint64_t held_until_ns_ = 0;  ///< while answers are held
    std::uint64_t heard_ns_ = 0;       ///< when a WebSocket client last sent something
    std::uint64_t frame_bytes_ = 0;    ///< of send(), in all
    std::uint64_t drained_bytes_ = 0;  ///< of these, reported by on_drained()
    std::size_t discarded_ = 0;        ///< while lingering
    base::Gcra control_frames_;
    Phase phase_ = Phase::reading;
    bool readable_ = true;
    bool writable_ = true;
    bool peer_ended_ = false;  ///< the poller has seen the end of the peer's output
    bool more_input_ = false;  ///< input_ may hold a whole request
    bool in_request_ = false;  ///< a part of a request was read
    bool in_body_ = false;     ///< its header too
    bool owes_answer_ = false;
    bool keep_alive_ = false;
    bool head_only_ = false;
};

}  // namespace bw::net
