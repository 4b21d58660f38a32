// Every fault that can be planted in event store, sequencer, exchange and gateways, and some of the
// engine, is found by the simulation: by a violation, by an assertion, or because a start is
// refused that must succeed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "engine/planted_fault.hpp"
#include "event_store/planted_fault.hpp"
#include "gateway/session/planted_fault.hpp"
#include "simulation/isolated_run.hpp"
#include "simulation/shrink.hpp"

namespace bw::simulation {
namespace {

using EngineFault = engine::Fault;
using SpineFault = event_store::Fault;
using GatewayFault = gateway::Fault;

constexpr std::uint64_t seeds_max = 1'000;
constexpr std::uint64_t minutes = 10;

std::uint64_t first_seed() {
    const char* given = std::getenv("BW_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 1;
}

struct Planted {
    const char* name;
    SpineFault spine = SpineFault::none;
    EngineFault engine = EngineFault::none;
    GatewayFault gateway = GatewayFault::none;
};

constexpr Planted in_gateways(const char* name, GatewayFault fault) {
    return {name, SpineFault::none, EngineFault::none, fault};
}

constexpr std::array planted_faults{
    Planted{"commit_before_sync", SpineFault::commit_before_sync},
    Planted{"record_crc_is_skipped", SpineFault::record_crc_is_skipped},
    Planted{"header_crc_is_skipped", SpineFault::header_crc_is_skipped},
    Planted{"identity_check_is_skipped", SpineFault::identity_check_is_skipped},
    Planted{"damage_is_cut_silently", SpineFault::damage_is_cut_silently},
    Planted{"mark_is_ignored", SpineFault::mark_is_ignored},
    Planted{"mark_without_sync", SpineFault::mark_without_sync},
    Planted{"shared_memory_is_ignored", SpineFault::shared_memory_is_ignored},
    Planted{"half_a_record_stays", SpineFault::half_a_record_stays},
    Planted{"events_outlive_their_commands", SpineFault::events_outlive_their_commands},
    Planted{"directory_is_not_synced", SpineFault::directory_is_not_synced},
    Planted{"write_error_is_ignored", SpineFault::write_error_is_ignored},
    Planted{"partial_block_is_skipped", SpineFault::partial_block_is_skipped},
    Planted{"note_says_durable", SpineFault::note_says_durable},
    Planted{"full_batch_is_dropped", SpineFault::full_batch_is_dropped},
    Planted{"time_goes_back", SpineFault::time_goes_back},
    Planted{"slot_is_taken_twice", SpineFault::slot_is_taken_twice},
    Planted{"uncommitted_is_applied", SpineFault::uncommitted_is_applied},
    Planted{"event_is_dropped_when_full", SpineFault::event_is_dropped_when_full},
    Planted{"record_chain_is_skipped", SpineFault::record_chain_is_skipped},
    Planted{"snapshot_is_not_synced", SpineFault::snapshot_is_not_synced},
    Planted{"snapshot_of_another_history_is_taken",
            SpineFault::snapshot_of_another_history_is_taken},
    Planted{"command_after_a_snapshot_is_applied_twice",
            SpineFault::command_after_a_snapshot_is_applied_twice},
    Planted{"snapshot_drafts_stay", SpineFault::snapshot_drafts_stay},
    Planted{"snapshot_lacks_holds", SpineFault::none, EngineFault::snapshot_lacks_holds},
    Planted{"snapshot_lacks_client_ids", SpineFault::none, EngineFault::snapshot_lacks_client_ids},
    Planted{"hold_stays_after_cancel", SpineFault::none, EngineFault::hold_stays_after_cancel},
    Planted{"hold_stays_after_trade", SpineFault::none, EngineFault::hold_stays_after_trade},
    Planted{"duplicate_is_entered_again", SpineFault::none,
            EngineFault::duplicate_is_entered_again},
    Planted{"taker_price_is_paid", SpineFault::none, EngineFault::taker_price_is_paid},
    Planted{"self_trade_happens", SpineFault::none, EngineFault::self_trade_happens},
    Planted{"fee_is_rounded_up", SpineFault::none, EngineFault::fee_is_rounded_up},
    in_gateways("answered_at_the_first_event", GatewayFault::answered_at_the_first_event),
    in_gateways("duplicate_is_not_answered", GatewayFault::duplicate_is_not_answered),
    in_gateways("waiting_request_is_forgotten", GatewayFault::waiting_request_is_forgotten),
    in_gateways("answer_comes_twice", GatewayFault::answer_comes_twice),
    in_gateways("report_goes_to_the_other_side", GatewayFault::report_goes_to_the_other_side),
    in_gateways("resume_skips_a_report", GatewayFault::resume_skips_a_report),
    in_gateways("cancels_twice_on_disconnect", GatewayFault::cancels_twice_on_disconnect),
    in_gateways("cancels_when_the_exchange_closes", GatewayFault::cancels_when_the_exchange_closes),
    in_gateways("news_in_the_middle_of_a_command", GatewayFault::news_in_the_middle_of_a_command),
    in_gateways("stale_level_stays", GatewayFault::stale_level_stays),
};
static_assert(planted_faults.size() >= static_cast<std::size_t>(event_store::first_of_segments) -
                                           1 + static_cast<std::size_t>(GatewayFault::count) - 1);

class PlantedInTheSpine : public testing::TestWithParam<Planted> {};

TEST_P(PlantedInTheSpine, is_found) {
    event_store::planted_fault = GetParam().spine;
    engine::planted_fault = GetParam().engine;
    gateway::planted_fault = GetParam().gateway;
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
    event_store::planted_fault = SpineFault::none;
    engine::planted_fault = EngineFault::none;
    gateway::planted_fault = GatewayFault::none;
    fmt::print("{}: {} seeds from {}: {}\n", GetParam().name, runs, first, finding.substr(0, 150));
    EXPECT_NE(finding, "") << GetParam().name << " was not noticed";
}

INSTANTIATE_TEST_SUITE_P(Simulation, PlantedInTheSpine, testing::ValuesIn(planted_faults),
                         [](const auto& fault) { return std::string(fault.param.name); });

/// What a person gets to read of a red life: few commands, few faults, soon.
TEST(PlantedInTheSpine, shrinks_to_a_few_commands_and_faults) {
    constexpr std::uint64_t runs_max = 600;
    event_store::planted_fault = SpineFault::commit_before_sync;
    SeedOptions red;
    std::vector<SeedOptions> seeds;
    for (std::uint64_t seed = 1; seed < 1 + seeds_max; ++seed)
        seeds.push_back(options_of(seed, minutes));
    run_isolated(seeds, [&](const SeedOptions& options, const Outcome& outcome) {
        red = options;
        return outcome.good;
    });
    const Shrunk shrunk = shrink(red, runs_max);
    event_store::planted_fault = SpineFault::none;
    fmt::print("{}", text_of(shrunk));
    const auto lines_with = [&](const char* what) {
        return std::ranges::count_if(shrunk.outcome.journal, [&](const std::string& line) {
            return line.starts_with(what);
        });
    };
    EXPECT_FALSE(shrunk.outcome.good);
    EXPECT_LE(lines_with("command "), 20);
    EXPECT_LE(lines_with("fault "), 3);
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
