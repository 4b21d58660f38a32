#include "views/market/calendar.hpp"

#include <array>
#include <chrono>

namespace bw::views::market {
namespace {

constexpr std::uint64_t minute_ns = 60'000'000'000ull;
constexpr std::uint64_t day_ns = 24 * 60 * minute_ns;

constexpr std::array<std::string_view, resolution_count> names{"1m", "5m", "15m", "1h",
                                                               "1d", "1w", "1M"};

Span fixed_span(std::uint64_t timestamp_ns, std::uint64_t width_ns) {
    const std::uint64_t start = timestamp_ns - timestamp_ns % width_ns;
    return {start, start + width_ns};
}

Span week_span(std::uint64_t timestamp_ns) {
    // Day 0, 1970-01-01, was a Thursday: the Monday before it is 3 days earlier, outside of the
    // unsigned range.
    const std::uint64_t day = timestamp_ns / day_ns;
    const std::uint64_t since_monday = (day + 3) % 7;
    if (since_monday > day) return {0, (day + 7 - since_monday) * day_ns};
    return {(day - since_monday) * day_ns, (day - since_monday + 7) * day_ns};
}

Span month_span(std::uint64_t timestamp_ns) {
    using namespace std::chrono;
    const sys_days day{days{static_cast<std::int64_t>(timestamp_ns / day_ns)}};
    const year_month_day date{day};
    const year_month month{date.year(), date.month()};
    const auto start_of = [](year_month m) {
        return static_cast<std::uint64_t>(sys_days{m / 1}.time_since_epoch().count()) * day_ns;
    };
    return {start_of(month), start_of(month + months{1})};
}

}  // namespace

Span span_of(Resolution resolution, std::uint64_t timestamp_ns) {
    switch (resolution) {
        case Resolution::minute_1: return fixed_span(timestamp_ns, minute_ns);
        case Resolution::minute_5: return fixed_span(timestamp_ns, 5 * minute_ns);
        case Resolution::minute_15: return fixed_span(timestamp_ns, 15 * minute_ns);
        case Resolution::hour_1: return fixed_span(timestamp_ns, 60 * minute_ns);
        case Resolution::day_1: return fixed_span(timestamp_ns, day_ns);
        case Resolution::week_1: return week_span(timestamp_ns);
        case Resolution::month_1: return month_span(timestamp_ns);
    }
    return fixed_span(timestamp_ns, minute_ns);
}

std::optional<Resolution> resolution_from(std::string_view text) {
    for (std::size_t i = 0; i < names.size(); ++i)
        if (names[i] == text) return static_cast<Resolution>(i);
    return std::nullopt;
}

std::string_view name_of(Resolution resolution) {
    return names[static_cast<std::size_t>(resolution)];
}

}  // namespace bw::views::market
