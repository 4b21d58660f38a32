// `buttonwood bench restart`: how long a start takes.
#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// Measures a start from a snapshot: creates an exchange with a million resting orders of 100,000
/// accounts, a snapshot of it, and `options.commands` further commands; then opens it
/// `options.repetitions` times and reports the time of each phase. The page cache is warm. Returns
/// one JSON object.
[[nodiscard]] base::Result<std::string> run_restart(const BenchOptions& options);

}  // namespace bw::apps
