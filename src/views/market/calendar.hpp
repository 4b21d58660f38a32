// Where a candle begins and ends. Pure UTC: no time zone data, no leap seconds (Unix time has
// none).
#pragma once

#include <cstdint>

#include "views/market/market_data.hpp"

namespace bw::views::market {

inline constexpr std::size_t resolution_count = 7;

/// Half open: [start, end), nanoseconds since the Unix epoch.
struct Span {
    std::uint64_t start_ns = 0;
    std::uint64_t end_ns = 0;
};

/// The candle of this width that holds the moment. Weeks begin on Monday, months on their first
/// day, at 00:00 UTC.
[[nodiscard]] Span span_of(Resolution resolution, std::uint64_t timestamp_ns);

}  // namespace bw::views::market
