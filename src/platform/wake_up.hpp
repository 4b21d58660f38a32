// WakeUp: lets a loop sleep without being late: it says that it is about to, looks once more for
// work, then sleeps until somebody wakes it or the time is over. Waking a loop that does not sleep
// costs one load.
//
//   sleeper: begin(); look again; nothing there: wait(timeout)     waker: publish the work; wake()
//
// It may lie in shared memory: sleeper and wakers may be of different processes, and whoever dies
// leaves nothing that needs repair.
//
// There is no fence between publishing and looking at the flag: in a window of nanoseconds a wake
// can be missed, and then the timeout ends the sleep. Callers choose timeouts of at most a few
// milliseconds.
#pragma once

#include <atomic>
#include <cstdint>

namespace bw::platform {

class WakeUp {
 public:
    /// Sleeper: from now on wake() does something.
    void begin() { sleeping_.store(1, std::memory_order_seq_cst); }
    /// Sleeper: there was work after all.
    void cancel() { sleeping_.store(0, std::memory_order_relaxed); }
    /// Sleeper: sleeps until wake() or the timeout. Requires: begin() was called.
    void wait(std::uint64_t timeout_ns);

    /// Any thread.
    void wake() {
        if (sleeping_.load(std::memory_order_relaxed) != 0) [[unlikely]]
            wake_sleeper();
    }

 private:
    void wake_sleeper();

    alignas(64) std::atomic<std::uint32_t> sleeping_{0};
};

}  // namespace bw::platform
