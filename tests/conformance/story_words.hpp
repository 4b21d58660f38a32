// The words of a story: numbers, names and texts out of a line, and how two answers are compared.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::conformance {

using Words = std::vector<std::string>;

/// A line of the story and the lines that must follow from it.
struct Step {
    std::size_t line = 0;
    std::string text;
    std::vector<std::string> expected;
};

/// A story that cannot be read: the runner reports its line.
[[noreturn]] void unreadable(const std::string& what);

[[nodiscard]] std::vector<Step> steps_of(std::string_view story);
[[nodiscard]] Words words_of(const std::string& line);
[[nodiscard]] const std::string& at(const Words& words, std::size_t index);
/// The word after `key`, if `key` is there.
[[nodiscard]] std::optional<std::string> after(const Words& words, const std::string& key);
[[nodiscard]] bool has(const Words& words, const std::string& word);

[[nodiscard]] std::int64_t decimal(const std::string& text);
[[nodiscard]] std::uint64_t whole(const std::string& text);
[[nodiscard]] std::uint32_t whole32(const std::string& text);
/// "2.5%" -> 25000 parts per million.
[[nodiscard]] std::int64_t percent(std::string text);
[[nodiscard]] std::string percent_text(std::int64_t ppm);

/// A story may leave out the end of an answer, not its beginning.
[[nodiscard]] bool matches(const std::string& expected, const std::string& seen);

/// The number of a word like `type_9`: a value that the rules do not know.
[[nodiscard]] std::optional<std::uint8_t> raw_number(const std::string& word);

/// The value of an enum with this name, or with the number of a word like `type_9`.
template <class Enum>
[[nodiscard]] Enum value_named(const std::string& name) {
    if (const auto value = model::from_name<Enum>(name)) return *value;
    if (const auto number = raw_number(name)) return static_cast<Enum>(*number);
    unreadable("no such value: " + name);
}

/// The text of a field, also when it is too long or ill-formed for the rules; `empty` is none.
template <class Text>
[[nodiscard]] Text text(const std::string& word) {
    if (word == "empty") return {};
    const auto out = Text::from(word);
    if (!out) unreadable(word + " does not fit into its field");
    return *out;
}

}  // namespace bw::conformance
