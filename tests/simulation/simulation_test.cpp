// Whole lives from seeds: half of the seeds are fixed, half are new in every run, since seeds that
// have been run a hundred times have little left to find.
//
// BW_SEED: run only the seeds from this one on; BW_SEEDS: how many; BW_SHRINK=0: do not shrink what
// fails; BW_OPTIONS: run one life from its options, as a failing run prints them.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <string>

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

/// Lives that a seed gave no slow disk: the lazy writers learn how slow it is, and write smaller
/// pieces.
TEST(Simulation, nothing_is_violated_on_a_slow_disk) {
    const std::uint64_t first = number_from("BW_SEED", 1);
    for (std::uint64_t seed = first; seed < first + 60; ++seed) {
        SeedOptions options = options_of(seed, 10);
        options.disk_mb_per_s = 1 + seed % 20;
        options.disk_write_us = 100 * (seed % 7);
        const Outcome outcome = run_isolated(options);
        EXPECT_TRUE(outcome.good) << outcome.finding << "\n" << text_of(options);
    }
}

/// Prints the variables that repeat the run.
CampaignReport run_seeds(std::uint64_t first, std::uint64_t seeds) {
    const CampaignOptions options{.first_seed = first,
                                  .seeds = seeds,
                                  .shrink = number_from("BW_SHRINK", 1) != 0,
                                  .options = text_from("BW_OPTIONS")};
    fmt::print("BW_SEED={} BW_SEEDS={}\n", options.first_seed, options.seeds);
    const auto report = run_campaign(options);
    if (!report) {
        ADD_FAILURE() << report.error().message;
        return {};
    }
    fmt::print("{}", text_of(*report));
    EXPECT_EQ(report->findings.size(), 0u);
    return *report;
}

TEST(Simulation, nothing_is_violated_and_everything_is_met) {
    const bool chosen = std::getenv("BW_SEED") != nullptr;
    const CampaignReport report =
        run_seeds(number_from("BW_SEED", 1),
                  number_from("BW_SEEDS", chosen ? BW_DEFAULT_SEEDS : BW_DEFAULT_SEEDS / 2));
    for (const Situation situation : report.missing())
        ADD_FAILURE() << "never met: " << name_of(situation);
}

/// Random seeds need not meet every situation, but must not violate anything.
TEST(Simulation, nothing_is_violated_by_fresh_seeds) {
    if (std::getenv("BW_SEED") != nullptr || std::getenv("BW_OPTIONS") != nullptr) return;
    constexpr std::uint64_t behind_the_fixed_ones = 1'000'000'000;
    const std::uint64_t drawn = std::random_device{}();
    static_cast<void>(
        run_seeds(behind_the_fixed_ones + drawn, number_from("BW_SEEDS", BW_DEFAULT_SEEDS / 2)));
}

/// Given by all their options, because what a seed means may change.
struct Case {
    const char* name;
    const char* options;
};

class OnceFailed : public testing::TestWithParam<Case> {};

TEST_P(OnceFailed, ends_well) {
    const auto options = options_from(GetParam().options);
    ASSERT_TRUE(options) << options.error().message;
    const Outcome outcome = run_isolated(*options);
    EXPECT_TRUE(outcome.good) << outcome.finding;
}

