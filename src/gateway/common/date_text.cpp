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

}  // namespace bw::gateway::common
