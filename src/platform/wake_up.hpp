// WakeUp: lets a loop sleep without missing work. The loop announces that it will sleep, checks
// once more for work, then sleeps until it is woken or the timeout expires. Waking a loop that is
// awake costs one load.
//
//   sleeper: begin(); look again; nothing there: wait(timeout)     waker: publish the work; wake()
//   or: sleep(timeout, look), which is the left side
//
// It may live in shared memory: sleeper and wakers may be in different processes, and a process
// that dies leaves nothing to repair.
//
// wake() has no fence between publishing and reading the flag: within a few nanoseconds a wake-up
// can be missed, and then the timeout ends the sleep. wake_surely() has one. A sleeper whose wakers
// cannot pay for it uses sleep_in_doubt(): what they have published reaches it within `doubt_ns`.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>

namespace bw::platform {

class WakeUp {
 public:
    /// Sleeper: from now on wake() has an effect.
    void begin() { sleeping_.store(1, std::memory_order_seq_cst); }
    /// Sleeper: found work after all.
    void cancel() { sleeping_.store(0, std::memory_order_relaxed); }
    /// Sleeper: sleeps until wake() or the timeout. Returns whether it was woken; if not, wake()
    /// has an effect until cancel(). Requires: begin() was called.
    bool wait(std::uint64_t timeout_ns);
    /// Sleeps until woken, until `look`, which is called once, finds something (true), or for
    /// `most_ns`. Requires: wakers call wake_surely(), or finish_publishing() before wake().
    template <class Look>
    void sleep(std::uint64_t most_ns, Look&& look) {
        begin();
        if (!look()) wait(most_ns);
        cancel();
    }
    /// How late the sleeper of sleep_in_doubt() can notice what was published.
    static constexpr std::uint64_t doubt_ns = 1'000'000;
    /// As sleep(), for wakers that call wake(): looks again after `doubt_ns`. A waker that read the
    /// flag before begin() had published by then.
    template <class Look>
    void sleep_in_doubt(std::uint64_t most_ns, Look&& look) {
        begin();
        if (!look() && !wait(std::min(most_ns, doubt_ns)) && most_ns > doubt_ns && !look())
            wait(most_ns - doubt_ns);
        cancel();
    }
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
