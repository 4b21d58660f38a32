// `buttonwood bench long`: does memory grow or latency rise over a long run?
#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// Runs `options.commands` commands at a steady rate (open loop) and writes a line of CSV per
/// million commands to `options.samples`: memory, shared memory and latencies of that interval.
/// Returns one JSON object that compares the first and the last tenth of the run.
[[nodiscard]] base::Result<std::string> run_long(const BenchOptions& options);

}  // namespace bw::apps
