// Timetable: which phase the market is in now, with the random ends drawn, and which trading day
// ends next.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "calendar/calendar.hpp"
#include "model/enums.hpp"
#include "scheduler/random_windows.hpp"

namespace bw::scheduler {

inline constexpr std::uint64_t never_ns = std::numeric_limits<std::uint64_t>::max();

/// Where the market should be. Without a calendar: trading, for ever.
struct MarketPhase {
    model::InstrumentState state = model::InstrumentState::trading;
    std::uint64_t begin_ns = 0;  ///< of this phase
    /// trading, post_close: when the auction before it was due
    std::uint64_t auction_ns = 0;
    std::uint64_t opens_ns = 0;        ///< pre-open of the day
    std::uint64_t next_ns = never_ns;  ///< when to look again
};

/// When the market's auctions last ended; 0: never.
struct AuctionEnds {
    std::uint64_t opening_ns = 0;
    std::uint64_t closing_ns = 0;
};

class Timetable {
 public:
    explicit Timetable(std::optional<calendar::Calendar> calendar)
        : calendar_(std::move(calendar)) {}

    /// `ended`: an auction that ended inside its window does not begin again, whatever a restart
    /// would draw.
    [[nodiscard]] MarketPhase phase_at(std::uint64_t now_ns, const AuctionEnds& ended,
                                       RandomWindows& windows) const;
    /// The phase at the end of a trading day: closed.
    [[nodiscard]] static MarketPhase after(const calendar::TradingDay& day);

    /// The first trading day later than `ended` (yyyymmdd; 0: no day has ended yet, then the first
    /// one that ends after `since_ns`). Nothing without a calendar.
    [[nodiscard]] std::optional<calendar::TradingDay> day_to_end(std::uint32_t ended,
                                                                 std::uint64_t since_ns) const;
    /// Whether `ended` is later than the trading day that is the next to end by the clock: no day
    /// ends then until time has caught up.
    [[nodiscard]] bool is_ahead(std::uint32_t ended, std::uint64_t now_ns) const;

 private:
    std::optional<calendar::Calendar> calendar_;
};

}  // namespace bw::scheduler
