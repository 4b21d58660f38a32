// Small, portable, seedless hashes. The same value on every machine and compiler; never used to
// choose an order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace bw::base {

/// Finaliser of MurmurHash3 (Appleby): a bijection of 64-bit words that spreads every bit.
[[nodiscard]] constexpr std::uint64_t mix64(std::uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdull;
    x ^= x >> 33;
    x *= 0xc4ceb9fe1a85ec53ull;
    return x ^ (x >> 33);
}

/// Order-dependent running hash of 64-bit words.
class RunningHash {
 public:
    /// One multiplication and one fold: a bit of the word is everywhere after the next one. value()
    /// spreads the last.
    constexpr void add(std::uint64_t word) {
        state_ = (state_ ^ word) * 0x9E3779B97F4A7C15ull + 1;
        state_ ^= state_ >> 32;
    }

    void add(std::span<const std::byte> bytes) {
        std::size_t at = 0;
        for (; at + 8 <= bytes.size(); at += 8) {
            std::uint64_t word;
            std::memcpy(&word, bytes.data() + at, 8);
            add(word);
        }
        std::uint64_t tail = 0;
        if (at < bytes.size()) std::memcpy(&tail, bytes.data() + at, bytes.size() - at);
        add(tail ^ (static_cast<std::uint64_t>(bytes.size()) << 56));
    }

    [[nodiscard]] constexpr std::uint64_t value() const { return mix64(state_); }

 private:
    std::uint64_t state_ = 0x42757474776F6F64ull;  // "Buttwood" in ASCII
};

}  // namespace bw::base
