#include "buttonwood-bench/websocket_client.hpp"

#include <fmt/format.h>

#include <array>
#include <string>

namespace bw::apps {

base::Result<WebSocketClient> WebSocketClient::connect(std::uint16_t port) {
    auto socket = LocalSocket::connect(port);
    if (!socket) return std::unexpected(socket.error());
    WebSocketClient client(std::move(*socket));
    if (auto upgraded = client.upgrade(); !upgraded) return std::unexpected(upgraded.error());
    return client;
}

/// The server sends no frame before the first message of the client, so nothing follows its answer.
base::Result<void> WebSocketClient::upgrade() {
    if (!socket_.send(bench::websocket_upgrade()))
        return base::error("the exchange does not take a request for a WebSocket");
    std::string answer;
    std::array<char, 1024> piece{};
    while (!answer.ends_with("\r\n\r\n") && socket_.wait_readable()) {
        const auto got = socket_.receive(piece);
        if (!got) break;
        answer.append(piece.data(), *got);
    }
    if (answer.starts_with("HTTP/1.1 101 ")) return {};
    return base::error(fmt::format("the exchange opens no WebSocket: {}", answer));
}

bool WebSocketClient::subscribe(std::string_view channel, std::string_view symbol) {
    return socket_.send(bench::client_frame(
        bench::Opcode::text,
        fmt::format(R"({{"op":"subscribe","channel":"{}","symbol":"{}"}})", channel, symbol)));
}

bool WebSocketClient::receive() {
    const auto got = socket_.receive(frames_.room());
    frames_.received(got.value_or(0));
    return got.has_value();
}

std::optional<bench::WebSocketFrame> WebSocketClient::next() {
    while (const auto frame = frames_.next()) {
        if (frame->opcode == bench::Opcode::text) return frame;
        if (frame->opcode == bench::Opcode::ping)
            failed_ |= !socket_.send(bench::client_frame(bench::Opcode::pong, frame->payload));
        else
            failed_ = true;
    }
    return std::nullopt;
}

}  // namespace bw::apps
