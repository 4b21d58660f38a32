#include "base/decimal.hpp"

#include <limits>

#include "base/checked.hpp"

namespace bw::base {
namespace {

constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool all_digits(std::string_view text) {
    if (text.empty()) return false;
    for (char c : text)
        if (!is_digit(c)) return false;
    return true;
}

}  // namespace

std::string_view explain(DecimalError error) {
    switch (error) {
        case DecimalError::malformed: return "is not a plain decimal number such as \"12.34\"";
        case DecimalError::too_many_decimals: return "has more than 4 decimals";
        case DecimalError::out_of_range: return "is out of range";
    }
    return "is not a number";
}

std::expected<std::int64_t, DecimalError> parse_decimal(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::size_t dot = text.find('.');
    const std::string_view whole = text.substr(0, dot);
    const std::string_view fraction = dot == std::string_view::npos ? "" : text.substr(dot + 1);
    if (!all_digits(whole) || (whole.size() > 1 && whole.front() == '0'))
        return std::unexpected(DecimalError::malformed);
    if (dot != std::string_view::npos && !all_digits(fraction))
        return std::unexpected(DecimalError::malformed);
    if (fraction.size() > decimal_places) return std::unexpected(DecimalError::too_many_decimals);
    if (whole.size() > 18) return std::unexpected(DecimalError::out_of_range);

    int128 units = 0;
    for (char c : whole) units = units * 10 + (c - '0');
    for (std::size_t i = 0; i < decimal_places; ++i)
        units = units * 10 + (i < fraction.size() ? fraction[i] - '0' : 0);
    const auto narrow = narrow_to_int64(negative ? -units : units);
    if (!narrow) return std::unexpected(DecimalError::out_of_range);
    return *narrow;
}

std::expected<std::uint64_t, DecimalError> parse_unsigned(std::string_view text) {
    if (!all_digits(text) || (text.size() > 1 && text.front() == '0'))
        return std::unexpected(DecimalError::malformed);
    if (text.size() > 20) return std::unexpected(DecimalError::out_of_range);
    uint128 value = 0;
    for (char c : text) value = value * 10 + static_cast<unsigned>(c - '0');
    if (value > std::numeric_limits<std::uint64_t>::max())
        return std::unexpected(DecimalError::out_of_range);
    return static_cast<std::uint64_t>(value);
}

std::string format_decimal(std::int64_t units) {
    const bool negative = units < 0;
    const std::uint64_t magnitude =
        negative ? 0 - static_cast<std::uint64_t>(units) : static_cast<std::uint64_t>(units);
    std::string out = (negative ? "-" : "") + std::to_string(magnitude / decimal_unit);
    std::uint64_t fraction = magnitude % decimal_unit;
    if (fraction == 0) return out;
    std::string digits = std::to_string(fraction + decimal_unit).substr(1);
    while (digits.back() == '0') digits.pop_back();
    return out + "." + digits;
}

}  // namespace bw::base
