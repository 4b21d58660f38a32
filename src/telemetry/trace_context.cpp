#include "telemetry/trace_context.hpp"

#include <algorithm>
#include <span>

namespace bw::telemetry {
namespace {

// 0         1         2         3         4         5
// 0123456789012345678901234567890123456789012345678901234
// 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
constexpr std::size_t trace_id_at = 3, span_id_at = 36, flags_at = 53, size_of_version_00 = 55;

/// Of a lower-case hex digit; nothing else is one here.
constexpr int digit_of(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/// Fills `bytes` from twice as many digits. False: one of them is no digit.
bool read_hex(std::string_view digits, std::span<std::uint8_t> bytes) {
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        const int high = digit_of(digits[2 * i]), low = digit_of(digits[2 * i + 1]);
        if (high < 0 || low < 0) return false;
        bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
    }
    return true;
}

bool is_zero(std::span<const std::uint8_t> bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

std::optional<TraceContext> parse_traceparent(std::string_view text) {
    if (text.size() < size_of_version_00) return std::nullopt;
    std::array<std::uint8_t, 1> version{}, flags{};
    if (!read_hex(text, version) || version[0] == 0xff) return std::nullopt;
    if (text.size() > size_of_version_00 && (version[0] == 0 || text[size_of_version_00] != '-'))
        return std::nullopt;
    for (const std::size_t at : {trace_id_at, span_id_at, flags_at})
        if (text[at - 1] != '-') return std::nullopt;
    TraceContext context;
    if (!read_hex(text.substr(trace_id_at), context.trace_id) ||
        !read_hex(text.substr(span_id_at), context.span_id) ||
        !read_hex(text.substr(flags_at), flags))
        return std::nullopt;
    if (is_zero(context.trace_id) || is_zero(context.span_id)) return std::nullopt;
    context.flags = flags[0];
    return context;
}

}  // namespace bw::telemetry
