// What orders, balances and totals must be, worked out anew from the dumb exchange's lists.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "views/balances/tests/world.hpp"

namespace bw::views::testing {

inline void expect_balances(const World& world, const DumbExchange& exchange) {
    std::map<std::uint32_t, CashRow> cash;
    std::map<std::pair<std::uint32_t, std::uint32_t>, PositionRow> positions;
    for (std::uint32_t account = 1; account <= accounts; ++account) {
        cash[account].total = model::Money{cash_at_start};
        for (std::uint32_t i = 1; i <= instruments; ++i)
            positions[{account, i}].total = model::Quantity{shares_at_start};
    }
    model::Money fees;
    for (const auto& trade : exchange.trades) {
        const model::Money amount =
            *model::notional(model::Price{trade.price}, model::Quantity{trade.quantity});
        cash[trade.buyer].total -= amount + trade.buyer_fee;
        cash[trade.seller].total += amount - trade.seller_fee;
        positions[{trade.buyer, trade.instrument}].total += model::Quantity{trade.quantity};
        positions[{trade.seller, trade.instrument}].total -= model::Quantity{trade.quantity};
        fees += trade.buyer_fee + trade.seller_fee;
    }
    for (const DumbOrder& order : exchange.orders) {
        if (!order.open()) continue;
        cash[order.account].held += order.hold();
        if (order.side == model::Side::sell)
            positions[{order.account, order.instrument}].held += model::Quantity{order.remaining};
    }
    for (const auto& [account, row] : cash)
        ASSERT_EQ(world.balances.account(model::AccountId{account})
                      ->cash.at(*model::Currency::from("USD")),
                  row)
            << "account " << account;
    for (const auto& [key, row] : positions)
        ASSERT_EQ(world.balances.account(model::AccountId{key.first})
                      ->positions.at(model::InstrumentId{key.second}),
                  row)
            << "account " << key.first;
    if (exchange.trades.empty()) return;
    ASSERT_EQ(world.totals.fees_collected().at(*model::Currency::from("USD")), fees);
}

inline void expect_orders(const World& world, const DumbExchange& exchange) {
    std::uint64_t open = 0;
    for (const DumbOrder& dumb : exchange.orders) {
        const OrderRow* row = world.orders.find(model::OrderId{dumb.id});
        ASSERT_NE(row, nullptr);
        ASSERT_EQ(row->status, dumb.status) << dumb.id;
        open += dumb.open();
        if (dumb.status == model::OrderStatus::rejected) continue;
        ASSERT_EQ(row->filled.value(), dumb.filled);
        ASSERT_EQ(row->remaining.value(), dumb.remaining);
        ASSERT_EQ(row->cancelled.value(), dumb.cancelled);
        ASSERT_EQ(row->quantity.value(), dumb.ordered);
        ASSERT_EQ(row->quantity, row->filled + row->remaining + row->cancelled);
        ASSERT_EQ(row->price.value(), dumb.price);
        ASSERT_EQ(world.orders.find(model::AccountId{dumb.account}, row->client_order_id), row);
    }
    ASSERT_EQ(world.totals.counts().open_orders, open);
    ASSERT_EQ(world.totals.counts().trades, exchange.trades.size());
}

}  // namespace bw::views::testing
