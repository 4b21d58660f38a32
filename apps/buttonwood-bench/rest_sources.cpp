#include "buttonwood-bench/rest_sources.hpp"

#include <fmt/format.h>

namespace bw::apps {
namespace {

/// The first member of the answer to an order: {"id":"17",…
std::string order_id_of(std::string_view body) {
    constexpr std::string_view prefix = R"({"id":")";
    if (!body.starts_with(prefix)) return {};
    body.remove_prefix(prefix.size());
    return std::string(body.substr(0, body.find('"')));
}

}  // namespace

bench::RequestTemplate order_request(const bench::ApiKey& key, std::string_view side,
                                     unsigned price) {
    const std::string body =
        fmt::format(R"({{"symbol":"{}","side":"{}","type":"limit","quantity":"1","price":"{}"}})",
                    bench_symbol, side, price);
    return {key, {"POST", "/v1/order", body}};
}

OrdersAndCancels::OrdersAndCancels(const bench::ApiKey& key)
    : key_(key), order_(order_request(key, "sell", 110)), cancel_(order_) {}

std::string_view OrdersAndCancels::next(std::uint64_t now_ms) {
    cancels_ = !order_id_.empty();
    if (!cancels_) return order_.sign(now_ms, nonce_++);
    cancel_ = bench::RequestTemplate(key_, {"DELETE", "/v1/order/" + order_id_, ""});
    return cancel_.sign(now_ms, nonce_++);
}

void OrdersAndCancels::answered(const bench::HttpAnswer& answer) {
    order_id_ = cancels_ || !answer.good() ? std::string() : order_id_of(answer.body);
}

base::Result<std::vector<bench::ApiKey>> make_market(const ExchangeProcess& exchange,
                                                     unsigned count) {
    auto market = MarketOperator::connect(exchange.port(), exchange.operator_key_file());
    if (!market) return std::unexpected(market.error());
    if (auto listed = market->list_instrument(); !listed) return std::unexpected(listed.error());
    return market->open_traders(count);
}

Sources alternating_orders(const std::vector<bench::ApiKey>& keys) {
    Sources sources;
    for (const bench::ApiKey& key : keys)
        sources.push_back(std::make_unique<AlternatingOrders>(key, sources.size() % 2 == 1));
    return sources;
}

}  // namespace bw::apps
