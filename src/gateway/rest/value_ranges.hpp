// Ranges of the values that operators send. The exchange checks them too, with one reason for all;
// here the refusal names the member, its value and the range, under the same code.
#pragma once

#include <cstdint>
#include <string_view>

#include "gateway/common/json_object.hpp"
#include "model/types.hpp"

namespace bw::gateway::rest {

/// From 0.0001 to `highest`.
void expect_price(common::JsonObject& body, std::string_view field, model::Price price,
                  model::Price highest);
/// `lowest` and `highest` are included.
void expect_number(common::JsonObject& body, std::string_view field, std::int64_t value,
                   std::int64_t lowest, std::int64_t highest);
/// The text behind `field`, which is none if the reader could not take it.
[[nodiscard]] model::Symbol expect_symbol(common::JsonObject& body, std::string_view field);
[[nodiscard]] model::Currency expect_currency(common::JsonObject& body, std::string_view field);

}  // namespace bw::gateway::rest
