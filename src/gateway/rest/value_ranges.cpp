#include "gateway/rest/value_ranges.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

#include "base/decimal.hpp"
#include "gateway/common/echo.hpp"
#include "model/text_rules.hpp"

namespace bw::gateway::rest {
namespace {

using common::JsonObject;
using model::RejectReason;

void refuse(JsonObject& body, std::string_view field, std::string detail) {
    body.refuse(
        common::problem(RejectReason::bad_configuration, std::move(detail), std::string(field)));
}

template <class Text>
Text expect_text(JsonObject& body, std::string_view field, std::string_view rule) {
    const std::string given(body.text(field));
    const auto text = Text::from(given);
    if (text && model::well_formed(*text)) return *text;
    refuse(body, field, fmt::format("{} is \"{}\", but {}.", field, common::echo_of(given), rule));
    return {};
}

}  // namespace

void expect_price(JsonObject& body, std::string_view field, model::Price price,
                  model::Price highest) {
    if (price >= model::Price{1} && price <= highest) return;
    refuse(body, field,
           fmt::format("{} is {}, but must be from {} to {}.", field,
                       base::format_decimal(price.value()), base::format_decimal(1),
                       base::format_decimal(highest.value())));
}

void expect_number(JsonObject& body, std::string_view field, std::int64_t value,
                   std::int64_t lowest, std::int64_t highest) {
    if (value >= lowest && value <= highest) return;
    refuse(body, field,
           fmt::format("{} is {}, but must be from {} to {}.", field, value, lowest, highest));
}

model::Symbol expect_symbol(JsonObject& body, std::string_view field) {
    return expect_text<model::Symbol>(body, field, "must be 1 to 16 of A-Z 0-9 . / -");
}

model::Currency expect_currency(JsonObject& body, std::string_view field) {
    return expect_text<model::Currency>(body, field, "must be 3 or 4 letters A-Z");
}

}  // namespace bw::gateway::rest
