// Integer arithmetic that reports overflow. Used wherever a client's number takes part.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

namespace bw::base {

__extension__ using int128 = __int128;
__extension__ using uint128 = unsigned __int128;

template <class Integer>
[[nodiscard]] constexpr std::optional<Integer> checked_add(Integer a, Integer b) {
    Integer out{};
    if (__builtin_add_overflow(a, b, &out)) return std::nullopt;
    return out;
}

template <class Integer>
[[nodiscard]] constexpr std::optional<Integer> checked_subtract(Integer a, Integer b) {
    Integer out{};
    if (__builtin_sub_overflow(a, b, &out)) return std::nullopt;
    return out;
}

/// The 128-bit value as a signed 64-bit one, or nothing if it does not fit.
[[nodiscard]] constexpr std::optional<std::int64_t> narrow_to_int64(int128 value) {
    if (value > std::numeric_limits<std::int64_t>::max()) return std::nullopt;
    if (value < std::numeric_limits<std::int64_t>::min()) return std::nullopt;
    return static_cast<std::int64_t>(value);
}

}  // namespace bw::base
