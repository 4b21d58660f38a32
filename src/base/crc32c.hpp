// CRC32C (Castagnoli, RFC 3720 B.4): detects every single-bit and every burst error up to 32 bits
// in a record.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bw::base {

/// Extends `seed` (0, or the CRC of the preceding bytes) over `bytes`. crc32c(0, "123456789") ==
/// 0xE3069283.
[[nodiscard]] std::uint32_t crc32c(std::uint32_t seed, std::span<const std::byte> bytes) noexcept;

}  // namespace bw::base
