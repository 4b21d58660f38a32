// Matching without the engine around it: one behaviour a test. The rules in full are told by the
// stories of tests/conformance.
#include <gtest/gtest.h>

#include "matching/tests/small_market.hpp"

namespace bw::matching {
namespace {

using model::InstrumentState;
using model::SelfTradePrevention;
using model::Side;
using model::TimeInForce;
using Told = std::vector<std::string>;
using Trades = std::vector<SeenTrade>;

constexpr auto hidden = static_cast<std::uint8_t>(model::Instruction::hidden);

TEST(Matching, a_trade_is_at_the_resting_price) {
    SmallMarket market;
    const auto sell = market.enter({.account = 0, .side = Side::sell, .price = 98});
    const auto buy = market.enter({.account = 1, .side = Side::buy, .price = 100});
    EXPECT_EQ(market.trades(), (Trades{{sell, buy, 98, 1}}));
    EXPECT_EQ(market.last_price(), 98);
}

TEST(Matching, the_better_price_goes_first) {
    SmallMarket market;
    market.enter({.side = Side::sell, .price = 99});
    const auto better = market.enter({.side = Side::sell, .price = 98});
    const auto buy = market.enter({.account = 1, .price = 100});
    EXPECT_EQ(market.trades(), (Trades{{better, buy, 98, 1}}));
}

TEST(Matching, at_one_price_the_older_goes_first) {
    SmallMarket market;
    const auto older = market.enter({.side = Side::sell});
    market.enter({.side = Side::sell});
    const auto buy = market.enter({.account = 1});
    EXPECT_EQ(market.trades(), (Trades{{older, buy, 100, 1}}));
}

TEST(Matching, what_is_left_of_a_limit_order_rests) {
    SmallMarket market;
    market.enter({.side = Side::sell, .quantity = 3});
    const auto buy = market.enter({.account = 1, .quantity = 5});
    EXPECT_EQ(market.remaining(buy), 2u);
    EXPECT_EQ(market.resting(Side::buy), std::vector{buy});
}

TEST(Matching, a_filled_order_is_closed) {
    SmallMarket market;
    const auto sell = market.enter({.side = Side::sell});
    market.enter({.account = 1});
    EXPECT_FALSE(market.open(sell));
    EXPECT_TRUE(market.resting(Side::sell).empty());
}

TEST(Matching, what_is_left_of_an_ioc_order_is_cancelled) {
    SmallMarket market;
    market.enter({.side = Side::sell, .quantity = 3});
    const auto buy = market.enter({.account = 1, .quantity = 5, .time_in_force = TimeInForce::ioc});
    EXPECT_EQ(market.told(), Told{fmt::format("cancelled {} immediate_or_cancel", buy)});
    EXPECT_FALSE(market.open(buy));
}

TEST(Matching, a_fok_order_that_does_not_fill_trades_nothing) {
    SmallMarket market;
    market.enter({.side = Side::sell, .quantity = 4});
    market.enter({.account = 1, .quantity = 5, .time_in_force = TimeInForce::fok});
    EXPECT_TRUE(market.trades().empty());
}

TEST(Matching, a_fok_order_fills_over_several_levels) {
    SmallMarket market;
    market.enter({.side = Side::sell, .price = 99, .quantity = 2});
    market.enter({.side = Side::sell, .price = 100, .quantity = 3});
    market.enter({.account = 1, .quantity = 5, .time_in_force = TimeInForce::fok});
    EXPECT_EQ(market.trades().size(), 2u);
}

TEST(Matching, a_market_order_does_not_rest) {
    SmallMarket market;
    const auto buy = market.enter({.account = 1, .type = model::OrderType::market});
    EXPECT_EQ(market.told(), Told{fmt::format("cancelled {} no_liquidity", buy)});
}

TEST(Matching, a_reduced_order_keeps_its_place) {
    SmallMarket market;
    const auto older = market.enter({.side = Side::sell, .quantity = 5});
    const auto younger = market.enter({.side = Side::sell});
    market.reduce(older, 3);
    EXPECT_EQ(market.resting(Side::sell), (std::vector{older, younger}));
    EXPECT_EQ(market.remaining(older), 2u);
}

TEST(Matching, displayed_orders_go_before_hidden_ones_at_the_same_price) {
    SmallMarket market;
    market.enter({.side = Side::sell, .instructions = hidden});
    const auto displayed = market.enter({.side = Side::sell});
    const auto buy = market.enter({.account = 1});
    EXPECT_EQ(market.trades(), (Trades{{displayed, buy, 100, 1}}));
}

TEST(Matching, an_iceberg_order_that_shows_its_next_part_goes_behind) {
    SmallMarket market;
    const auto iceberg = market.enter({.side = Side::sell, .quantity = 5, .display = 2});
    const auto other = market.enter({.side = Side::sell});
    market.enter({.account = 1, .quantity = 2});
    EXPECT_EQ(market.told(), Told{fmt::format("refreshed {} shows 2", iceberg)});
    EXPECT_EQ(market.resting(Side::sell), (std::vector{other, iceberg}));
}

struct Prevention {
    SelfTradePrevention mode;
    bool maker_stays, taker_stays;
};

class SelfTrade : public testing::TestWithParam<Prevention> {};

TEST_P(SelfTrade, is_prevented_as_the_incoming_account_wants) {
    SmallMarket market;
    market.accounts()[0].self_trade_mode = GetParam().mode;
    market.accounts()[0].self_trade_group = 1;
    const auto maker = market.enter({.side = Side::sell, .quantity = 3});
    const auto taker = market.enter({.side = Side::buy, .quantity = 5});
    EXPECT_TRUE(market.trades().empty());
    EXPECT_EQ(market.open(maker), GetParam().maker_stays);
    EXPECT_EQ(market.open(taker), GetParam().taker_stays);
    market.verify();
}

INSTANTIATE_TEST_SUITE_P(
    Modes, SelfTrade,
    testing::Values(Prevention{SelfTradePrevention::cancel_newest, true, false},
                    Prevention{SelfTradePrevention::cancel_oldest, false, true},
                    Prevention{SelfTradePrevention::cancel_both, false, false},
                    Prevention{SelfTradePrevention::decrement, false, true}),
    [](const auto& test) { return std::string(model::name_of(test.param.mode)); });

TEST(Matching, a_stop_order_is_triggered_by_the_last_price) {
    SmallMarket market;
    const auto stop = market.enter({.account = 2,
                                    .side = Side::sell,
                                    .price = 90,
                                    .type = model::OrderType::stop_limit,
                                    .stop_price = 95});
    market.enter({.account = 0, .side = Side::buy, .price = 95});
    EXPECT_TRUE(market.told().empty());
    market.enter({.account = 1, .side = Side::sell, .price = 95});
    EXPECT_EQ(market.told(), Told{fmt::format("triggered {}", stop)});
    EXPECT_EQ(market.resting(Side::sell), std::vector{stop});
}

TEST(Matching, a_trade_beyond_the_execution_range_begins_a_volatility_auction) {
    SmallMarket market;
    market.listing().dynamic_band = model::Ppm{100'000};
    market.parameters_changed();
    market.enter({.side = Side::sell, .price = 120});
    const auto buy = market.enter({.account = 1, .price = 120});
    EXPECT_TRUE(market.trades().empty());
    EXPECT_EQ(market.state(), InstrumentState::volatility_auction);
    EXPECT_EQ(market.resting(Side::buy), std::vector{buy});
}

TEST(Auction, orders_do_not_trade_before_it_ends) {
    SmallMarket market;
    market.change_phase(InstrumentState::volatility_auction);
    market.enter({.side = Side::sell, .price = 90});
    market.enter({.account = 1, .price = 110});
    EXPECT_TRUE(market.trades().empty());
}

TEST(Auction, is_at_the_price_that_trades_the_most) {
    SmallMarket market;
    market.change_phase(InstrumentState::volatility_auction);
    market.enter({.side = Side::sell, .price = 90, .quantity = 3});
    market.enter({.side = Side::sell, .price = 95, .quantity = 4});
    market.enter({.account = 1, .price = 95, .quantity = 6});
    market.enter({.account = 1, .price = 92, .quantity = 1});
    const AuctionResult found = market.matching().auctions.find_price(SmallMarket::acme);
    EXPECT_EQ(found.tick, 95u);
    EXPECT_EQ(found.volume, 6u);
    EXPECT_EQ(found.surplus, -1);
}

TEST(Auction, leaves_nothing_crossed) {
    SmallMarket market;
    market.change_phase(InstrumentState::volatility_auction);
    for (std::int64_t price = 90; price <= 110; ++price) {
        market.enter({.account = 0, .side = Side::sell, .price = price, .quantity = 2});
        market.enter({.account = 1, .side = Side::buy, .price = price, .quantity = 3});
    }
    market.change_phase(InstrumentState::trading);
    EXPECT_FALSE(market.trades().empty());
    for (const SeenTrade& trade : market.trades()) EXPECT_EQ(trade.price, market.last_price());
    market.verify();
}

TEST(Phases, a_halted_instrument_may_go_on_through_an_auction) {
    SmallMarket market;
    market.change_phase(InstrumentState::halted);
    EXPECT_TRUE(market.matching().phases.is_allowed(SmallMarket::acme,
                                                    InstrumentState::volatility_auction));
    EXPECT_FALSE(market.matching().phases.is_allowed(SmallMarket::acme, InstrumentState::delisted));
}

}  // namespace
}  // namespace bw::matching
