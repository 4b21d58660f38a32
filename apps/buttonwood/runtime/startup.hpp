// Startup: what a process of an exchange makes of the options, and what it tells the operator then.
#pragma once

#include <string>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/running_node.hpp"

namespace bw::apps {

/// Writes the message to standard error; the exit status of a failure.
int fail(const std::string& message);

/// `with_calendar`: the scheduler ends the days. Error: the end of the day is not a time.
[[nodiscard]] base::Result<RunningNode::Options> core_options(const ExchangeOptions& options,
                                                              bool with_calendar);

void print_head(const ExchangeOptions& options);
void print_recovery(RunningNode& core, const ExchangeOptions& options);

}  // namespace bw::apps
