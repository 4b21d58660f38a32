// What a book shows of orders that are not simply displayed.
#include <gtest/gtest.h>

#include "views/market/tests/random_market.hpp"

namespace bw::views::market {
namespace {

using testing::RecordWriter;

class DisplayedOrdersTest : public ::testing::Test {
 protected:
    DisplayedOrdersTest() {
        writer.listen([this](const event_store::RecordView& record) { fold(record, market); });
        set_state(model::InstrumentState::trading);
    }

    void set_state(model::InstrumentState state) {
        codec::InstrumentUpdated event{};
        event.instrument = model::InstrumentId{1}, event.symbol = *model::Symbol::from("ACME");
        event.state = state;
        writer.write(event, true);
    }

    codec::OrderAccepted order(std::uint64_t id, model::Side side, std::int64_t price,
                               std::uint64_t quantity) {
        codec::OrderAccepted event{};
        event.order_id = model::OrderId{id}, event.instrument = model::InstrumentId{1};
        event.price = model::Price{price}, event.quantity = model::Quantity{quantity};
        event.side = side;
        return event;
    }
    void enter_iceberg(std::uint64_t id, std::uint64_t quantity, std::uint64_t shown) {
        writer.write(order(id, model::Side::sell, 100, quantity), false);
        codec::OrderConditions conditions{};
        conditions.order_id = model::OrderId{id}, conditions.instrument = model::InstrumentId{1};
        conditions.display_quantity = model::Quantity{shown};
        writer.write(conditions, true);
    }
    codec::TradeExecuted trade(std::uint64_t maker, std::uint64_t maker_left, std::uint64_t taker,
                               std::uint64_t taker_left, std::uint64_t quantity) {
        codec::TradeExecuted event{};
        event.match_number = model::MatchNumber{++match_};
        event.maker_order = model::OrderId{maker}, event.taker_order = model::OrderId{taker};
        event.maker_remaining = model::Quantity{maker_left};
        event.taker_remaining = model::Quantity{taker_left};
        event.price = model::Price{100}, event.quantity = model::Quantity{quantity};
        event.instrument = model::InstrumentId{1};
        return event;
    }

    using Levels = std::vector<std::pair<std::int64_t, std::uint64_t>>;
    Levels levels(const std::vector<LevelRow>& rows) {
        Levels out;
        for (const LevelRow& row : rows) out.emplace_back(row.price.value(), row.quantity.value());
        return out;
    }
    Levels asks() { return levels(market.depth(model::InstrumentId{1}, 10)->asks); }
    Levels bids() { return levels(market.depth(model::InstrumentId{1}, 10)->bids); }

    MarketData market;
    RecordWriter writer;

