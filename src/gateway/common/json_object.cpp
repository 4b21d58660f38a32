#include "gateway/common/json_object.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "gateway/common/client_id.hpp"
#include "gateway/common/date_text.hpp"
#include "gateway/common/echo.hpp"
#include "gateway/common/json_writer.hpp"

namespace bw::gateway::common {

namespace {

/// 3.0 and 3e0 are the integer 3, as in JSON Schema.
bool is_whole(double number) {
    constexpr double exact_max = 1LL << 53;
    return std::abs(number) <= exact_max && number == std::trunc(number);
}

}  // namespace

JsonParser::JsonParser(const JsonRules& rules) : rules_(rules), parser_(rules.bytes_max) {
    const auto failed = parser_.allocate(rules.bytes_max, rules.depth_max);
    BW_ASSERT(failed == simdjson::SUCCESS);
}

JsonObject::JsonObject(JsonParser& parser, std::string_view text,
                       std::initializer_list<std::string_view> known)
    : rules_(&parser.rules_) {
    read(parser, text, known);
}

void JsonObject::read(JsonParser& parser, std::string_view text,
                      std::initializer_list<std::string_view> known) {
    if (text.size() > rules_->bytes_max)
        return refuse(rules_->too_long,
                      fmt::format("{} may have at most {} bytes.", rules_->what, rules_->bytes_max),
                      {});
    simdjson::dom::object object;
    const auto error = parser.parser_.parse(text.data(), text.size(), true).get(object);
    if (error != simdjson::SUCCESS)
        return refuse(rules_->malformed,
                      fmt::format("{} must be one JSON object: {}.", rules_->what,
                                  simdjson::error_message(error)),
                      {});
    for (const auto& [name, value] : object) add(member_of(name, value), known);
}

JsonObject::Member JsonObject::member_of(std::string_view name, simdjson::dom::element value) {
    using Type = simdjson::dom::element_type;
    Member member{std::string(name), Kind::object, {}, 0};
    const Type type = value.type();
    if (type == Type::STRING) {
        member.kind = Kind::text;
        member.text = std::string_view(value);
        return member;
    }
    member.text = simdjson::minify(value);
    if (type == Type::ARRAY) member.kind = Kind::list;
    if (type == Type::NULL_VALUE) member.kind = Kind::null;
    if (type == Type::BOOL) {
        member.kind = Kind::boolean;
        member.integer = bool(value) ? 1 : 0;
    } else if (type == Type::UINT64 || type == Type::INT64) {
        const bool negative = type == Type::INT64 && std::int64_t(value) < 0;
        member.kind = negative ? Kind::negative : Kind::integer;
        member.integer =
            negative ? -static_cast<std::uint64_t>(std::int64_t(value)) : std::uint64_t(value);
    } else if (type == Type::DOUBLE) {
        const double number = value;
        member.kind = !is_whole(number) ? Kind::fraction
                      : number < 0      ? Kind::negative
                                        : Kind::integer;
        if (is_whole(number)) member.integer = static_cast<std::uint64_t>(std::abs(number));
    }
    return member;
}

void JsonObject::add(Member member, std::initializer_list<std::string_view> known) {
    if (std::ranges::find(members_, member.name, &Member::name) != members_.end())
        return refuse(rules_->duplicate_field, "The member is given twice.", member.name);
    if (std::ranges::find(known, member.name) == known.end())
        return refuse(rules_->unknown_field, "There is no such member.", member.name);
    members_.push_back(std::move(member));
}

void JsonObject::refuse(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
}

void JsonObject::refuse(std::uint16_t code, std::string detail, std::string_view field) {
    if (!problem_) problem_ = common::problem(code, std::move(detail), echo_of(field));
}

void JsonObject::refuse_unread() {
    for (const Member& member : members_)
        if (!member.read)
            refuse(rules_->unknown_field,
                   fmt::format("{} has no meaning in this request.", member.name), member.name);
}

const JsonObject::Member* JsonObject::find(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &Member::name);
    if (found == members_.end()) return nullptr;
    found->read = true;
    return &*found;
}

