// JsonObject: a flat JSON object from a client, checked strictly, for all gateways. It keeps the
// first error as the problem; later reads then return neutral values. So a parser reads all its
// members and checks problem() once at the end.
//
// Refused: anything but one object, duplicate or unknown members, wrong types (such as a number
// where a decimal string is required), NaN and other words that are not JSON, bytes after the
// object, invalid UTF-8, nesting deeper and text longer than the protocol allows.
#pragma once

#include <simdjson.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/common/problem.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::gateway::common {

/// What a protocol allows, and the codes of what it refuses.
struct JsonRules {
    std::string_view what;  ///< the text: "The body"
    std::size_t bytes_max, depth_max;
    std::uint16_t too_long, malformed, duplicate_field, unknown_field, missing_field, wrong_type,
        bad_value;
};

/// The parser of a protocol's objects. Reuses its buffers. One thread.
class JsonParser {
 public:
    explicit JsonParser(const JsonRules& rules);

 private:
    friend class JsonObject;
    const JsonRules rules_;
    simdjson::dom::parser parser_;
};

class JsonObject {
 public:
    /// Refuses members that are not in `known`. Goes on behind a refused member, so that the others
    /// can be read for the reply. Requires: `parser` outlives the object.
    JsonObject(JsonParser& parser, std::string_view text,
               std::initializer_list<std::string_view> known);
    /// An object without members.
    explicit JsonObject(JsonParser& parser) : rules_(&parser.rules_) {}

    [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    /// A required string.
    [[nodiscard]] std::string_view text(std::string_view name);
    [[nodiscard]] std::string_view text_not_empty(std::string_view name);
    /// The string; nothing if the member is absent or something else.
    [[nodiscard]] std::optional<std::string_view> text_if(std::string_view name) const;
    /// A string, or a JSON integer as its digits.
    [[nodiscard]] std::string text_or_digits(std::string_view name);
    /// The JSON of a string, number, boolean or null; empty when absent.
    [[nodiscard]] std::string scalar(std::string_view name);
    /// The enumerator of `allowed` that the string names; `fallback` when the member is absent.
    /// Refused: a string that names none of them; an absent member without a fallback. Requires:
    /// `allowed` is not empty.
    template <model::Tabled Enum>
    [[nodiscard]] Enum value(std::string_view name, std::optional<Enum> fallback = std::nullopt,
                             std::span<const Enum> allowed = model::values_of<Enum>());
    /// A decimal string with at most 4 decimals, in units of 10^-4.
    [[nodiscard]] std::int64_t decimal(std::string_view name);
    [[nodiscard]] std::int64_t decimal_or(std::string_view name, std::int64_t fallback);
    /// A decimal string or null; null gives `for_null`.
    [[nodiscard]] std::int64_t decimal_or_null(std::string_view name, std::int64_t fallback,
                                               std::int64_t for_null);
    /// A string of digits.
    [[nodiscard]] std::uint64_t quantity(std::string_view name);
    [[nodiscard]] std::uint64_t quantity_or(std::string_view name, std::uint64_t fallback);
    [[nodiscard]] std::uint64_t quantity_or_null(std::string_view name, std::uint64_t fallback,
                                                 std::uint64_t for_null);
    /// A string of digits, or a JSON integer.
    [[nodiscard]] std::uint64_t whole_number(std::string_view name);
    /// A string of digits with an optional minus sign.
    [[nodiscard]] std::int64_t signed_quantity(std::string_view name);
    /// A JSON integer 0..max.
    [[nodiscard]] std::uint32_t count(std::string_view name, std::uint32_t max);
    [[nodiscard]] std::uint32_t count_or(std::string_view name, std::uint32_t max,
                                         std::uint32_t fallback);
    [[nodiscard]] std::uint32_t count_or_null(std::string_view name, std::uint32_t max,
                                              std::uint32_t fallback, std::uint32_t for_null);
    /// A JSON integer min..max; `fallback` when the member is absent. Refused: an absent member
    /// without a fallback.
    [[nodiscard]] std::int32_t signed_count(std::string_view name, std::int32_t min,
                                            std::int32_t max,
                                            std::optional<std::int32_t> fallback = std::nullopt);
    /// A list of at most `rows_max` objects with exactly these two members, both decimal strings.
    struct DecimalPair {
        std::int64_t first, second;
    };
    [[nodiscard]] std::vector<DecimalPair> decimal_pairs(std::string_view name,
                                                         std::string_view first,
                                                         std::string_view second,
                                                         std::size_t rows_max);
    [[nodiscard]] bool flag(std::string_view name);
    /// true or false; `fallback` when the member is absent.
    [[nodiscard]] bool flag_or(std::string_view name, bool fallback);
    /// A trading day "YYYY-MM-DD" as yyyymmdd; 0 when absent.
    [[nodiscard]] std::uint32_t date_or_none(std::string_view name);
    /// 1 to 36 of A-Z a-z 0-9 _ . -; empty when absent. Anything else is code 2210.
    [[nodiscard]] model::ClientOrderId client_id(std::string_view name);

    /// Refuses the members that no call has asked for.
    void refuse_unread();
    /// Keeps `problem` unless there already is one.
    void refuse(Problem problem);

 private:
    enum class Kind : std::uint8_t {
        text,
        integer,
        negative,
        fraction,
        boolean,
        list,
        null,
        object
    };
    struct Member {
        std::string name;
        Kind kind;
        std::string text;       ///< of what is no string: its JSON
        std::uint64_t integer;  ///< of a boolean: 0 or 1; of a negative number: its absolute value
        mutable bool read = false;
    };

    void read(JsonParser& parser, std::string_view text,
              std::initializer_list<std::string_view> known);
    [[nodiscard]] static Member member_of(std::string_view name, simdjson::dom::element value);
    void add(Member member, std::initializer_list<std::string_view> known);
    [[nodiscard]] const Member* find(std::string_view name) const;
    [[nodiscard]] const Member* expect(std::string_view name, Kind kind, bool required);
    [[nodiscard]] bool is_null(std::string_view name) const;
    void refuse_absent(std::string_view name);
    void refuse_word(std::string_view name, std::span<const std::string_view> allowed);
    void refuse(std::uint16_t code, std::string detail, std::string_view field);

    const JsonRules* rules_;
    std::vector<Member> members_;
    std::optional<Problem> problem_;
};

template <model::Tabled Enum>
Enum JsonObject::value(std::string_view name, std::optional<Enum> fallback,
                       std::span<const Enum> allowed) {
    const Member* member = expect(name, Kind::text, !fallback);
    if (!member) return fallback.value_or(allowed.front());
    std::vector<std::string_view> words;
    for (const Enum value : allowed) {
        if (model::name_of(value) == member->text) return value;
        words.push_back(model::name_of(value));
    }
    refuse_word(name, words);
    return allowed.front();
}

}  // namespace bw::gateway::common
