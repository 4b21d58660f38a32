#include "scheduler/phase_scheduler.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "calendar/load.hpp"
#include "scheduler/tests/small_venue.hpp"

namespace bw::scheduler::tests {
namespace {

using calendar::Date;
using calendar::TradingDay;

Date date(int year, unsigned month, unsigned day) {
    return Date{std::chrono::year{year} / std::chrono::month{month} / std::chrono::day{day}};
}

const calendar::Venue& new_york() {
    static const calendar::Venue venue =
        *calendar::load_venue(BW_SOURCE_DIR "/config/calendar-xnys-like.toml");
    return venue;
}

/// The calendar that comes with the exchange, without limit bands.
SchedulerOptions options() {
    SchedulerOptions out{new_york().calendar, new_york().automatics};
    out.automatics.limit_bands.reset();
    return out;
}

const TradingDay day = *new_york().calendar.day(date(2026, 11, 24));  // a Tuesday

std::uint64_t at(InstrumentState state) { return day.change_to(state).at_ns; }
constexpr std::uint64_t window_ns = 30 * second_ns;

/// Running since the evening before, with instruments 1 to 3, all closed.
std::unique_ptr<World> evening_before(std::uint64_t seed) {
    auto world = std::make_unique<World>(seed, options(), day.opens().at_ns - 3'600 * second_ns);
    world->start();
    for (std::uint32_t id = 1; id <= 3; ++id) world->venue.list(id);
    world->settle();
    world->venue.entries.clear();
    world->venue.market_wide = 0;
    return world;
}

std::vector<Entry> entries_of(const World& world, std::uint32_t instrument) {
    std::vector<Entry> out;
    std::ranges::copy_if(world.venue.entries, std::back_inserter(out),
                         [&](const Entry& entry) { return entry.instrument == instrument; });
    return out;
}

TEST(PhaseScheduler, a_day_goes_through_its_phases_as_changes_of_the_whole_market) {
    const auto world = evening_before(test_seed());
    world->run_until(day.end_ns - 1);
    const auto entries = entries_of(*world, 2);
    ASSERT_EQ(entries.size(), day.changes.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(entries[i].to, day.changes[i].state);
        EXPECT_GE(entries[i].at_ns, day.changes[i].at_ns);
        EXPECT_LE(entries[i].at_ns, day.changes[i].at_ns + day.changes[i].window_ns + second_ns);
    }
    EXPECT_EQ(world->venue.market_wide, day.changes.size());
    EXPECT_EQ(world->venue.refused, 0u);
    EXPECT_TRUE(world->venue.ended_days.empty());
    world->run_for(second_ns);
    ASSERT_EQ(world->venue.ended_days.size(), 1u);
    EXPECT_EQ(world->venue.ended_days[0].second, 20261124u);
}

/// A market that trades, and reopens by auction after an outage of more than a minute.
std::unique_ptr<World> trading_world(std::uint32_t outage_s) {
    SchedulerOptions given = options();
    given.automatics.outage_s = outage_s;
    auto world = std::make_unique<World>(test_seed(), given, day.opens().at_ns - 3'600 * second_ns);
    world->start();
    for (std::uint32_t id = 1; id <= 3; ++id) world->venue.list(id);
    world->run_until(at(trading) + 30 * minute_ns);
    EXPECT_EQ(world->venue.state(1), trading);
    return world;
}

TEST(PhaseScheduler, a_market_that_was_away_for_long_reopens_by_an_auction) {
    const auto world = trading_world(60);
    world->venue.set_state(3, halted, HaltReason::regulatory);
    world->fail_for(61 * second_ns);
    EXPECT_EQ(world->venue.state(1), volatility_auction);
    EXPECT_EQ(world->venue.state(2), volatility_auction);
    EXPECT_EQ(world->venue.state(3), halted) << "that is the operator's";
    world->run_for((options().automatics.auction_s + options().automatics.auction_window_s + 1) *
                   second_ns);
    EXPECT_EQ(world->venue.state(1), trading);
}

TEST(PhaseScheduler, a_market_that_was_away_shortly_goes_on) {
    const auto world = trading_world(60);
    world->venue.trade(1, 1'000'000);
    world->fail_for(60 * second_ns);
    EXPECT_EQ(world->venue.state(1), trading);
    world->run_for(10 * minute_ns);
    EXPECT_EQ(world->venue.state(1), trading);
}

TEST(PhaseScheduler, without_a_bound_of_an_outage_every_market_goes_on) {
    const auto world = trading_world(0);
    world->fail_for(60 * minute_ns);
    EXPECT_EQ(world->venue.state(1), trading);
}

TEST(PhaseScheduler, a_market_that_comes_back_for_the_close_goes_there) {
    const auto world = trading_world(60);
    world->fail_for(at(closing_auction) + minute_ns - world->clock.now_ns);
    EXPECT_EQ(world->venue.state(1), closing_auction);
}

codec::EndDay end_of(std::uint32_t date) {
    codec::EndDay command{};
    command.business_date = date;
    return command;
}

TEST(PhaseScheduler, a_date_far_ahead_is_told_and_there_is_a_way_back) {
    const auto world = evening_before(test_seed());
    EXPECT_EQ(world->hindrance(), Hindrance::none);
    world->venue.ask(end_of(99991231));
    world->run_until(day.end_ns + minute_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::days_ahead);
    EXPECT_EQ(world->venue.ended_days.size(), 1u);
    world->venue.set_last_day(20261123);
    world->run_for(minute_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::none);
    ASSERT_EQ(world->venue.ended_days.size(), 1u);
    EXPECT_EQ(world->venue.ended_days[0].second, 20261124u);
}

TEST(PhaseScheduler, a_day_that_ended_early_is_no_hindrance) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + minute_ns);
    world->venue.ask(end_of(20261124));
    world->run_for(minute_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::none);
    world->venue.ask(end_of(20261125));
    world->run_for(minute_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::days_ahead);
}

TEST(PhaseScheduler, refusals_in_a_row_are_told_until_one_command_is_taken) {
    const auto world = evening_before(test_seed());
    world->venue.refuses_all = true;
    world->run_until(at(pre_open) + second_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::none);
    world->run_for(minute_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::refused);
    world->venue.refuses_all = false;
    world->run_for(minute_ns);
    EXPECT_EQ(world->hindrance(), Hindrance::none);
    EXPECT_EQ(world->venue.state(1), pre_open);
}

TEST(PhaseScheduler, auctions_end_anywhere_in_their_window) {
    const std::uint64_t seed = test_seed();
    std::set<std::uint64_t> opening, closing;
    for (std::uint64_t i = 0; i < 200; ++i) {
        World world(seed + i, options(), at(opening_auction) - minute_ns);
        world.start();
        world.venue.list(1);
        world.run_until(at(trading) - second_ns);
        world.run_until(at(trading) + window_ns, 100'000'000);
        world.run_until(at(post_close) - second_ns);
        world.run_until(at(post_close) + window_ns, 100'000'000);
        for (const Entry& entry : world.venue.entries) {
            if (entry.to == trading) opening.insert(entry.at_ns - at(trading));
            if (entry.to == post_close) closing.insert(entry.at_ns - at(post_close));
        }
    }
    for (const auto* ends : {&opening, &closing}) {
        ASSERT_GT(ends->size(), 100u);
        EXPECT_LT(*ends->begin(), 2 * second_ns);
        EXPECT_GT(*ends->rbegin(), window_ns - 2 * second_ns);
        EXPECT_LE(*ends->rbegin(), window_ns);
        const auto middle = std::distance(ends->begin(), ends->lower_bound(window_ns / 2));
        EXPECT_GT(middle, static_cast<std::ptrdiff_t>(ends->size() / 4));
        EXPECT_LT(middle, static_cast<std::ptrdiff_t>(ends->size() * 3 / 4));
    }
}

TEST(PhaseScheduler, indicative_prices_are_asked_for_every_second_of_an_auction) {
    const auto world = evening_before(test_seed());
    world->run_until(at(opening_auction) - 1);
    EXPECT_TRUE(world->venue.indicatives.empty());
    world->run_until(at(trading));
    EXPECT_NEAR(static_cast<double>(world->venue.indicatives.size()), 300, 2);
    world->run_until(at(trading) + window_ns);
    const std::size_t opening = world->venue.indicatives.size();
    world->run_until(at(closing_auction) - 1);
    EXPECT_EQ(world->venue.indicatives.size(), opening);
}

TEST(PhaseScheduler, an_operator_s_halt_is_respected_over_days) {
    for (const HaltReason reason :
         {HaltReason::none, HaltReason::regulatory, HaltReason::news_pending,
          HaltReason::volatility, HaltReason::operational}) {
        const auto world = evening_before(test_seed());
        world->run_until(at(trading) + minute_ns);
        world->venue.set_state(2, halted, reason);
        world->run_until(day.end_ns + 3 * 86'400 * second_ns, minute_ns);
        EXPECT_EQ(world->venue.state(2), halted);
        EXPECT_EQ(world->venue.reason(2), reason);
        EXPECT_EQ(entries_of(*world, 2).back().to, halted);
        EXPECT_GT(entries_of(*world, 1).size(), 12u);  // the others went on
    }
}

TEST(PhaseScheduler, a_halt_of_the_whole_market_is_respected_and_its_end_too) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + minute_ns);
    world->venue.set_state(0, halted, HaltReason::operational);
    world->run_until(at(closing_auction) - 3'600 * second_ns, minute_ns);
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(world->venue.state(id), halted);
    world->venue.set_state(0, opening_auction);
    world->run_for(299 * second_ns);
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(world->venue.state(id), opening_auction);
    world->run_for(32 * second_ns);
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(world->venue.state(id), trading);
    EXPECT_EQ(entries_of(*world, 1).back().at_ns, entries_of(*world, 3).back().at_ns);
}

TEST(PhaseScheduler, a_volatility_auction_ends_by_itself_and_alone) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + 10 * minute_ns);
    world->venue.interrupt(2);
    const std::uint64_t began = world->clock.now_ns;
    world->run_for(300 * second_ns - 1);
    EXPECT_EQ(world->venue.state(2), volatility_auction);
    world->run_for(32 * second_ns);
    EXPECT_EQ(world->venue.state(2), trading);
    const Entry end = entries_of(*world, 2).back();
    EXPECT_GE(end.at_ns, began + 300 * second_ns);
    EXPECT_LE(end.at_ns, began + 331 * second_ns);
    EXPECT_EQ(entries_of(*world, 1).size(), 3u);  // nothing happened to the others
}

