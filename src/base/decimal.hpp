// Decimal strings <-> integers with 4 implied decimals. Exact both ways: a value that does not fit
// is refused, never rounded.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace bw::base {

inline constexpr int decimal_places = 4;
inline constexpr std::int64_t decimal_unit = 10'000;  ///< 10^decimal_places

enum class DecimalError : std::uint8_t { malformed, too_many_decimals, out_of_range };

[[nodiscard]] std::string_view explain(DecimalError error);

/// Accepts -?digits[.digits]; ASCII digits only, no exponent, no sign '+', no leading or trailing
/// dot, at most 4 decimals (trailing zeros beyond the fourth are refused too).
[[nodiscard]] std::expected<std::int64_t, DecimalError> parse_decimal(std::string_view text);

/// Digits only; refuses signs, dots, leading zeros other than "0" itself, and values above 2^64 -
/// 1.
[[nodiscard]] std::expected<std::uint64_t, DecimalError> parse_unsigned(std::string_view text);

/// Shortest exact form: 12345000 -> "1234.5", 10000 -> "1", -5 -> "-0.0005".
[[nodiscard]] std::string format_decimal(std::int64_t units);

}  // namespace bw::base
