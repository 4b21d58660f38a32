#include "buttonwood-bench/local_socket.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bw::apps {
namespace {

constexpr int patience_ms = 10'000;

}  // namespace

base::Result<LocalSocket> LocalSocket::connect(std::uint16_t port) {
    LocalSocket made(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int on = 1;
    if (!made.open() ||
        ::connect(made.descriptor_, reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
            0 ||
        setsockopt(made.descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        return base::error(
            fmt::format("cannot connect to 127.0.0.1:{}: {}", port, std::strerror(errno)));
    return made;
}

bool LocalSocket::send(std::string_view bytes) {
    return ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
           static_cast<ssize_t>(bytes.size());
}

std::optional<std::size_t> LocalSocket::receive(std::span<char> room) {
    const ssize_t got = recv(descriptor_, room.data(), room.size(), MSG_DONTWAIT);
    if (got > 0) return static_cast<std::size_t>(got);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    return std::nullopt;
}

bool LocalSocket::wait_readable() const {
    pollfd waiting{descriptor_, POLLIN, 0};
    return poll(&waiting, 1, patience_ms) == 1;
}

void LocalSocket::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

}  // namespace bw::apps
