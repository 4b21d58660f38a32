// SharedBudget: so many per second and no more, for any number of threads, and how many were
// refused since somebody last asked. Seconds are those of the caller's clock: a burst at the turn
// of a second may have twice as many. No thread waits for another.
#pragma once

#include <atomic>
#include <cstdint>

namespace bw::base {

class SharedBudget {
 public:
    explicit SharedBudget(std::uint32_t per_second) : per_second_(per_second) {}

    /// Takes one of this second, if one is left. `now_s`: below 2^32.
    [[nodiscard]] bool try_take(std::uint64_t now_s) {
        std::uint64_t seen = taken_.load(std::memory_order_relaxed);
        while (true) {
            const bool fresh = seen >> 32 != now_s;
            if (!fresh && static_cast<std::uint32_t>(seen) >= per_second_) {
                refused_.fetch_add(1, std::memory_order_relaxed);
                return false;
            }
            const std::uint64_t next = fresh ? now_s << 32 | 1 : seen + 1;
            if (taken_.compare_exchange_weak(seen, next, std::memory_order_relaxed)) return true;
        }
    }

    /// How many were refused since the last call.
    [[nodiscard]] std::uint64_t take_refused() {
        if (refused_.load(std::memory_order_relaxed) == 0) return 0;
        return refused_.exchange(0, std::memory_order_relaxed);
    }

 private:
    std::uint32_t per_second_;
    std::atomic<std::uint64_t> taken_{0};  // second in the upper half, how many in the lower
    std::atomic<std::uint64_t> refused_{0};
};

}  // namespace bw::base
