// The calendar file of an exchange.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/result.hpp"
#include "calendar/load.hpp"
#include "scheduler/phase_scheduler.hpp"

namespace bw::apps {

/// Loads the file; nothing if `file` is empty. Error: it cannot be read or is not valid.
[[nodiscard]] base::Result<std::optional<calendar::Venue>> load_calendar(const std::string& file);
[[nodiscard]] scheduler::SchedulerOptions scheduler_options(
    const std::optional<calendar::Venue>& venue);

void print_calendar(const std::optional<calendar::Venue>& venue, std::uint64_t now_ns,
                    const std::string& day_end);

}  // namespace bw::apps
