// Runs in a process of their own: an assertion, an endless loop or a crash of the exchange ends
// nothing else and is a finding like any other.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "simulation/world.hpp"

namespace bw::simulation {

struct Outcome {
    bool good = false;
    std::string finding;  ///< empty if good
    RunReport report;     ///< of a good run and of one that ended in a violation; else zeros
    std::vector<std::string> journal;
};

constexpr unsigned run_seconds_max = 120;  ///< of processor time, for one run

/// Requires: no other threads. At most `seconds_max` of processor time.
[[nodiscard]] Outcome run_isolated(const SeedOptions& options, bool with_journal = false,
                                   unsigned seconds_max = run_seconds_max);

/// False: enough, the rest is not run.
using TakeOutcome = std::function<bool(const SeedOptions& options, const Outcome& outcome)>;

/// Many, in order, many of them in the same process for as long as it lives (a new one costs more
/// than a run; what one run leaves in memory serves the next). Requires: no other threads.
void run_isolated(std::span<const SeedOptions> runs, const TakeOutcome& take,
                  unsigned seconds_max = run_seconds_max);

}  // namespace bw::simulation
