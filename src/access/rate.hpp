// How often a client may ask, and what the RateLimit headers say about it.
#pragma once

#include <cstdint>

namespace bw::access {

struct Rate {
    std::uint32_t per_second = 200;  ///< 1 .. 1,000,000
    std::uint32_t burst = 400;       ///< 1 .. 1,000,000
};

/// The answer of a budget, with the values of the RateLimit headers.
struct RateState {
    bool allowed = true;
    std::uint32_t limit = 0;      ///< burst
    std::uint32_t remaining = 0;  ///< whole requests left
    std::uint32_t reset_s = 0;    ///< until the budget is full again
    std::uint32_t retry_s = 0;    ///< until the next request is allowed; at least 1 when refused
    std::uint32_t per_second = 0;
};

}  // namespace bw::access
