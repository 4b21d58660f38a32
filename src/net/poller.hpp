// Poller: which descriptors have news (epoll). Connections are registered once, edge-triggered, for
// both directions: an unread connection costs nothing, and no call changes what is waited for.
#pragma once

#include <sys/epoll.h>

#include <array>
#include <cstdint>
#include <span>

#include "base/result.hpp"
#include "net/socket.hpp"
#include "platform/wake_fd.hpp"

namespace bw::net {

class Poller {
 public:
    struct Event {
        std::uint64_t tag;
        bool readable;  ///< or ended, or failed: a read says which
        bool writable;
        bool ended;  ///< the peer sends nothing more
    };

    [[nodiscard]] base::Result<void> open();

    /// Both directions, edge-triggered. Removed when the descriptor is closed. False: the kernel
    /// refuses.
    [[nodiscard]] bool add_connection(int fd, std::uint64_t tag);
    /// Level-triggered; with several pollers, one of them is woken.
    [[nodiscard]] bool add_listener(int fd, std::uint64_t tag);
    void remove(int fd);

    /// What is ready; at most `events_max`. Waits up to `timeout_ns` for the first one, unless
    /// another thread wakes it. The events are valid until the next call.
    [[nodiscard]] std::span<const Event> poll(std::uint64_t timeout_ns);

    /// Between begin_sleep() and the end of poll(), wake() ends the wait. Any thread.
    void begin_sleep() { wake_.begin(); }
    void wake() { wake_.wake(); }

    static constexpr std::size_t events_max = 256;

 private:
    Socket epoll_;
    platform::WakeFd wake_;
    std::array<epoll_event, events_max> raw_{};
    std::array<Event, events_max> events_{};
};

}  // namespace bw::net
