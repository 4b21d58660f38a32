// `buttonwood verify DIR`: checks both logs record by record and all seals, then that replaying the
// commands makes the stored events, byte for byte. A log whose beginning was removed is replayed
// from the oldest snapshot.
#pragma once

#include <string>
#include <vector>

#include "buttonwood/tools/log_tool_options.hpp"

namespace bw::apps {

struct VerifyOptions {
    LogToolOptions log;
    /// Heads noted earlier; each must be in the chain of one of the logs.
    std::vector<std::string> heads;
};

/// Prints what was checked. Returns the exit status: 0 if everything is in order.
int run_verify(const VerifyOptions& options);

}  // namespace bw::apps
