// Trading days as text: YYYY-MM-DD, to and from the number yyyymmdd.
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

}  // namespace bw::gateway::common
