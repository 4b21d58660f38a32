#include "gateway/common/date_text.hpp"

#include <fmt/format.h>

#include <chrono>

namespace bw::gateway::common {

std::string format_date(std::uint32_t yyyymmdd) {
    return fmt::format("{:04}-{:02}-{:02}", yyyymmdd / 10'000, yyyymmdd / 100 % 100,
                       yyyymmdd % 100);
}

std::optional<std::uint32_t> parse_date(std::string_view text) {
    constexpr std::string_view form = "dddd-dd-dd";
    if (text.size() != form.size()) return std::nullopt;
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < form.size(); ++i) {
        const bool is_digit = text[i] >= '0' && text[i] <= '9';
        if (form[i] == 'd' ? !is_digit : text[i] != form[i]) return std::nullopt;
        if (is_digit) number = number * 10 + static_cast<std::uint32_t>(text[i] - '0');
    }
    const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(number / 10'000)),
                                           std::chrono::month(number / 100 % 100),
                                           std::chrono::day(number % 100)};
    return date.ok() ? std::optional(number) : std::nullopt;
}

BusinessDays business_days_at(std::uint64_t now_ns) {
    using namespace std::chrono;
    constexpr hours first_of_all{14};  // UTC+14
    const sys_days today = floor<days>(
        sys_time<nanoseconds>(nanoseconds(static_cast<std::int64_t>(now_ns)) + first_of_all));
    sys_days next = today + days{1};
    while (weekday(next) == Saturday || weekday(next) == Sunday) next += days{1};
    const auto number_of = [](const year_month_day& date) {
        return static_cast<std::uint32_t>(static_cast<int>(date.year())) * 10'000 +
               static_cast<unsigned>(date.month()) * 100 + static_cast<unsigned>(date.day());
    };
    return {number_of(today), number_of(next)};
}

}  // namespace bw::gateway::common
