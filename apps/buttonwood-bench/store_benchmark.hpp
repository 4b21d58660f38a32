// `buttonwood bench store`: the event store alone.
#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// Measures a real store with its background tasks on threads, one thread that appends records of
/// 64 bytes to the command log, and one reader that follows. Mode `memory`: records per second.
/// Mode `sync`: an open loop at `options.rate`, from the time a record is due until it is
/// committed, next to the latency of the disk itself. Returns one JSON object.
[[nodiscard]] base::Result<std::string> run_store(const BenchOptions& options);

}  // namespace bw::apps
