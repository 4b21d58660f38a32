// How long this machine keeps a ready thread waiting.
#pragma once

#include "base/histogram.hpp"
#include "buttonwood-bench/placement.hpp"

namespace bw::apps {

/// Measures how long work that arrives at a random moment waits for a processor that does nothing
/// else: two threads read the clock for two seconds, on the processors of the placement if it names
/// any. The causes are interrupts, kernel threads, and a host that preempts a virtual processor.
/// Returns nanoseconds, one value per microsecond. No latency measured on this machine can have a
/// better tail.
[[nodiscard]] base::Histogram measure_machine_stalls(const Placement& placement);

}  // namespace bw::apps
