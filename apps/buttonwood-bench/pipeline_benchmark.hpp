// `buttonwood bench pipeline`: throughput and latency of the whole node.
#pragma once

#include <string>

#include "base/result.hpp"
#include "bench/stream.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// Measures ring → sequencer → log → engine → event log on their real threads: the rate at full
/// speed in mode `memory`, then in both modes the latency at a fixed rate (open loop), from the
/// time a command is due until its last event is readable. Returns one JSON object.
[[nodiscard]] base::Result<std::string> run_pipeline(const bench::Stream& stream,
                                                     const BenchOptions& options);

}  // namespace bw::apps
