// The body of POST /v1/order, from bytes to types.
#pragma once

#include <expected>
#include <string>
#include <string_view>

#include "gateway/rest/problem.hpp"
#include "model/types.hpp"

namespace bw::gateway::rest {

struct OrderRequest {
    std::string symbol;
    model::Side side = model::Side::buy;
    model::OrderType type = model::OrderType::limit;
    model::TimeInForce time_in_force = model::TimeInForce::day;
    model::Quantity quantity;
    model::Price price = model::no_price;  ///< no_price when the body has none
    model::ClientOrderId client_order_id;
};

/// Checks the form only; what the numbers mean is the engine's to judge.
[[nodiscard]] std::expected<OrderRequest, Problem> parse_order_request(std::string_view body);

}  // namespace bw::gateway::rest
