// An exchange in one process.
#pragma once

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// `buttonwood up`: opens the exchange and serves until SIGINT or SIGTERM. Returns the exit status.
int run_up(const ExchangeOptions& options);

}  // namespace bw::apps
