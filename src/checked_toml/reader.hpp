// Reader: reads values from TOML tables and checks each one. Every error names file and line and
// says what is allowed; the first error is kept. The caller knows what the tables mean.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace bw::checked_toml {

/// Quotes a string as TOML requires.
[[nodiscard]] inline std::string quoted(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    return out + '"';
}

/// Values read after the first error are meaningless. One thread.
class Reader {
 public:
    /// `path` is used in messages only.
    explicit Reader(std::string path) : path_(std::move(path)) {}

    /// Empty as long as there is no error.
    [[nodiscard]] const std::string& error() const { return error_; }
    [[nodiscard]] static int line_of(const toml::node& node) {
        return static_cast<int>(node.source().begin.line);
    }

    void fail(const toml::node& node, std::string_view what) {
        if (error_.empty()) error_ = fmt::format("{}:{}: {}", path_, line_of(node), what);
    }

    /// Refuses all other keys: a mistyped one must not become a silent default.
    void allow(const toml::table& table, std::initializer_list<std::string_view> names) {
        allow(table, std::span(names.begin(), names.size()));
    }
    void allow(const toml::table& table, std::span<const std::string_view> names) {
        for (const auto& [key, value] : table)
            if (std::ranges::find(names, key.str()) == names.end())
                fail_at(key.source(), fmt::format("unknown key {}; allowed keys are {}", key.str(),
                                                  fmt::join(names, ", ")));
    }

    const toml::node* require(const toml::table& table, std::string_view name) {
        const toml::node* node = table.get(name);
        if (node == nullptr) fail(table, fmt::format("{} is missing", name));
        return node;
    }

    const toml::table* table(const toml::table& parent, std::string_view name, bool required) {
        const toml::node* node = required ? require(parent, name) : parent.get(name);
        if (node != nullptr && !node->is_table())
            fail(*node, fmt::format("{} is not a table", name));
        return node == nullptr ? nullptr : node->as_table();
    }

    /// A required text, not empty.
    std::string text(const toml::table& table, std::string_view name) {
        std::string out;
        if (require(table, name) != nullptr) text(table, name, out);
        return out;
    }

    /// If the key is absent, `out` keeps its value; here and below.
    void text(const toml::table& table, std::string_view name, std::string& out) {
        const toml::node* node = table.get(name);
        if (node == nullptr) return;
        if (!node->is_string() || node->as_string()->get().empty())
            return fail(*node, fmt::format("{} is not a text in quotes", name));
        out = node->as_string()->get();
    }

    void flag(const toml::table& table, std::string_view name, bool& out) {
        const toml::node* node = table.get(name);
        if (node == nullptr) return;
        if (!node->is_boolean()) return fail(*node, fmt::format("{} is not true or false", name));
        out = node->as_boolean()->get();
    }

    /// Whole numbers.
    template <class Number>
    void number(const toml::table& table, std::string_view name, std::int64_t lowest,
                std::int64_t highest, Number& out) {
        const toml::node* node = table.get(name);
        if (node == nullptr) return;
        const auto* value = node->as_integer();
        if (value == nullptr || value->get() < lowest || value->get() > highest)
            return fail(*node, fmt::format("{} is not a whole number from {} to {}", name, lowest,
                                           highest));
        out = static_cast<Number>(value->get());
    }

    /// Numbers, with or without a decimal point.
    void decimal(const toml::table& table, std::string_view name, double lowest, double highest,
                 double& out) {
        const toml::node* node = table.get(name);
        if (node == nullptr) return;
        const auto value = node->is_number() ? node->value<double>() : std::nullopt;
        if (!value || !(*value >= lowest && *value <= highest))
            return fail(*node,
                        fmt::format("{} is not a number from {} to {}", name, lowest, highest));
        out = *value;
    }

 private:
    void fail_at(const toml::source_region& place, std::string_view what) {
        if (error_.empty()) error_ = fmt::format("{}:{}: {}", path_, place.begin.line, what);
    }

    std::string path_;
    std::string error_;
};

/// The tables of a text. Error: file, line, and what the parser says.
[[nodiscard]] inline base::Result<toml::table> parse(std::string_view text,
                                                     const std::string& path) {
    toml::parse_result parsed = toml::parse(text, path);
    if (!parsed)
        return base::error(fmt::format("{}:{}: {}", path, parsed.error().source().begin.line,
                                       parsed.error().description()));
    return std::move(parsed).table();
}

}  // namespace bw::checked_toml
