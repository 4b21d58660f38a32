// FixedText<N>: text in a fixed field, padded with NUL (SBE fixed char array). Trivially copyable,
// hashable as bytes.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace bw::base {

template <std::size_t Capacity>
struct FixedText {
    std::array<char, Capacity> chars{};

    static constexpr std::size_t capacity = Capacity;

    /// Nothing if `text` is longer than the field or contains NUL.
    [[nodiscard]] static constexpr std::optional<FixedText> from(std::string_view text) {
        if (text.size() > Capacity || text.find('\0') != std::string_view::npos)
            return std::nullopt;
        FixedText out;
        for (std::size_t i = 0; i < text.size(); ++i) out.chars[i] = text[i];
        return out;
    }

    [[nodiscard]] constexpr std::string_view view() const {
        std::size_t size = 0;
        while (size < Capacity && chars[size] != '\0') ++size;
        return {chars.data(), size};
    }

    [[nodiscard]] std::string str() const { return std::string(view()); }
    [[nodiscard]] constexpr bool empty() const { return chars[0] == '\0'; }

    /// True if every byte after the first NUL is NUL: one text has one encoding.
    [[nodiscard]] constexpr bool canonical() const {
        for (std::size_t i = view().size(); i < Capacity; ++i)
            if (chars[i] != '\0') return false;
        return true;
    }

    friend constexpr auto operator<=>(const FixedText&, const FixedText&) = default;
};

}  // namespace bw::base
