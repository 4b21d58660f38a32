#include "gateway/rest/order_request.hpp"

#include <array>

#include "gateway/rest/json_body.hpp"

namespace bw::gateway::rest {
namespace {

/// Without `none`: an order that is not pegged has no member "peg".
constexpr std::array pegs{model::PegKind::primary, model::PegKind::market,
                          model::PegKind::midpoint};

}  // namespace

std::expected<OrderRequest, Problem> parse_order_request(std::string_view body) {
    JsonBody json(body, {"symbol", "side", "type", "timeInForce", "quantity", "price",
                         "clientOrderId", "postOnly", "hidden", "minQuantity", "displayQuantity",
                         "expireDate", "stopPrice", "offset", "peg"});
    OrderRequest order;
    order.symbol = json.text("symbol");
    order.side = json.value<model::Side>("side");
    order.type = json.value<model::OrderType>("type");
    order.time_in_force = json.value<model::TimeInForce>("timeInForce", model::TimeInForce::day);
    order.quantity = model::Quantity{json.quantity("quantity")};
    order.price = model::Price{json.decimal_or("price", model::no_price.value())};
    order.client_order_id = json.client_id("clientOrderId");
    order.post_only = json.flag_or("postOnly", false);
    order.hidden = json.flag_or("hidden", false);
    if (json.has("peg")) order.peg = json.value<model::PegKind>("peg", std::nullopt, pegs);
    order.display_quantity = model::Quantity{json.quantity_or("displayQuantity", 0)};
    order.stop_price = model::Price{json.decimal_or("stopPrice", 0)};
    order.offset = model::Price{json.decimal_or("offset", 0)};
    order.min_quantity = model::Quantity{json.quantity_or("minQuantity", 0)};
    order.expire_date = json.date_or_none("expireDate");
    if (json.problem()) return std::unexpected(*json.problem());
    return order;
}

std::expected<AmendRequest, Problem> parse_amend_request(std::string_view body) {
    JsonBody json(body, {"quantity", "price"});
    AmendRequest amend;
    if (json.has("quantity")) amend.quantity = model::Quantity{json.quantity("quantity")};
    if (json.has("price")) amend.price = model::Price{json.decimal("price")};
    if (json.problem()) return std::unexpected(*json.problem());
    if (!amend.quantity && !amend.price)
        return std::unexpected(problem(
            ApiCode::missing_field, "At least one of quantity and price is required.", "quantity"));
    return amend;
}

}  // namespace bw::gateway::rest
