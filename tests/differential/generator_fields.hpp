// What the sources of CommandGenerator share.
#pragma once

#include <algorithm>
#include <limits>

#include "differential/command_generator.hpp"

namespace bw::differential {

inline constexpr std::uint32_t first_accounts = 7;
inline constexpr std::uint32_t firms = 3;

struct Listing {
    std::string_view symbol;
    std::string_view currency;
    std::int64_t tick, reference;
    std::uint64_t lot;
    std::uint32_t collar;
    model::Allocation allocation = model::Allocation::price_time;
    std::int64_t dear_reference = 0;  ///< where the rules allow it, in place of the other
};

/// Coarse and fine, with and without a collar, at the bottom and at the top of the prices, and each
/// allocation.
inline constexpr std::array listings{
    Listing{"ACME", "USD", 1, 10'000, 1, 100'000},
    Listing{"BOLT.A", "USD", 100, 1'000'000, 10, 50'000},
    Listing{"CORK", "EUR", 7, 7'000, 3, 0},
    Listing{"DUNE/X", "EUR", 2'500, 1'999'997'500, 100, 1'000'000, model::Allocation::price_time,
            999'999'997'500},
    Listing{"ELM", "USD", 1, 1, 1, 999'999},
    Listing{"FIR-1", "XAU", 50, 123'450, 1, 3'000},
    Listing{"GUM", "USD", 5, 50'000, 2, 200'000, model::Allocation::lead},
    Listing{"HAZEL", "EUR", 10, 20'000, 4, 100'000, model::Allocation::pro_rata},
    Listing{"IVY", "USD", 2, 8'000, 1, 300'000, model::Allocation::dark},
    Listing{"JADE", "XAU", 50'000'000, 100'000'000, 1, 900'000, model::Allocation::price_time,
            10'000'000'000},
};

inline constexpr std::int64_t largest_int64 = std::numeric_limits<std::int64_t>::max();

}  // namespace bw::differential
