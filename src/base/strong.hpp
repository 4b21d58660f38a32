// Strong<Tag, Rep>: an integer that cannot be mixed with another kind of integer. Explicit in,
// explicit out. Arithmetic is opt-in: only the types whose sum means something derive from
// StrongArithmetic.
#pragma once

#include <compare>
#include <cstdint>

namespace bw::base {

template <class Tag, class Rep>
class Strong {
 public:
    using rep = Rep;

    constexpr Strong() = default;
    constexpr explicit Strong(Rep value) : value_(value) {}

    [[nodiscard]] constexpr Rep value() const { return value_; }

    friend constexpr auto operator<=>(Strong, Strong) = default;

 private:
    Rep value_{};
};

}  // namespace bw::base
