// `buttonwood topology`: the processes of an exchange.
#pragma once

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Prints the processes of an exchange with these options in start order, one JSON object per line.
/// Returns the exit status.
int run_topology(const ExchangeOptions& options);

}  // namespace bw::apps
