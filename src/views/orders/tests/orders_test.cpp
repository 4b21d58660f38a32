#include "views/orders/orders.hpp"

#include <gtest/gtest.h>

#include "views/balances/tests/recomputation.hpp"

namespace bw::views::testing {
namespace {

TEST(Orders, pages_hold_every_order_and_execution_once_newest_first) {
    World world;
    DumbExchange exchange(world.writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 1'000; ++i) exchange.step();
    for (const bool open_only : {false, true}) {
        std::vector<std::uint64_t> expected, seen;
        for (auto at = exchange.orders.rbegin(); at != exchange.orders.rend(); ++at)
            if (at->account == 1 && (!open_only || at->open())) expected.push_back(at->id);
        std::uint64_t below = 0;
        do {
            const auto page = world.orders.page(model::AccountId{1}, below, 7, open_only,
                                                [](const OrderRow&) { return true; });
            ASSERT_LE(page.rows.size(), 7u);
            ASSERT_TRUE(below == 0 || !page.rows.empty()) << "a cursor leads to more";
            for (const OrderRow* row : page.rows) seen.push_back(row->id.value());
            below = page.next;
        } while (below != 0);
        EXPECT_EQ(seen, expected);
    }
    std::vector<std::uint64_t> expected, seen;
    for (std::size_t i = exchange.trades.size(); i-- > 0;) {
        const auto& trade = exchange.trades[i];
        expected.insert(expected.end(),
                        static_cast<std::size_t>((trade.buyer == 2) + (trade.seller == 2)), i + 1);
    }
    std::uint64_t below = 0;
    do {
        const auto page = world.orders.executions(model::AccountId{2}, below, 5,
                                                  [](const ExecutionRow&) { return true; });
        for (const ExecutionRow* row : page.rows) seen.push_back(row->match_number());
        below = page.next;
    } while (below != 0);
    EXPECT_EQ(seen, expected);
}

TEST(Orders, a_full_page_that_is_the_last_one_has_no_cursor) {
    World world;
    DumbExchange exchange(world.writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 300; ++i) exchange.step();
    const auto all = [](const OrderRow&) { return true; };
    const auto whole = world.orders.page(model::AccountId{1}, 0, 1'000, false, all);
    ASSERT_GT(whole.rows.size(), 2u);
    const std::size_t count = whole.rows.size();
    EXPECT_EQ(world.orders.page(model::AccountId{1}, 0, count, false, all).next, 0u);
    EXPECT_EQ(world.orders.page(model::AccountId{1}, 0, count - 1, false, all).next,
              whole.rows[count - 2]->id.value());
    const auto newest = [&](const OrderRow& row) { return row.id == whole.rows[0]->id; };
    EXPECT_EQ(world.orders.page(model::AccountId{1}, 0, 1, false, newest).next, 0u)
        << "nothing else passes the filter";
}

TEST(Orders, memory_is_bounded_and_open_orders_stay) {
    World world({.orders_max = 50, .executions_max = 20});
    DumbExchange exchange(world.writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 3'000; ++i) exchange.step();
    for (int i = 0; i < 2; ++i)  // what a command closed may go when the next one begins
        world.writer.write(codec::DayEnded{});
    expect_balances(world, exchange);
    std::size_t kept = 0;
    for (const DumbOrder& order : exchange.orders) {
        kept += world.orders.find(model::OrderId{order.id}) != nullptr;
        EXPECT_TRUE(!order.open() || world.orders.find(model::OrderId{order.id})) << order.id;
    }
    EXPECT_LE(kept, std::max<std::size_t>(50, world.totals.counts().open_orders + 1));
    std::size_t executions = 0;
    for (std::uint32_t account = 1; account <= accounts; ++account)
        executions += world.orders
                          .executions(model::AccountId{account}, 0, 1'000,
                                      [](const ExecutionRow&) { return true; })
                          .rows.size();
    EXPECT_EQ(executions, 20u);
}

TEST(Orders, shows_instructions_and_self_trade_prevention) {
    World world;
    DumbExchange(world.writer, 1).open();
    codec::OrderAccepted event{};
    event.order_id = model::OrderId{1}, event.quantity = model::Quantity{5},
    event.price = model::Price{10};
    event.account = model::AccountId{1}, event.instrument = model::InstrumentId{1},
    event.side = model::Side::sell;
    event.time_in_force = model::TimeInForce::gtd, event.expire_date = 20260131;
    event.instructions = static_cast<std::uint8_t>(model::Instruction::post_only);
    world.writer.write(event);
    const OrderRow* order = world.orders.find(model::OrderId{1});
    EXPECT_EQ(order->time_in_force, model::TimeInForce::gtd);
    EXPECT_EQ(order->expire_date, 20260131u);
    EXPECT_TRUE(order->post_only);
    EXPECT_EQ(world.balances.account(model::AccountId{2})->self_trade_prevention,
              model::SelfTradePrevention::none);
    codec::AccountUpdated updated{};
    updated.account = model::AccountId{2}, updated.self_trade_group = 7;
    updated.self_trade_prevention = model::SelfTradePrevention::cancel_both;
    world.writer.write(updated);
    EXPECT_EQ(world.balances.account(model::AccountId{2})->self_trade_prevention,
              model::SelfTradePrevention::cancel_both);
    EXPECT_EQ(world.balances.account(model::AccountId{2})->self_trade_group, 7u);
    EXPECT_EQ(world.balances.account(model::AccountId{2})->positions.size(), instruments)
        << "an update keeps the rest";
}

TEST(Orders, a_stop_order_shows_whether_it_was_triggered) {
    Venue venue;
    auto stop = venue.order(1, model::Side::sell, 90, 10);
    stop.order_type = model::OrderType::stop_limit;
    venue.writer.write(stop, false);
    codec::OrderConditions conditions{};
    conditions.order_id = stop.order_id, conditions.stop_price = model::Price{95};
    venue.writer.write(conditions);
    EXPECT_FALSE(venue.orders.find(stop.order_id)->triggered);
    EXPECT_EQ(venue.orders.find(stop.order_id)->stop_price, model::Price{95});
    codec::OrderTriggered triggered{};
    triggered.order_id = stop.order_id, triggered.stop_price = model::Price{95};
    venue.writer.write(triggered);
    EXPECT_TRUE(venue.orders.find(stop.order_id)->triggered);
    EXPECT_TRUE(venue.orders.find(stop.order_id)->open());
}

TEST(Orders, an_order_for_the_close_waits_until_the_closing_auction) {
    Venue venue;
    auto waiting = venue.order(1, model::Side::sell, 90, 10);
    waiting.time_in_force = model::TimeInForce::at_close;
    venue.writer.write(waiting);
    waiting.order_id = model::OrderId{2};
    venue.writer.write(waiting);
    EXPECT_TRUE(venue.orders.find(model::OrderId{1})->waiting);
    codec::OrderCancelled cancelled{};
    cancelled.order_id = model::OrderId{2}, cancelled.quantity = model::Quantity{10};
    cancelled.account = model::AccountId{2}, cancelled.instrument = model::InstrumentId{1};
    cancelled.side = model::Side::sell;
    venue.writer.write(cancelled);
    codec::InstrumentUpdated update{};
    update.instrument = model::InstrumentId{1}, update.symbol = *model::Symbol::from("SYM1");
    update.currency = *model::Currency::from("USD");
    update.state = model::InstrumentState::closing_auction;
    venue.writer.write(update);
    EXPECT_FALSE(venue.orders.find(model::OrderId{1})->waiting);
    waiting.order_id = model::OrderId{3};
    venue.writer.write(waiting);
    EXPECT_FALSE(venue.orders.find(model::OrderId{3})->waiting);
}

TEST(Orders, a_market_order_with_another_hold_keeps_its_place) {
    Venue venue;
    codec::InstrumentUpdated update{};
    update.instrument = model::InstrumentId{1}, update.symbol = *model::Symbol::from("SYM1");
    update.currency = *model::Currency::from("USD");
    update.state = model::InstrumentState::closing_auction;
    venue.writer.write(update);
    auto collected = venue.order(1, model::Side::buy, 100, 10);
    collected.order_type = model::OrderType::market, collected.price = model::no_price;
    collected.time_in_force = model::TimeInForce::at_close;
    venue.writer.write(collected);
    update.state = model::InstrumentState::opening_auction;
    venue.writer.write(update);
    codec::OrderReplaced renewed{};
    renewed.order_id = model::OrderId{1}, renewed.price = model::no_price;
    renewed.remaining = model::Quantity{10}, renewed.hold = collected.hold;
    renewed.account = model::AccountId{1}, renewed.instrument = model::InstrumentId{1};
    venue.writer.write(renewed);
    EXPECT_FALSE(venue.orders.find(model::OrderId{1})->waiting);
}

}  // namespace
}  // namespace bw::views::testing