TEST(PhaseScheduler, the_closing_auction_takes_over_a_volatility_auction) {
    const auto world = evening_before(test_seed());
    world->run_until(at(closing_auction) - minute_ns);
    world->venue.interrupt(2);
    world->run_until(at(closing_auction) + second_ns);
    EXPECT_EQ(world->venue.state(2), closing_auction);
    world->run_until(at(post_close) + window_ns + second_ns);
    EXPECT_EQ(world->venue.state(2), post_close);
}

TEST(PhaseScheduler, a_limit_state_pauses_trading_and_the_pause_ends_in_an_auction) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + 10 * minute_ns);
    const std::uint64_t began = world->clock.now_ns;
    const std::uint64_t command = world->venue.limit_state(2, true);
    world->run_until(began + 15 * second_ns - 1);
    EXPECT_TRUE(world->venue.pauses.empty());
    world->run_for(second_ns);
    ASSERT_EQ(world->venue.pauses.size(), 1u);
    EXPECT_EQ(world->venue.pauses[0].since.value(), command);
    EXPECT_EQ(world->venue.reason(2), HaltReason::limit_up_limit_down);
    world->run_until(began + 314 * second_ns);
    EXPECT_EQ(world->venue.state(2), halted);
    world->run_until(began + 317 * second_ns);
    EXPECT_EQ(world->venue.state(2), volatility_auction);
    world->run_until(began + 650 * second_ns);
    EXPECT_EQ(world->venue.state(2), trading);
    EXPECT_EQ(world->venue.pauses.size(), 1u);
}

