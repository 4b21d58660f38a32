// The exchange as processes of their own: each runs one agent, which meets the others in shared
// memory only. Each function is the main function of its process: it serves until SIGINT or SIGTERM
// and returns the exit status.
#pragma once

#include "buttonwood/runtime/exchange_options.hpp"

namespace bw::apps {

/// Sequencer, logs, engine. Waits at its end for the processes that still hold rings, a little.
int run_core(const ExchangeOptions& options);
/// REST and WebSocket with keys and orders. Stays when the core dies, and goes on with the next
/// one.
int run_gateway(const ExchangeOptions& options);
/// REST and WebSocket of public data, from the event log alone.
int run_market_data(const ExchangeOptions& options);
/// Phases, auctions, halts and ends of days. Begins anew from the log when another core has come.
int run_scheduler(const ExchangeOptions& options);
/// Simulated participants; ends at once, with status 0, in an exchange that has none.
int run_demo(const ExchangeOptions& options);
/// GET /metrics of all processes, alive or dead.
int run_metrics(const ExchangeOptions& options);

}  // namespace bw::apps
