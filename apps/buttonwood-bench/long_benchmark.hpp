#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// A long run at a steady rate (open loop): does anything grow, does anything slow down? Writes one
/// line of CSV per million commands to `options.samples`: memory, shared memory and latencies of
/// that interval. One JSON object with the first and the last tenth of the run.
[[nodiscard]] base::Result<std::string> run_long(const BenchOptions& options);

}  // namespace bw::apps
