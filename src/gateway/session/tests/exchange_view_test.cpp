// The view against a dumb recomputation: a small exchange keeps plain lists, writes events by the
// trading rules, and after every command what the view shows is worked out anew from the open
// orders and the trades.
#include "gateway/session/exchange_view.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>

#include "codec/commands.hpp"
#include "gateway/session/date_text.hpp"
#include "gateway/session/request_tracker.hpp"
#include "gateway/session/tests/record_writer.hpp"

namespace bw::gateway::session::testing {
namespace {

constexpr std::uint32_t accounts = 4, instruments = 2;
constexpr model::FeeRate maker_fee{100}, taker_fee{250};
constexpr std::int64_t cash_at_start = 1'000'000'000'000;
constexpr std::int64_t shares_at_start = 100'000;

struct DumbOrder {
    std::uint64_t id;
    std::uint32_t account, instrument;
    model::Side side;
    std::int64_t price;
    std::uint64_t remaining, filled = 0, cancelled = 0;
    model::OrderStatus status = model::OrderStatus::accepted;
    std::uint64_t ordered = remaining;  ///< as entered, less reductions; set anew by a replacement
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

void expect_balances(const ExchangeView& view, const DumbExchange& exchange) {
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
        ASSERT_EQ(view.account(model::AccountId{account})->cash.at(*model::Currency::from("USD")),
                  row)
            << "account " << account;
    for (const auto& [key, row] : positions)
        ASSERT_EQ(view.account(model::AccountId{key.first})
                      ->positions.at(model::InstrumentId{key.second}),
                  row)
            << "account " << key.first;
    if (exchange.trades.empty()) return;
    ASSERT_EQ(view.fees_collected().at(*model::Currency::from("USD")), fees);
}

void expect_orders(const ExchangeView& view, const DumbExchange& exchange) {
    std::uint64_t open = 0;
    for (const DumbOrder& dumb : exchange.orders) {
        const OrderRow* row = view.order(model::OrderId{dumb.id});
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
        ASSERT_EQ(view.order(model::AccountId{dumb.account}, row->client_order_id), row);
    }
    ASSERT_EQ(view.counts().open_orders, open);
    ASSERT_EQ(view.counts().trades, exchange.trades.size());
}

std::uint64_t announced_seed() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed = given ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "BW_SEED=" << seed << "\n";
    return seed;
}

TEST(ExchangeView, equals_a_naive_recomputation) {
    RecordWriter writer;
    ExchangeView view;
    writer.listener = [&view](const event_store::RecordView& record) { view.apply(record); };
    DumbExchange exchange(writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 1'500; ++i) {
        exchange.step();
        expect_balances(view, exchange);
        if (i % 20 == 0) expect_orders(view, exchange);
        if (HasFatalFailure()) return;
    }
}

TEST(ExchangeView, pages_hold_every_order_and_execution_once_newest_first) {
    RecordWriter writer;
    ExchangeView view;
    writer.listener = [&view](const event_store::RecordView& record) { view.apply(record); };
    DumbExchange exchange(writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 1'000; ++i) exchange.step();
    for (const bool open_only : {false, true}) {
        std::vector<std::uint64_t> expected, seen;
        for (auto at = exchange.orders.rbegin(); at != exchange.orders.rend(); ++at)
            if (at->account == 1 && (!open_only || at->open())) expected.push_back(at->id);
        std::uint64_t below = 0;
        do {
            const auto page = view.orders(model::AccountId{1}, below, 7, open_only,
                                          [](const OrderRow&) { return true; });
            ASSERT_LE(page.rows.size(), 7u);
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
        const auto page = view.executions(model::AccountId{2}, below, 5,
                                          [](const ExecutionRow&) { return true; });
        for (const ExecutionRow* row : page.rows) seen.push_back(row->match_number());
        below = page.next;
    } while (below != 0);
    EXPECT_EQ(seen, expected);
}

TEST(ExchangeView, memory_is_bounded_and_open_orders_stay) {
    RecordWriter writer;
    ExchangeView view({.orders_max = 50, .executions_max = 20});
    writer.listener = [&view](const event_store::RecordView& record) { view.apply(record); };
    DumbExchange exchange(writer, announced_seed());
    exchange.open();
    for (int i = 0; i < 3'000; ++i) exchange.step();
    for (int i = 0; i < 2; ++i)  // what a command closed may go when the next one begins
        writer.write(codec::DayEnded{});
    expect_balances(view, exchange);
    std::size_t kept = 0;
    for (const DumbOrder& order : exchange.orders) {
        kept += view.order(model::OrderId{order.id}) != nullptr;
        EXPECT_TRUE(!order.open() || view.order(model::OrderId{order.id})) << order.id;
    }
    EXPECT_LE(kept, std::max<std::size_t>(50, view.counts().open_orders + 1));
    std::size_t executions = 0;
    for (std::uint32_t account = 1; account <= accounts; ++account)
        executions += view.executions(model::AccountId{account}, 0, 1'000,
                                      [](const ExecutionRow&) { return true; })
                          .rows.size();
    EXPECT_EQ(executions, 20u);
}

TEST(ExchangeView, shows_instructions_and_self_trade_prevention) {
    RecordWriter writer;
    ExchangeView view;
    writer.listener = [&view](const event_store::RecordView& record) { view.apply(record); };
    DumbExchange(writer, 1).open();
    codec::OrderAccepted event{};
    event.order_id = model::OrderId{1}, event.quantity = model::Quantity{5},
    event.price = model::Price{10};
    event.account = model::AccountId{1}, event.instrument = model::InstrumentId{1},
    event.side = model::Side::sell;
    event.time_in_force = model::TimeInForce::gtd, event.expire_date = 20260131;
    event.instructions = static_cast<std::uint8_t>(model::Instruction::post_only);
    writer.write(event);
    const OrderRow* order = view.order(model::OrderId{1});
    EXPECT_EQ(order->time_in_force, model::TimeInForce::gtd);
    EXPECT_EQ(order->expire_date, 20260131u);
    EXPECT_TRUE(order->post_only);
    EXPECT_EQ(view.account(model::AccountId{2})->self_trade_prevention,
              model::SelfTradePrevention::none);
    codec::AccountUpdated updated{};
    updated.account = model::AccountId{2}, updated.self_trade_group = 7;
    updated.self_trade_prevention = model::SelfTradePrevention::cancel_both;
    writer.write(updated);
    EXPECT_EQ(view.account(model::AccountId{2})->self_trade_prevention,
              model::SelfTradePrevention::cancel_both);
    EXPECT_EQ(view.account(model::AccountId{2})->self_trade_group, 7u);
    EXPECT_EQ(view.account(model::AccountId{2})->positions.size(), instruments)
        << "an update keeps the rest";
}

/// A view, its writer, instruments 1 and 2 and accounts 1 to 4.
struct Venue {
    Venue() {
        writer.listener = [this](const event_store::RecordView& record) { view.apply(record); };
        DumbExchange(writer, 1).open();
    }
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
        return view.account(model::AccountId{account})
                   ->cash.at(*model::Currency::from("USD"))
                   .total.value() -
               cash_at_start;
    }
    std::int64_t shares(std::uint32_t account) {
        return static_cast<std::int64_t>(view.account(model::AccountId{account})
                                             ->positions.at(model::InstrumentId{1})
                                             .total.value()) -
               shares_at_start;
    }
    ExecutionState state(std::uint32_t account) {
        return view
            .executions(model::AccountId{account}, 0, 1, [](const ExecutionRow&) { return true; })
            .rows.front()
            ->state;
    }
    RecordWriter writer;
    ExchangeView view;
};

TEST(ExchangeView, a_rebate_is_received) {
    Venue venue;
    venue.trade(-7);
    EXPECT_EQ(venue.cash(1), -1000 + 7);
    EXPECT_EQ(venue.cash(2), 1000 + 7);
    EXPECT_EQ(venue.view.fees_collected().at(*model::Currency::from("USD")), model::Money{-14});
}

TEST(ExchangeView, a_busted_trade_leaves_everything_as_before_it_and_is_marked_for_both) {
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
    EXPECT_EQ(venue.view.fees_collected().at(*model::Currency::from("USD")), model::Money{});
}

TEST(ExchangeView, a_corrected_trade_moves_the_difference_and_keeps_the_fees) {
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
    const auto page =
        venue.view.executions(model::AccountId{2}, 0, 1, [](const ExecutionRow&) { return true; });
    EXPECT_EQ(page.rows.front()->price, model::Price{98});
    EXPECT_EQ(page.rows.front()->price_traded, model::Price{100});
}

TEST(ExchangeView, a_stop_order_shows_whether_it_was_triggered) {
    Venue venue;
    auto stop = venue.order(1, model::Side::sell, 90, 10);
    stop.order_type = model::OrderType::stop_limit;
    venue.writer.write(stop, false);
    codec::OrderConditions conditions{};
    conditions.order_id = stop.order_id, conditions.stop_price = model::Price{95};
    venue.writer.write(conditions);
    EXPECT_FALSE(venue.view.order(stop.order_id)->triggered);
    EXPECT_EQ(venue.view.order(stop.order_id)->stop_price, model::Price{95});
    codec::OrderTriggered triggered{};
    triggered.order_id = stop.order_id, triggered.stop_price = model::Price{95};
    venue.writer.write(triggered);
    EXPECT_TRUE(venue.view.order(stop.order_id)->triggered);
    EXPECT_TRUE(venue.view.order(stop.order_id)->open());
}

TEST(ExchangeView, an_order_for_the_close_waits_until_the_closing_auction) {
    Venue venue;
    auto waiting = venue.order(1, model::Side::sell, 90, 10);
    waiting.time_in_force = model::TimeInForce::at_close;
    venue.writer.write(waiting);
    waiting.order_id = model::OrderId{2};
    venue.writer.write(waiting);
    EXPECT_TRUE(venue.view.order(model::OrderId{1})->waiting);
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
    EXPECT_FALSE(venue.view.order(model::OrderId{1})->waiting);
    waiting.order_id = model::OrderId{3};
    venue.writer.write(waiting);
    EXPECT_FALSE(venue.view.order(model::OrderId{3})->waiting);
}

TEST(ExchangeView, an_instrument_keeps_its_rules_and_may_change_its_symbol) {
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
    EXPECT_EQ(venue.view.instrument("SYM1"), nullptr);
    const InstrumentRow* row = venue.view.instrument("NEW");
    ASSERT_NE(row, nullptr);
    EXPECT_EQ(row->allocation, model::Allocation::dark);
    EXPECT_EQ(row->tick_rows, 1u);
    update.tick_size = model::Price{5};
    venue.writer.write(update);
    EXPECT_EQ(row->tick_rows, 0u) << "another tick size takes the table away";
}

TEST(ExchangeView, kill_switches_are_on_until_released_and_fees_are_kept_per_tier) {
    Venue venue;
    codec::KillSwitchSet set{};
    set.scope = model::KillScope::firm, set.id = 3, set.on = 1, set.operator_id = 2;
    venue.writer.write(set);
    ASSERT_EQ(venue.view.kill_switches().size(), 1u);
    EXPECT_EQ(venue.view.kill_switches().begin()->second.operator_id, 2u);
    set.on = 0;
    venue.writer.write(set);
    EXPECT_TRUE(venue.view.kill_switches().empty());
    codec::FeesChanged fees{};
    fees.tier = 4, fees.maker = model::FeeRate{-20}, fees.taker = model::FeeRate{30};
    venue.writer.write(fees);
    EXPECT_EQ(venue.view.fees()[4].maker, model::FeeRate{-20});
    EXPECT_EQ(venue.view.fees()[0].maker, model::FeeRate{0});
}

TEST(ExchangeView, a_split_changes_positions_to_what_the_event_says) {
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
    EXPECT_EQ(venue.view.instrument(model::InstrumentId{1})->reference_price, model::Price{50});
}

TEST(DateText, days_of_the_calendar_go_both_ways) {
    for (const std::uint32_t date : {19000101u, 20240229u, 20261231u, 99991231u})
        EXPECT_EQ(parse_date(format_date(date)), date);
    EXPECT_EQ(format_date(20260203), "2026-02-03");
    for (const char* text :
         {"", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-01", "20260101",
          "2026/01/01", "2026-01-01 ", "-026-01-01", "2026-01-0a", "2026-01-01T00:00:00Z"})
        EXPECT_FALSE(parse_date(text)) << text;
}

// --- who waits for what
// -------------------------------------------------------------------------------------------------

TEST(RequestTracker, completes_at_the_last_event_of_the_command_that_names_the_request) {
    RequestTracker tracker(9, 1'000'000);
    RecordWriter writer;
    std::vector<RequestTracker::Caller> completed;
    writer.listener = [&](const event_store::RecordView& record) {
        if (const auto done = tracker.apply(record)) completed.push_back(done->caller);
    };
    const model::RequestId first = tracker.begin(41, 100), second = tracker.begin(42, 100);
    EXPECT_EQ(model::gateway_of(first), 9);
    EXPECT_NE(first, second);
    codec::OrderAccepted accepted{};
    accepted.request_id = second;
    writer.write(accepted, false);
    codec::OrderCancelled later{};
    later.request_id = first;  // the command is another request's already
    writer.write(later, true);
    EXPECT_EQ(completed, std::vector<RequestTracker::Caller>{42});
    writer.write(accepted, true);  // the same id again: nobody waits any more
    EXPECT_EQ(completed.size(), 1u);
    accepted.request_id = model::RequestId{first.value() ^ (1ull << 48)};  // another gateway's
    writer.write(accepted, true);
    EXPECT_EQ(completed.size(), 1u);
    EXPECT_EQ(tracker.waiting(), 1u);
}

TEST(RequestTracker, an_event_that_names_no_request_may_come_first) {
    RequestTracker tracker(9, 1'000'000);
    RecordWriter writer;
    std::optional<RequestTracker::Completed> completed;
    writer.listener = [&](const event_store::RecordView& record) {
        if (auto done = tracker.apply(record)) completed = std::move(done);
    };
    codec::InstrumentUpdated updated{};
    updated.request_id = tracker.begin(41, 100);
    writer.write(codec::TradeExecuted{}, false);
    writer.write(updated, false);
    EXPECT_FALSE(completed);
    writer.write(codec::LimitStateChanged{}, true);
    ASSERT_TRUE(completed);
    codec::MessageHeader header{};
    EXPECT_TRUE(codec::read_header(completed->first_event, header));
    EXPECT_EQ(header.template_id, codec::InstrumentUpdated::template_id);
}

TEST(RequestTracker, the_expired_and_the_abandoned_are_forgotten) {
    RequestTracker tracker(1, 0);
    const model::RequestId late = tracker.begin(1, 100), gone = tracker.begin(2, 100);
    (void)tracker.begin(3, 200);
    tracker.abandon(gone);
    EXPECT_FALSE(tracker.next_expired(99));
    const auto expired = tracker.next_expired(100);
    ASSERT_TRUE(expired);
    EXPECT_EQ(expired->caller, 1u);
    EXPECT_EQ(expired->request_id, late);
    EXPECT_FALSE(tracker.next_expired(100));
    EXPECT_EQ(tracker.waiting(), 1u);
}

TEST(RequestTracker, ids_of_a_later_start_are_above_all_earlier_ones) {
    RequestTracker before(1, 5'000'000'000'000), after(1, 5'000'001'000'000);
    model::RequestId last{};
    for (int i = 0; i < 900; ++i) last = before.begin(1, 0);
    EXPECT_GT(after.begin(1, 0), last);
}

}  // namespace
}  // namespace bw::gateway::session::testing
