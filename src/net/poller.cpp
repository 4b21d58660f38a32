#include "net/poller.hpp"

#include <cerrno>
#include <cstring>
#include <string>

namespace bw::net {
namespace {

constexpr std::uint64_t wake_tag = ~std::uint64_t{0};

bool add(int epoll, int fd, std::uint32_t events, std::uint64_t tag) {
    epoll_event event{};
    event.events = events;
    event.data.u64 = tag;
    return ::epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

}  // namespace

base::Result<void> Poller::open() {
    epoll_ = Socket(::epoll_create1(EPOLL_CLOEXEC));
    if (!epoll_.is_open())
        return base::error(std::string("cannot make an epoll instance: ") + std::strerror(errno) +
                           "; raise the limit of open files");
    if (auto opened = wake_.open(); !opened) return opened;
    if (!add(epoll_.fd(), wake_.fd(), EPOLLIN, wake_tag))
        return base::error(std::string("cannot watch an eventfd: ") + std::strerror(errno));
    return {};
}

bool Poller::add_connection(int fd, std::uint64_t tag) {
    return add(epoll_.fd(), fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, tag);
}

bool Poller::add_listener(int fd, std::uint64_t tag) {
    return add(epoll_.fd(), fd, EPOLLIN | EPOLLEXCLUSIVE, tag);
}

void Poller::remove(int fd) {
    static_cast<void>(::epoll_ctl(epoll_.fd(), EPOLL_CTL_DEL, fd, nullptr));
}

std::span<const Poller::Event> Poller::poll(std::uint64_t timeout_ns) {
    timespec timeout{};
    timeout.tv_sec = static_cast<time_t>(timeout_ns / 1'000'000'000u);
    timeout.tv_nsec = static_cast<long>(timeout_ns % 1'000'000'000u);
    const int ready =
        ::epoll_pwait2(epoll_.fd(), raw_.data(), static_cast<int>(raw_.size()), &timeout, nullptr);
    if (timeout_ns > 0) wake_.end();
    std::size_t count = 0;
    for (int i = 0; i < ready; ++i) {
        const epoll_event& raw = raw_[static_cast<std::size_t>(i)];
        if (raw.data.u64 == wake_tag) continue;
        events_[count++] = {
            .tag = raw.data.u64,
            .readable = (raw.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
            .writable = (raw.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0,
            .ended = (raw.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0};
    }
    return std::span(events_).first(count);
}

}  // namespace bw::net
