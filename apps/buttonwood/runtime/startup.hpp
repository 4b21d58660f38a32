// Startup: translates the options for the node, and says what an operator wants to know of a start.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/running_node.hpp"

namespace bw::apps {

/// Says in the log that this process is open. `at`: where it listens; may be empty.
void log_open(const ExchangeOptions& options, const std::string& at = {});

/// Says why this process cannot open or, once it is open, cannot continue: as text on standard
/// error, or as a line of the log. Returns the exit status of a failure.
int fail(const std::string& message);

/// Options of the node. `with_calendar`: the scheduler ends the days. Error: --day-end is not a
/// time.
[[nodiscard]] base::Result<RunningNode::Options> node_options(const ExchangeOptions& options,
                                                              bool with_calendar);

void print_head(const ExchangeOptions& options);
void print_recovery(RunningNode& running, const ExchangeOptions& options);

}  // namespace bw::apps
