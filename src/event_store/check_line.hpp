// Small text files of the store end with a line `check xxxxxxxx`: CRC32C of everything before it.
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
/// The whole text is `with_check_line` of what is before its last line.
[[nodiscard]] bool check_line_fits(const std::string& text);

/// `2026-11-27T12:00:00Z`
[[nodiscard]] std::string utc_text(std::uint64_t nanoseconds);

}  // namespace bw::event_store
