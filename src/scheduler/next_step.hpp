// next_step: what one instrument has to do now to be where the market is. The rules of the
// scheduler in one place, without I/O or memory of its own.
//
// - A halt is the operator's, unless its reason is limit_up_limit_down or market_wide: those end by
// themselves, after their
//   pause with a volatility auction, or with the next phase that does not trade.
// - What somebody else than the scheduler changed stays until the next phase, and a closed
// instrument until the next pre-open.
//   An auction in a phase that trades ends by itself, whoever began it, and nobody trades in a
//   phase that does not.
// - An auction that began late, or inside a phase that trades, lasts as long as a volatility
// auction.
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
    std::uint64_t again_ns = never_ns;         ///< else: when to ask again, events apart
};

/// An auction that begins within so much of its time began in time.
inline constexpr std::uint64_t late_after_ns = 5'000'000'000;

[[nodiscard]] Step next_step(const InstrumentRow& row, const MarketPhase& phase,
                             const calendar::Automatics& automatics, RandomWindows& windows,
                             std::uint64_t now_ns);

}  // namespace bw::scheduler
