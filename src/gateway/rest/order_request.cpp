#include "gateway/rest/order_request.hpp"

#include "gateway/rest/json_body.hpp"

namespace bw::gateway::rest {

std::expected<OrderRequest, Problem> parse_order_request(std::string_view body) {
    JsonBody json(body, {"symbol", "side", "type", "timeInForce", "quantity", "price", "clientOrderId"});
    OrderRequest order;
    order.symbol = json.text("symbol");
    order.side = static_cast<model::Side>(json.word("side", {"buy", "sell"}));
    order.type = static_cast<model::OrderType>(json.word("type", {"limit", "market"}));
    order.time_in_force = static_cast<model::TimeInForce>(json.word("timeInForce", {"day", "ioc", "fok"}, 0));
    order.quantity = model::Quantity{json.quantity("quantity")};
    order.price = model::Price{json.decimal_or("price", model::no_price.value())};
    order.client_order_id = json.client_id("clientOrderId");
    if (json.problem()) return std::unexpected(*json.problem());
    return order;
}

}  // namespace bw::gateway::rest
