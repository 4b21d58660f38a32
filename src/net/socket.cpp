#include "net/socket.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bw::net {
namespace {

sockaddr_storage socket_address(const Address& address, std::uint16_t port, socklen_t& size) {
    sockaddr_storage storage{};
    if (address.is_ipv4()) {
        sockaddr_in v4{};
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        std::memcpy(&v4.sin_addr, &address.bytes[12], sizeof v4.sin_addr);
        std::memcpy(&storage, &v4, size = sizeof v4);
    } else {
        sockaddr_in6 v6{};
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        std::memcpy(&v6.sin6_addr, address.bytes.data(), sizeof v6.sin6_addr);
        std::memcpy(&storage, &v6, size = sizeof v6);
    }
    return storage;
}

std::uint16_t port_of(int fd) {
    sockaddr_storage bound{};
    socklen_t size = sizeof bound;
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &size) != 0) return 0;
    in_port_t port = 0;  // at the same place in both families
    std::memcpy(&port, reinterpret_cast<const char*>(&bound) + offsetof(sockaddr_in, sin_port),
                sizeof port);
    return ntohs(port);
}

bool set_option(int fd, int level, int name, int value) {
    return ::setsockopt(fd, level, name, &value, sizeof value) == 0;
}

/// Set before listen(): accepted sockets inherit them, and the window is negotiated from them.
bool prepare(int fd, const KernelBuffers& buffers) {
    return set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1) &&
           set_option(fd, SOL_SOCKET, SO_SNDBUF, buffers.send_bytes) &&
           set_option(fd, SOL_SOCKET, SO_RCVBUF, buffers.receive_bytes) &&
           set_option(fd, IPPROTO_TCP, TCP_NODELAY, 1);
}

}  // namespace

void Socket::close() {
    if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Socket::shut_output() { static_cast<void>(::shutdown(fd_, SHUT_WR)); }

base::Result<Listener> Listener::open(const std::string& address, std::uint16_t port,
                                      const KernelBuffers& buffers) {
    const auto failed = [&](const char* step) {
        return base::error(fmt::format("cannot {} {}:{}: {}; is another program using the port?",
                                       step, address, port, std::strerror(errno)));
    };
    const auto parsed = Address::parse(address);
    if (!parsed) {
        errno = EINVAL;
        return failed("parse the address");
    }
    socklen_t size = 0;
    const sockaddr_storage storage = socket_address(*parsed, port, size);
    Listener listener;
    listener.socket_ =
        Socket(::socket(storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    const int fd = listener.fd();
    if (fd < 0) return failed("open");
    if (!prepare(fd, buffers)) return failed("prepare");
    if (::bind(fd, reinterpret_cast<const sockaddr*>(&storage), size) != 0) return failed("bind");
    if (::listen(fd, SOMAXCONN) != 0) return failed("listen on");
    listener.port_ = port_of(fd);
    return listener;
}

void Listener::stop() { static_cast<void>(::shutdown(socket_.fd(), SHUT_RDWR)); }

std::optional<Listener::Accepted> Listener::accept(Trouble& trouble) {
    trouble = Trouble::none;
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const int fd = ::accept4(socket_.fd(), reinterpret_cast<sockaddr*>(&peer), &size,
                             SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd >= 0) return Accepted{Socket(fd), address_of(peer)};
    if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
        trouble = Trouble::no_descriptors;
    return std::nullopt;
}

}  // namespace bw::net
