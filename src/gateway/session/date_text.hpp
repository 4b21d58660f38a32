// Trading days as text: YYYY-MM-DD outside, the number yyyymmdd inside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bw::gateway::session {

/// 20260131 is "2026-01-31".
[[nodiscard]] std::string format_date(std::uint32_t yyyymmdd);

/// Nothing unless it is that form and a day of the calendar. Never 0.
[[nodiscard]] std::optional<std::uint32_t> parse_date(std::string_view text);

}  // namespace bw::gateway::session
