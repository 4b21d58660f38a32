// Trading days as text: YYYY-MM-DD, to and from the number yyyymmdd; and which days these are now.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bw::gateway::common {

/// 20260131 is "2026-01-31".
[[nodiscard]] std::string format_date(std::uint32_t yyyymmdd);

/// Nothing unless `text` has that form and is a day of the calendar. Never 0.
[[nodiscard]] std::optional<std::uint32_t> parse_date(std::string_view text);

/// As yyyymmdd.
struct BusinessDays {
    std::uint32_t today;  ///< the latest that it is anywhere on earth
    std::uint32_t next;   ///< after it, from Monday to Friday: a gateway knows no venue's holidays
};
/// `now_ns`: since 1970, UTC.
[[nodiscard]] BusinessDays business_days_at(std::uint64_t now_ns);

}  // namespace bw::gateway::common
