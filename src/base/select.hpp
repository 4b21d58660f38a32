// select(condition, yes, no): one of two values without a branch. For conditions that are
// effectively random: if the compiler makes a branch of `?:`, every other one is mispredicted. For
// all other conditions `?:` is better.
#pragma once

#include <concepts>
#include <cstdint>

namespace bw::base {

template <std::unsigned_integral Number>
[[nodiscard]] constexpr Number select(bool condition, Number yes, Number no) {
    const auto mask = static_cast<Number>(-static_cast<Number>(condition));
    return static_cast<Number>(no ^ ((yes ^ no) & mask));
}

template <class T>
[[nodiscard]] inline T& select_reference(bool condition, T& yes, T& no) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): the address is one of the two
    return *reinterpret_cast<T*>(select(condition, reinterpret_cast<std::uintptr_t>(&yes),
                                        reinterpret_cast<std::uintptr_t>(&no)));
}

}  // namespace bw::base
