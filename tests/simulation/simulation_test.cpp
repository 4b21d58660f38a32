// Seeds of whole lives, one after the other. BW_SEED: the first seed; BW_SEEDS: how many;
// BW_SHRINK=0: what is red is not made smaller; BW_OPTIONS: one life from its options, as a red run
// prints them.
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

std::string text_from(const char* name) {
    const char* given = std::getenv(name);
    return given != nullptr ? given : "";
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

TEST(Simulation, options_survive_as_text) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        SeedOptions options = options_of(seed, 7);
        options.crash_points = {{seed, Death::power, Moment::torn},
                                {seed + 3, Death::process, Moment::after}};
        options.fault_numbers = Mask::from("0-3,9");
        const std::string text = text_of(options);
        const auto read = options_from("# a case\n" + text + "  # with a remark\n");
        ASSERT_TRUE(read) << read.error().message;
        EXPECT_EQ(text_of(*read), text);
    }
    for (const char* wrong : {"seed", "seed=x", "colour=1", "faults=rot,fire", "mode=fast"})
        EXPECT_FALSE(options_from(wrong)) << wrong;
}

TEST(Simulation, nothing_is_violated_and_everything_is_met) {
    const CampaignOptions options{.first_seed = number_from("BW_SEED", 1),
                                  .seeds = number_from("BW_SEEDS", BW_DEFAULT_SEEDS),
                                  .shrink = number_from("BW_SHRINK", 1) != 0,
                                  .options = text_from("BW_OPTIONS")};
    fmt::print("BW_SEED={} BW_SEEDS={}\n", options.first_seed, options.seeds);
    const auto report = run_campaign(options);
    ASSERT_TRUE(report);
    fmt::print("{}", text_of(*report));
    EXPECT_EQ(report->findings.size(), 0u);
    for (const Situation situation : report->missing())
        ADD_FAILURE() << "never met: " << name_of(situation);
}

}  // namespace
}  // namespace bw::simulation
