// Translates the options of an exchange into those of its REST and WebSocket gateway.
#pragma once

#include "buttonwood/processes/gateway/gateway_agent.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

[[nodiscard]] GatewayAgent::Options gateway_options(const ExchangeOptions& options,
                                                    const Place& place);

}  // namespace bw::apps
