// Every fault that can be planted in event store, sequencer and exchange, and some of the engine, is found by the simulation: by a violation, by
// an assertion, or because a start is refused that must succeed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "engine/planted_fault.hpp"
#include "event_store/planted_fault.hpp"
#include "simulation/isolated_run.hpp"

namespace bw::simulation {
namespace {

using EngineFault = engine::Fault;
using SpineFault = event_store::Fault;

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
};

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
    Planted{"hold_stays_after_cancel", SpineFault::none, EngineFault::hold_stays_after_cancel},
    Planted{"hold_stays_after_trade", SpineFault::none, EngineFault::hold_stays_after_trade},
    Planted{"duplicate_is_entered_again", SpineFault::none,
            EngineFault::duplicate_is_entered_again},
    Planted{"taker_price_is_paid", SpineFault::none, EngineFault::taker_price_is_paid},
    Planted{"self_trade_happens", SpineFault::none, EngineFault::self_trade_happens},
    Planted{"fee_is_rounded_up", SpineFault::none, EngineFault::fee_is_rounded_up},
};
static_assert(planted_faults.size() >=
              static_cast<std::size_t>(event_store::first_of_segments) - 1);

class PlantedInTheSpine : public testing::TestWithParam<Planted> {};

TEST_P(PlantedInTheSpine, is_found) {
    event_store::planted_fault = GetParam().spine;
    engine::planted_fault = GetParam().engine;
    const std::uint64_t first = first_seed();
    Outcome outcome{.good = true, .finding = {}, .report = {}, .journal = {}};
    std::uint64_t seed = first;
    while (outcome.good && seed < first + seeds_max)
        outcome = run_isolated(options_of(seed++, minutes));
    event_store::planted_fault = SpineFault::none;
    engine::planted_fault = EngineFault::none;
    fmt::print("{}: {} seeds from {}: {}\n", GetParam().name, seed - first, first,
               outcome.finding.substr(0, 150));
    EXPECT_FALSE(outcome.good) << GetParam().name << " was not noticed";
}

INSTANTIATE_TEST_SUITE_P(Simulation, PlantedInTheSpine, testing::ValuesIn(planted_faults),
                         [](const auto& fault) { return std::string(fault.param.name); });

TEST(WithoutFault, nothing_is_found) {
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 30; ++seed) {
        const Outcome outcome = run_isolated(options_of(seed, minutes));
        EXPECT_TRUE(outcome.good) << "seed " << seed << ": " << outcome.finding;
    }
}

}  // namespace
}  // namespace bw::simulation
