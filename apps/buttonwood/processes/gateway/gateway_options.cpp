#include "buttonwood/processes/gateway/gateway_options.hpp"

#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

GatewayAgent::Options gateway_options(const ExchangeOptions& options) {
    GatewayAgent::Options gateway{.directory = options.directory,
                                  .operators = options.operators,
                                  .reader = rest_ring,
                                  .public_only = false,
                                  .http = {},
                                  .api = {}};
    gateway.http.address = options.address;
    gateway.http.port = options.http_port;
    const gateway::session::Rate rate{options.rate_limit, options.rate_limit * 2};
    gateway.api.orders = gateway.api.cancels = gateway.api.queries = rate;
    return gateway;
}

}  // namespace bw::apps
