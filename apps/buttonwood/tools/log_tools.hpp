#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace bw::apps {

struct LogToolOptions {
    std::string directory;
    std::string shared_directory;
};

/// What replaying a command log came to.
struct ReplaySummary {
    std::uint64_t after = 0;  ///< replay began with the snapshot of this command; 0: with nothing
    std::uint64_t commands = 0;  ///< replayed
    std::uint64_t events = 0;    ///< made so far, from event 1 on
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

/// `buttonwood replay DIR`: rebuilds the state from the command log alone; prints one JSON line
/// with counts, hashes and speed.
int run_replay(const LogToolOptions& options);

struct VerifyOptions {
    LogToolOptions log;
    /// noted earlier: each must still be in the chain of one of the logs
    std::vector<std::string> heads;
};

/// `buttonwood verify DIR`: checks both logs record by record and all seals, then that replaying
/// the commands makes the stored events, byte for byte. A log whose beginning was removed is
/// replayed from the oldest snapshot.
int run_verify(const VerifyOptions& options);

struct DumpOptions {
    LogToolOptions log;
    std::string which = "both";  ///< commands, events, both
    std::uint64_t from = 1;      ///< first sequence
    std::uint64_t count = UINT64_MAX;
    std::string from_time;  ///< empty: from the sequence
    std::string to_time;    ///< empty: to the end; records at or after it are not printed
    std::string reader;     ///< registered name: goes on where it was left; needs one log
};

/// `buttonwood dump DIR`: records as JSON lines.
int run_dump(const DumpOptions& options);

}  // namespace bw::apps
