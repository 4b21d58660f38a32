// The bodies of POST /v1/order and PATCH /v1/order/{id}, from bytes to types.
#pragma once

#include <expected>
#include <optional>
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
    bool post_only = false;
    model::Quantity min_quantity;   ///< 0: any
    std::uint32_t expire_date = 0;  ///< yyyymmdd, 0 when the body has none
};

/// At least one of both is there.
struct AmendRequest {
    std::optional<model::Quantity> quantity;  ///< in total, with what is executed
    std::optional<model::Price> price;
};

/// Checks the form only; what the numbers mean is the engine's to judge.
[[nodiscard]] std::expected<OrderRequest, Problem> parse_order_request(std::string_view body);
[[nodiscard]] std::expected<AmendRequest, Problem> parse_amend_request(std::string_view body);

}  // namespace bw::gateway::rest
