#include "buttonwood-bench/http_connection.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace bw::apps {
namespace {

constexpr int call_patience_ms = 10'000;

}  // namespace

base::Result<HttpConnection> HttpConnection::connect(std::uint16_t port) {
    HttpConnection connection(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (!connection.open() ||
        ::connect(connection.descriptor_, reinterpret_cast<const sockaddr*>(&address),
                  sizeof address) != 0 ||
        setsockopt(connection.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        return base::error(
            fmt::format("cannot connect to 127.0.0.1:{}: {}", port, std::strerror(errno)));
    return connection;
}

HttpConnection::HttpConnection(HttpConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), answers_(std::move(other.answers_)) {}

bool HttpConnection::send(std::string_view bytes) {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(bytes.size());
}

bool HttpConnection::receive() {
    const std::span<char> room = answers_.room();
    const ssize_t got = recv(descriptor_, room.data(), room.size(), MSG_DONTWAIT);
    if (got > 0) answers_.received(static_cast<std::size_t>(got));
    return got > 0 || (got < 0 && (errno == EAGAIN || errno == EINTR));
}

base::Result<bench::HttpAnswer> HttpConnection::call(std::string_view request) {
    if (!send(request)) return base::error("the exchange does not take a request");
    pollfd waiting{descriptor_, POLLIN, 0};
    while (poll(&waiting, 1, call_patience_ms) == 1 && receive())
        if (const auto answer = answers_.next()) return *answer;
    return base::error("the exchange does not answer a request");
}

void HttpConnection::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

}  // namespace bw::apps
