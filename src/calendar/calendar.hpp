// Calendar: the trading days of a venue, and the moments at which the phases of each begin. Pure:
// no clock, no files.
//
//   pre_open  opening_auction  trading  closing_auction  post_close  closed  end_of_day
//   ┼─────────┼────────────────┼~~~~────┼────────────────┼~~~~───────┼───────┼──────► local time
//                              └ window: the auction ends  └ likewise
//                                at a random moment of it
//
// The calendar gives the earliest moment and the length of a window; RandomWindows picks the
// moment.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "calendar/time_zone.hpp"
#include "model/enums.hpp"

namespace bw::calendar {

/// A day by the venue's wall clock.
using Date = std::chrono::sys_days;

/// yyyymmdd, as in commands and events.
[[nodiscard]] std::uint32_t number_of(Date date);

/// Seconds after local midnight, and lengths in seconds. Requires: ascending from pre_open to
/// end_of_day, each window ends before the next time; end_of_day < 86,400.
struct PhaseTimes {
    std::int32_t pre_open = 0;
    std::int32_t opening_auction = 0;
    std::int32_t trading = 0;
    std::int32_t trading_window = 0;
    std::int32_t closing_auction = 0;
    std::int32_t post_close = 0;
    std::int32_t post_close_window = 0;
    std::int32_t closed = 0;
    std::int32_t end_of_day = 0;
};

struct CalendarRules {
    std::array<bool, 7> weekdays{};  ///< from Sunday; at least one
    std::map<Date, std::string> holidays;
    std::map<Date, std::string> half_days;  ///< never a holiday
    PhaseTimes full_day;
    PhaseTimes half_day;
};

/// The market enters `state` at a moment of [at_ns, at_ns + window_ns]. Nanoseconds since the Unix
/// epoch.
struct PhaseChange {
    model::InstrumentState state = model::InstrumentState::closed;
    std::uint64_t at_ns = 0;
    std::uint64_t window_ns = 0;
};

struct TradingDay {
    static constexpr std::size_t change_count = 6;

    Date date;
    bool half = false;
    /// pre_open first, closed last; ascending in time
    std::array<PhaseChange, change_count> changes;
    std::uint64_t end_ns = 0;  ///< when EndDay is due

    [[nodiscard]] const PhaseChange& opens() const { return changes.front(); }
    [[nodiscard]] const PhaseChange& closes() const { return changes.back(); }
    /// Requires: a state of `changes`.
    [[nodiscard]] const PhaseChange& change_to(model::InstrumentState state) const;
};

class Calendar {
 public:
    Calendar(CalendarRules rules, TimeZone zone);

    [[nodiscard]] bool is_trading_day(Date date) const;
    /// Nothing if `date` is not a trading day.
    [[nodiscard]] std::optional<TradingDay> day(Date date) const;
    /// The first trading day on or after `date`; the last one on or before it.
    [[nodiscard]] TradingDay day_from(Date date) const;
    [[nodiscard]] TradingDay day_until(Date date) const;

    /// The trading day whose first phase began most recently: the one under way, or the last one
    /// that ended.
    [[nodiscard]] TradingDay latest_day(std::uint64_t now_ns) const;
    /// The latest change that is due, taking each at its earliest moment; and the one after it.
    [[nodiscard]] PhaseChange latest_change(std::uint64_t now_ns) const;
    [[nodiscard]] PhaseChange next_change(std::uint64_t now_ns) const;

    /// The date on the venue's wall clock.
    [[nodiscard]] Date local_date(std::uint64_t now_ns) const;
    [[nodiscard]] const CalendarRules& rules() const { return rules_; }
    [[nodiscard]] const TimeZone& zone() const { return zone_; }

 private:
    [[nodiscard]] TradingDay phases_of(Date date) const;
    [[nodiscard]] std::uint64_t moment(Date date, std::int32_t seconds) const;

    CalendarRules rules_;
    TimeZone zone_;
};

}  // namespace bw::calendar
