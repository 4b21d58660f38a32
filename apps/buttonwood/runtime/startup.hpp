// Startup: translates the options for the node, and prints what an operator sees at a start.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/running_node.hpp"

namespace bw::apps {

/// Prints the message to standard error; returns the exit status of a failure.
int fail(const std::string& message);

/// Options of the node. `with_calendar`: the scheduler ends the days. Error: --day-end is not a
/// time.
[[nodiscard]] base::Result<RunningNode::Options> node_options(const ExchangeOptions& options,
                                                              bool with_calendar);

void print_head(const ExchangeOptions& options);
void print_recovery(RunningNode& running, const ExchangeOptions& options);

}  // namespace bw::apps
