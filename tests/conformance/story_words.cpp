#include "conformance/story_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace bw::conformance {
namespace {

/// Decimals in their shortest form, so that a story may write 100.00.
std::string normal(const std::string& line) {
    Words words = words_of(line);
    for (std::string& word : words)
        if (word.contains('.'))
            if (const auto value = base::parse_decimal(word)) word = base::format_decimal(*value);
    return fmt::format("{}", fmt::join(words, " "));
}

}  // namespace

void unreadable(const std::string& what) { throw std::runtime_error(what); }

std::vector<Step> steps_of(std::string_view story) {
    std::vector<Step> steps;
    std::istringstream in{std::string(story)};
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (const auto comment = line.find("# "); comment != std::string::npos)
            line.resize(comment);
        if (line == "#" || words_of(line).empty()) continue;
        if (!line.starts_with('>'))
            steps.push_back({number, line, {}});
        else if (steps.empty())
            unreadable("the story begins with an answer");
        else
            steps.back().expected.push_back(line.substr(1));
    }
    return steps;
}

Words words_of(const std::string& line) {
    std::istringstream in(line);
    Words out;
    for (std::string word; in >> word;) out.push_back(word);
    return out;
}

const std::string& at(const Words& words, std::size_t index) {
    if (index >= words.size()) unreadable("a word is missing");
    return words[index];
}

std::optional<std::string> after(const Words& words, const std::string& key) {
    const auto found = std::ranges::find(words, key);
    if (found == words.end()) return std::nullopt;
    return at(words, static_cast<std::size_t>(found - words.begin()) + 1);
}

bool has(const Words& words, const std::string& word) {
    return std::ranges::find(words, word) != words.end();
}

std::int64_t decimal(const std::string& text) {
    const auto value = base::parse_decimal(text);
    if (!value) unreadable(text + " " + std::string(base::explain(value.error())));
    return *value;
}

std::uint64_t whole(const std::string& text) {
    const auto value = base::parse_unsigned(text);
    if (!value) unreadable(text + " is not a whole number");
    return *value;
}

std::uint32_t whole32(const std::string& text) { return static_cast<std::uint32_t>(whole(text)); }

std::int64_t percent(std::string text) {
    if (!text.ends_with('%')) unreadable(text + " is not a percentage");
    text.pop_back();
    return decimal(text);  // four decimals of a percentage are parts per million
}

std::string percent_text(std::int64_t ppm) { return base::format_decimal(ppm) + "%"; }

bool matches(const std::string& expected, const std::string& seen) {
    const std::string wanted = normal(expected);
    return seen == wanted || seen.starts_with(wanted + " ");
}

std::optional<std::uint8_t> raw_number(const std::string& word) {
    const auto underscore = word.rfind('_');
    if (underscore == std::string::npos) return std::nullopt;
    const auto value = base::parse_unsigned(std::string_view(word).substr(underscore + 1));
    if (!value || *value > 255) return std::nullopt;
    return static_cast<std::uint8_t>(*value);
}

}  // namespace bw::conformance
