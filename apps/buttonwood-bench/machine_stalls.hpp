#pragma once

#include "base/histogram.hpp"
#include "buttonwood-bench/placement.hpp"

namespace bw::apps {

/// How long work that comes at any moment waits for a processor that does nothing but wait for it:
/// two threads look at the clock for two seconds, on the processors of the placement if it names
/// some. Interrupts, the kernel's own threads, and the host that takes a virtual processor away. In
/// nanoseconds, a value for each microsecond. No latency measured on this machine can have a better
/// tail.
[[nodiscard]] base::Histogram measure_machine_stalls(const Placement& placement);

}  // namespace bw::apps