TEST(PhaseScheduler, a_limit_state_that_ends_in_time_pauses_nothing) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + 10 * minute_ns);
    world->venue.limit_state(2, true);
    world->run_for(10 * second_ns);
    world->venue.limit_state(2, false);
    world->run_for(2 * second_ns);
    world->venue.limit_state(2, true);  // counts from now
    world->run_for(10 * second_ns);
    EXPECT_TRUE(world->venue.pauses.empty());
    world->run_for(6 * second_ns);
    EXPECT_EQ(world->venue.pauses.size(), 1u);
}

TEST(PhaseScheduler, breaker_levels_1_and_2_end_after_a_quarter_of_an_hour) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + 10 * minute_ns);
    world->venue.set_state(3, halted, HaltReason::regulatory);
    world->venue.trip_breaker(1);
    const std::uint64_t began = world->clock.now_ns;
    world->run_until(began + 15 * minute_ns - 1);
    EXPECT_EQ(world->venue.state(1), halted);
    world->run_for(second_ns);
    EXPECT_EQ(world->venue.state(1), volatility_auction);
    EXPECT_EQ(world->venue.state(2), volatility_auction);
    EXPECT_EQ(world->venue.state(3), halted);
    world->run_for(331 * second_ns);
    EXPECT_EQ(world->venue.state(1), trading);
    EXPECT_EQ(world->venue.state(3), halted);
}

