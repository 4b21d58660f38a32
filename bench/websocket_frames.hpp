// WebSocketFrames: splits the bytes that a WebSocket server sends into frames (RFC 6455), and
// writes the frames of a client. Only what the exchange uses: unmasked, unfragmented frames from
// the server.
//
//    receive into room()  →  received(n)  →  next(), next(), … until there is none
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bw::bench {

enum class Opcode : std::uint8_t { text = 1, binary = 2, close = 8, ping = 9, pong = 10 };

struct WebSocketFrame {
    Opcode opcode = Opcode::text;
    std::string_view payload;  ///< valid until the next call of room()
    std::size_t bytes = 0;     ///< with the frame's header
};

class WebSocketFrames {
 public:
    explicit WebSocketFrames(std::size_t capacity = 64 * 1024) : buffer_(capacity) {}

    /// Where the next bytes go. Empty: a frame is larger than the capacity.
    [[nodiscard]] std::span<char> room();
    void received(std::size_t bytes) { end_ += bytes; }

    /// The next complete frame. Nothing: more bytes are needed, or broken().
    [[nodiscard]] std::optional<WebSocketFrame> next();
    /// A frame is masked, fragmented or compressed. Nothing more is read.
    [[nodiscard]] bool broken() const { return broken_; }

 private:
    std::vector<char> buffer_;
    std::size_t begin_ = 0;  ///< first byte that next() has not returned
    std::size_t end_ = 0;
    bool broken_ = false;
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
