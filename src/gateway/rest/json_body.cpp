#include "gateway/rest/json_body.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <cmath>

#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "gateway/common/date_text.hpp"
#include "gateway/common/echo.hpp"
#include "gateway/rest/client_id.hpp"

namespace bw::gateway::rest {

namespace {

constexpr std::size_t depth_max = 16;
constexpr std::size_t body_max = 64 * 1024;

simdjson::dom::parser make_parser() {
    simdjson::dom::parser parser(body_max);
    BW_ASSERT(parser.allocate(body_max, depth_max) == simdjson::SUCCESS);
    return parser;
}

/// 3.0 and 3e0 are the integer 3, as in JSON Schema.
bool is_whole(double number) {
    constexpr double exact_max = 1LL << 53;
    return std::abs(number) <= exact_max && number == std::trunc(number);
}

}  // namespace

JsonBody::JsonBody(std::string_view body, std::initializer_list<std::string_view> known,
                   bool may_be_empty) {
    if (body.size() > body_max)
        refuse_json("it is too large");
    else if (!body.empty() || !may_be_empty)
        read(body, known);
}

void JsonBody::read(std::string_view body, std::initializer_list<std::string_view> known) {
    thread_local simdjson::dom::parser parser = make_parser();
    const simdjson::padded_string padded(body);
    simdjson::dom::object object;
    const auto error = parser.parse(padded).get(object);
    if (error != simdjson::SUCCESS) return refuse_json(simdjson::error_message(error));
    for (const auto& [name, value] : object) {
        std::string_view text;
        std::uint64_t integer = 0;
        std::int64_t below_zero = 0;
        double decimal = 0;
        bool truth = false;
        if (value.get(text) == simdjson::SUCCESS)
            add({std::string(name), Kind::text, std::string(text), 0}, known);
        else if (value.get(integer) == simdjson::SUCCESS)
            add({std::string(name), Kind::integer, {}, integer}, known);
        else if (value.get(below_zero) == simdjson::SUCCESS)
            add({std::string(name), Kind::negative, {}, -static_cast<std::uint64_t>(below_zero)},
                known);
        else if (value.get(decimal) == simdjson::SUCCESS && is_whole(decimal))
            add({std::string(name),
                 decimal < 0 ? Kind::negative : Kind::integer,
                 {},
                 static_cast<std::uint64_t>(std::abs(decimal))},
                known);
        else if (value.is_array())
            add({std::string(name), Kind::list, simdjson::minify(value), 0}, known);
        else if (value.get(truth) == simdjson::SUCCESS)
            add({std::string(name), Kind::boolean, {}, truth ? 1u : 0u}, known);
        else
            add({std::string(name), value.is_null() ? Kind::null : Kind::other, {}, 0}, known);
        if (problem_) return;
    }
}

void JsonBody::add(Member member, std::initializer_list<std::string_view> known) {
    if (has(member.name))
        return refuse(ApiCode::duplicate_field, "The member is given twice.", member.name);
    if (std::ranges::find(known, member.name) == known.end())
        return refuse(ApiCode::unknown_field, "There is no such member.", member.name);
    members_.push_back(std::move(member));
}

void JsonBody::refuse_json(std::string_view why) {
    refuse(ApiCode::malformed_json, fmt::format("The body must be one JSON object: {}.", why), {});
}

void JsonBody::refuse(Problem problem) {
    if (!problem_) problem_ = std::move(problem);
}

void JsonBody::refuse(ApiCode code, std::string detail, std::string_view field) {
    refuse(rest::problem(code, std::move(detail), common::echo_of(field)));
}

const JsonBody::Member* JsonBody::find(std::string_view name) const {
    const auto found = std::ranges::find(members_, name, &Member::name);
    return found == members_.end() ? nullptr : &*found;
}

bool JsonBody::is_null(std::string_view name) const {
    const Member* member = find(name);
    return member && member->kind == Kind::null;
}

const JsonBody::Member* JsonBody::expect(std::string_view name, Kind kind, bool required) {
    const Member* member = find(name);
    if (!member) {
        if (required)
            refuse(ApiCode::missing_field, fmt::format("The member {} is required.", name), name);
        return nullptr;
    }
    if (member->kind == kind) return member;
    const char* wanted = kind == Kind::text      ? "a string"
                         : kind == Kind::boolean ? "true or false"
                         : kind == Kind::list    ? "a list"
                                                 : "a whole JSON number, not negative";
    refuse(ApiCode::wrong_type, fmt::format("{} must be {}.", name, wanted), name);
    return nullptr;
}

std::string_view JsonBody::text(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    return member ? std::string_view(member->text) : std::string_view();
}

void JsonBody::refuse_word(std::string_view name, std::span<const std::string_view> allowed) {
    refuse(ApiCode::bad_value,
           fmt::format("{} must be one of: {}.", name, fmt::join(allowed, ", ")), name);
}

std::int64_t JsonBody::decimal(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return 0;
    const auto value = base::parse_decimal(member->text);
    if (value) return *value;
    refuse(ApiCode::bad_value,
           fmt::format("{} must be a decimal such as \"101.25\": {}", name,
                       base::explain(value.error())),
           name);
    return 0;
}

std::int64_t JsonBody::decimal_or(std::string_view name, std::int64_t fallback) {
    return has(name) ? decimal(name) : fallback;
}

std::int64_t JsonBody::decimal_or_null(std::string_view name, std::int64_t fallback,
                                       std::int64_t for_null) {
    return is_null(name) ? for_null : decimal_or(name, fallback);
}

std::uint64_t JsonBody::quantity(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return 0;
    const auto value = base::parse_unsigned(member->text);
    if (value) return *value;
    refuse(ApiCode::bad_value,
           fmt::format("{} must be a whole number such as \"100\": {}", name,
                       base::explain(value.error())),
           name);
    return 0;
}

std::uint64_t JsonBody::quantity_or(std::string_view name, std::uint64_t fallback) {
    return has(name) ? quantity(name) : fallback;
}

std::uint64_t JsonBody::quantity_or_null(std::string_view name, std::uint64_t fallback,
                                         std::uint64_t for_null) {
    return is_null(name) ? for_null : quantity_or(name, fallback);
}

std::int64_t JsonBody::signed_quantity(std::string_view name) {
    const Member* member = expect(name, Kind::text, true);
    if (!member) return 0;
    std::string_view digits = member->text;
    const bool negative = digits.starts_with('-');
    if (negative) digits.remove_prefix(1);
    const auto value = base::parse_unsigned(digits);
    if (value && *value <= static_cast<std::uint64_t>(INT64_MAX))
        return negative ? -static_cast<std::int64_t>(*value) : static_cast<std::int64_t>(*value);
    refuse(ApiCode::bad_value,
           fmt::format("{} must be a whole number such as \"100\" or \"-100\".", name), name);
    return 0;
}

std::uint32_t JsonBody::count(std::string_view name, std::uint32_t max) {
    const Member* member = expect(name, Kind::integer, true);
    if (!member) return 0;
    if (member->integer <= max) return static_cast<std::uint32_t>(member->integer);
    refuse(ApiCode::bad_value, fmt::format("{} must be from 0 to {}.", name, max), name);
    return 0;
}

std::uint32_t JsonBody::count_or(std::string_view name, std::uint32_t max, std::uint32_t fallback) {
    return has(name) ? count(name, max) : fallback;
}

std::uint32_t JsonBody::count_or_null(std::string_view name, std::uint32_t max,
                                      std::uint32_t fallback, std::uint32_t for_null) {
    return is_null(name) ? for_null : count_or(name, max, fallback);
}

std::int32_t JsonBody::signed_count(std::string_view name, std::int32_t min, std::int32_t max,
                                    std::optional<std::int32_t> fallback) {
    const Member* member = find(name);
    if (!member && fallback) return *fallback;
    if (!member || (member->kind != Kind::integer && member->kind != Kind::negative)) {
        refuse(member ? ApiCode::wrong_type : ApiCode::missing_field,
               fmt::format("{} must be a whole JSON number.", name), name);
        return 0;
    }
    const bool fits = member->integer <= INT32_MAX;
    const auto size = static_cast<std::int32_t>(fits ? member->integer : 0);
    const std::int32_t value = member->kind == Kind::negative ? -size : size;
    if (fits && value >= min && value <= max) return value;
    refuse(ApiCode::bad_value, fmt::format("{} must be from {} to {}.", name, min, max), name);
    return 0;
}

std::vector<JsonBody::DecimalPair> JsonBody::decimal_pairs(std::string_view name,
                                                           std::string_view first,
                                                           std::string_view second,
                                                           std::size_t rows_max) {
    const auto malformed = [&] {
        refuse(ApiCode::bad_value,
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

bool JsonBody::flag_or(std::string_view name, bool fallback) {
    const Member* member = expect(name, Kind::boolean, false);
    return member ? member->integer == 1 : fallback;
}

std::uint32_t JsonBody::date_or_none(std::string_view name) {
    const Member* member = expect(name, Kind::text, false);
    if (!member) return 0;
    if (const auto date = common::parse_date(member->text)) return *date;
    refuse(ApiCode::bad_value, fmt::format("{} must be a day such as \"2026-01-31\".", name), name);
    return 0;
}

model::ClientOrderId JsonBody::client_id(std::string_view name) {
    const Member* member = expect(name, Kind::text, false);
    if (!member) return {};
    if (is_client_id(member->text)) return *model::ClientOrderId::from(member->text);
    refuse(rest::problem(model::RejectReason::bad_client_order_id, std::string(name)));
    return {};
}

}  // namespace bw::gateway::rest
