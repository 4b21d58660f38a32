#include "buttonwood/processes/gateway/gateway_options.hpp"

#include <fmt/format.h>

#include "buttonwood/processes/processes.hpp"
#include "buttonwood/runtime/configuration_table.hpp"
#include "buttonwood/runtime/descriptor_budget.hpp"

namespace bw::apps {

GatewayAgent::Options gateway_options(const ExchangeOptions& options, const Place& place) {
    GatewayAgent::Options gateway{
        .directory = options.directory,
        .operators = options.operators,
        .reader = place.reader.value(),
        .public_only = (place.agent->permissions & permissions::trade) == 0,
        .http = {},
        .network = options.network,
        .io_thread = options.thread(place.agent->table()),
        .api = {}};
    gateway.http.address = options.of(place.agent->name).address;
    gateway.http.port = options.port_of(place);
    gateway.http.io_threads = options.network.io_threads;
    const DescriptorBudget descriptors = descriptor_budget();
    gateway.http.loop.connections_max = descriptors.connections();
    gateway.http.loop.connections_reserved = descriptors.connections() / 4;
    gateway.http.loop.addresses.connections_max = descriptors.connections_per_address();
    if (!gateway.public_only) gateway.market_data = gateway::rest::MarketDataPlace::elsewhere;
    if (place.ring) gateway.api.gateway = place.request_space;
    const access::Rate rate{options.rate_limit, options.rate_limit * 2};
    gateway.gate.orders = gateway.gate.cancels = gateway.gate.queries = rate;
    return gateway;
}

void read_gateway_settings(const ConfigurationTable& from, ExchangeOptions& options) {
    from.reader.number(from.table, "rate_limit", 1, 500'000, options.rate_limit);
    from.reader.number(from.table, "operators", 1, 100, options.operators);
    NetworkOptions& network = options.network;
    from.reader.number(from.table, "io_threads", 0, io_threads_max, network.io_threads);
    from.reader.text(from.table, "tls_certificate", network.tls_certificate);
    from.reader.text(from.table, "tls_key", network.tls_key);
    from.reader.flag(from.table, "plain_http", network.plain_http);
    from.reader.text(from.table, "address_rules", network.address_rules);
}

std::string gateway_settings_text(const ExchangeOptions& options) {
    const NetworkOptions& network = options.network;
    std::string out = fmt::format("rate_limit = {}\noperators = {}\nio_threads = {}\n",
                                  options.rate_limit, options.operators, network.io_threads);
    const auto add_file = [&out](const char* name, const std::string& path) {
        if (!path.empty()) out += fmt::format("{} = {}\n", name, checked_toml::quoted(path));
    };
    add_file("tls_certificate", network.tls_certificate);
    add_file("tls_key", network.tls_key);
    if (network.plain_http) out += "plain_http = true\n";
    add_file("address_rules", network.address_rules);
    return out;
}

}  // namespace bw::apps
