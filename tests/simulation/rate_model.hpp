// RateModel: what a rate means, counted with plain numbers that cannot overflow: so many requests
// at once, and so many more per second.
#pragma once

#include <algorithm>
#include <cstdint>

#include "access/rate_limiter.hpp"

namespace bw::simulation {

class RateModel {
 public:
    RateModel(access::Rate rate, std::uint64_t now_ns)
        : rate_(rate), credit_(full()), at_ns_(now_ns) {}

    /// Whether one more request keeps to the rate.
    [[nodiscard]] bool keeps(std::uint64_t now_ns) {
        credit_ = std::min(full(), credit_ + static_cast<__int128>(now_ns - at_ns_) *
                                                 static_cast<__int128>(rate_.per_second));
        at_ns_ = now_ns;
        if (credit_ < one) return false;
        credit_ -= one;
        return true;
    }

 private:
    // a request, in nanoseconds x requests per second
    static constexpr __int128 one = 1'000'000'000;
    [[nodiscard]] __int128 full() const { return rate_.burst * one; }

    access::Rate rate_;
    __int128 credit_;
    std::uint64_t at_ns_;
};

}  // namespace bw::simulation
