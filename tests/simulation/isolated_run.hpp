// A run in a process of its own: an assertion, an endless loop or a crash of the exchange ends nothing else and is a finding like any other.
#pragma once

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

/// Requires: no other threads. At most `seconds_max` of processor time.
[[nodiscard]] Outcome run_isolated(const SeedOptions& options, bool with_journal = false,
                                   unsigned seconds_max = 120);

}  // namespace bw::simulation
