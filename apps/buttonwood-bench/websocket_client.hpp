// WebSocketClient: one WebSocket to a gateway of this machine with one public subscription. Answers
// pings. Move-only. Threads: one.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/result.hpp"
#include "bench/websocket_frames.hpp"
#include "buttonwood-bench/local_socket.hpp"

namespace bw::apps {

class WebSocketClient {
 public:
    /// Connects and opens the WebSocket.
    [[nodiscard]] static base::Result<WebSocketClient> connect(std::uint16_t port);

    /// Asks for a channel; the answer comes as a frame.
    [[nodiscard]] bool subscribe(std::string_view channel, std::string_view symbol);
    /// Reads what has arrived. False: the connection has ended, or a frame is too large.
    [[nodiscard]] bool receive();
    /// The next text frame; pings before it are answered. Nothing: more bytes are needed, or
    /// failed().
    [[nodiscard]] std::optional<bench::WebSocketFrame> next();
    /// The server closes, or sent what is not understood.
    [[nodiscard]] bool failed() const { return failed_ || frames_.broken(); }
    [[nodiscard]] const LocalSocket& socket() const { return socket_; }

 private:
    explicit WebSocketClient(LocalSocket socket) : socket_(std::move(socket)) {}
    [[nodiscard]] base::Result<void> upgrade();

    LocalSocket socket_;
    bench::WebSocketFrames frames_;
    bool failed_ = false;
};

}  // namespace bw::apps
