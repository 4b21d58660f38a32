#include "buttonwood-bench/rest_sources.hpp"

namespace bw::apps {

base::Result<Sources> make_orders(const ExchangeProcess& exchange, unsigned count) {
    auto market = MarketOperator::connect(exchange.port(), exchange.operator_key_file());
    if (!market) return std::unexpected(market.error());
    if (auto listed = market->list_instrument(); !listed) return std::unexpected(listed.error());
    auto keys = market->open_traders(count);
    if (!keys) return std::unexpected(keys.error());
    Sources sources;
    for (const bench::ApiKey& key : *keys)
        sources.push_back(std::make_unique<AlternatingOrders>(key, sources.size() % 2 == 1));
    return sources;
}

}  // namespace bw::apps
