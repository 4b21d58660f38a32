// Times as text: ISO 8601, UTC, with nanoseconds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bw::gateway::rest {

/// 2026-01-02T03:04:05.123456789Z
[[nodiscard]] std::string format_time(std::uint64_t epoch_ns);

/// Reads that form with 0 to 9 decimals, or whole milliseconds since the Unix epoch; returns
/// nanoseconds since the epoch. Nothing when malformed, not a date, before 1970 or after 2499.
[[nodiscard]] std::optional<std::uint64_t> parse_time(std::string_view text);

}  // namespace bw::gateway::rest
