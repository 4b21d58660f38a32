#include "simulation/power_cut_rule.hpp"

namespace bw::simulation {
namespace {

constexpr std::uint64_t rest_ns = 100'000'000;  // documented; not taken from the code under test

}  // namespace

void PowerCutRule::started(std::uint64_t in_files, std::uint64_t commands) {
    owed_ = std::min(owed_, commands);
    owe(in_files);
    idle_since_ns_ = 0;
}

/// The rest begins with the first turn that writes nothing, and is complete with one that writes
/// nothing at least 100 ms later.
void PowerCutRule::writer_had_a_turn(std::uint64_t now_ns, std::uint64_t bytes,
                                     std::uint64_t appended) {
    if (bytes != 0) {
        idle_since_ns_ = 0;
        return;
    }
    if (idle_since_ns_ == 0) idle_since_ns_ = now_ns;
    if (now_ns - idle_since_ns_ >= rest_ns) owe(appended);
}

}  // namespace bw::simulation
