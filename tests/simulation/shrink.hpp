// Shrinking: of a run that ends red, fewer commands and fewer faults that still end it red.
#pragma once

#include <string>

#include "simulation/isolated_run.hpp"

namespace bw::simulation {

struct Shrunk {
    SeedOptions options;  ///< with what is left out
    Outcome outcome;      ///< with the journal
    std::uint64_t runs = 0;
};

/// Requires: `options` ends red. At most `runs_max` runs.
[[nodiscard]] Shrunk shrink(const SeedOptions& options, std::uint64_t runs_max);

/// What is left, as text that a person can read.
[[nodiscard]] std::string text_of(const Shrunk& shrunk);

}  // namespace bw::simulation
