// A small exchange that keeps plain lists and writes events by the trading rules, so that what a
// projection shows can be worked out anew from the open orders and the trades.
#pragma once

#include <cstdlib>
#include <iostream>
#include <random>
#include <utility>
#include <vector>

#include "codec/commands.hpp"
#include "views/projection/tests/record_writer.hpp"

namespace bw::views::testing {

inline constexpr std::uint32_t accounts = 4, instruments = 2;
inline constexpr model::FeeRate maker_fee{100}, taker_fee{250};
inline constexpr std::int64_t cash_at_start = 1'000'000'000'000;
inline constexpr std::int64_t shares_at_start = 100'000;

struct DumbOrder {
    std::uint64_t id;
    std::uint32_t account, instrument;
    model::Side side;
    std::int64_t price;
    std::uint64_t remaining, filled = 0, cancelled = 0;
    model::OrderStatus status = model::OrderStatus::accepted;
    std::uint64_t ordered = remaining;  ///< as entered, less reductions; a replacement resets it
    [[nodiscard]] bool open() const {
        return status == model::OrderStatus::accepted ||
               status == model::OrderStatus::partially_filled;
    }
    [[nodiscard]] model::Money hold() const {
        if (side == model::Side::sell || !open()) return {};
        const model::Money value =
            *model::notional(model::Price{price}, model::Quantity{remaining});
        return value + model::fee_on(value, taker_fee);
    }
};

class DumbExchange {
 public:
    DumbExchange(RecordWriter& writer, std::uint64_t seed) : writer_(writer), random_(seed) {}

    void open() {
        for (std::uint32_t i = 1; i <= instruments; ++i) {
            codec::InstrumentUpdated event{};
            event.instrument = model::InstrumentId{i};
            event.symbol = *model::Symbol::from("SYM" + std::to_string(i));
            event.currency = *model::Currency::from("USD");
            writer_.write(event);
        }
        for (std::uint32_t account = 1; account <= accounts; ++account) {
            codec::AccountUpdated opened{};
            opened.account = model::AccountId{account};
            writer_.write(opened);
            codec::CashMoved cash{};
            cash.account = model::AccountId{account};
            cash.currency = *model::Currency::from("USD");
            cash.amount = model::Money{cash_at_start};
            writer_.write(cash);
            for (std::uint32_t i = 1; i <= instruments; ++i) {
                codec::SharesMoved moved{};
                moved.account = model::AccountId{account};
                moved.instrument = model::InstrumentId{i};
                moved.quantity = shares_at_start + 7;
                writer_.write(moved);
                moved.quantity = -7;
                writer_.write(moved);
            }
        }
    }

    void step() {
        ++writer_.time_ns;
        const auto what = pick(11);
        DumbOrder* order = random_open();
        if (what < 5 || !order) return enter();
        if (what < 7) return cancel(*order, model::CancelReason::requested, true);
        if (what < 8) return reduce(*order);
        if (what < 9) return replace(*order);
        if (what < 10) return mass_cancel(order->account);
        reject();
    }

    std::vector<DumbOrder> orders;  // id = position + 1
    struct Trade {
        std::uint32_t buyer, seller, instrument;
        std::int64_t price;
        std::uint64_t quantity;
        model::Money buyer_fee, seller_fee;
    };
    std::vector<Trade> trades;

 private:
    std::uint64_t pick(std::uint64_t bound) { return random_() % bound; }

    DumbOrder* random_open() {
        std::vector<DumbOrder*> open;
        for (DumbOrder& order : orders)
            if (order.open()) open.push_back(&order);
        return open.empty() ? nullptr : open[pick(open.size())];
    }