INSTANTIATE_TEST_SUITE_P(
    Simulation, OnceFailed,
    testing::Values(
        Case{"seed_33064_a_good_record_is_not_cut_because_it_was_read_wrong_once",
             "mode=memory seed=33064 segment-bytes=81920 kept=3 gateways=2 clients=15 "
             "instruments=1 steps=3189 minutes=10 small-engine=0 second-opinion=1 flood=0 "
             "snapshot-every=0 ring-slots=0 slow-one-in=16 roll-one-in=0 lazy-one-in=0 "
             "batch-max=1 eager-keeper=0 session-gateways=1 session-clients=3 "
             "answer-timeout-ms=17 rate-per-second=0 queue-bytes=2016 private-history=0 "
             "faults=power-loss,death-inside,io-error,lying-disk,pause,clock-drift,slow-disk,"
             "bad-read,network-delay,network-cut,network-partition,gateway-death"},
        Case{"seed_77000786_the_last_records_are_not_lost_because_zeros_were_read_once",
             "mode=memory seed=77000786 segment-bytes=81920 kept=3 gateways=2 clients=17 "
             "instruments=1 steps=1316 minutes=10 small-engine=0 second-opinion=0 flood=0 "
             "snapshot-every=0 ring-slots=0 slow-one-in=3 roll-one-in=0 lazy-one-in=11 "
             "batch-max=3 eager-keeper=0 session-gateways=2 session-clients=3 "
             "answer-timeout-ms=0 rate-per-second=0 queue-bytes=1139 private-history=0 "
             "faults=process-death,power-loss,io-error,disk-full,rot,pause,clock-drift,bad-read,"
             "network-partition"},
        Case{"seed_77000969_nor_in_mode_sync_when_power_and_reads_fail",
             "mode=sync seed=77000969 segment-bytes=98304 kept=3 gateways=3 clients=20 "
             "instruments=3 steps=2974 minutes=10 small-engine=0 second-opinion=0 flood=0 "
             "snapshot-every=422 ring-slots=13 slow-one-in=3 roll-one-in=0 lazy-one-in=16 "
             "batch-max=0 eager-keeper=0 session-gateways=0 session-clients=0 "
             "answer-timeout-ms=0 rate-per-second=0 queue-bytes=0 private-history=0 "
             "faults=process-death,power-loss,death-inside,disk-full,pause,slow-disk,bad-read,"
             "network-delay,network-cut,network-partition"},
        Case{"seed_99002671_removed_segments_leave_no_gap",
             "mode=sync seed=99002671 segment-bytes=81920 kept=3 gateways=3 clients=20 "
             "instruments=3 steps=1109 minutes=10 small-engine=0 second-opinion=0 flood=0 "
             "snapshot-every=411 ring-slots=12 slow-one-in=10 roll-one-in=0 lazy-one-in=18 "
             "batch-max=0 eager-keeper=1 session-gateways=0 session-clients=0 "
             "answer-timeout-ms=0 rate-per-second=0 queue-bytes=0 private-history=0 "
             "faults=power-loss,death-inside,disk-full,lying-disk,pause,clock-step,slow-disk,"
             "network-cut,gateway-death"},
        Case{"seed_2611372146_a_gateway_that_has_read_less_shows_an_earlier_order",
             "mode=memory seed=2611372146 segment-bytes=81920 kept=2 gateways=1 clients=7 "
             "instruments=3 steps=2691 minutes=10 small-engine=0 second-opinion=0 flood=0 "
             "snapshot-every=0 ring-slots=0 slow-one-in=6 roll-one-in=0 lazy-one-in=0 "
             "batch-max=0 eager-keeper=0 disk-mb-per-s=0 disk-write-us=0 session-gateways=2 "
             "session-clients=3 answer-timeout-ms=0 rate-per-second=0 queue-bytes=4179 "
             "private-history=0 faults=death-inside,io-error,disk-full,rot,lying-disk,pause,"
             "clock-step,slow-disk,network-cut,network-partition"},
        Case{"seed_2611529416_a_bad_read_hides_the_event_of_a_lost_command",
             "mode=memory seed=2611529416 segment-bytes=65536 kept=3 gateways=3 "
             "clients=14 instruments=4 steps=1922 minutes=10 small-engine=0 "
             "second-opinion=0 flood=0 snapshot-every=0 ring-slots=0 slow-one-in=3 "
             "roll-one-in=6 lazy-one-in=0 batch-max=0 eager-keeper=0 "
             "disk-mb-per-s=16 disk-write-us=128 session-gateways=1 "
             "session-clients=2 answer-timeout-ms=0 rate-per-second=49 "
             "queue-bytes=5014 private-history=36 faults=process-death,power-loss,"
             "pause,clock-step,clock-drift,slow-disk,bad-read,gateway-death"}),
    [](const auto& chosen) { return std::string(chosen.param.name); });

}  // namespace
}  // namespace bw::simulation