 private:
    std::uint64_t match_ = 0;
};

TEST_F(DisplayedOrdersTest, an_iceberg_shows_its_part_through_trades_and_refreshes) {
    enter_iceberg(1, 100, 10);
    EXPECT_EQ(asks(), (Levels{{100, 10}}));
    writer.write(trade(1, 96, 2, 0, 4), true);
    EXPECT_EQ(asks(), (Levels{{100, 6}}));
    writer.write(trade(1, 90, 3, 0, 6), false);
    codec::OrderRefreshed refreshed{};
    refreshed.order_id = model::OrderId{1}, refreshed.displayed = model::Quantity{10};
    writer.write(refreshed, true);
    EXPECT_EQ(asks(), (Levels{{100, 10}}));
    codec::OrderReduced reduced{};
    reduced.order_id = model::OrderId{1}, reduced.remaining = model::Quantity{7};
    writer.write(reduced, true);
    EXPECT_EQ(asks(), (Levels{{100, 7}})) << "at most what remains";
}

TEST_F(DisplayedOrdersTest, an_iceberg_that_comes_in_and_trades_shows_its_part_of_the_rest) {
    writer.write(order(1, model::Side::buy, 100, 95), true);
    writer.write(order(2, model::Side::sell, 100, 100), false);
    codec::OrderConditions conditions{};
    conditions.order_id = model::OrderId{2}, conditions.display_quantity = model::Quantity{10};
    writer.write(conditions, false);
    writer.write(trade(1, 0, 2, 5, 95), true);
    EXPECT_EQ(asks(), (Levels{{100, 5}}));
    EXPECT_TRUE(bids().empty());
}

TEST_F(DisplayedOrdersTest, an_iceberg_shows_its_part_anew_after_an_auction) {
    enter_iceberg(1, 100, 10);
    writer.write(order(2, model::Side::buy, 90, 20), true);
    auto auction = trade(1, 80, 2, 0, 20);
    auction.kind = model::TradeKind::auction;
    writer.write(auction, true);
    EXPECT_EQ(asks(), (Levels{{100, 10}}));
    EXPECT_TRUE(bids().empty());
}

TEST_F(DisplayedOrdersTest, hidden_pegged_market_and_stop_orders_never_show) {
    auto hidden = order(1, model::Side::buy, 90, 5);
    hidden.instructions = static_cast<std::uint8_t>(model::Instruction::hidden);
    writer.write(hidden, true);
    std::uint64_t id = 2;
    for (const auto type : {model::OrderType::pegged, model::OrderType::market,
                            model::OrderType::stop, model::OrderType::trailing_stop}) {
        auto special = order(id++, model::Side::buy, 90, 5);
        special.order_type = type;
        writer.write(special, true);
    }
    EXPECT_TRUE(bids().empty());
    writer.write(trade(1, 2, 9, 0, 3), true);
    EXPECT_TRUE(bids().empty());
    EXPECT_EQ(market.trades(model::InstrumentId{1}, 5).size(), 1u) << "its trades show";
}

TEST_F(DisplayedOrdersTest, a_stop_limit_order_shows_once_it_is_triggered) {
    auto stop = order(1, model::Side::sell, 100, 50);
    stop.order_type = model::OrderType::stop_limit;
    writer.write(stop, true);
    EXPECT_TRUE(asks().empty());
    codec::OrderReduced reduced{};
    reduced.order_id = model::OrderId{1}, reduced.remaining = model::Quantity{40};
    writer.write(reduced, true);
    codec::OrderTriggered triggered{};
    triggered.order_id = model::OrderId{1};
    writer.write(triggered, true);
    EXPECT_EQ(asks(), (Levels{{100, 40}}));
}

TEST_F(DisplayedOrdersTest, an_order_for_the_close_shows_in_the_closing_auction) {
    auto waiting = order(1, model::Side::sell, 100, 50);
    waiting.time_in_force = model::TimeInForce::at_close;
    writer.write(waiting, true);
    waiting.order_id = model::OrderId{2};
    writer.write(waiting, true);
    EXPECT_TRUE(asks().empty());
    codec::OrderCancelled cancelled{};
    cancelled.order_id = model::OrderId{2};
    writer.write(cancelled, true);
    set_state(model::InstrumentState::closing_auction);
    EXPECT_EQ(asks(), (Levels{{100, 50}}));
    waiting.order_id = model::OrderId{3};
    writer.write(waiting, true);
    EXPECT_EQ(asks(), (Levels{{100, 100}}));
    set_state(model::InstrumentState::halted);
    set_state(model::InstrumentState::pre_open);
    codec::OrderReplaced replaced{};
    replaced.order_id = model::OrderId{3}, replaced.instrument = model::InstrumentId{1};
    replaced.price = model::Price{101}, replaced.remaining = model::Quantity{50};
    writer.write(replaced, true);
    EXPECT_EQ(asks(), (Levels{{100, 50}})) << "what enters anew waits";
}

TEST_F(DisplayedOrdersTest, a_dark_book_shows_trades_alone) {
    codec::AllocationSet dark{};
    dark.instrument = model::InstrumentId{1}, dark.allocation = model::Allocation::dark;
    writer.write(dark, true);
    writer.write(order(1, model::Side::sell, 100, 50), true);
    EXPECT_TRUE(asks().empty());
    auto midpoint = trade(1, 40, 2, 0, 10);
    midpoint.kind = model::TradeKind::midpoint;
    writer.write(midpoint, true);
    EXPECT_EQ(market.trades(model::InstrumentId{1}, 1).front().kind, model::TradeKind::midpoint);
}

TEST_F(DisplayedOrdersTest, while_orders_are_collected_the_ticker_has_no_bid_and_ask) {
    writer.write(order(1, model::Side::buy, 99, 5), true);
    EXPECT_TRUE(market.ticker(model::InstrumentId{1})->bid);
    set_state(model::InstrumentState::volatility_auction);
    writer.write(order(2, model::Side::sell, 98, 5), true);
    EXPECT_FALSE(market.ticker(model::InstrumentId{1})->bid);
    EXPECT_EQ(bids().size() + asks().size(), 2u) << "the book is shown crossed, as it is";
    set_state(model::InstrumentState::halted);
    EXPECT_FALSE(market.ticker(model::InstrumentId{1})->ask) << "crossed is no market";
}

TEST_F(DisplayedOrdersTest, busts_and_corrections_mark_the_trades) {
    for (std::uint64_t id = 1; id <= 3; ++id) writer.write(trade(9, 1, 8, 1, id), true);
    codec::TradeBusted busted{};
    busted.instrument = model::InstrumentId{1}, busted.match_number = model::MatchNumber{2};
    writer.write(busted, true);
    codec::TradeCorrected corrected{};
    corrected.instrument = model::InstrumentId{1}, corrected.match_number = model::MatchNumber{3};
    corrected.price = model::Price{97};
    writer.write(corrected, true);
    corrected.match_number = model::MatchNumber{4};  // not kept any more, or never there
    writer.write(corrected, true);
    const auto rows = market.trades(model::InstrumentId{1}, 3);
    EXPECT_EQ(rows[0].state, TradeState::corrected);
    EXPECT_EQ(rows[0].price, model::Price{97});
    EXPECT_EQ(rows[1].state, TradeState::busted);
    EXPECT_EQ(rows[2].state, TradeState::regular);
}

TEST_F(DisplayedOrdersTest, a_symbol_that_was_given_up_can_be_another_instrument_s) {
    codec::InstrumentUpdated event{};
    event.instrument = model::InstrumentId{1}, event.symbol = *model::Symbol::from("NEWCO");
    writer.write(event, true);
    EXPECT_FALSE(market.find("ACME"));
    event.instrument = model::InstrumentId{2}, event.symbol = *model::Symbol::from("ACME");
    writer.write(event, true);
    EXPECT_EQ(market.find("ACME"), model::InstrumentId{2});
    EXPECT_EQ(market.find("NEWCO"), model::InstrumentId{1});
}

}  // namespace
}  // namespace bw::views::market
