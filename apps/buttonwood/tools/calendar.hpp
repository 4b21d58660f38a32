// `buttonwood calendar`, and the current phase of a venue as text.
#pragma once

#include <cstdint>
#include <string>

#include "calendar/load.hpp"

namespace bw::apps {

/// Describes the present phase and the next one: "XNYS-like (America/New_York), closed; pre_open at
/// 2026-11-23 06:30:00". Assumes that each auction ends at its earliest moment.
[[nodiscard]] std::string describe_now(const calendar::Venue& venue, std::uint64_t now_ns);

struct CalendarOptions {
    std::string file;
    std::uint32_t days = 14;
    std::string from;  ///< yyyy-mm-dd; empty: today in the venue's time zone
};

/// `buttonwood calendar`: checks a file and prints the coming days. Returns the exit status.
int run_calendar(const CalendarOptions& options);

}  // namespace bw::apps
