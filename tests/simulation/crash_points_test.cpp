// Every crash point: one fixed script, and for each operation on the storage the process is killed,
// or the power goes, before it, in the middle of it and after it. Each time the exchange starts
// again, goes on with the script, and everything a simulated life checks is checked.
//
// BW_CRASH_POINTS=all: every point in both modes, and twice in a row wherever a start can be
// interrupted. Otherwise a part.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "simulation/isolated_run.hpp"

namespace bw::simulation {
namespace {

using event_store::Durability;

SeedOptions script(Durability mode) {
    SeedOptions out;
    out.seed = 1;
    out.mode = mode;
    out.clients = 6;
    out.instruments = 2;
    out.steps = 2'000;
    out.minutes = 1;
    out.flood = 900;  // enough for a second segment
    out.snapshot_every = 300;
    return out;
}

bool everything() {
    const char* given = std::getenv("BW_CRASH_POINTS");
    return given != nullptr && std::string(given) == "all";
}

struct Tally {
    std::uint64_t runs = 0;
    std::uint64_t bad = 0;
    Situations situations;
};

/// Each run prints itself when it is red, in the form that `--options` takes.
Tally run_all(const std::vector<SeedOptions>& runs) {
    constexpr std::uint64_t bad_max = 5;
    Tally tally;
    run_isolated(runs, [&](const SeedOptions& options, const Outcome& outcome) {
        ++tally.runs;
        tally.situations.add(outcome.report.situations);
        if (outcome.good) return true;
        ADD_FAILURE() << text_of(options) << "\n" << outcome.finding;
        return ++tally.bad < bad_max;
    });
    fmt::print("{} runs, {} bad\n", tally.runs, tally.bad);
    return tally;
}

SeedOptions dying_at(SeedOptions options, std::vector<CrashPoint> points) {
    options.crash_points = std::move(points);
    return options;
}

class CrashPoints : public testing::TestWithParam<Durability> {};

TEST_P(CrashPoints, each_is_survived) {
    const SeedOptions base = script(GetParam());
    const Outcome undisturbed = run_isolated(base);
    ASSERT_TRUE(undisturbed.good) << undisturbed.finding;
    const RunReport& report = undisturbed.report;
    fmt::print("{} commands, {} events, {} storage operations, {} snapshots\n", report.commands,
               report.events, report.operations,
               report.situations.count(Situation::snapshot_written));
    ASSERT_GE(report.commands, base.flood + 300);
    ASSERT_GT(report.situations.count(Situation::segment_opened), 0u);
    ASSERT_GT(report.situations.count(Situation::snapshot_written), 3u);
    const std::uint64_t stride = everything() ? 1 : BW_ONE_POINT_IN;
    std::vector<SeedOptions> runs;
    for (std::uint64_t operation = 0; operation < report.operations; ++operation)
        for (const Death death : {Death::process, Death::power})
            for (const Moment moment : {Moment::before, Moment::torn, Moment::after}) {
                // A part leaves none of the first start out, where rare operations are.
                const auto which = static_cast<std::uint64_t>(moment) + operation;
                if (which % stride != 0 && operation > 40) continue;
                runs.push_back(dying_at(base, {{operation, death, moment}}));
            }
    const Tally tally = run_all(runs);
    if (stride > 3) return;  // with sanitizers: too few points to meet everything
    for (const Situation situation :
         {Situation::commands_taken_from_shared_memory, Situation::events_made_again,
          Situation::torn_tail_cut, Situation::died_inside_a_snapshot,
          Situation::power_lost_inside_a_snapshot, Situation::started_from_a_snapshot,
          Situation::snapshot_ahead_of_the_events})
        EXPECT_GT(tally.situations.count(situation), 0u) << name_of(situation);
}

TEST_P(CrashPoints, a_start_that_is_interrupted_is_survived) {
    const SeedOptions base = script(GetParam());
    const std::uint64_t operations = run_isolated(base).report.operations;
    const std::uint64_t stride = everything() ? 7 : BW_ONE_START_IN;
    std::vector<SeedOptions> runs;
    for (std::uint64_t first = 3; first < operations; first += stride)
        for (std::uint64_t second = first + 1; second < first + 24; ++second)
            for (const Death death : {Death::process, Death::power})
                runs.push_back(dying_at(
                    base, {{first, Death::power, Moment::torn}, {second, death, Moment::torn}}));
    EXPECT_GT(run_all(runs).situations.count(Situation::died_during_recovery), 0u);
}

INSTANTIATE_TEST_SUITE_P(Exchange, CrashPoints,
                         testing::Values(Durability::sync, Durability::memory),
                         [](const auto& chosen) {
                             return std::string(event_store::name_of(chosen.param));
                         });

}  // namespace
}  // namespace bw::simulation
