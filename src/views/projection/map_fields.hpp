// Maps as fields: count, then key and value of each entry, in order of their keys.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/fields.hpp"

namespace bw::views {

/// `fields(value)` writes a value.
template <class Map>
void save_map(base::FieldWriter& out, const Map& map, auto fields) {
    out.count(map.size());
    for (const auto& [key, value] : map) {
        out(key);
        fields(value);
    }
}

/// `fields(value)` reads a value into its place.
template <class Map>
void load_map(base::FieldReader& in, Map& map, auto fields) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        typename Map::key_type key{};
        in(key);
        fields(map[key]);
    }
}

/// So that an unordered map is written in one order.
template <class Unordered>
[[nodiscard]] std::vector<typename Unordered::key_type> sorted_keys(const Unordered& map) {
    std::vector<typename Unordered::key_type> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) keys.push_back(key);
    std::ranges::sort(keys);
    return keys;
}

}  // namespace bw::views
