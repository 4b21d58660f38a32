// SharedMark: one 64-bit word that several threads and processes change, each change as a whole.
// In plain or shared memory; zeroed memory is a mark of 0. Never waits for another thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace bw::base {

class SharedMark {
 public:
    [[nodiscard]] std::uint64_t value() const {
        return word_.load(std::memory_order_acquire);  // pairs with raise(), change(), set()
    }

    void set(std::uint64_t value) { word_.store(value, std::memory_order_release); }

    /// Raises the mark to `value`. False: it is not below `value`, and stays. Of several calls with
    /// the same value, at most one returns true.
    bool raise(std::uint64_t value) {
        return change([value](std::uint64_t old) {
            return old < value ? std::optional(value) : std::nullopt;
        });
    }

    /// Replaces the mark by `next(mark)`. False: that is nothing, and the mark stays. `next` may be
    /// called several times, and only its last call counts.
    template <class Next>
    bool change(Next&& next) {
        std::uint64_t old = word_.load(std::memory_order_acquire);
        for (;;) {
            const std::optional<std::uint64_t> value = next(old);
            if (!value) return false;
            if (word_.compare_exchange_weak(old, *value, std::memory_order_acq_rel,
                                            std::memory_order_acquire))
                return true;
        }
    }

 private:
    std::atomic<std::uint64_t> word_{0};
    static_assert(std::atomic<std::uint64_t>::is_always_lock_free, "works between processes");
};
static_assert(sizeof(SharedMark) == 8);

}  // namespace bw::base