TEST(PhaseScheduler, breaker_level_3_closes_for_the_day) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + 10 * minute_ns);
    world->venue.trip_breaker(3);
    world->run_until(day.end_ns + second_ns);
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(entries_of(*world, id).back().to, closed);
    EXPECT_EQ(entries_of(*world, 1).size(), 4u);
    EXPECT_EQ(world->venue.ended_days.size(), 1u);
    world->run_until(at(trading) + 86'400 * second_ns + minute_ns);
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(world->venue.state(id), trading);
}

TEST(PhaseScheduler, what_an_operator_closed_or_opened_stays_so_for_its_time) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + 10 * minute_ns);
    world->venue.set_state(1, closed);           // until the next pre-open
    world->venue.set_state(2, closing_auction);  // until the next phase, which is that
    world->run_until(at(closing_auction) - second_ns);
    EXPECT_EQ(world->venue.state(1), closed);
    EXPECT_EQ(world->venue.state(2), closing_auction);
    EXPECT_EQ(world->venue.state(3), trading);
    world->run_until(at(post_close) + minute_ns);
    EXPECT_EQ(world->venue.state(1), closed);
    EXPECT_EQ(world->venue.state(2), post_close);
    world->run_until(at(trading) + 86'400 * second_ns + minute_ns);
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(world->venue.state(id), trading);
}

TEST(PhaseScheduler, a_halt_that_is_lifted_at_night_opens_nothing) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + minute_ns);
    world->venue.set_state(2, halted, HaltReason::regulatory);
    world->run_until(day.end_ns + 3'600 * second_ns);
    world->venue.set_state(2, trading);
    world->settle();
    EXPECT_EQ(world->venue.state(2), closed);
    world->run_until(at(trading) + 86'400 * second_ns + minute_ns);
    EXPECT_EQ(world->venue.state(2), trading);
}

TEST(PhaseScheduler, a_new_instrument_goes_where_the_market_is) {
    const auto world = evening_before(test_seed());
    world->venue.list(4);
    world->settle();
    EXPECT_EQ(world->venue.state(4), closed);
    world->run_until(at(opening_auction) + minute_ns);
    world->venue.list(5);
    world->settle();
    EXPECT_EQ(world->venue.state(5), opening_auction);
    const auto entries = entries_of(*world, 5);
    ASSERT_EQ(entries.size(), 3u);  // closed, pre_open, opening_auction
    world->run_until(at(trading) + minute_ns);
    world->venue.list(6);
    world->settle();
    EXPECT_EQ(world->venue.state(6), trading);
}

TEST(PhaseScheduler, every_day_missed_is_ended_in_order_and_the_market_opens_late_by_an_auction) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + minute_ns);
    world->stop();
    // A Tuesday. Thursday is Thanksgiving, Friday a half day.
    world->clock.now_ns = at(trading) + 6 * 86'400 * second_ns + 3'600 * second_ns;  // Monday
    world->start();
    world->settle();
    std::vector<std::uint32_t> dates;
    for (const auto& [when, number] : world->venue.ended_days) dates.push_back(number);
    EXPECT_EQ(dates, (std::vector<std::uint32_t>{20261124, 20261125, 20261127}));
    for (std::uint32_t id = 1; id <= 3; ++id) EXPECT_EQ(world->venue.state(id), opening_auction);
    world->run_for(299 * second_ns);
    EXPECT_EQ(world->venue.state(1), opening_auction);
    world->run_for(32 * second_ns);
    EXPECT_EQ(world->venue.state(1), trading);
    std::vector<InstrumentState> way;
    for (const Entry& entry : entries_of(*world, 1)) way.push_back(entry.to);
    EXPECT_EQ(way, (std::vector{pre_open, opening_auction, trading, closed, pre_open,
                                opening_auction, trading}));
}

TEST(PhaseScheduler, a_ring_that_is_full_only_delays) {
    const auto world = evening_before(test_seed());
    for (std::uint32_t id = 4; id <= 40; ++id) world->venue.list(id);
    world->venue.set_state(7, halted, HaltReason::regulatory);  // closed cannot be halted: refused
    world->settle();
    world->run_until(at(trading) + minute_ns);
    world->venue.set_state(7, halted, HaltReason::regulatory);  // so the others go one by one
    world->venue.room = 3;
    world->run_until(at(closing_auction) + second_ns);
    for (std::uint32_t id = 1; id <= 40; ++id)
        EXPECT_EQ(world->venue.state(id), id == 7 ? halted : closing_auction) << id;
}

