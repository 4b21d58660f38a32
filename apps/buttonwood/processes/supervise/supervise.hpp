// The supervisor of an exchange of several processes.
#pragma once

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// `buttonwood supervise`: starts the processes of the exchange, restarts those that die, and stops
/// them in order on SIGINT or SIGTERM. Returns the exit status.
int run_supervise(const ExchangeOptions& options);

}  // namespace bw::apps
