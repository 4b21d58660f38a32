// `buttonwood replay DIR`: rebuilds the state from the command log alone.
#pragma once

#include "buttonwood/tools/log_replay.hpp"

namespace bw::apps {

/// Replays every command that is kept; the stored events are not read.
[[nodiscard]] base::Result<ReplaySummary> replay_commands(const LogToolOptions& options);

/// Prints one JSON line with counts, hashes and speed. Returns the exit status.
int run_replay(const LogToolOptions& options);

}  // namespace bw::apps
