// The agents of the product as processes of their own, which meet in shared memory only: what their
// rows in the topology table point to. A run_… is the main function of its process: it serves until
// SIGINT or SIGTERM and returns the exit status.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

/// Sequencer, logs, engine. Waits at its end for the processes that still hold rings, a little.
int run_core(const ExchangeOptions& options, const Place& place);
/// REST and WebSocket; with keys and orders if the row permits to trade, else from the event log
/// alone. Stays when the core dies, and goes on with the next one.
int run_rest(const ExchangeOptions& options, const Place& place);
void read_gateway_settings(const ConfigurationTable& from, ExchangeOptions& options);
std::string gateway_settings_text(const ExchangeOptions& options);
/// Phases, auctions, halts and ends of days. Begins anew from the log when another core has come.
int run_scheduler(const ExchangeOptions& options, const Place& place);
/// Simulated participants; ends at once, with status 0, in an exchange that has none.
int run_demo(const ExchangeOptions& options, const Place& place);
bool demo_is_wanted(const ExchangeOptions& options);
void read_demo_settings(const ConfigurationTable& from, ExchangeOptions& options);
std::string demo_settings_text(const ExchangeOptions& options);
/// GET /metrics of all processes, alive or dead.
int run_metrics(const ExchangeOptions& options, const Place& place);

}  // namespace bw::apps
