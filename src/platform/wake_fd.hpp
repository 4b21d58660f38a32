// WakeFd: wakes a loop that sleeps in poll() or epoll_wait(). The loop registers fd() for reading.
// Waking a loop that is awake costs one load.
//
//   loop: begin(); look again; nothing there: epoll_wait(); end()   waker: publish; wake()
//
// As with WakeUp there is no fence between publishing and reading the flag: within a few
// nanoseconds a wake-up can be missed, and then the timeout ends the sleep. begin() has a fence on
// the loop's side.
#pragma once

#include <atomic>

#include "base/result.hpp"

namespace bw::platform {

class WakeFd {
 public:
    /// Fails when the process has no descriptor left.
    [[nodiscard]] base::Result<void> open();
    WakeFd() = default;
    ~WakeFd();
    WakeFd(const WakeFd&) = delete;
    WakeFd& operator=(const WakeFd&) = delete;

    /// Readable after wake() until end(). Requires: open().
    [[nodiscard]] int fd() const { return fd_; }

    /// Loop: from here on wake() has an effect.
    void begin() { sleeping_.store(true, std::memory_order_seq_cst); }
    /// Loop: awake again.
    void end();

    /// Any thread.
    void wake() {
        if (sleeping_.load(std::memory_order_seq_cst)) [[unlikely]]
            wake_sleeper();
    }

 private:
    void wake_sleeper();

    int fd_ = -1;
    alignas(64) std::atomic<bool> sleeping_{false};
    std::atomic<bool> rung_{false};
};

}  // namespace bw::platform
