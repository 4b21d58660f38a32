// `buttonwood dump DIR`: prints records of the logs as JSON lines.
#pragma once

#include <cstdint>
#include <string>

#include "buttonwood/tools/log_tool_options.hpp"

namespace bw::apps {

struct DumpOptions {
    LogToolOptions log;
    std::string which = "both";  ///< commands, events, both
    std::uint64_t from = 1;      ///< first sequence
    std::uint64_t count = UINT64_MAX;
    std::string from_time;  ///< empty: `from` counts
    std::string to_time;    ///< empty: to the end; records at or after it are not printed
    std::string reader;     ///< registered name: continues where it stopped; requires one log
};

/// Returns the exit status.
int run_dump(const DumpOptions& options);

}  // namespace bw::apps
