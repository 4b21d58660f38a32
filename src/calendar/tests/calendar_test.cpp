#include "calendar/calendar.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "calendar/load.hpp"
#include "calendar/tests/support.hpp"

namespace bw::calendar::tests {
namespace {

using model::InstrumentState;
using std::chrono::days;

constexpr std::uint64_t minute_ns = 60'000'000'000;
constexpr std::array<bool, 7> monday_to_friday{false, true, true, true, true, true, false};

PhaseTimes full_day() {
    return {.pre_open = hms(6, 30),
            .opening_auction = hms(9, 25),
            .trading = hms(9, 30),
            .trading_window = 30,
            .closing_auction = hms(15, 55),
            .post_close = hms(16, 0),
            .post_close_window = 30,
            .closed = hms(20, 0),
            .end_of_day = hms(20, 15)};
}

Calendar new_york() {
    CalendarRules rules{.weekdays = monday_to_friday,
                        .holidays = {{date(2026, 12, 25), "Christmas"}},
                        .half_days = {{date(2026, 12, 24), "Christmas Eve"}},
                        .full_day = full_day(),
                        .half_day = full_day()};
    rules.half_day.closing_auction = hms(12, 55);
    rules.half_day.post_close = hms(13, 0);
    return {rules, *load_time_zone("America/New_York")};
}

TEST(Calendar, knows_weekends_holidays_and_half_days) {
    const Calendar calendar = new_york();
    EXPECT_TRUE(calendar.is_trading_day(date(2026, 12, 23)));
    EXPECT_FALSE(calendar.is_trading_day(date(2026, 12, 25)));
    EXPECT_FALSE(calendar.is_trading_day(date(2026, 12, 26)));
    EXPECT_FALSE(calendar.day(date(2026, 12, 27)).has_value());
    EXPECT_FALSE(calendar.day(date(2026, 12, 23))->half);
    EXPECT_TRUE(calendar.day(date(2026, 12, 24))->half);
    EXPECT_EQ(calendar.day_from(date(2026, 12, 25)).date, date(2026, 12, 28));
    EXPECT_EQ(calendar.day_until(date(2026, 12, 27)).date, date(2026, 12, 24));
    EXPECT_EQ(calendar.day_until(date(2026, 12, 24)).date, date(2026, 12, 24));
    EXPECT_EQ(number_of(date(2026, 12, 4)), 20261204u);
}

TEST(Calendar, tells_the_moments_of_a_day_in_winter_and_in_summer) {
    const Calendar calendar = new_york();
    const TradingDay winter = *calendar.day(date(2026, 3, 6));
    EXPECT_EQ(winter.change_to(InstrumentState::trading).at_ns,
              utc_ns(date(2026, 3, 6), hms(14, 30)));
    EXPECT_EQ(winter.change_to(InstrumentState::trading).window_ns, 30'000'000'000u);
    EXPECT_EQ(winter.end_ns, utc_ns(date(2026, 3, 7), hms(1, 15)));  // the next day in UTC
    const TradingDay summer = *calendar.day(date(2026, 3, 9));
    EXPECT_EQ(summer.change_to(InstrumentState::trading).at_ns,
              utc_ns(date(2026, 3, 9), hms(13, 30)));
    EXPECT_EQ(calendar.day(date(2026, 12, 24))->change_to(InstrumentState::post_close).at_ns,
              utc_ns(date(2026, 12, 24), hms(18, 0)));
}

TEST(Calendar, tells_the_phase_of_a_moment_and_what_comes_next) {
    const Calendar calendar = new_york();
    const std::uint64_t open = utc_ns(date(2026, 12, 23), hms(14, 30));
    EXPECT_EQ(calendar.latest_change(open).state, InstrumentState::trading);
    EXPECT_EQ(calendar.latest_change(open - 1).state, InstrumentState::opening_auction);
    EXPECT_EQ(calendar.next_change(open - 1).at_ns, open);
    EXPECT_EQ(calendar.next_change(open).state, InstrumentState::closing_auction);

    const std::uint64_t christmas = utc_ns(date(2026, 12, 25), hms(15, 0));
    EXPECT_EQ(calendar.latest_change(christmas).state, InstrumentState::closed);
    EXPECT_EQ(calendar.latest_change(christmas).at_ns, utc_ns(date(2026, 12, 25), hms(1, 0)));
    EXPECT_EQ(calendar.next_change(christmas).state, InstrumentState::pre_open);
    EXPECT_EQ(calendar.next_change(christmas).at_ns, utc_ns(date(2026, 12, 28), hms(11, 30)));
    EXPECT_EQ(calendar.latest_day(christmas).date, date(2026, 12, 24));
}

TEST(Calendar, crosses_leap_days_and_year_ends) {
    CalendarRules rules{.weekdays = {true, true, true, true, true, true, true},
                        .holidays = {},
                        .half_days = {},
                        .full_day = full_day(),
                        .half_day = full_day()};
    const Calendar calendar(rules, TimeZone::utc());
    EXPECT_EQ(calendar.day_from(date(2028, 2, 28) + days{1}).date, date(2028, 2, 29));
    EXPECT_EQ(calendar.latest_day(utc_ns(date(2028, 2, 29), hms(12, 0))).date, date(2028, 2, 29));
    EXPECT_EQ(calendar.latest_day(utc_ns(date(2028, 3, 1), hms(0, 0))).date, date(2028, 2, 29));
    EXPECT_EQ(calendar.latest_day(utc_ns(date(2027, 1, 1), hms(0, 0))).date, date(2026, 12, 31));
    EXPECT_EQ(calendar.next_change(utc_ns(date(2026, 12, 31), hms(23, 59))).at_ns,
              utc_ns(date(2027, 1, 1), hms(6, 30)));
}

TEST(Calendar, a_phase_inside_a_left_out_hour_begins_with_the_change) {
    CalendarRules rules{.weekdays = {true, true, true, true, true, true, true},
                        .holidays = {},
                        .half_days = {},
                        .full_day = {.pre_open = hms(1, 0),
                                     .opening_auction = hms(2, 10),
                                     .trading = hms(2, 50),
                                     .closing_auction = hms(22, 0),
                                     .post_close = hms(22, 30),
                                     .closed = hms(23, 0),
                                     .end_of_day = hms(23, 30)},
                        .half_day = {}};
    rules.half_day = rules.full_day;
    const Calendar calendar(rules, *load_time_zone("America/New_York"));
    const TradingDay spring = *calendar.day(date(2026, 3, 8));
    const std::uint64_t change = utc_ns(date(2026, 3, 8), hms(7, 0));
    EXPECT_EQ(spring.change_to(InstrumentState::opening_auction).at_ns, change);
    EXPECT_EQ(spring.change_to(InstrumentState::trading).at_ns, change);
    EXPECT_EQ(calendar.latest_change(change).state, InstrumentState::trading);
    EXPECT_EQ(calendar.latest_change(change - 1).state, InstrumentState::pre_open);
    const TradingDay autumn = *calendar.day(date(2026, 11, 1));
    EXPECT_EQ(autumn.changes[0].at_ns, utc_ns(date(2026, 11, 1), hms(5, 0)));  // the first 01:00
    EXPECT_EQ(autumn.changes[1].at_ns, utc_ns(date(2026, 11, 1), hms(7, 10)));
}

/// The wall clock watched minute by minute: a phase begins when it first shows its time on its day.
class MinuteByMinute {
 public:
    explicit MinuteByMinute(const CalendarRules& rules) : rules_(rules) {}

    void see(std::int64_t utc) {
        const std::tm clock = LibraryZone::at(utc);
        const Date today = date(clock.tm_year + 1900, static_cast<unsigned>(clock.tm_mon) + 1,
                                static_cast<unsigned>(clock.tm_mday));
        if (today > day_) {
            finish();
            day_ = today;
            step_ = 0;
        }
        if (today < day_) return;  // put back over midnight: today's times have been already
        advance(clock.tm_hour * 3600 + clock.tm_min * 60);
    }
    [[nodiscard]] InstrumentState phase() const { return phase_; }
    [[nodiscard]] bool settled() const { return days_ > 0; }
    [[nodiscard]] std::uint32_t ends() const { return ends_; }

 private:
    void finish() { advance(86'400); }
    void advance(std::int32_t second) {
        if (!rules_.weekdays[std::chrono::weekday{day_}.c_encoding()]) return;
        if (rules_.holidays.contains(day_)) return;
        const PhaseTimes& t = rules_.half_days.contains(day_) ? rules_.half_day : rules_.full_day;
        const std::array times{t.pre_open,   t.opening_auction, t.trading,   t.closing_auction,
                               t.post_close, t.closed,          t.end_of_day};
        constexpr std::array states{InstrumentState::pre_open,   InstrumentState::opening_auction,
                                    InstrumentState::trading,    InstrumentState::closing_auction,
                                    InstrumentState::post_close, InstrumentState::closed};
        while (step_ < times.size() && second >= times[step_]) {
            if (step_ == 0) ++days_;
            if (step_ < states.size()) phase_ = states[step_];
            if (++step_ == times.size()) ++ends_;
        }
    }

    const CalendarRules& rules_;
    Date day_{};
    std::size_t step_ = 0;
    int days_ = 0;
    std::uint32_t ends_ = 0;
    InstrumentState phase_ = InstrumentState::closed;
};

PhaseTimes random_times(std::mt19937_64& random) {
    std::array<std::int32_t, 7> minutes{};
    for (bool rising = false; !rising;) {
        for (auto& minute : minutes) minute = static_cast<std::int32_t>(random() % 1440);
        std::ranges::sort(minutes);
        rising = std::ranges::adjacent_find(minutes) == minutes.end();
    }
    return {.pre_open = minutes[0] * 60,
            .opening_auction = minutes[1] * 60,
            .trading = minutes[2] * 60,
            .closing_auction = minutes[3] * 60,
            .post_close = minutes[4] * 60,
            .closed = minutes[5] * 60,
            .end_of_day = minutes[6] * 60};
}

CalendarRules random_rules(std::mt19937_64& random, Date first) {
    CalendarRules rules;
    for (bool& weekday : rules.weekdays) weekday = random() % 4 != 0;
    rules.weekdays[random() % 7] = true;
    for (int i = 0; i < 20; ++i) {
        rules.holidays.emplace(first + days{random() % 366}, "holiday");
        rules.half_days.emplace(first + days{random() % 366}, "half day");
    }
    std::erase_if(rules.half_days,
                  [&](const auto& entry) { return rules.holidays.contains(entry.first); });
    rules.full_day = random_times(random);
    rules.half_day = random_times(random);
    return rules;
}

/// A day of the year on which the zone's clock is put forward or back, if there is one; else any.
std::int64_t day_of_change(int year, std::mt19937_64& random) {
    std::vector<std::int64_t> changes;
    const std::int64_t begin = utc_seconds(date(year, 1, 1), hms(0, 0));
    for (std::int64_t utc = begin; utc < begin + 365 * 86'400; utc += 86'400)
        if (LibraryZone::at(utc).tm_gmtoff != LibraryZone::at(utc + 86'400).tm_gmtoff)
            changes.push_back(utc);
    if (changes.empty()) return begin + static_cast<std::int64_t>(random() % 365) * 86'400;
    return changes[random() % changes.size()];
}

TEST(Calendar, agrees_with_a_wall_clock_watched_minute_by_minute) {
    std::mt19937_64 random(test_seed());
    const std::vector<std::string> zones{"UTC",
                                         "America/New_York",
                                         "Europe/London",
                                         "America/Havana",
                                         "Australia/Lord_Howe",
                                         "Asia/Kolkata",
                                         "Africa/Cairo",
                                         "America/Nuuk",
                                         "America/Santiago"};
    for (const std::string& name : zones) {
        const int year = 1975 + static_cast<int>(random() % 100);
        const CalendarRules rules = random_rules(random, date(year, 1, 1));
        const Calendar calendar(rules, *load_time_zone(name));
        const LibraryZone theirs(name);
        MinuteByMinute watch(rules);
        const std::int64_t begin = day_of_change(year, random) - 12 * 86'400;
        for (std::int64_t utc = begin - 30 * 86'400; utc < begin + 24 * 86'400; utc += 60) {
            watch.see(utc);
            if (utc < begin || !watch.settled()) continue;
            const auto now = static_cast<std::uint64_t>(utc) * 1'000'000'000u;
            const PhaseChange latest = calendar.latest_change(now);
            ASSERT_EQ(latest.state, watch.phase()) << name << " " << year << " " << utc;
            if (utc / 60 % 16 != 0) continue;
            const PhaseChange next = calendar.next_change(now);
            ASSERT_GT(next.at_ns, now);
            if (next.at_ns == now + minute_ns) continue;
            ASSERT_EQ(calendar.latest_change(now + minute_ns - 1).at_ns, latest.at_ns);
        }
    }
}

}  // namespace
}  // namespace bw::calendar::tests
