// Gcra: a token bucket in one number (generic cell rate algorithm, ITU-T I.371): the moment at
// which the bucket will be full again. It starts full; the caller gives the time. One thread.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bw::base {

class Gcra {
 public:
    /// Gains a token per `interval_ns`, and holds at most `burst` of them; both from 1.
    Gcra(std::uint64_t interval_ns, std::uint64_t burst)
        : interval_ns_(interval_ns), depth_ns_(interval_ns * burst) {}

    /// Takes a token if there is one. `now_ns`: monotonic.
    [[nodiscard]] bool try_take(std::uint64_t now_ns) {
        const std::uint64_t full_ns = std::max(full_ns_, now_ns) + interval_ns_;
        if (full_ns - now_ns > depth_ns_) return false;
        full_ns_ = full_ns;
        return true;
    }

 private:
    std::uint64_t interval_ns_;
    std::uint64_t depth_ns_;
    std::uint64_t full_ns_ = 0;
};

}  // namespace bw::base
