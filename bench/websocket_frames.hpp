// WebSocketFrames: splits the bytes that a WebSocket server sends into frames (RFC 6455), joins
// fragments, and writes the frames of a client.
//
//    receive into room()  →  received(n)  →  next(), next(), … until there is none
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "bench/receive_buffer.hpp"

namespace bw::bench {

enum class Opcode : std::uint8_t {
    continuation = 0,
    text = 1,
    binary = 2,
    close = 8,
    ping = 9,
    pong = 10
};

struct WebSocketFrame {
    Opcode opcode = Opcode::text;
    std::string_view payload;  ///< valid until the next call of room() or next()
    std::size_t bytes = 0;     ///< with the headers of all its fragments
};

class WebSocketFrames {
 public:
    explicit WebSocketFrames(std::size_t capacity = 64 * 1024) : buffer_(capacity) {}

    /// Where the next bytes go. Empty: a fragment is larger than the capacity.
    [[nodiscard]] std::span<char> room() { return buffer_.room(); }
    void received(std::size_t bytes) { buffer_.received(bytes); }

    /// The next complete frame. Nothing: more bytes are needed, or broken().
    [[nodiscard]] std::optional<WebSocketFrame> next();
    /// A frame is masked or compressed, or fragments do not fit together. Nothing more is read.
    [[nodiscard]] bool broken() const { return broken_; }

 private:
    struct Fragment {
        bool final = false;
        WebSocketFrame frame;
    };
    [[nodiscard]] std::optional<Fragment> next_fragment();
    /// Adds a fragment to the message. Returns whether the message is complete.
    [[nodiscard]] bool join(const Fragment& fragment);

    ReceiveBuffer buffer_;
    bool broken_ = false;
    std::string payload_;    ///< of the fragments so far
    WebSocketFrame joined_;  ///< of the fragments so far; bytes 0: there is none
};

/// The request that opens a WebSocket at /ws.
[[nodiscard]] std::string websocket_upgrade();

/// A frame of a client, masked with zeros. Requires: `payload` of at most 65,535 bytes.
[[nodiscard]] std::string client_frame(Opcode opcode, std::string_view payload);

/// What a frame of a public channel begins with.
struct PublicHead {
    bool snapshot = false;
    std::uint64_t sequence = 0;        ///< of the subscription
    std::uint64_t event_sequence = 0;  ///< last event of the exchange that the frame contains
};

/// Nothing: `text` is no `snapshot` or `update`.
[[nodiscard]] std::optional<PublicHead> public_head(std::string_view text);

}  // namespace bw::bench
