// Balances, orders and totals against a dumb recomputation; balances by example.
#include "views/balances/balances.hpp"

#include <gtest/gtest.h>

#include "views/balances/tests/recomputation.hpp"

namespace bw::views::testing {
namespace {

TEST(Projections, equals_a_naive_recomputation) {
    World world;
    DumbExchange exchange(world.writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 1'500; ++i) {
        exchange.step();
        expect_balances(world, exchange);
        if (i % 20 == 0) expect_orders(world, exchange);
        if (HasFatalFailure()) return;
    }
}

TEST(Balances, a_rebate_is_received) {
    Venue venue;
    venue.trade(-7);
    EXPECT_EQ(venue.cash(1), -1000 + 7);
    EXPECT_EQ(venue.cash(2), 1000 + 7);
    EXPECT_EQ(venue.totals.fees_collected().at(*model::Currency::from("USD")), model::Money{-14});
}

TEST(Balances, a_busted_trade_leaves_everything_as_before_it_and_is_marked_for_both) {
    Venue venue;
    venue.trade(3);
    codec::TradeBusted event{};
    event.match_number = model::MatchNumber{5}, event.price = model::Price{100};
    event.quantity = model::Quantity{10};
    event.buyer_fee = event.seller_fee = model::Money{3};
    event.buyer = model::AccountId{1}, event.seller = model::AccountId{2};
    event.instrument = model::InstrumentId{1};
    venue.writer.write(event);
    for (const std::uint32_t account : {1u, 2u}) {
        EXPECT_EQ(venue.cash(account), 0);
        EXPECT_EQ(venue.shares(account), 0);
        EXPECT_EQ(venue.state(account), ExecutionState::busted);
    }
    EXPECT_EQ(venue.totals.fees_collected().at(*model::Currency::from("USD")), model::Money{});
}

TEST(Balances, a_corrected_trade_moves_the_difference_and_keeps_the_fees) {
    Venue venue;
    venue.trade(3);
    codec::TradeCorrected event{};
    event.match_number = model::MatchNumber{5}, event.quantity = model::Quantity{10};
    event.price_before = model::Price{100}, event.price = model::Price{98};
    event.buyer = model::AccountId{1}, event.seller = model::AccountId{2};
    event.instrument = model::InstrumentId{1};
    venue.writer.write(event);
    EXPECT_EQ(venue.cash(1), -980 - 3);
    EXPECT_EQ(venue.cash(2), 980 - 3);
    EXPECT_EQ(venue.shares(1), 10);
    EXPECT_EQ(venue.state(1), ExecutionState::corrected);
    const auto page = venue.orders.executions(model::AccountId{2}, 0, 1,
                                              [](const ExecutionRow&) { return true; });
    EXPECT_EQ(page.rows.front()->price, model::Price{98});
    EXPECT_EQ(page.rows.front()->price_traded, model::Price{100});
}

TEST(Balances, a_split_changes_positions_to_what_the_event_says) {
    Venue venue;
    codec::PositionAdjusted adjusted{};
    adjusted.account = model::AccountId{3}, adjusted.instrument = model::InstrumentId{1};
    adjusted.total = model::Quantity{shares_at_start * 2};
    venue.writer.write(adjusted, false);
    codec::SharesSplit split{};
    split.instrument = model::InstrumentId{1}, split.reference_price = model::Price{50};
    venue.writer.write(split);
    EXPECT_EQ(venue.shares(3), shares_at_start);
    EXPECT_EQ(venue.shares(2), 0);
    EXPECT_EQ(venue.reference.instrument(model::InstrumentId{1})->reference_price,
              model::Price{50});
}

}  // namespace
}  // namespace bw::views::testing
