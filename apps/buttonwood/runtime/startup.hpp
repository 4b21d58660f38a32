// Opening: what every process of an exchange that has a core, a scheduler or a gateway makes of the
// options, and what the core tells the operator at its start.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "buttonwood/processes/gateway/gateway_agent.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/running_node.hpp"
#include "buttonwood/tools/calendar.hpp"
#include "scheduler/phase_scheduler.hpp"

namespace bw::apps {

/// Writes the message to standard error; the exit status of a failure.
int fail(const std::string& message);

/// The calendar of the exchange, if it has one.
[[nodiscard]] base::Result<std::optional<calendar::Venue>> load_calendar(const std::string& file);
[[nodiscard]] scheduler::SchedulerOptions scheduler_options(
    const std::optional<calendar::Venue>& venue);

/// `with_calendar`: the scheduler ends the days. Error: the end of the day is not a time.
[[nodiscard]] base::Result<RunningNode::Options> core_options(const ExchangeOptions& options,
                                                              bool with_calendar);
[[nodiscard]] GatewayAgent::Options gateway_options(const ExchangeOptions& options);

void print_head(const ExchangeOptions& options);
void print_recovery(RunningNode& core, const ExchangeOptions& options);
void print_calendar(const std::optional<calendar::Venue>& venue, std::uint64_t now_ns,
                    const std::string& day_end);

}  // namespace bw::apps
