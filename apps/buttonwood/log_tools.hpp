#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace bw::apps {

struct LogToolOptions {
    std::string directory;
    std::string shared_directory;
};

/// What replaying a command log came to.
struct ReplaySummary {
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
    std::uint64_t compared = 0;  ///< events that were also found in the event log, and equal
    std::uint64_t state_hash = 0;
    std::uint64_t event_hash = 0;
    double seconds = 0;  ///< reading, checking, applying and hashing
    [[nodiscard]] double commands_per_second() const {
        return seconds > 0 ? static_cast<double>(commands) / seconds : 0;
    }
};

/// Replays the command log alone.
[[nodiscard]] base::Result<ReplaySummary> replay_commands(const LogToolOptions& options);

/// `buttonwood replay DIR`: rebuilds the state from the command log alone; prints one JSON line with counts, hashes and speed.
int run_replay(const LogToolOptions& options);

/// `buttonwood verify DIR`: checks both logs record by record, then that replaying the commands makes the stored events, byte for byte.
int run_verify(const LogToolOptions& options);

struct DumpOptions {
    LogToolOptions log;
    std::string which = "both";  ///< commands, events, both
    std::uint64_t from = 1;      ///< first sequence
    std::uint64_t count = UINT64_MAX;
};

/// `buttonwood dump DIR`: records as JSON lines.
int run_dump(const DumpOptions& options);

}  // namespace bw::apps
