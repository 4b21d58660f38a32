// Enumerations as tables: one row per value with its number, its name and a sentence for a person.
// All that is known of a value comes from its row; nothing else lists the values.
//
//   values_of<E>()        every value, in ascending order
//   name_of(value)        "unknown" for a number that is no value
//   from_name<E>(text)    nothing for a text that names no value
//   sentence_of(value)    empty for a number that is no value, and where a value needs no sentence
//   position_of(value)    place in values_of<E>(); nothing for a number that is no value
//
// Values arrive from outside as numbers, so each function answers for numbers that are no value.
// Threads: pure. Cost: an index where the numbers are 0, 1, 2, ..., else a binary search.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace bw::model {

template <class Enum>
struct EnumRow {
    Enum value;
    std::string_view name;
    std::string_view sentence;
};

/// Specialised for each enumeration that has a table, with `rows` in ascending order of the values.
template <class Enum>
struct EnumTable;

template <class Enum>
concept Tabled = requires { EnumTable<Enum>::rows; };

namespace detail {

/// The values are the numbers 0, 1, 2, ... without a gap, so that a value is its own position.
template <Tabled Enum>
consteval bool is_dense() {
    constexpr const auto& rows = EnumTable<Enum>::rows;
    static_assert(std::ranges::adjacent_find(rows, std::ranges::greater_equal{},
                                             &EnumRow<Enum>::value) == rows.end(),
                  "the rows are in ascending order of their values, each there once");
    return static_cast<std::size_t>(std::to_underlying(rows.back().value)) + 1 == rows.size();
}

}  // namespace detail

template <Tabled Enum>
[[nodiscard]] constexpr std::optional<std::size_t> position_of(Enum value) {
    constexpr const auto& rows = EnumTable<Enum>::rows;
    if constexpr (detail::is_dense<Enum>()) {
        const auto number = static_cast<std::size_t>(std::to_underlying(value));
        return number < rows.size() ? std::optional(number) : std::nullopt;
    } else {
        const auto found = std::ranges::lower_bound(rows, value, {}, &EnumRow<Enum>::value);
        if (found == rows.end() || found->value != value) return std::nullopt;
        return static_cast<std::size_t>(found - rows.begin());
    }
}

namespace detail {

template <Tabled Enum>
inline constexpr auto values = [] {
    std::array<Enum, EnumTable<Enum>::rows.size()> out{};
    std::ranges::transform(EnumTable<Enum>::rows, out.begin(), &EnumRow<Enum>::value);
    return out;
}();

}  // namespace detail

template <Tabled Enum>
[[nodiscard]] constexpr const auto& values_of() {
    return detail::values<Enum>;
}

template <Tabled Enum>
[[nodiscard]] constexpr std::string_view name_of(Enum value) {
    const auto position = position_of(value);
    return position ? EnumTable<Enum>::rows[*position].name : std::string_view("unknown");
}

template <Tabled Enum>
[[nodiscard]] constexpr std::string_view sentence_of(Enum value) {
    const auto position = position_of(value);
    return position ? EnumTable<Enum>::rows[*position].sentence : std::string_view();
}

template <Tabled Enum>
[[nodiscard]] constexpr std::optional<Enum> from_name(std::string_view text) {
    for (const EnumRow<Enum>& row : EnumTable<Enum>::rows)
        if (row.name == text) return row.value;
    return std::nullopt;
}

}  // namespace bw::model
