#include "gateway/rest/time_text.hpp"

#include <chrono>

#include "base/decimal.hpp"

namespace bw::gateway::rest {

namespace {

constexpr std::uint64_t ns_per_s = 1'000'000'000;
constexpr std::uint64_t ns_per_ms = 1'000'000;
constexpr std::uint64_t latest_ms = 16'725'225'600'000;  // 2500-01-01: the first that is too late

/// Removes the first `size` characters and returns their value; nothing unless all are digits.
std::optional<unsigned> digits(std::string_view& text, std::size_t size) {
    if (text.size() < size) return std::nullopt;
    unsigned value = 0;
    for (const char c : text.substr(0, size)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    text.remove_prefix(size);
    return value;
}

bool skip(std::string_view& text, char expected) {
    if (text.empty() || text.front() != expected) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::uint64_t> parse_iso(std::string_view text) {
    const auto year = digits(text, 4);
    if (!year || !skip(text, '-')) return std::nullopt;
    const auto month = digits(text, 2);
    if (!month || !skip(text, '-')) return std::nullopt;
    const auto day = digits(text, 2);
    if (!day || !skip(text, 'T')) return std::nullopt;
    const auto hour = digits(text, 2);
    if (!hour || !skip(text, ':')) return std::nullopt;
    const auto minute = digits(text, 2);
    if (!minute || !skip(text, ':')) return std::nullopt;
    const auto second = digits(text, 2);
    if (!second || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    std::uint64_t fraction = 0;
    if (skip(text, '.')) {
        std::uint64_t weight = ns_per_s;
        std::size_t count = 0;
        for (; !text.empty() && text.front() != 'Z' && count < 9; ++count) {
            const auto digit = digits(text, 1);
            if (!digit) return std::nullopt;
            fraction += *digit * (weight /= 10);
        }
        if (count == 0) return std::nullopt;
    }
    if (text != "Z") return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)),
                                           std::chrono::month(*month), std::chrono::day(*day)};
    if (!date.ok() || *year < 1970 || *year >= 2500) return std::nullopt;
    const auto days =
        static_cast<std::uint64_t>(std::chrono::sys_days(date).time_since_epoch().count());
    return (days * 86'400 + *hour * 3'600 + *minute * 60 + *second) * ns_per_s + fraction;
}

}  // namespace

std::string format_time(std::uint64_t epoch_ns) {
    const std::uint64_t seconds = epoch_ns / ns_per_s;
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::days(static_cast<long>(seconds / 86'400)))};
    const std::uint64_t in_day = seconds % 86'400;
    std::string text = "0000-00-00T00:00:00.000000000Z";
    const auto put = [&text](std::size_t at, std::size_t size, std::uint64_t value) {
        for (std::size_t i = at + size; i-- > at; value /= 10)
            text[i] = static_cast<char>('0' + value % 10);
    };
    put(0, 4, static_cast<std::uint64_t>(static_cast<int>(date.year())));
    put(5, 2, static_cast<unsigned>(date.month()));
    put(8, 2, static_cast<unsigned>(date.day()));
    put(11, 2, in_day / 3'600);
    put(14, 2, in_day / 60 % 60);
    put(17, 2, in_day % 60);
    put(20, 9, epoch_ns % ns_per_s);
    return text;
}

std::optional<std::uint64_t> parse_time(std::string_view text) {
    if (text.find('T') != std::string_view::npos) return parse_iso(text);
    const auto ms = base::parse_unsigned(text);
    if (!ms || *ms >= latest_ms) return std::nullopt;
    return *ms * ns_per_ms;
}

}  // namespace bw::gateway::rest
