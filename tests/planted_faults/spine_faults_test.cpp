// Every fault that can be planted in event store, sequencer, exchange and gateways, and some of the
// engine, is found by the simulation: by a violation, by an assertion, or because a start is
// refused that must succeed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <string>
#include <vector>

#include "planted_faults/faults.hpp"
#include "simulation/isolated_run.hpp"
#include "simulation/shrink.hpp"

namespace bw::simulation {
namespace {

using planted_faults::Fault;

constexpr std::uint64_t seeds_max = 1'000;
constexpr std::uint64_t minutes = 10;

std::uint64_t first_seed() {
    const char* given = std::getenv("BW_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
}

/// All of event store, sequencer, node, gateways and snapshots, and those of the engine that break
/// what the simulation's ledger checks.
std::vector<Fault> all_planted() {
    std::vector<Fault> out{
        Fault::hold_stays_after_cancel,    Fault::hold_stays_after_trade,
        Fault::duplicate_is_entered_again, Fault::taker_price_is_paid,
        Fault::self_trade_happens,         Fault::fee_is_rounded_up,
    };
    std::ranges::copy(planted_faults::spine_faults, std::back_inserter(out));
    std::ranges::copy(planted_faults::engine_snapshots_faults, std::back_inserter(out));
    std::ranges::copy(planted_faults::gateways_faults, std::back_inserter(out));
    return out;
}

class PlantedInTheSpine : public testing::TestWithParam<Fault> {};

TEST_P(PlantedInTheSpine, is_found) {
    planted_faults::active = GetParam();
    const std::uint64_t first = first_seed();
    std::vector<SeedOptions> seeds;
    for (std::uint64_t seed = first; seed < first + seeds_max; ++seed)
        seeds.push_back(options_of(seed, minutes));
    std::uint64_t runs = 0;
    std::string finding;
    run_isolated(seeds, [&](const SeedOptions&, const Outcome& outcome) {
        ++runs;
        finding = outcome.finding;
        return outcome.good;
    });
    planted_faults::active = Fault::none;
    fmt::print("{}: {} seeds from {}: {}\n", name_of(GetParam()), runs, first,
               finding.substr(0, 150));
    EXPECT_NE(finding, "") << name_of(GetParam()) << " was not noticed";
}

INSTANTIATE_TEST_SUITE_P(Simulation, PlantedInTheSpine, testing::ValuesIn(all_planted()),
                         [](const auto& fault) { return name_of(fault.param); });

/// What a person gets to read of a red life: few commands, few faults, soon.
/// Lines of the journal that begin with `what`.
std::ptrdiff_t lines_with(const Shrunk& shrunk, std::string_view what) {
    return std::ranges::count_if(shrunk.outcome.journal,
                                 [&](const std::string& line) { return line.starts_with(what); });
}

/// The first `count` lives that do not end well.
std::vector<SeedOptions> first_red_lives(std::size_t count) {
    std::vector<SeedOptions> seeds, red;
    for (std::uint64_t seed = 1; seed < 1 + seeds_max; ++seed)
        seeds.push_back(options_of(seed, minutes));
    run_isolated(seeds, [&](const SeedOptions& options, const Outcome& outcome) {
        if (!outcome.good) red.push_back(options);
        return red.size() < count;
    });
    return red;
}

/// Leaving out one thing after another can end where nothing more can be left out although a
/// smaller life would do: a disk that is slow at many moments holds such a life together. So not
/// the first red life must become small, but one of the first.
TEST(PlantedInTheSpine, shrinks_to_a_few_commands_and_faults) {
    constexpr std::size_t lives_max = 5;
    constexpr std::uint64_t runs_max = 600;
    constexpr std::ptrdiff_t commands_max = 20, faults_max = 3;
    planted_faults::active = Fault::commit_before_sync;
    bool small = false;
    for (const SeedOptions& red : first_red_lives(lives_max)) {
        const Shrunk shrunk = shrink(red, runs_max);
        fmt::print("{}", text_of(shrunk));
        EXPECT_FALSE(shrunk.outcome.good);
        small = lines_with(shrunk, "command ") <= commands_max &&
                lines_with(shrunk, "fault ") <= faults_max;
        if (small) break;
    }
    planted_faults::active = Fault::none;
    EXPECT_TRUE(small);
}

TEST(WithoutFault, nothing_is_found) {
    std::vector<SeedOptions> seeds;
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 30; ++seed)
        seeds.push_back(options_of(seed, minutes));
    run_isolated(seeds, [](const SeedOptions& options, const Outcome& outcome) {
        EXPECT_TRUE(outcome.good) << text_of(options) << ": " << outcome.finding;
        return true;
    });
}

}  // namespace
}  // namespace bw::simulation
