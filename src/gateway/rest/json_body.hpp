// JsonBody: the flat JSON object in the body of a request, checked strictly. It keeps the first
// error as the problem; later reads then return neutral values. So a parser reads all its members
// and checks problem() once at the end.
//
// Refused: anything but one object, duplicate or unknown members, wrong types (such as a number
// where a decimal string is required), NaN and other words that are not JSON, bytes after the
// object, invalid UTF-8, nesting deeper than 16, more than 64 KiB.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/rest/problem.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::gateway::rest {

class JsonBody {
 public:
    /// Refuses members that are not in `known`. An empty body counts as an empty object if
    /// `may_be_empty`.
    JsonBody(std::string_view body, std::initializer_list<std::string_view> known,
             bool may_be_empty = false);

    [[nodiscard]] const std::optional<Problem>& problem() const { return problem_; }

    [[nodiscard]] bool has(std::string_view name) const { return find(name) != nullptr; }
    /// A required string.
    [[nodiscard]] std::string_view text(std::string_view name);
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
    /// true or false; `fallback` when the member is absent.
    [[nodiscard]] bool flag_or(std::string_view name, bool fallback);
    /// A trading day "YYYY-MM-DD" as yyyymmdd; 0 when absent.
    [[nodiscard]] std::uint32_t date_or_none(std::string_view name);
    /// 1 to 36 of A-Z a-z 0-9 _ . -; empty when absent. Anything else is code 2210.
    [[nodiscard]] model::ClientOrderId client_id(std::string_view name);

    /// Keeps `problem` unless there already is one.
    void refuse(Problem problem);

 private:
    enum class Kind : std::uint8_t { text, integer, negative, boolean, list, null, other };
    struct Member {
        std::string name;
        Kind kind;
        std::string text;       ///< of a list: its JSON
        std::uint64_t integer;  ///< of a boolean: 0 or 1; of a negative number: its absolute value
    };

    void read(std::string_view body, std::initializer_list<std::string_view> known);
    void add(Member member, std::initializer_list<std::string_view> known);
    void refuse_json(std::string_view why);
    [[nodiscard]] const Member* find(std::string_view name) const;
    [[nodiscard]] const Member* expect(std::string_view name, Kind kind, bool required);
    [[nodiscard]] bool is_null(std::string_view name) const;
    void refuse_word(std::string_view name, std::span<const std::string_view> allowed);
    void refuse(ApiCode code, std::string detail, std::string_view field);

    std::vector<Member> members_;
    std::optional<Problem> problem_;
};

template <model::Tabled Enum>
Enum JsonBody::value(std::string_view name, std::optional<Enum> fallback,
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

}  // namespace bw::gateway::rest
