// RateModel: what a rate means, counted with plain numbers that cannot overflow: so many requests
// at once, and so many more per second. A request is regained in whole nanoseconds, rounded up.
#pragma once

#include <algorithm>
#include <cstdint>

#include "access/rate.hpp"

namespace bw::simulation {

class RateModel {
 public:
    RateModel(access::Rate rate, std::uint64_t now_ns)
        : one_((second_ns + rate.per_second - 1) / rate.per_second),
          full_(one_ * rate.burst),
          credit_(full_),
          at_ns_(now_ns) {}

    /// Whether one more request keeps to the rate.
    [[nodiscard]] bool keeps(std::uint64_t now_ns) {
        credit_ = std::min(full_, credit_ + static_cast<__int128>(now_ns - at_ns_));
        at_ns_ = now_ns;
        if (credit_ < one_) return false;
        credit_ -= one_;
        return true;
    }

 private:
    static constexpr __int128 second_ns = 1'000'000'000;

    __int128 one_;  // credit that a request takes; a nanosecond gains 1
    __int128 full_;
    __int128 credit_;
    std::uint64_t at_ns_;
};

}  // namespace bw::simulation
