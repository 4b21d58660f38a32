// A client socket for tests of servers on real sockets. It never blocks: the test calls the server
// between the client's steps.
#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace bw::net::testing {

class SocketClient {
 public:
    /// Connects to this port of 127.0.0.1.
    explicit SocketClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
        ::fcntl(fd_, F_SETFL, O_NONBLOCK);
    }
    ~SocketClient() { leave(); }
    SocketClient(const SocketClient&) = delete;
    SocketClient& operator=(const SocketClient&) = delete;

    void leave() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    /// write() sends it, as far as the socket takes it.
    void send(std::string_view bytes) { unsent_ += bytes; }
    void write() {
        const ssize_t sent = ::send(fd_, unsent_.data(), unsent_.size(), MSG_NOSIGNAL);
        if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
    }
    void read() {
        char buffer[65'536];
        const ssize_t got = ::recv(fd_, buffer, sizeof buffer, 0);
        if (got > 0) received.append(buffer, static_cast<std::size_t>(got));
        if (got == 0 || (got < 0 && errno != EAGAIN)) closed = true;
    }
    /// Moves bytes both ways.
    void turn() {
        write();
        read();
    }
    [[nodiscard]] int fd() const { return fd_; }

    std::string received;
    bool closed = false;

 private:
    int fd_;
    std::string unsent_;
};

inline constexpr std::string_view websocket_upgrade =
    "GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

}  // namespace bw::net::testing
