// `buttonwood play FILE`: plays a recorded order file through the whole exchange.
#pragma once

#include <cstdint>
#include <string>

#include "event_store/store.hpp"

namespace bw::apps {

struct PlayOptions {
    std::string file;       ///< CSV, CSV.xz, or "-" for standard input
    std::string directory;  ///< data folder; empty: a temporary one that is removed
    std::string shared_directory = platform::default_shared_directory;
    event_store::Durability mode = event_store::Durability::memory;
    std::string symbol = "PLAY";
    std::string trades_file;  ///< where to write the trades as CSV; empty: nowhere
    std::uint32_t accounts = 8;
    std::uint32_t depth = 5;  ///< levels of the final book to print
    double speed = 0;         ///< 0: as fast as possible; 1: as recorded; 10: ten times faster
};

/// Sends the orders through ring, sequencer, log and engine, then prints trades, volume and the
/// final book. Returns the exit status: 0; 1 if the exchange cannot run; 2 for bad input (the
/// message names file, line and reason).
int run_play(const PlayOptions& options);

}  // namespace bw::apps
