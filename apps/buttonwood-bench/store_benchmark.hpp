#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// The event store alone: a real store with its background tasks on threads, one thread that
/// appends records of 64 bytes to the command log, and one that follows as a reader. Mode `memory`:
/// records per second. Mode `sync`: an open loop at `options.rate`, from the time at which a record
/// was due to the moment at which it is committed, beside what the disk itself takes. One JSON
/// object.
[[nodiscard]] base::Result<std::string> run_store(const BenchOptions& options);

}  // namespace bw::apps
