// The main function of buttonwood, for the product and for test programs that add agents to it.
#pragma once

#include <span>

#include "buttonwood/runtime/agent.hpp"

namespace bw::apps {

/// Runs the command line with the product's agents and `more`, whose rows must outlive the call.
/// Returns the exit status.
[[nodiscard]] int main_of(int argc, char** argv, std::span<const Agent> more = {});

}  // namespace bw::apps