    void enter() {
        const bool ioc = pick(5) == 0;
        orders.push_back({orders.size() + 1, static_cast<std::uint32_t>(1 + pick(accounts)),
                          static_cast<std::uint32_t>(1 + pick(instruments)),
                          pick(2) ? model::Side::buy : model::Side::sell,
                          static_cast<std::int64_t>(9'990 + pick(20)), 1 + pick(50)});
        DumbOrder& order = orders.back();
        codec::OrderAccepted event{};
        event.order_id = model::OrderId{order.id};
        event.price = model::Price{order.price};
        event.quantity = model::Quantity{order.remaining};
        event.hold = order.hold();
        event.account = model::AccountId{order.account};
        event.instrument = model::InstrumentId{order.instrument};
        event.side = order.side;
        event.client_order_id = *model::ClientOrderId::from("c" + std::to_string(order.id));
        writer_.write(event, false);
        match(order);
        if (ioc && order.open()) cancel(order, model::CancelReason::immediate_or_cancel, false);
    }

    void match(DumbOrder& taker) {
        for (;;) {
            DumbOrder* best = nullptr;
            for (DumbOrder& maker : orders) {
                const bool buy = taker.side == model::Side::buy;
                if (!maker.open() || maker.id == taker.id || maker.instrument != taker.instrument ||
                    maker.side == taker.side)
                    continue;
                if (buy ? maker.price > taker.price : maker.price < taker.price) continue;
                if (!best || (buy ? maker.price < best->price : maker.price > best->price))
                    best = &maker;
            }
            if (!best || !taker.open()) return;
            if (best->account == taker.account && taker.account <= 3)
                prevent(*best, taker);
            else
                trade(*best, taker, std::min(best->remaining, taker.remaining));
        }
    }

    void trade(DumbOrder& maker, DumbOrder& taker, std::uint64_t quantity) {
        const bool taker_buys = taker.side == model::Side::buy;
        DumbOrder& buyer = taker_buys ? taker : maker;
        const model::Money hold_before = buyer.hold();
        const model::Money amount =
            *model::notional(model::Price{maker.price}, model::Quantity{quantity});
        for (DumbOrder* order : {&maker, &taker}) {
            order->remaining -= quantity;
            order->filled += quantity;
            order->status = order->remaining == 0 ? model::OrderStatus::filled
                                                  : model::OrderStatus::partially_filled;
        }
        codec::TradeExecuted event{};
        event.match_number = model::MatchNumber{trades.size() + 1};
        event.maker_order = model::OrderId{maker.id}, event.taker_order = model::OrderId{taker.id};
        event.price = model::Price{maker.price}, event.quantity = model::Quantity{quantity};
        event.maker_remaining = model::Quantity{maker.remaining},
        event.taker_remaining = model::Quantity{taker.remaining};
        event.maker_fee = model::fee_on(amount, maker_fee),
        event.taker_fee = model::fee_on(amount, taker_fee);
        event.buyer_hold_released = hold_before - buyer.hold();
        event.maker_account = model::AccountId{maker.account},
        event.taker_account = model::AccountId{taker.account};
        event.instrument = model::InstrumentId{maker.instrument};
        event.taker_side = taker.side;
        trades.push_back({buyer.account, taker_buys ? maker.account : taker.account,
                          maker.instrument, maker.price, quantity,
                          taker_buys ? event.taker_fee : event.maker_fee,
                          taker_buys ? event.maker_fee : event.taker_fee});
        writer_.write(event, false);
    }

    void cancel(DumbOrder& order, model::CancelReason reason, bool last) {
        codec::OrderCancelled event{};
        event.order_id = model::OrderId{order.id};
        event.quantity = model::Quantity{order.remaining};
        event.hold_released = order.hold();
        event.account = model::AccountId{order.account},
        event.instrument = model::InstrumentId{order.instrument};
        event.reason = reason, event.side = order.side;
        order.cancelled = std::exchange(order.remaining, 0);
        order.status = model::OrderStatus::cancelled;
        writer_.write(event, last);
    }

    /// In place of a trade between orders of one account: 1 decrements, 2 cancels the oldest, 3
    /// both; 4 trades with itself.
    void prevent(DumbOrder& maker, DumbOrder& taker) {
        const std::uint64_t quantity = std::min(maker.remaining, taker.remaining);
        if (taker.account == 1) {
            take_off(maker, quantity);
            take_off(taker, quantity);
            return;
        }
        cancel(maker, model::CancelReason::self_trade, false);
        if (taker.account == 3) cancel(taker, model::CancelReason::self_trade, false);
    }

    void take_off(DumbOrder& order, std::uint64_t quantity) {
        if (quantity == order.remaining)
            cancel(order, model::CancelReason::self_trade, false);
        else
            reduce(order, quantity, false);
    }

    void mass_cancel(std::uint32_t account) {
        codec::MassCancelled event{};
        event.account = model::AccountId{account};
        event.instrument = model::InstrumentId{static_cast<std::uint32_t>(pick(instruments + 1))};
        for (DumbOrder& order : orders) {
            if (!order.open() || order.account != account) continue;
            if (event.instrument.value() != 0 && order.instrument != event.instrument.value())
                continue;
            cancel(order, model::CancelReason::mass_cancel, false);
            ++event.cancelled;
        }
        writer_.write(event);
    }

    /// An amendment to less at the same price is told as a reduction too.
    void reduce(DumbOrder& order) {
        if (order.remaining >= 2) reduce(order, pick(order.remaining), true);
    }

    void reduce(DumbOrder& order, std::uint64_t by, bool last) {
        const model::Money before = order.hold();
        codec::OrderReduced event{};
        event.reduced_by = model::Quantity{by};
        order.remaining -= by;
        order.ordered -= by;
        event.order_id = model::OrderId{order.id};
        event.remaining = model::Quantity{order.remaining};
        event.hold_released = before - order.hold();
        event.account = model::AccountId{order.account},
        event.instrument = model::InstrumentId{order.instrument};
        writer_.write(event, last);
    }

    void replace(DumbOrder& order) {
        order.price = static_cast<std::int64_t>(9'990 + pick(20));
        order.remaining = 1 + pick(50);
        order.ordered = order.filled + order.remaining;
        codec::OrderReplaced event{};
        event.order_id = model::OrderId{order.id};
        event.price = model::Price{order.price}, event.remaining = model::Quantity{order.remaining};
        event.hold = order.hold();
        event.account = model::AccountId{order.account},
        event.instrument = model::InstrumentId{order.instrument};
        writer_.write(event, false);
        match(order);
    }

    void reject() {
        orders.push_back(
            {orders.size() + 1, 1, 1, model::Side::buy, 0, 0, 0, 0, model::OrderStatus::rejected});
        codec::CommandRejected event{};
        event.order_id = model::OrderId{orders.size()};
        event.account = model::AccountId{1}, event.instrument = model::InstrumentId{1};
        event.command_template = codec::NewOrder::template_id,
        event.reason = model::RejectReason::bad_price;
        writer_.write(event);
    }

    RecordWriter& writer_;
    std::mt19937_64 random_;
};

/// Printed, so that a failure can be repeated: BW_SEED chooses it.
inline std::uint64_t announced_seed() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "BW_SEED=" << seed << "\n";
    return seed;
}

}  // namespace bw::views::testing
