#include "calendar/calendar.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"

namespace bw::calendar {
namespace {

using model::InstrumentState;
using std::chrono::days;

constexpr std::int64_t day_s = 86'400;
constexpr std::uint64_t second_ns = 1'000'000'000;

bool rises(const PhaseTimes& times) {
    const std::array steps{0,
                           times.pre_open,
                           times.opening_auction,
                           times.trading,
                           times.trading + times.trading_window,
                           times.closing_auction,
                           times.post_close,
                           times.post_close + times.post_close_window,
                           times.closed};
    const bool windows = times.trading_window >= 0 && times.post_close_window >= 0;
    return windows && std::ranges::is_sorted(steps) && times.closed <= times.end_of_day &&
           times.end_of_day < day_s;
}

}  // namespace

std::uint32_t number_of(Date date) {
    const std::chrono::year_month_day parts{date};
    return static_cast<std::uint32_t>(static_cast<int>(parts.year())) * 10'000 +
           static_cast<unsigned>(parts.month()) * 100 + static_cast<unsigned>(parts.day());
}

const PhaseChange& TradingDay::change_to(InstrumentState state) const {
    const auto found = std::ranges::find(changes, state, &PhaseChange::state);
    BW_ASSERT(found != changes.end());
    return *found;
}

Calendar::Calendar(CalendarRules rules, TimeZone zone)
    : rules_(std::move(rules)), zone_(std::move(zone)) {
    BW_ASSERT(std::ranges::find(rules_.weekdays, true) != rules_.weekdays.end());
    BW_ASSERT(rises(rules_.full_day) && rises(rules_.half_day));
}

bool Calendar::is_trading_day(Date date) const {
    const std::chrono::weekday weekday{date};
    return rules_.weekdays[weekday.c_encoding()] && !rules_.holidays.contains(date);
}

std::uint64_t Calendar::moment(Date date, std::int32_t seconds) const {
    const std::int64_t utc = zone_.to_utc(date.time_since_epoch().count() * day_s + seconds);
    return static_cast<std::uint64_t>(std::max<std::int64_t>(utc, 0)) * second_ns;
}

std::optional<TradingDay> Calendar::day(Date date) const {
    if (!is_trading_day(date)) return std::nullopt;
    return phases_of(date);
}

TradingDay Calendar::phases_of(Date date) const {
    const bool half = rules_.half_days.contains(date);
    const PhaseTimes& times = half ? rules_.half_day : rules_.full_day;
    const auto change = [&](InstrumentState state, std::int32_t at, std::int32_t window = 0) {
        return PhaseChange{state, moment(date, at), static_cast<std::uint64_t>(window) * second_ns};
    };
    return TradingDay{
        date,
        half,
        {change(InstrumentState::pre_open, times.pre_open),
         change(InstrumentState::opening_auction, times.opening_auction),
         change(InstrumentState::trading, times.trading, times.trading_window),
         change(InstrumentState::closing_auction, times.closing_auction),
         change(InstrumentState::post_close, times.post_close, times.post_close_window),
         change(InstrumentState::closed, times.closed)},
        moment(date, times.end_of_day)};
}

/// Terminates: at least one weekday trades, and there are finitely many holidays.
TradingDay Calendar::day_from(Date date) const {
    while (!is_trading_day(date)) date += days{1};
    return phases_of(date);
}

TradingDay Calendar::day_until(Date date) const {
    while (!is_trading_day(date)) date -= days{1};
    return phases_of(date);
}

Date Calendar::local_date(std::uint64_t now_ns) const {
    const std::int64_t local = zone_.to_local(static_cast<std::int64_t>(now_ns / second_ns));
    return std::chrono::floor<days>(std::chrono::sys_seconds{std::chrono::seconds{local}});
}

TradingDay Calendar::latest_day(std::uint64_t now_ns) const {
    // If the clock is set back over midnight, it shows yesterday's date although today's phases
    // have begun.
    TradingDay found = day_until(local_date(now_ns) + days{1});
    while (found.opens().at_ns > now_ns) found = day_until(found.date - days{1});
    return found;
}

PhaseChange Calendar::latest_change(std::uint64_t now_ns) const {
    const TradingDay today = latest_day(now_ns);
    PhaseChange latest = today.opens();
    for (const PhaseChange& change : today.changes)
        if (change.at_ns <= now_ns) latest = change;
    return latest;
}

PhaseChange Calendar::next_change(std::uint64_t now_ns) const {
    const TradingDay today = latest_day(now_ns);
    for (const PhaseChange& change : today.changes)
        if (change.at_ns > now_ns) return change;
    return day_from(today.date + days{1}).opens();
}

}  // namespace bw::calendar
