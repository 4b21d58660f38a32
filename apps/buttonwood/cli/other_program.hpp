// Subcommands that run another program of the same folder: benchmarks and simulator are not part of
// the exchange.
#pragma once

#include <array>
#include <string_view>

namespace bw::apps {

struct OtherProgram {
    std::string_view subcommand;
    std::string_view program;  ///< file name, in the folder of this program
    std::string_view what;
};

inline constexpr std::array<OtherProgram, 2> other_programs{{
    {"bench", "buttonwood-bench", "Measure; JSON on standard output"},
    {"simulate", "buttonwood-simulate",
     "Let exchanges live and die on simulated machines, one from each seed; check everything"},
}};

/// The program that `argv[1]` names; nullptr if it names none.
[[nodiscard]] const OtherProgram* other_program_of(int argc, char** argv);

/// Replaces this process with `program` and passes all arguments after the subcommand. Returns only
/// if it cannot be started: prints the reason and returns the exit status.
[[nodiscard]] int become(const OtherProgram& program, int argc, char** argv);

}  // namespace bw::apps
