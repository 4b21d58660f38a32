// WakeUp: lets a loop sleep without missing work. The loop announces that it will sleep, checks
// once more for work, then sleeps until it is woken or the timeout expires. Waking a loop that is
// awake costs one load.
//
//   sleeper: begin(); look again; nothing there: wait(timeout)     waker: publish the work; wake()
//
// It may live in shared memory: sleeper and wakers may be in different processes, and a process
// that dies leaves nothing to repair.
//
// wake() has no fence between publishing and reading the flag: within a few nanoseconds a wake-up
// can be missed, and then the timeout ends the sleep. Callers choose timeouts of at most a few
// milliseconds. wake_surely() has one, for sleepers with long timeouts.
#pragma once

#include <atomic>
#include <cstdint>

namespace bw::platform {

class WakeUp {
 public:
    /// Sleeper: from now on wake() has an effect.
    void begin() { sleeping_.store(1, std::memory_order_seq_cst); }
    /// Sleeper: found work after all.
    void cancel() { sleeping_.store(0, std::memory_order_relaxed); }
    /// Sleeper: sleeps until wake() or the timeout. Requires: begin() was called.
    void wait(std::uint64_t timeout_ns);
    /// Sleeps until one of the two is woken, or the timeout. Requires: begin() was called for both.
    static void wait_for_either(WakeUp& first, WakeUp& second, std::uint64_t timeout_ns);

    /// Any thread.
    void wake() {
        if (sleeping_.load(std::memory_order_relaxed) != 0) [[unlikely]]
            wake_sleeper();
    }

    /// Orders what was published before the wake() calls that follow. ThreadSanitizer has no
    /// fences: there a wake-up can be missed, as with wake() alone.
    static void finish_publishing() {
#if !defined(__SANITIZE_THREAD__)
        std::atomic_thread_fence(std::memory_order_seq_cst);  // pairs with begin()
#endif
    }
    /// Any thread.
    void wake_surely() {
        finish_publishing();
        wake();
    }

 private:
    void wake_sleeper();

    alignas(64) std::atomic<std::uint32_t> sleeping_{0};
};

}  // namespace bw::platform
