// Gcra: a token bucket in one number (generic cell rate algorithm, ITU-T I.371): the moment at
// which the bucket will be full again. One thread.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bw::net {

class Gcra {
 public:
    /// `per_second` tokens, at most `burst` of them at once; both from 1.
    Gcra(std::uint32_t per_second, std::uint32_t burst)
        : interval_ns_(1'000'000'000u / per_second), depth_ns_(interval_ns_ * burst) {}

    /// Takes a token if there is one.
    [[nodiscard]] bool take(std::uint64_t now_ns) {
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

}  // namespace bw::net
