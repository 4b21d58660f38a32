#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "event_store/store.hpp"

namespace bw::apps {

struct UpOptions {
    std::string directory = "data";
    std::string shared_directory = platform::default_shared_directory;
    event_store::Durability mode = event_store::Durability::sync;
    std::string address = "127.0.0.1";
    std::uint16_t http_port = 8080;  ///< 0: any free one
    bool demo = true;
    double demo_rate = 100;         ///< commands per second
    std::string day_end = "00:00";  ///< UTC, hh:mm
    std::string calendar;           ///< file; empty: always trading, with an end of the day
    bool busy_spin = false;
    std::uint32_t rate_limit = 200;  ///< requests per second of one key
    std::uint64_t segment_mib = 64;
    std::string metrics_address = "127.0.0.1";
    std::optional<std::uint16_t> metrics_port;  ///< nothing: no metrics; 0: any free one
    std::uint32_t operators = 2;                ///< keys of operators to have at least
    double retain_days = 0;                     ///< of each log; all 0: everything is kept
    double retain_gib = 0;
    double retain_max_gib = 0;
    bool check_whole_log = false;    ///< at the start, also what snapshot and seals cover
    unsigned snapshot_minutes = 60;  ///< between snapshots of the state; 0: none
};

/// `buttonwood up`: opens the exchange and serves until SIGINT or SIGTERM. Returns the exit status.
int run_up(const UpOptions& options);

}  // namespace bw::apps
