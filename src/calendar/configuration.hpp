// Configuration: a venue's calendar file. TOML; docs/internals/calendar.md says what may be in it.
// Every error names file and line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "calendar/calendar.hpp"
#include "model/types.hpp"

namespace bw::calendar {

/// From this price on, limit bands are this far from the reference.
struct BandTier {
    model::Price from;
    model::Ppm width;  ///< 1 to 999,999
};

inline constexpr std::uint32_t limit_band_window_s_max = 3600;

/// Limit-up/limit-down: bands around the mean trade price of the last minutes.
struct LimitBandRules {
    std::uint32_t window_s = 300;   ///< trades of so many seconds make the mean
    std::uint32_t interval_s = 30;  ///< bands stay at least so long
    model::Ppm threshold{10'000};   ///< and as long as the mean has moved less
    std::vector<BandTier> tiers;    ///< rising, the first from 0
};

/// What happens by itself, phases apart. Lengths in seconds.
struct Automatics {
    std::uint32_t indicative_interval_s = 1;
    /// of a volatility auction, and of any auction that begins late
    std::uint32_t auction_s = 300;
    std::uint32_t auction_window_s = 30;  ///< it ends at a random moment of this window
    std::uint32_t limit_state_s = 15;     ///< then trading pauses
    std::uint32_t limit_pause_s = 300;
    std::uint32_t market_wide_pause_s = 900;
    std::optional<LimitBandRules> limit_bands;
};

struct Configuration {
    std::string name;
    std::string time_zone;  ///< IANA
    int time_zone_line = 0;
    CalendarRules rules;
    Automatics automatics;
};

/// `path` is for messages.
[[nodiscard]] base::Result<Configuration> parse_configuration(std::string_view text,
                                                              const std::string& path);

}  // namespace bw::calendar
