#include "net/stream.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/tls.hpp"

namespace bw::net {
namespace {

Stream::State state_of_errno() {
    return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR ? Stream::State::blocked
                                                                     : Stream::State::failed;
}

Stream::Result write_plain(int fd, std::span<const std::string_view> pieces) {
    std::array<iovec, Stream::pieces_max> vectors;
    const std::size_t count = std::min(pieces.size(), vectors.size());
    if (count == 0) return {};
    std::size_t wanted = 0;
    for (std::size_t i = 0; i < count; ++i) {
        vectors[i] = {const_cast<char*>(pieces[i].data()), pieces[i].size()};
        wanted += pieces[i].size();
    }
    msghdr message{};
    message.msg_iov = vectors.data();
    message.msg_iovlen = count;
    const ssize_t sent = ::sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) return {0, state_of_errno()};
    const auto bytes = static_cast<std::size_t>(sent);
    return {bytes, bytes < wanted ? Stream::State::blocked : Stream::State::open};
}

}  // namespace

Stream::Stream(Socket socket) : socket_(std::move(socket)) {}
Stream::Stream(Socket socket, std::unique_ptr<TlsSession> tls)
    : socket_(std::move(socket)), tls_(std::move(tls)) {}
Stream::~Stream() = default;
Stream::Stream(Stream&&) noexcept = default;
Stream& Stream::operator=(Stream&&) noexcept = default;

Stream::State Stream::shake_hands() { return tls_ ? tls_->shake_hands() : State::open; }

Stream::Result Stream::read(std::span<char> into) {
    if (tls_) return tls_->read(into);
    const ssize_t got = ::recv(socket_.fd(), into.data(), into.size(), MSG_DONTWAIT);
    if (got < 0) return {0, state_of_errno()};
    if (got == 0) return {0, State::finished};
    const auto bytes = static_cast<std::size_t>(got);
    // Less than asked for: the socket is empty, and news of more will come.
    return {bytes, bytes < into.size() ? State::blocked : State::open};
}

Stream::Result Stream::write(std::span<const std::string_view> pieces) {
    return tls_ ? tls_->write(pieces) : write_plain(socket_.fd(), pieces);
}

bool Stream::has_unsent() const { return tls_ && tls_->has_unsent(); }

void Stream::shut_output() {
    if (tls_) tls_->say_goodbye();
    socket_.shut_output();
}

void Stream::close() {
    tls_.reset();
    socket_.close();
}

}  // namespace bw::net
