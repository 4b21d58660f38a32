// next_step: what one instrument has to do now to reach the market's phase. All rules of the
// scheduler in one place, without I/O or memory of its own.
//
// - A halt belongs to the operator, unless its reason is limit_up_limit_down or market_wide: those
//   end by themselves, with a volatility auction after their pause, or with the next phase without
//   trading.
// - A state set by somebody other than the scheduler stays until the next phase; a closed
//   instrument stays closed until the next pre-open. But an auction during a trading phase ends by
//   itself, whoever began it, and nobody trades during a phase without trading.
// - An auction that began late, or during a trading phase, lasts as long as a volatility auction.
#pragma once

#include <cstdint>
#include <optional>

#include "calendar/configuration.hpp"
#include "scheduler/market_view.hpp"
#include "scheduler/random_windows.hpp"
#include "scheduler/timetable.hpp"

namespace bw::scheduler {

struct Step {
    std::optional<model::InstrumentState> to;  ///< now
    /// without `to`: when to ask again, unless an event comes first
    std::uint64_t again_ns = never_ns;
};

/// An auction that begins within this time of its schedule is not late.
inline constexpr std::uint64_t late_after_ns = 5'000'000'000;

[[nodiscard]] Step next_step(const InstrumentRow& row, const MarketPhase& phase,
                             const calendar::Automatics& automatics, RandomWindows& windows,
                             std::uint64_t now_ns);

}  // namespace bw::scheduler
