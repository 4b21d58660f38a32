// What the market as a whole is in, and what a command has touched.
#pragma once

#include <cstdint>

namespace bw::engine {

/// yyyymmdd, looked at as a number only: whether the day exists is the calendar's business.
[[nodiscard]] inline bool is_business_date(std::uint32_t date) {
    return date >= 19000101 && date <= 99991231;
}

struct Market {
    std::uint32_t last_business_date = 0;  ///< of the last day that ended, 0: none yet
    std::uint8_t breaker_level = 0;        ///< highest tripped since the last end of a day
    bool storage_scarce = false;           ///< the logs have no room for entries
};

/// Which instruments the command at hand has touched: those that may have to follow the market.
struct Touched {
    static constexpr std::uint32_t nothing = ~std::uint32_t{0};
    static constexpr std::uint32_t everything = nothing - 1;
    std::uint32_t instrument = nothing;
};

}  // namespace bw::engine
