// The check line at the end of the store's small text files: `check xxxxxxxx`, the CRC32C of all
// bytes before it. Pure functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bw::event_store {

[[nodiscard]] inline std::span<const std::byte> bytes_of(std::string_view text) {
    return std::as_bytes(std::span(text));
}

[[nodiscard]] std::string with_check_line(std::string body);
/// True if `text` ends with the right check line.
[[nodiscard]] bool check_line_fits(const std::string& text);

/// Nanoseconds since 1970 as `2026-11-27T12:00:00Z`.
[[nodiscard]] std::string utc_text(std::uint64_t nanoseconds);

}  // namespace bw::event_store
