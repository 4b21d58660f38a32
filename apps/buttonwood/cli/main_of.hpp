// The main function of buttonwood, for the product and for programs that add agents to it.
#pragma once

#include <span>

#include "buttonwood/runtime/agent.hpp"

namespace bw::apps {

/// An exchange of the product's agents and of `more`, whose rows outlive the call. Returns the exit
/// status.
[[nodiscard]] int main_of(int argc, char** argv, std::span<const Agent> more = {});

}  // namespace bw::apps