bool JsonObject::is_null(std::string_view name) const {
    const Member* member = find(name);
    return member && member->kind == Kind::null;
}

const JsonObject::Member* JsonObject::expect(std::string_view name, Kind kind, bool required) {
    const Member* member = find(name);
    if (!member) {
        if (required) refuse_absent(name);
        return nullptr;
    }
    if (member->kind == kind) return member;
    const char* wanted = kind == Kind::text      ? "a string"
                         : kind == Kind::boolean ? "true or false"
                         : kind == Kind::list    ? "a list"
                                                 : "a whole JSON number, not negative";
    refuse(rules_->wrong_type, fmt::format("{} must be {}.", name, wanted), name);
    return nullptr;
}

void JsonObject::refuse_absent(std::string_view name) {
    refuse(rules_->missing_field, fmt::format("The member {} is required.", name), name);
}

std::string_view JsonObject::text(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    return member ? std::string_view(member->text) : std::string_view();
}

std::string_view JsonObject::text_not_empty(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return {};
    if (member->text.empty())
        refuse(rules_->bad_value, fmt::format("{} may not be empty.", name), name);
    return member->text;
}

std::optional<std::string_view> JsonObject::text_if(std::string_view name) const {
    const Member* member = find(name);
    return member && member->kind == Kind::text ? std::optional<std::string_view>(member->text)
                                                : std::nullopt;
}

std::string JsonObject::text_or_digits(std::string_view name) {
    const Member* member = find(name);
    if (member && member->kind == Kind::integer) return std::to_string(member->integer);
    return std::string(text_not_empty(name));
}

std::string JsonObject::scalar(std::string_view name) {
    const Member* member = find(name);
    if (!member) return {};
    if (member->kind == Kind::text) return JsonWriter().text(member->text).take();
    if (member->kind != Kind::list && member->kind != Kind::object) return member->text;
    refuse(rules_->wrong_type,
           fmt::format("{} must be a string, a number, true, false or null.", name), name);
    return {};
}

std::uint64_t JsonObject::whole_number(std::string_view name) {
    const Member* member = find(name);
    if (!member || member->kind == Kind::text) return quantity(name);
    if (member->kind == Kind::integer) return member->integer;
    refuse(rules_->wrong_type, fmt::format("{} must be a whole number, not negative.", name), name);
    return 0;
}

void JsonObject::refuse_word(std::string_view name, std::span<const std::string_view> allowed) {
    refuse(rules_->bad_value, fmt::format("{} must be one of: {}.", name, fmt::join(allowed, ", ")),
           name);
}

std::int64_t JsonObject::decimal(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return 0;
    const auto value = base::parse_decimal(member->text);
    if (value) return *value;
    refuse(rules_->bad_value,
           fmt::format("{} must be a decimal such as \"101.25\": {}", name,
                       base::explain(value.error())),
           name);
    return 0;
}

std::int64_t JsonObject::decimal_or(std::string_view name, std::int64_t fallback) {
    return has(name) ? decimal(name) : fallback;
}

std::int64_t JsonObject::decimal_or_null(std::string_view name, std::int64_t fallback,
                                         std::int64_t for_null) {
    return is_null(name) ? for_null : decimal_or(name, fallback);
}

std::uint64_t JsonObject::quantity(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return 0;
    const auto value = base::parse_unsigned(member->text);
    if (value) return *value;
    refuse(rules_->bad_value,
           fmt::format("{} must be a whole number such as \"100\": {}", name,
                       base::explain(value.error())),
           name);
    return 0;
}

std::uint64_t JsonObject::quantity_or(std::string_view name, std::uint64_t fallback) {
    return has(name) ? quantity(name) : fallback;
}

std::uint64_t JsonObject::quantity_or_null(std::string_view name, std::uint64_t fallback,
                                           std::uint64_t for_null) {
    return is_null(name) ? for_null : quantity_or(name, fallback);
}

std::int64_t JsonObject::signed_quantity(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return 0;
    std::string_view digits = member->text;
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    const auto value = base::parse_unsigned(digits);
    if (value && *value <= static_cast<std::uint64_t>(INT64_MAX))
        return negative ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
    refuse(rules_->bad_value,
           fmt::format("{} must be a whole number such as \"100\" or \"-100\".", name), name);
    return 0;
}

