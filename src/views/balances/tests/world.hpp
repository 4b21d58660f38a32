// The projections of an exchange's own data in their order, and accounts and instruments to begin
// with.
#pragma once

#include "views/balances/balances.hpp"
#include "views/orders/orders.hpp"
#include "views/projection/tests/dumb_exchange.hpp"
#include "views/projection/tests/record_writer.hpp"
#include "views/reference_data/reference_data.hpp"
#include "views/totals/totals.hpp"

namespace bw::views::testing {

struct World {
    explicit World(const OrdersOptions& options = {}) : orders(reference, options) {
        writer.listener = [this](const RecordView& record) {
            fold(record, position, reference, totals, balances, orders);
        };
    }
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    RecordWriter writer;
    Position position;
    ReferenceData reference;
    Totals totals{reference};
    Orders orders;
    Balances balances{reference, orders};
};

/// With instruments 1 and 2 and accounts 1 to 4.
struct Venue : World {
    Venue() { DumbExchange(writer, 1).open(); }

    codec::OrderAccepted order(std::uint64_t id, model::Side side, std::int64_t price,
                               std::uint64_t quantity) {
        codec::OrderAccepted event{};
        event.order_id = model::OrderId{id}, event.side = side;
        event.price = model::Price{price}, event.quantity = model::Quantity{quantity};
        event.account = model::AccountId{side == model::Side::buy ? 1u : 2u};
        event.instrument = model::InstrumentId{1};
        if (side == model::Side::buy) event.hold = *model::notional(event.price, event.quantity);
        return event;
    }
    /// Order 1 buys 10 at 100 of order 2, in an auction; both pay a fee of `fee`.
    void trade(std::int64_t fee) {
        writer.write(order(1, model::Side::buy, 100, 10));
        writer.write(order(2, model::Side::sell, 100, 10));
        codec::TradeExecuted event{};
        event.match_number = model::MatchNumber{5}, event.kind = model::TradeKind::auction;
        event.maker_order = model::OrderId{2}, event.taker_order = model::OrderId{1};
        event.maker_account = model::AccountId{2}, event.taker_account = model::AccountId{1};
        event.price = model::Price{100}, event.quantity = model::Quantity{10};
        event.maker_fee = event.taker_fee = model::Money{fee};
        event.buyer_hold_released = model::Money{1000};
        event.instrument = model::InstrumentId{1}, event.taker_side = model::Side::buy;
        writer.write(event);
    }
    std::int64_t cash(std::uint32_t account) {
        return balances.account(model::AccountId{account})
                   ->cash.at(*model::Currency::from("USD"))
                   .total.value() -
               cash_at_start;
    }
    std::int64_t shares(std::uint32_t account) {
        return static_cast<std::int64_t>(balances.account(model::AccountId{account})
                                             ->positions.at(model::InstrumentId{1})
                                             .total.value()) -
               shares_at_start;
    }
    ExecutionState state(std::uint32_t account) {
        return orders
            .executions(model::AccountId{account}, 0, 1, [](const ExecutionRow&) { return true; })
            .rows.front()
            ->state;
    }
};

}  // namespace bw::views::testing
