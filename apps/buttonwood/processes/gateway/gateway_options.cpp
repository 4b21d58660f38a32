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
        .api = {}};
    gateway.http.address = options.of(place.agent->name).address;
    gateway.http.port = options.port_of(place);
    const DescriptorBudget descriptors = descriptor_budget();
    gateway.http.connections_max = descriptors.connections();
    gateway.http.connections_per_address_max = descriptors.connections_per_address();
    if (place.ring) gateway.api.gateway = place.request_space;
    const access::Rate rate{options.rate_limit, options.rate_limit * 2};
    gateway.api.orders = gateway.api.cancels = gateway.api.queries = rate;
    return gateway;
}

void read_gateway_settings(const ConfigurationTable& from, ExchangeOptions& options) {
    from.reader.number(from.table, "rate_limit", 1, 500'000, options.rate_limit);
    from.reader.number(from.table, "operators", 1, 100, options.operators);
}

std::string gateway_settings_text(const ExchangeOptions& options) {
    return fmt::format("rate_limit = {}\noperators = {}\n", options.rate_limit, options.operators);
}

}  // namespace bw::apps
