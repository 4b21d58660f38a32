// Seeds of whole lives, one after the other. BW_SEED: the first seed; BW_SEEDS: how many.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "simulation/campaign.hpp"
#include "simulation/shrink.hpp"

namespace bw::simulation {
namespace {

std::uint64_t number_from(const char* name, std::uint64_t otherwise) {
    const char* given = std::getenv(name);
    return given != nullptr ? std::strtoull(given, nullptr, 0) : otherwise;
}

TEST(Simulation, a_seed_gives_the_same_life_twice) {
    const std::uint64_t first = number_from("BW_SEED", 1);
    for (std::uint64_t seed = first; seed < first + 20; ++seed) {
        const SeedOptions options = options_of(seed, 10);
        const Outcome once = run_isolated(options);
        const Outcome again = run_isolated(options);
        EXPECT_NE(once.report.trace, 0u);
        EXPECT_EQ(once.report.trace, again.report.trace) << text_of(options);
    }
}

TEST(Simulation, nothing_is_violated_and_everything_is_met) {
    const CampaignOptions options{.first_seed = number_from("BW_SEED", 1),
                                  .seeds = number_from("BW_SEEDS", BW_DEFAULT_SEEDS)};
    fmt::print("BW_SEED={} BW_SEEDS={}\n", options.first_seed, options.seeds);
    const CampaignReport report = run_campaign(options);
    fmt::print("{}", text_of(report));
    EXPECT_EQ(report.findings, 0u);
    for (const Situation situation : report.missing())
        ADD_FAILURE() << "never met: " << name_of(situation);
}

}  // namespace
}  // namespace bw::simulation
