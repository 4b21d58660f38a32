#pragma once

#include <cstdint>
#include <string>

namespace bw::apps {

struct LogToolOptions {
    std::string directory;
    std::string shared_directory;
};

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
