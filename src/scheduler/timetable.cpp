#include "scheduler/timetable.hpp"

#include <algorithm>
#include <chrono>

namespace bw::scheduler {
namespace {

using calendar::PhaseChange;
using calendar::TradingDay;
using model::InstrumentState;
using std::chrono::days;

/// When a change happens, as far as known: before its window begins, the earliest moment.
std::uint64_t moment_of(const PhaseChange& change, std::uint64_t now_ns, const AuctionEnds& ended,
                        RandomWindows& windows) {
    const std::uint64_t end = change.at_ns + change.window_ns;
    const std::uint64_t done =
        change.state == InstrumentState::trading ? ended.opening_ns : ended.closing_ns;
    if (change.window_ns > 0 && done >= change.at_ns && done <= end) return done;
    if (now_ns < change.at_ns || now_ns > end) return change.at_ns;
    return windows.moment_in(change.at_ns, change.window_ns, now_ns);
}

calendar::Date date_of(std::uint32_t yyyymmdd) {
    const std::chrono::year year{static_cast<int>(yyyymmdd / 10'000)};
    const std::chrono::month month{yyyymmdd / 100 % 100};
    return calendar::Date{year / month / std::chrono::day{yyyymmdd % 100}};
}

}  // namespace

MarketPhase Timetable::phase_at(std::uint64_t now_ns, const AuctionEnds& ended,
                                RandomWindows& windows) const {
    if (!calendar_) return {};
    const TradingDay day = calendar_->latest_day(now_ns);
    MarketPhase out;
    out.opens_ns = day.opens().at_ns;
    for (const PhaseChange& change : day.changes) {
        const std::uint64_t moment = moment_of(change, now_ns, ended, windows);
        if (moment > now_ns) {
            out.next_ns = moment;
            return out;
        }
        out.auction_ns = out.begin_ns;
        out.state = change.state;
        out.begin_ns = moment;
    }
    out.next_ns = calendar_->day_from(day.date + days{1}).opens().at_ns;
    return out;
}

MarketPhase Timetable::after(const TradingDay& day) {
    return {.state = InstrumentState::closed,
            .begin_ns = day.closes().at_ns,
            .auction_ns = day.closes().at_ns,
            .opens_ns = day.opens().at_ns,
            .next_ns = never_ns};
}

std::optional<TradingDay> Timetable::day_to_end(std::uint32_t ended, std::uint64_t since_ns) const {
    if (!calendar_) return std::nullopt;
    if (ended != 0) return calendar_->day_from(date_of(ended) + days{1});
    const TradingDay day = calendar_->latest_day(since_ns);
    return day.end_ns > since_ns ? day : calendar_->day_from(day.date + days{1});
}

bool Timetable::is_ahead(std::uint32_t ended, std::uint64_t now_ns) const {
    const auto next = day_to_end(0, now_ns);
    return next && ended > calendar::number_of(next->date);
}

}  // namespace bw::scheduler
