// The server's side of a WebSocket (RFC 6455), without sockets: the answer to the handshake, and
// WebsocketCodec, which reads the frames of a client and writes those of the server. wslay reads
// frames, joins fragments, checks UTF-8 and answers pings and closes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

#include "net/http_message.hpp"
#include "net/output.hpp"

struct wslay_event_context;

namespace bw::net {

struct HandshakeFault {
    HttpFault fault;
    std::string detail;
};

/// Whether the request asks for a WebSocket, well or badly.
[[nodiscard]] bool is_websocket_request(const HttpRequest& request);
/// The answer that opens the WebSocket, as bytes; or what is wrong with the request.
[[nodiscard]] std::expected<std::string, HandshakeFault> handshake_answer(
    const HttpRequest& request);

/// One text frame, ready to be sent to any number of clients: a server's frames are not masked.
[[nodiscard]] SharedBytes text_frame(std::string_view payload);

namespace close_code {
inline constexpr std::uint16_t going_away = 1001;
inline constexpr std::uint16_t unsupported_data = 1003;
inline constexpr std::uint16_t policy_violation = 1008;
inline constexpr std::uint16_t try_again_later = 1013;
}  // namespace close_code

/// What a client's frames bring; called during WebsocketCodec::feed().
class WebsocketSink {
 public:
    virtual ~WebsocketSink() = default;
    virtual void on_text(std::string_view message) = 0;
    virtual void on_binary() = 0;
    /// A ping or a pong. The codec has answered the ping already.
    virtual void on_control() = 0;
};

class WebsocketCodec {
 public:
    /// A longer message closes the connection with 1009.
    explicit WebsocketCodec(std::size_t message_bytes_max);
    ~WebsocketCodec();
    WebsocketCodec(const WebsocketCodec&) = delete;
    WebsocketCodec& operator=(const WebsocketCodec&) = delete;

    /// Takes bytes of the client. What must be sent in return (pongs, a close) is added to `out`.
    /// After a breach of the protocol, or a close, nothing more is read.
    void feed(std::string_view bytes, WebsocketSink& sink, Output& out);

    void ping(Output& out);
    /// Once; later calls do nothing. A reason beyond 120 bytes is cut.
    void close(std::uint16_t code, std::string_view reason, Output& out);

    /// A close frame was sent: no further frame may be.
    [[nodiscard]] bool close_sent() const;
    [[nodiscard]] bool close_received() const;

 private:
    struct Callbacks;

    void send_queued(Output& out);

    wslay_event_context* context_ = nullptr;
    std::string_view input_;         // while feed() runs
    WebsocketSink* sink_ = nullptr;  // likewise
    std::string queued_;             // while send_queued() runs
    bool closing_ = false;           // close() was called
};

}  // namespace bw::net
