#include "views/reference_data/reference_data.hpp"

#include <gtest/gtest.h>

#include "views/balances/tests/world.hpp"

namespace bw::views::testing {
namespace {

TEST(ReferenceData, an_instrument_keeps_its_rules_and_may_change_its_symbol) {
    Venue venue;
    codec::AllocationSet allocation{};
    allocation.instrument = model::InstrumentId{1}, allocation.allocation = model::Allocation::dark;
    venue.writer.write(allocation);
    codec::TickTableSet table{};
    table.instrument = model::InstrumentId{1}, table.rows = 1;
    table.from_price_1 = model::Price{1000}, table.tick_1 = model::Price{10};
    venue.writer.write(table);
    codec::InstrumentUpdated update{};
    update.instrument = model::InstrumentId{1}, update.symbol = *model::Symbol::from("NEW");
    update.currency = *model::Currency::from("USD");
    venue.writer.write(update);
    EXPECT_EQ(venue.reference.instrument("SYM1"), nullptr);
    const InstrumentRow* row = venue.reference.instrument("NEW");
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->allocation, model::Allocation::dark);
    EXPECT_EQ(row->tick_rows, 1u);
    update.tick_size = model::Price{5};
    venue.writer.write(update);
    EXPECT_EQ(row->tick_rows, 0u) << "another tick size takes the table away";
}

TEST(ReferenceData, kill_switches_are_on_until_released_and_fees_are_kept_per_tier) {
    Venue venue;
    codec::KillSwitchSet set{};
    set.scope = model::KillScope::firm, set.id = 3, set.on = 1, set.operator_id = 2;
    venue.writer.write(set);
    ASSERT_EQ(venue.reference.kill_switches().size(), 1u);
    EXPECT_EQ(venue.reference.kill_switches().begin()->second.operator_id, 2u);
    set.on = 0;
    venue.writer.write(set);
    EXPECT_TRUE(venue.reference.kill_switches().empty());
    codec::FeesChanged fees{};
    fees.tier = 4, fees.maker = model::FeeRate{-20}, fees.taker = model::FeeRate{30};
    venue.writer.write(fees);
    EXPECT_EQ(venue.reference.fees()[4].maker, model::FeeRate{-20});
    EXPECT_EQ(venue.reference.fees()[0].maker, model::FeeRate{0});
}

TEST(ReferenceData, the_last_day_is_the_one_that_ended_or_that_was_set) {
    Venue venue;
    EXPECT_EQ(venue.reference.last_day(), 0u);
    codec::DayEnded ended{};
    ended.business_date = 20991231;
    venue.writer.write(ended);
    EXPECT_EQ(venue.reference.last_day(), 20991231u);
    codec::BusinessDateSet set{};
    set.business_date = 20260105;
    venue.writer.write(set);
    EXPECT_EQ(venue.reference.last_day(), 20260105u);
}

TEST(ReferenceData, rules_are_in_force_and_decided) {
    Venue venue;
    EXPECT_EQ(venue.reference.rules().in_force, model::RuleSet::version_1);
    codec::RuleSetChanged changed{};
    changed.rule_set = model::RuleSet::version_2;
    venue.writer.write(changed);
    EXPECT_EQ(venue.reference.rules().in_force, model::RuleSet::version_1);
    EXPECT_EQ(venue.reference.rules().next, model::RuleSet::version_2);
    changed.in_force = 1;
    venue.writer.write(changed);
    EXPECT_EQ(venue.reference.rules().in_force, model::RuleSet::version_2);
}

}  // namespace
}  // namespace bw::views::testing
