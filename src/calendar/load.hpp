// Loading a calendar: the only part of this component that reads files.
#pragma once

#include <string>

#include "base/result.hpp"
#include "calendar/calendar.hpp"
#include "calendar/configuration.hpp"

namespace bw::calendar {

inline constexpr const char* zone_directory = "/usr/share/zoneinfo";

/// A zone from the system's database, such as Europe/Berlin.
[[nodiscard]] base::Result<TimeZone> load_time_zone(const std::string& name,
                                                    const std::string& directory = zone_directory);

struct Venue {
    std::string name;
    std::string time_zone;
    Calendar calendar;
    Automatics automatics;
};

/// A calendar file and its time zone.
[[nodiscard]] base::Result<Venue> load_venue(const std::string& path);

}  // namespace bw::calendar
