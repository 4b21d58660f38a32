// How symbols and currencies are spelled.
#pragma once

#include "model/types.hpp"

namespace bw::model {

template <std::size_t Capacity, class Allowed>
[[nodiscard]] bool spelled(const base::FixedText<Capacity>& text, std::size_t shortest,
                           Allowed&& allowed) {
    if (!text.canonical() || text.view().size() < shortest) return false;
    for (const char c : text.view())
        if (!allowed(c)) return false;
    return true;
}

[[nodiscard]] inline bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

[[nodiscard]] inline bool well_formed(const Symbol& symbol) {
    return spelled(symbol, 1, [](char c) {
        return is_upper(c) || (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '-';
    });
}

[[nodiscard]] inline bool well_formed(const Currency& code) { return spelled(code, 3, is_upper); }

}  // namespace bw::model
