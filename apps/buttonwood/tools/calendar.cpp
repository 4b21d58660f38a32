#include "buttonwood/tools/calendar.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "platform/clock.hpp"

namespace bw::apps {
namespace {

using calendar::Date;
using calendar::TradingDay;
using std::chrono::days;

constexpr std::array<const char*, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::string date_text(Date date) {
    const std::uint32_t number = calendar::number_of(date);
    return fmt::format("{:04}-{:02}-{:02}", number / 10'000, number / 100 % 100, number % 100);
}

/// Local time of day, hh:mm:ss.
std::string time_text(const calendar::Venue& venue, std::uint64_t moment_ns) {
    const auto utc = static_cast<std::int64_t>(moment_ns / 1'000'000'000);
    const std::int64_t second = venue.calendar.zone().to_local(utc) % 86'400;
    return fmt::format("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
}

std::string change_text(const calendar::Venue& venue, const calendar::PhaseChange& change) {
    const std::string time = time_text(venue, change.at_ns);
    if (change.window_ns == 0) return time;
    return fmt::format("{} +{}s", time, change.window_ns / 1'000'000'000);
}

std::optional<Date> date_of(const std::string& text) {
    unsigned year = 0, month = 0, day = 0;
    char end = 0;
    if (text.size() != 10 ||
        std::sscanf(text.c_str(), "%4u-%2u-%2u%c", &year, &month, &day, &end) != 3)
        return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)},
                                           std::chrono::month{month}, std::chrono::day{day}};
    if (!date.ok() || year < 1970) return std::nullopt;
    return Date{date};
}

/// The reason why a day has no phases or unusual ones.
std::string note_of(const calendar::CalendarRules& rules, Date date) {
    if (const auto holiday = rules.holidays.find(date); holiday != rules.holidays.end())
        return holiday->second;
    if (const auto half = rules.half_days.find(date); half != rules.half_days.end())
        return half->second;
    return {};
}

void print_day(const calendar::Venue& venue, Date date) {
    const std::string note = note_of(venue.calendar.rules(), date);
    fmt::print("{} {}", date_text(date), weekdays[std::chrono::weekday{date}.c_encoding()]);
    const auto day = venue.calendar.day(date);
    if (!day) return fmt::print("  no trading{}{}\n", note.empty() ? "" : ": ", note);
    for (const auto& change : day->changes) fmt::print("  {:<15}", change_text(venue, change));
    fmt::print("  {}{}{}\n", time_text(venue, day->end_ns), note.empty() ? "" : "  ", note);
}

}  // namespace

std::string describe_now(const calendar::Venue& venue, std::uint64_t now_ns) {
    const auto next = venue.calendar.next_change(now_ns);
    return fmt::format("{} ({}), {}; {} at {} {}", venue.name, venue.time_zone,
                       name_of(venue.calendar.latest_change(now_ns).state), name_of(next.state),
                       date_text(venue.calendar.local_date(next.at_ns)),
                       time_text(venue, next.at_ns));
}

int run_calendar(const CalendarOptions& options) {
    const auto venue = calendar::load_venue(options.file);
    if (!venue) {
        fmt::print(stderr, "buttonwood: {}\n", venue.error().message);
        return 1;
    }
    const std::uint64_t now = platform::SystemClock().realtime_ns();
    const auto given = date_of(options.from);
    if (!options.from.empty() && !given) {
        fmt::print(stderr, "buttonwood: --from {}: is not a date yyyy-mm-dd\n", options.from);
        return 1;
    }
    fmt::print("{}\n\n{:<14}", describe_now(*venue, now), "");
    const TradingDay any = venue->calendar.latest_day(now);
    for (const auto& change : any.changes) fmt::print("  {:<15}", name_of(change.state));
    fmt::print("  end_of_day\n");
    const Date first = given.value_or(venue->calendar.local_date(now));
    for (Date date = first; date < first + days{options.days}; date += days{1})
        print_day(*venue, date);
    return 0;
}

}  // namespace bw::apps
