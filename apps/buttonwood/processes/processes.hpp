// The main functions of the agents' processes and other functions that the topology table refers
// to. The processes share only memory and files. Each run_…() serves until SIGINT or SIGTERM and
// returns the exit status.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/topology.hpp"

namespace bw::apps {

/// Sequencer, logs, engine. On exit waits a short time for the processes that still hold rings.
int run_node(const ExchangeOptions& options, const Place& place);
/// REST and WebSocket: with keys and orders if the row has the permission to trade, else public
/// data from the event log alone. Survives the death of the node and continues with the next one.
int run_rest(const ExchangeOptions& options, const Place& place);
void read_gateway_settings(const ConfigurationTable& from, ExchangeOptions& options);
std::string gateway_settings_text(const ExchangeOptions& options);
/// Phases, auctions, halts and ends of days. Starts over from the log when a new node has started.
int run_scheduler(const ExchangeOptions& options, const Place& place);
/// Simulated participants; ends at once, with status 0, in an exchange without them.
int run_demo(const ExchangeOptions& options, const Place& place);
bool demo_is_wanted(const ExchangeOptions& options);
void read_demo_settings(const ConfigurationTable& from, ExchangeOptions& options);
std::string demo_settings_text(const ExchangeOptions& options);
/// GET /metrics of all processes, running or dead.
int run_metrics(const ExchangeOptions& options, const Place& place);

}  // namespace bw::apps
