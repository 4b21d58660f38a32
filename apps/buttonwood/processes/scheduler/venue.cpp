#include "buttonwood/processes/scheduler/venue.hpp"

#include <fmt/format.h>

#include <utility>

#include "buttonwood/tools/calendar.hpp"

namespace bw::apps {

base::Result<std::optional<calendar::Venue>> load_calendar(const std::string& file) {
    if (file.empty()) return std::nullopt;
    auto venue = calendar::load_venue(file);
    if (!venue) return std::unexpected(venue.error());
    return std::move(*venue);
}

scheduler::SchedulerOptions scheduler_options(const std::optional<calendar::Venue>& venue) {
    if (!venue) return {};
    return {venue->calendar, venue->automatics};
}

void print_calendar(const std::optional<calendar::Venue>& venue, std::uint64_t now_ns,
                    const std::string& day_end) {
    if (venue)
        fmt::print("calendar: {}\n", describe_now(*venue, now_ns));
    else
        fmt::print("calendar: none, always trading; the day ends at {} UTC\n", day_end);
}

}  // namespace bw::apps
