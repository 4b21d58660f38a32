#include "calendar/configuration.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "calendar/load.hpp"
#include "calendar/tests/support.hpp"

namespace bw::calendar::tests {
namespace {

using std::chrono::days;

const std::string good = R"(name = "Test"
time_zone = "Europe/Berlin"
weekdays = ["monday", "friday"]
holidays = [ { date = 2026-12-25, name = "Christmas" } ]
half_days = [ { date = 2026-12-28, name = "Between the years" } ]
[phases]
pre_open = 08:00:00
opening_auction = 08:50:00
trading = 09:00:00
trading_window = 30
closing_auction = 17:30:00
post_close = 17:35:00
closed = 20:00:00
end_of_day = 20:00:00
[half_day_phases]
closing_auction = 13:30:00
post_close = 13:35:00
[auctions]
indicative_interval = 2
length = 120
window = 0
after_outage = 90
[halts]
limit_state = 10
limit_pause = 20
market_wide_pause = 40
[limit_bands]
window = 60
interval = 5
threshold_ppm = 20000
tiers = [ { from = "0", ppm = 200000 }, { from = "3.0001", ppm = 50000 } ]
)";

/// `good` with a piece exchanged; the message it is refused with.
std::string refusal(const std::string& piece, const std::string& other) {
    std::string text = good;
    const std::size_t at = text.find(piece);
    EXPECT_NE(at, std::string::npos) << piece;
    text.replace(at, piece.size(), other);
    const auto parsed = parse_configuration(text, "x.toml");
    EXPECT_FALSE(parsed) << other;
    return parsed ? "" : parsed.error().message;
}

TEST(Configuration, reads_everything) {
    const auto parsed = parse_configuration(good, "x.toml");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->name, "Test");
    EXPECT_EQ(parsed->time_zone, "Europe/Berlin");
    EXPECT_EQ(parsed->rules.weekdays,
              (std::array<bool, 7>{false, true, false, false, false, true, false}));
    EXPECT_EQ(parsed->rules.holidays.at(date(2026, 12, 25)), "Christmas");
    EXPECT_EQ(parsed->rules.half_days.at(date(2026, 12, 28)), "Between the years");
    EXPECT_EQ(parsed->rules.full_day.trading, hms(9, 0));
    EXPECT_EQ(parsed->rules.full_day.trading_window, 30);
    EXPECT_EQ(parsed->rules.full_day.post_close_window, 0);
    EXPECT_EQ(parsed->rules.half_day.trading, hms(9, 0));
    EXPECT_EQ(parsed->rules.half_day.trading_window, 30);
    EXPECT_EQ(parsed->rules.half_day.post_close, hms(13, 35));
    EXPECT_EQ(parsed->automatics.indicative_interval_s, 2u);
    EXPECT_EQ(parsed->automatics.auction_s, 120u);
    EXPECT_EQ(parsed->automatics.auction_window_s, 0u);
    EXPECT_EQ(parsed->automatics.outage_s, 90u);
    EXPECT_EQ(parsed->automatics.limit_state_s, 10u);
    EXPECT_EQ(parsed->automatics.limit_pause_s, 20u);
    EXPECT_EQ(parsed->automatics.market_wide_pause_s, 40u);
    const LimitBandRules& bands = *parsed->automatics.limit_bands;
    EXPECT_EQ(bands.window_s, 60u);
    EXPECT_EQ(bands.interval_s, 5u);
    EXPECT_EQ(bands.threshold, model::Ppm{20'000});
    ASSERT_EQ(bands.tiers.size(), 2u);
    EXPECT_EQ(bands.tiers[1].from, model::Price{30'001});
    EXPECT_EQ(bands.tiers[1].width, model::Ppm{50'000});
}

TEST(Configuration, what_is_absent_has_a_default) {
    const auto parsed = parse_configuration(good.substr(0, good.find("[auctions]")), "x.toml");
    ASSERT_TRUE(parsed) << parsed.error().message;
    EXPECT_EQ(parsed->automatics.indicative_interval_s, 1u);
    EXPECT_EQ(parsed->automatics.auction_s, 300u);
    EXPECT_EQ(parsed->automatics.limit_state_s, 15u);
    EXPECT_EQ(parsed->automatics.limit_pause_s, 300u);
    EXPECT_EQ(parsed->automatics.market_wide_pause_s, 900u);
    EXPECT_FALSE(parsed->automatics.limit_bands.has_value());
}

TEST(Configuration, an_error_names_file_line_and_what_is_wrong) {
    EXPECT_EQ(refusal("name = \"Test\"", "name = 5"), "x.toml:1: name is not a text in quotes");
    EXPECT_EQ(refusal("name = \"Test\"", ""), "x.toml:1: name is missing");
    EXPECT_EQ(refusal("weekdays = [\"monday\", \"friday\"]", "weekdays = []"),
              "x.toml:3: weekdays is not a list of at least one day");
    EXPECT_EQ(refusal("\"friday\"", "\"Friday\""),
              "x.toml:3: not a weekday: monday to sunday, in quotes");
    EXPECT_EQ(refusal("2026-12-25", "2026-12-26"), "x.toml:4: 20261226 is no trading day anyway");
    EXPECT_EQ(refusal("2026-12-25", "\"2026-12-25\""), "x.toml:4: not a date like 2026-12-25");
    EXPECT_EQ(refusal("2026-12-28", "2026-12-25"), "x.toml:5: 20261225 is listed twice");
    EXPECT_EQ(refusal("trading = 09:00:00", "trading = 9"),
              "x.toml:9: trading is not a time of day like 09:30:00");
    EXPECT_EQ(refusal("trading = 09:00:00", "trading = 08:50:00"),
              "x.toml:9: trading is not after opening_auction");
    EXPECT_EQ(refusal("closing_auction = 17:30:00", "closing_auction = 09:00:30"),
              "x.toml:11: closing_auction is not after trading and its window");
    EXPECT_EQ(refusal("end_of_day = 20:00:00", "end_of_day = 19:59:59"),
              "x.toml:14: end_of_day is not after closed");
    EXPECT_EQ(refusal("closed = 20:00:00\n", ""), "x.toml:6: closed is missing");
    EXPECT_EQ(refusal("trading_window = 30", "trading_window = -1"),
              "x.toml:10: trading_window is not a whole number from 0 to 3600");
    EXPECT_EQ(refusal("closing_auction = 13:30:00", "closing_auction = 18:30:00"),
              "x.toml:17: post_close is not after closing_auction");
    EXPECT_EQ(
        refusal("length = 120", "lenght = 120"),
        "x.toml:20: unknown key lenght; allowed keys are indicative_interval, length, window, "
        "after_outage");
    EXPECT_EQ(refusal("limit_pause = 20", "limit_pause = 1.5"),
              "x.toml:25: limit_pause is not a whole number from 1 to 86400");
    EXPECT_EQ(refusal("\"3.0001\"", "\"0\""),
              "x.toml:31: the first tier is from \"0\", each other from a higher price");
    EXPECT_EQ(refusal("\"3.0001\"", "\"3.00001\""),
              "x.toml:31: from is not a price in quotes, like \"3.00\"");
    EXPECT_EQ(refusal("ppm = 50000", "ppm = 1000000"),
              "x.toml:31: ppm is not a whole number from 1 to 999999");
    EXPECT_EQ(refusal("name = \"Test\"", "name = \"Test").substr(0, 9), "x.toml:1:");
    EXPECT_EQ(refusal("2026-12-25", "2026-02-30").substr(0, 9), "x.toml:4:");
}

TEST(Configuration, half_days_need_their_times) {
    std::string text = good;
    const std::size_t at = text.find("[half_day_phases]");
    text.erase(at, text.find("[auctions]") - at);
    const auto parsed = parse_configuration(text, "x.toml");
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().message, "x.toml:1: half_day_phases is missing");
}

TEST(Configuration, a_time_zone_that_is_not_there_is_told_with_its_line) {
    const std::string path = ::testing::TempDir() + "calendar-test.toml";
    std::string text = good;
    text.replace(text.find("Europe/Berlin"), 13, "Europe/Atlantis");
    std::ofstream(path) << text;
    const auto venue = load_venue(path);
    ASSERT_FALSE(venue);
    EXPECT_EQ(venue.error().message.substr(0, path.size() + 30),
              path + ":2: time zone Europe/Atlantis:");
    EXPECT_FALSE(load_venue(path + ".not-there"));
}

// --- the calendar that comes with the exchange ---

Date nth(int year, unsigned month, unsigned weekday, unsigned n) {
    return Date{std::chrono::year{year} / std::chrono::month{month} /
                std::chrono::weekday{weekday}[n]};
}
Date last(int year, unsigned month, unsigned weekday) {
    return Date{std::chrono::year{year} / std::chrono::month{month} /
                std::chrono::weekday{weekday}[std::chrono::last]};
}
/// Saturday: the Friday before. Sunday: the Monday after.
Date observed(Date day) {
    const unsigned weekday = std::chrono::weekday{day}.c_encoding();
    return day + days{weekday == 6 ? -1 : weekday == 0 ? 1 : 0};
}
/// Gregorian Easter (Meeus, Jones, Butcher).
Date easter(int year) {
    const int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4;
    const int g = (8 * b + 13) / 25, h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
    const int l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 19 * l) / 433;
    const int month = (h + l - 7 * m + 90) / 25, day = (h + l - 7 * m + 33 * month + 19) % 32;
    return date(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
}

std::map<Date, std::string> holidays_by_rule(int year) {
    constexpr unsigned monday = 1, thursday = 4;
    std::map<Date, std::string> out{
        {nth(year, 1, monday, 3), "Martin Luther King Jr. Day"},
        {nth(year, 2, monday, 3), "Washington's Birthday"},
        {easter(year) - days{2}, "Good Friday"},
        {last(year, 5, monday), "Memorial Day"},
        {observed(date(year, 6, 19)), "Juneteenth"},
        {observed(date(year, 7, 4)), "Independence Day"},
        {nth(year, 9, monday, 1), "Labor Day"},
        {nth(year, 11, thursday, 4), "Thanksgiving Day"},
        {observed(date(year, 12, 25)), "Christmas Day"},
    };
    if (std::chrono::weekday{date(year, 1, 1)} != std::chrono::Saturday)
        out.emplace(observed(date(year, 1, 1)), "New Year's Day");
    return out;
}

/// The day after Thanksgiving, and 3 July and 24 December where they are trading days before the
/// holiday itself.
std::map<Date, std::string> half_days_by_rule(int year) {
    const auto holidays = holidays_by_rule(year);
    std::map<Date, std::string> out{{nth(year, 11, 4, 4) + days{1}, "Day after Thanksgiving"}};
    const auto eve = [&](Date day, const char* name) {
        const unsigned weekday = std::chrono::weekday{day}.c_encoding();
        if (weekday >= 1 && weekday <= 5 && !holidays.contains(day)) out.emplace(day, name);
    };
    eve(date(year, 7, 3), "Independence Day Eve");
    eve(date(year, 12, 24), "Christmas Eve");
    return out;
}

TEST(Configuration, the_calendar_that_comes_with_the_exchange_keeps_the_rules_of_its_holidays) {
    const auto venue = load_venue(BW_SOURCE_DIR "/config/calendar-xnys-like.toml");
    ASSERT_TRUE(venue) << venue.error().message;
    std::map<Date, std::string> holidays = holidays_by_rule(2026);
    std::map<Date, std::string> half_days = half_days_by_rule(2026);
    holidays.merge(holidays_by_rule(2027));
    half_days.merge(half_days_by_rule(2027));
    const Calendar& calendar = venue->calendar;
    EXPECT_EQ(calendar.rules().holidays, holidays);
    EXPECT_EQ(calendar.rules().half_days, half_days);
    EXPECT_EQ(calendar.rules().weekdays,
              (std::array<bool, 7>{false, true, true, true, true, true, false}));
    int trading_days = 0;
    for (Date day = date(2026, 1, 1); day < date(2027, 1, 1); day += days{1})
        trading_days += calendar.is_trading_day(day) ? 1 : 0;
    EXPECT_EQ(trading_days, 251);
}

}  // namespace
}  // namespace bw::calendar::tests
