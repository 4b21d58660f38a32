// A year of a venue, second by second around each change of phase, and restarts at every minute of
// a day.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "calendar/load.hpp"
#include "scheduler/tests/small_venue.hpp"

namespace bw::scheduler::tests {
namespace {

using calendar::Calendar;
using calendar::Date;
using calendar::TradingDay;
using std::chrono::days;

constexpr std::uint64_t day_ns = 86'400 * second_ns;

Date date(int year, unsigned month, unsigned day) {
    return Date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
}

const calendar::Venue& new_york() {
    static const calendar::Venue venue =
        *calendar::load_venue(BW_SOURCE_DIR "/config/calendar-xnys-like.toml");
    return venue;
}

SchedulerOptions options() {
    SchedulerOptions out{new_york().calendar, new_york().automatics};
    out.automatics.limit_bands.reset();
    return out;
}

bool is_operator_s(HaltReason reason) {
    return reason != HaltReason::limit_up_limit_down && reason != HaltReason::market_wide;
}

/// Each trading day as the calendar has it, and nothing else.
void expect_plain_days(const std::vector<Entry>& entries, Date first, Date last) {
    const Calendar& calendar = new_york().calendar;
    std::size_t next = 0;
    for (TradingDay day = calendar.day_from(first); day.date <= last;
         day = calendar.day_from(day.date + days{1})) {
        for (const calendar::PhaseChange& change : day.changes) {
            ASSERT_LT(next, entries.size());
            const Entry& entry = entries[next++];
            ASSERT_EQ(entry.to, change.state) << calendar::number_of(day.date);
            ASSERT_GE(entry.at_ns, change.at_ns) << calendar::number_of(day.date);
            ASSERT_LE(entry.at_ns, change.at_ns + change.window_ns + second_ns);
        }
    }
    EXPECT_EQ(next, entries.size());
}

/// The operator and the market do something to instrument 2, whatever its state: most of it is
/// refused or pointless.
void disturb(World& world, std::mt19937_64& random) {
    constexpr std::array reasons{HaltReason::none,        HaltReason::regulatory,
                                 HaltReason::operational, HaltReason::limit_up_limit_down,
                                 HaltReason::market_wide, HaltReason::news_pending};
    constexpr std::array states{trading,         halted,          closed,     pre_open,
                                opening_auction, closing_auction, post_close, volatility_auction};
    switch (random() % 4) {
        case 0: return world.venue.set_state(2, halted, reasons[random() % reasons.size()]);
        case 1: return world.venue.set_state(2, states[random() % states.size()]);
        case 2:
            if (world.venue.state(2) == trading) world.venue.interrupt(2);
            return;
        default:
            if (world.venue.state(2) == trading) world.venue.limit_state(2, random() % 2 == 0);
    }
}

/// In steps of a second around each change of phase, of 20 seconds between them.
void run_until(World& world, std::uint64_t moment_ns) {
    const Calendar& calendar = new_york().calendar;
    constexpr std::uint64_t stride_ns = 20 * second_ns;
    constexpr std::uint64_t busy_ns = 40 * second_ns;
    while (world.clock.now_ns < moment_ns && !::testing::Test::HasFatalFailure()) {
        const std::uint64_t begun = calendar.latest_change(world.clock.now_ns).at_ns;
        const std::uint64_t next = calendar.next_change(world.clock.now_ns).at_ns;
        world.run_until(std::min(begun + busy_ns, moment_ns));
        world.run_until(std::min(next - stride_ns, moment_ns), stride_ns);
        world.run_until(std::min(next, moment_ns));
    }
}

TEST(Year, every_phase_of_2026_comes_in_its_time_whatever_happens_beside_it) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    const Calendar& calendar = new_york().calendar;
    const Date first = date(2026, 1, 1), last = date(2026, 12, 31);
    const std::uint64_t begin = calendar.day_from(first).opens().at_ns - 3'600 * second_ns;
    World world(seed, options(), begin);
    world.start();
    world.venue.list(1);
    world.venue.list(2);
    world.settle();
    world.venue.entries.clear();
    std::size_t refused = 0;
    for (std::uint64_t hour = begin; hour < begin + 364 * day_ns; hour += 3'600 * second_ns) {
        run_until(world, hour + random() % 3'600 * second_ns);
        ASSERT_FALSE(::testing::Test::HasFatalFailure());
        const std::size_t before = world.venue.refused;
        disturb(world, random);
        refused += world.venue.refused - before;  // those of the operator
        if (random() % 20 != 0) continue;
        world.stop();
        world.start();
    }
    ASSERT_FALSE(::testing::Test::HasFatalFailure());

    std::vector<Entry> plain;
    for (const Entry& entry : world.venue.entries)
        if (entry.instrument == 1) plain.push_back(entry);
    expect_plain_days(plain, first, last);

    std::vector<std::uint32_t> ended, expected;
    for (const auto& [when, number] : world.venue.ended_days) ended.push_back(number);
    for (TradingDay day = calendar.day_from(first); day.date <= last;
         day = calendar.day_from(day.date + days{1}))
        expected.push_back(calendar::number_of(day.date));
    EXPECT_EQ(ended, expected);
    // Of its own commands only pauses that came too late were refused.
    EXPECT_LE(world.venue.refused - refused, world.venue.pauses.size());
}

TEST(Year, nobody_trades_before_an_auction_and_no_operator_s_halt_ends_by_itself) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    const std::uint64_t begin = new_york().calendar.day_from(date(2027, 3, 1)).opens().at_ns;
    World world(seed, options(), begin);
    world.start();
    world.venue.list(1);
    world.venue.list(2);
    std::size_t seen = 0;
    std::size_t lifted = 0;
    for (int i = 0; i < 10'000; ++i) {
        run_until(world, world.clock.now_ns + random() % 1'000 * second_ns);
        ASSERT_FALSE(::testing::Test::HasFatalFailure());
        for (; seen < world.venue.entries.size(); ++seen) {
            const Entry& entry = world.venue.entries[seen];
            if (entry.gateway != gateway_number || entry.instrument != 2) continue;
            ASSERT_TRUE(entry.to != trading || is_auction(entry.from)) << name_of(entry.from);
            if (entry.from != halted) continue;
            ASSERT_FALSE(is_operator_s(entry.left_reason)) << name_of(entry.left_reason);
            ++lifted;
        }
        disturb(world, random);
        world.settle();
        const calendar::PhaseChange phase =
            new_york().calendar.latest_change(world.clock.now_ns - 30 * second_ns);
        const bool may_trade = phase.state == trading || phase.state == opening_auction;
        ASSERT_TRUE(may_trade || world.venue.state(2) != trading) << name_of(phase.state);
    }
    EXPECT_GT(lifted, 100u);
}

// --- restarts ---

const TradingDay day = *new_york().calendar.day(date(2026, 11, 24));

/// Where an instrument that was closed over night gets to when the exchange comes up at this
/// moment.
InstrumentState after_a_start(std::uint64_t now_ns) {
    const InstrumentState phase = new_york().calendar.latest_change(now_ns).state;
    if (phase == trading) return opening_auction;  // late, but by an auction
    return phase == post_close ? closed : phase;
}

TEST(Restart, at_every_minute_of_the_day_after_a_night_that_was_not_ended) {
    const std::uint64_t seed = test_seed();
    const std::uint64_t evening = day.opens().at_ns - 10 * 3'600 * second_ns;
    for (std::uint64_t minute = 0; minute < 24 * 60; ++minute) {
        World world(seed + minute, options(), evening);  // Monday, when it is over
        world.start();
        world.venue.list(1);
        world.venue.list(2);
        world.settle();
        ASSERT_EQ(world.venue.state(1), closed);
        world.stop();
        // 40 seconds later: past the window of an auction, if one ends in this minute
        world.clock.now_ns = day.opens().at_ns - 3'560 * second_ns + minute * minute_ns;
        const std::uint64_t started = world.clock.now_ns;
        world.start();
        world.settle();
        ASSERT_EQ(world.venue.state(1), after_a_start(started)) << minute;
        const InstrumentState phase = new_york().calendar.latest_change(started).state;
        if (phase == trading) {
            world.run_until(started + 300 * second_ns - 1, minute_ns);
            const bool closes = started + 300 * second_ns > day.changes[3].at_ns;
            ASSERT_EQ(world.venue.state(1), closes ? closing_auction : opening_auction) << minute;
            world.run_for(32 * second_ns);
            ASSERT_EQ(world.venue.state(1),
                      world.clock.now_ns >= day.changes[3].at_ns ? closing_auction : trading)
                << minute;
        }
        world.run_until(std::max(day.end_ns, started) + second_ns, minute_ns);
        ASSERT_EQ(world.venue.state(2), closed) << minute;
        ASSERT_EQ(world.venue.ended_days.size(), 1u) << minute;
        ASSERT_EQ(world.venue.ended_days[0].second, 20261124u);
        ASSERT_EQ(world.venue.refused, 0u);
    }
}

TEST(Restart, once_a_minute_changes_nothing) {
    const std::uint64_t seed = test_seed();
    World world(seed, options(), day.opens().at_ns - 3'600 * second_ns);
    world.start();
    world.venue.list(1);
    world.settle();
    world.venue.entries.clear();
    while (world.clock.now_ns < day.end_ns + day_ns) {
        world.run_for(minute_ns);
        world.stop();
        world.start();
        world.settle();
    }
    expect_plain_days(world.venue.entries, day.date, day.date + days{1});
    EXPECT_EQ(world.venue.refused, 0u);
}

TEST(Restart, inside_the_windows_of_the_auctions_nothing_is_begun_again) {
    const std::uint64_t seed = test_seed();
    for (std::uint64_t i = 0; i < 300; ++i) {
        World world(seed + i, options(), day.opens().at_ns - minute_ns);
        world.start();
        world.venue.list(1);
        world.settle();
        world.venue.entries.clear();
        for (const std::size_t change : {2, 4}) {
            world.run_until(day.changes[change].at_ns - 30 * second_ns);
            for (int second = 0; second < 70; ++second) {
                world.run_for(second_ns);
                world.stop();
                world.start();
                world.settle();
            }
        }
        world.run_until(day.end_ns);
        expect_plain_days(world.venue.entries, day.date, day.date);
        ASSERT_FALSE(::testing::Test::HasFatalFailure()) << i;
    }
}

/// Down from one minute of the day to another: it ends in the right place, by legal steps, and the
/// next day is a plain one.
TEST(Restart, after_any_time_down_the_next_day_is_a_plain_one) {
    const std::uint64_t seed = test_seed();
    std::mt19937_64 random(seed);
    for (int i = 0; i < 300; ++i) {
        const std::uint64_t begin = day.opens().at_ns - 3'600 * second_ns;
        World world(seed, options(), begin);
        world.start();
        world.venue.list(1);
        world.settle();
        world.run_until(begin + random() % (24 * 60) * minute_ns);
        world.stop();
        world.clock.now_ns += random() % (8 * 24 * 60) * minute_ns;
        world.start();
        world.settle();
        const Date today = new_york().calendar.local_date(world.clock.now_ns);
        const TradingDay next = new_york().calendar.day_from(today + days{1});
        world.run_until(next.opens().at_ns - 1);
        ASSERT_EQ(world.venue.state(1), closed);
        for (const Entry& entry : world.venue.entries)
            ASSERT_TRUE(entry.to != trading || entry.from == opening_auction);
        world.venue.entries.clear();
        world.run_until(next.end_ns + minute_ns);
        expect_plain_days(world.venue.entries, next.date, next.date);
        ASSERT_EQ(world.venue.refused, 0u);
        ASSERT_EQ(world.venue.ended_days.back().second, calendar::number_of(next.date));
        std::size_t days_between = 0;
        for (Date d = day.date; d <= next.date; d += days{1})
            days_between += new_york().calendar.is_trading_day(d) ? 1 : 0;
        ASSERT_EQ(world.venue.ended_days.size(), days_between);
    }
}

}  // namespace
}  // namespace bw::scheduler::tests