TEST(PhaseScheduler, a_clock_that_is_put_back_undoes_nothing) {
    const auto world = evening_before(test_seed());
    world->run_until(at(trading) + minute_ns);
    ASSERT_EQ(world->venue.state(1), trading);
    const std::size_t changes = world->venue.entries.size();
    world->clock.now_ns = at(opening_auction);
    world->settle();
    world->stop();
    world->start();
    world->settle();
    EXPECT_EQ(world->venue.entries.size(), changes);
}

TEST(PhaseScheduler, without_a_calendar_the_market_trades_and_only_interruptions_end) {
    World world(test_seed(), SchedulerOptions{}, at(trading));
    world.start();
    for (std::uint32_t id = 1; id <= 3; ++id) world.venue.list(id);
    world.run_for(3 * 86'400 * second_ns);
    EXPECT_TRUE(world.venue.entries.empty());
    EXPECT_TRUE(world.venue.ended_days.empty());
    world.venue.set_state(1, halted, HaltReason::operational);
    world.venue.set_state(2, closed);
    world.venue.interrupt(3);
    world.run_for(3'600 * second_ns);
    EXPECT_EQ(world.venue.state(1), halted);
    EXPECT_EQ(world.venue.state(2), closed);
    EXPECT_EQ(world.venue.state(3), trading);
    EXPECT_EQ(world.venue.entries.size(), 4u);
}

// --- limit bands ---

std::unique_ptr<World> with_bands() {
    SchedulerOptions all = options();
    all.automatics.limit_bands = new_york().automatics.limit_bands;
    auto world = std::make_unique<World>(test_seed(), all, day.opens().at_ns - minute_ns);
    world->start();
    world->venue.list(1);
    world->run_until(at(trading) + window_ns);
    return world;
}

TEST(PhaseScheduler, limit_bands_follow_the_mean_of_the_trades) {
    const auto world = with_bands();
    auto& bands = world->venue.bands;
    ASSERT_EQ(bands.size(), 1u);  // 100 and 5 %
    EXPECT_EQ(bands[0].second.lower, model::Price{950'000});
    EXPECT_EQ(bands[0].second.upper, model::Price{1'050'000});
    world->run_for(minute_ns);
    world->venue.trade(1, 1'008'000);  // mean 100.80: less than 1 %
    world->run_for(minute_ns);
    EXPECT_EQ(bands.size(), 1u);
    world->venue.trade(1, 1'012'000);  // mean 101.00: 1 %
    world->run_for(2 * second_ns);
    ASSERT_EQ(bands.size(), 2u);
    EXPECT_EQ(bands[1].second.lower, model::Price{959'500});
    EXPECT_EQ(bands[1].second.upper, model::Price{1'060'500});
    for (int i = 0; i < 8; ++i) world->venue.trade(1, 1'040'000);
    world->run_for(25 * second_ns);
    EXPECT_EQ(bands.size(), 2u);  // they rest for 30 seconds
    world->run_for(7 * second_ns);
    EXPECT_EQ(bands.size(), 3u);
    world->run_for(310 * second_ns);  // the trades are too old now
    EXPECT_EQ(bands.size(), 3u);
}

TEST(PhaseScheduler, limit_bands_are_taken_off_outside_of_trading) {
    const auto world = with_bands();
    world->run_until(at(closing_auction) + second_ns);
    auto& bands = world->venue.bands;
    ASSERT_EQ(bands.size(), 2u);
    EXPECT_EQ(bands[1].second.upper, model::Price{0});
    world->run_until(at(trading) + 86'400 * second_ns + minute_ns);
    EXPECT_EQ(bands.size(), 3u);
    EXPECT_EQ(world->venue.refused, 0u);
}

TEST(PhaseScheduler, a_restart_keeps_the_limit_bands) {
    const auto world = with_bands();
    world->run_for(minute_ns);
    world->venue.trade(1, 1'005'000);
    world->stop();
    world->start();
    world->run_for(5 * minute_ns);
    EXPECT_EQ(world->venue.bands.size(), 1u);
}

}  // namespace
}  // namespace bw::scheduler::tests
