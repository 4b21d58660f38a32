#pragma once

#include <string>

#include "base/result.hpp"
#include "bench/stream.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// Ring → sequencer → log → engine → event log on their real threads: the rate at full speed in
/// mode `memory`, then the latency from the time a command is due to its last event being readable,
/// at a fixed rate (open loop), in both modes. One JSON object.
[[nodiscard]] base::Result<std::string> run_pipeline(const bench::Stream& stream,
                                                     const BenchOptions& options);

}  // namespace bw::apps
