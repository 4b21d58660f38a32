#include "base/crc32c.hpp"

#include <gtest/gtest.h>

#include <array>
#include <numeric>
#include <string_view>
#include <vector>

namespace bw::base {
namespace {

std::uint32_t crc_of(std::span<const std::uint8_t> bytes, std::uint32_t seed = 0) {
    return crc32c(seed, std::as_bytes(bytes));
}

/// The definition, bit by bit.
std::uint32_t slow_crc(std::span<const std::uint8_t> bytes) {
    std::uint32_t crc = ~0u;
    for (const std::uint8_t byte : bytes) {
        crc ^= byte;
        for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? 0x82F63B78u : 0u);
    }
    return ~crc;
}

TEST(Crc32c, gives_the_vectors_of_rfc_3720) {
    constexpr std::string_view digits = "123456789";
    EXPECT_EQ(crc32c(0, std::as_bytes(std::span(digits))), 0xE3069283u);
    std::array<std::uint8_t, 32> bytes{};
    EXPECT_EQ(crc_of(bytes), 0x8A9136AAu);
    bytes.fill(0xFF);
    EXPECT_EQ(crc_of(bytes), 0x62A8AB43u);
    std::iota(bytes.begin(), bytes.end(), 0);
    EXPECT_EQ(crc_of(bytes), 0x46DD794Eu);
    std::iota(bytes.rbegin(), bytes.rend(), 0);
    EXPECT_EQ(crc_of(bytes), 0x113FDB5Cu);
    EXPECT_EQ(crc_of({}), 0u);
}

TEST(Crc32c, is_the_same_at_every_length_and_cut) {
    std::vector<std::uint8_t> bytes(97);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::uint8_t>(i * 37 + 11);
    for (std::size_t length = 0; length <= bytes.size(); ++length) {
        const std::span part(bytes.data(), length);
        const std::uint32_t whole = crc_of(part);
        ASSERT_EQ(whole, slow_crc(part)) << length;
        for (std::size_t cut = 0; cut <= length; ++cut)
            ASSERT_EQ(crc_of(part.subspan(cut), crc_of(part.first(cut))), whole)
                << length << " cut at " << cut;
    }
}

TEST(Crc32c, notices_every_single_bit) {
    std::array<std::uint8_t, 64> bytes{};
    std::iota(bytes.begin(), bytes.end(), 1);
    const std::uint32_t good = crc_of(bytes);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
        ASSERT_NE(crc_of(bytes), good) << "bit " << bit;
        bytes[bit / 8] ^= static_cast<std::uint8_t>(1u << (bit % 8));
    }
}

}  // namespace
}  // namespace bw::base
