// The ranges of values that operators set. docs/internals/trading-rules.md has them too. The engine
// refuses what is outside; gateways say what the range is.
#pragma once

#include <cstdint>

namespace bw::model {

/// Numbers of firms: 0 (none) to this one.
inline constexpr std::uint32_t firm_max = 65'535;
/// Fee tiers: 0 to this one, not included.
inline constexpr std::uint32_t fee_tiers = 16;
/// In parts per million of a notional; a maker's may be as far below 0.
inline constexpr std::int32_t fee_rate_max = 100'000;
/// Each part of a split's ratio: 1 to this one.
inline constexpr std::uint32_t split_part_max = 1'000'000;
/// Levels of a market-wide circuit breaker: 1 to this one.
inline constexpr std::uint8_t breaker_level_max = 3;

}  // namespace bw::model
