// Programs beside this one that a subcommand of it starts: what measures and what simulates is not
// part of the exchange.
#pragma once

#include <array>
#include <string_view>

namespace bw::apps {

struct OtherProgram {
    std::string_view subcommand;
    std::string_view program;  ///< in the folder of this one
    std::string_view what;
};

inline constexpr std::array<OtherProgram, 2> other_programs{{
    {"bench", "buttonwood-bench", "Measure; JSON on standard output"},
    {"simulate", "buttonwood-simulate",
     "Let exchanges live and die on simulated machines, one from each seed; check everything"},
}};

/// The one that `argv[1]` names; nullptr: none.
[[nodiscard]] const OtherProgram* other_program_of(int argc, char** argv);

/// Becomes that program, with everything behind the subcommand as its arguments, so its exit
/// status is this one's. Returns only if it cannot be started: says why, and the exit status.
[[nodiscard]] int become(const OtherProgram& program, int argc, char** argv);

}  // namespace bw::apps