std::uint32_t JsonObject::count(std::string_view name, std::uint32_t max) {
    const Member* member = expect(name, Kind::integer, true);
    if (!member) return 0;
    if (member->integer <= max) return static_cast<std::uint32_t>(member->integer);
    refuse(rules_->bad_value, fmt::format("{} must be from 0 to {}.", name, max), name);
    return 0;
}

std::uint32_t JsonObject::count_or(std::string_view name, std::uint32_t max,
                                   std::uint32_t fallback) {
    return has(name) ? count(name, max) : fallback;
}

std::uint32_t JsonObject::count_or_null(std::string_view name, std::uint32_t max,
                                        std::uint32_t fallback, std::uint32_t for_null) {
    return is_null(name) ? for_null : count_or(name, max, fallback);
}

std::int32_t JsonObject::signed_count(std::string_view name, std::int32_t min, std::int32_t max,
                                      std::optional<std::int32_t> fallback) {
    const Member* member = find(name);
    if (!member && fallback) return *fallback;
    if (!member || (member->kind != Kind::integer && member->kind != Kind::negative)) {
        refuse(member ? rules_->wrong_type : rules_->missing_field,
               fmt::format("{} must be a whole JSON number.", name), name);
        return 0;
    }
    const bool fits = member->integer <= INT32_MAX;
    const auto size = static_cast<std::int32_t>(fits ? member->integer : 0);
    const std::int32_t value = member->kind == Kind::negative ? -size : size;
    if (fits && value >= min && value <= max) return value;
    refuse(rules_->bad_value, fmt::format("{} must be from {} to {}.", name, min, max), name);
    return 0;
}

std::vector<JsonObject::DecimalPair> JsonObject::decimal_pairs(std::string_view name,
                                                               std::string_view first,
                                                               std::string_view second,
                                                               std::size_t rows_max) {
    const auto malformed = [&] {
        refuse(rules_->bad_value,
               fmt::format("{} must be a list of at most {} objects with the decimals {} and {}.",
                           name, rows_max, first, second),
               name);
        return std::vector<DecimalPair>();
    };
    const Member* member = expect(name, Kind::list, true);
    if (!member) return {};
    simdjson::dom::parser parser;
    simdjson::dom::array rows;
    if (parser.parse(member->text).get(rows) != simdjson::SUCCESS || rows.size() > rows_max)
        return malformed();
    std::vector<DecimalPair> pairs;
    for (const simdjson::dom::element row : rows) {
        simdjson::dom::object object;
        std::string_view a, b;
        if (row.get(object) != simdjson::SUCCESS || object.size() != 2 ||
            object[first].get(a) != simdjson::SUCCESS || object[second].get(b) != simdjson::SUCCESS)
            return malformed();
        const auto left = base::parse_decimal(a), right = base::parse_decimal(b);
        if (!left || !right) return malformed();
        pairs.push_back({*left, *right});
    }
    return pairs;
}

bool JsonObject::flag(std::string_view name) {
    const Member* member = expect(name, Kind::boolean, true);
    return member != nullptr && member->integer == 1;
}

bool JsonObject::flag_or(std::string_view name, bool fallback) {
    const Member* member = expect(name, Kind::boolean, false);
    return member ? member->integer == 1 : fallback;
}

std::uint32_t JsonObject::date_or_none(std::string_view name) {
    const Member* member = expect(name, Kind::text, false);
    if (!member) return 0;
    if (const auto date = parse_date(member->text)) return *date;
    refuse(rules_->bad_value, fmt::format("{} must be a day such as \"2026-01-31\".", name), name);
    return 0;
}

model::ClientOrderId JsonObject::client_id(std::string_view name) {
    const Member* member = expect(name, Kind::text, false);
    if (!member) return {};
    if (is_client_id(member->text)) return *model::ClientOrderId::from(member->text);
    refuse(common::problem(model::RejectReason::bad_client_order_id, std::string(name)));
    return {};
}

}  // namespace bw::gateway::common
