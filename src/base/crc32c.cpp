#include "base/crc32c.hpp"

#include <array>
#include <cstring>

namespace bw::base {
namespace {

#if defined(__SSE4_2__)

std::uint32_t extend(std::uint32_t crc, const std::byte* at, std::size_t size) noexcept {
    std::uint64_t wide = crc;
    for (; size >= 8; at += 8, size -= 8) {
        std::uint64_t word;
        std::memcpy(&word, at, 8);
        wide = __builtin_ia32_crc32di(wide, word);
    }
    crc = static_cast<std::uint32_t>(wide);
    if (size >= 4) {
        std::uint32_t word;
        std::memcpy(&word, at, 4);
        crc = __builtin_ia32_crc32si(crc, word);
        at += 4;
        size -= 4;
    }
    for (; size > 0; ++at, --size)
        crc = __builtin_ia32_crc32qi(crc, static_cast<unsigned char>(*at));
    return crc;
}

#else

constexpr std::uint32_t reflected_polynomial = 0x82F63B78u;

constexpr std::array<std::uint32_t, 256> make_table() {
    std::array<std::uint32_t, 256> table{};
    for (std::uint32_t i = 0; i < 256; ++i) {
        std::uint32_t crc = i;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) ? reflected_polynomial : 0);
        table[i] = crc;
    }
    return table;
}

std::uint32_t extend(std::uint32_t crc, const std::byte* at, std::size_t size) noexcept {
    static constexpr auto table = make_table();
    for (; size > 0; ++at, --size)
        crc = (crc >> 8) ^ table[(crc ^ static_cast<std::uint8_t>(*at)) & 0xFF];
    return crc;
}

#endif

}  // namespace

std::uint32_t crc32c(std::uint32_t seed, std::span<const std::byte> bytes) noexcept {
    return ~extend(~seed, bytes.data(), bytes.size());
}

}  // namespace bw::base
