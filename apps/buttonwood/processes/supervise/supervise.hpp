#pragma once

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// `buttonwood supervise`: opens the exchange as processes of their own, starts again what dies,
/// and closes them in order at SIGINT or SIGTERM. Returns the exit status.
int run_supervise(const ExchangeOptions& options);

}  // namespace bw::apps
