// Configuration: a venue's calendar file. TOML; docs/internals/calendar.md lists every key. Every
// error names file and line.
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

/// The width of limit bands for references from this price on.
struct BandTier {
    model::Price from;
    model::Ppm width;  ///< 1 to 999,999
};

inline constexpr std::uint32_t limit_band_window_s_max = 3600;

/// Limit-up/limit-down: bands around the mean trade price of the last minutes.
struct LimitBandRules {
    std::uint32_t window_s = 300;   ///< seconds of trades that form the mean
    std::uint32_t interval_s = 30;  ///< bands stay at least this long
    model::Ppm threshold{10'000};   ///< and while the mean has moved less than this
    std::vector<BandTier> tiers;    ///< ascending; the first from 0
};

/// What happens by itself, apart from phases. Lengths in seconds.
struct Automatics {
    std::uint32_t indicative_interval_s = 1;
    /// length of a volatility auction, and of any auction that starts late
    std::uint32_t auction_s = 300;
    std::uint32_t auction_window_s = 30;  ///< it ends at a random moment of this window
    std::uint32_t limit_state_s = 15;     ///< then trading pauses
    std::uint32_t limit_pause_s = 300;
    std::uint32_t market_wide_pause_s = 900;
    /// A market that traded when the exchange went away for longer reopens by an auction; 0: it
    /// goes on at once.
    std::uint32_t outage_s = 0;
    std::optional<LimitBandRules> limit_bands;
};

struct Configuration {
    std::string name;
    std::string time_zone;  ///< IANA
    int time_zone_line = 0;
    CalendarRules rules;
    Automatics automatics;
};

/// `path` is used in messages only.
[[nodiscard]] base::Result<Configuration> parse_configuration(std::string_view text,
                                                              const std::string& path);

}  // namespace bw::calendar
