// What events make of an order, one behaviour at a time; then random histories beside a model that
// adds everything up anew from the list of what happened.
#include "order_manager/order_state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "support/seed.hpp"

namespace bw::order_manager {
namespace {

using model::Money;
using model::OrderId;
using model::OrderStatus;
using model::Price;
using model::Quantity;
using model::Side;

constexpr OrderId our_id{7};
constexpr OrderId other_id{8};

codec::OrderAccepted entry(Side side, std::uint64_t quantity, std::int64_t hold) {
    codec::OrderAccepted event{};
    event.order_id = our_id;
    event.price = Price{100};
    event.quantity = Quantity{quantity};
    event.hold = Money{hold};
    event.account = model::AccountId{3};
    event.instrument = model::InstrumentId{5};
    event.side = side;
    return event;
}

OrderState buy_of(std::uint64_t quantity) {
    return OrderState::accepted(
        entry(Side::buy, quantity, 100 * static_cast<std::int64_t>(quantity)));
}

codec::TradeExecuted taken_by(OrderId taker, std::uint64_t quantity, std::uint64_t left) {
    codec::TradeExecuted event{};
    event.maker_order = taker == our_id ? other_id : our_id;
    event.taker_order = taker;
    event.quantity = Quantity{quantity};
    (taker == our_id ? event.taker_remaining : event.maker_remaining) = Quantity{left};
    event.buyer_hold_released = Money{100 * static_cast<std::int64_t>(quantity)};
    return event;
}

codec::OrderReduced reduced_by(std::uint64_t quantity, std::uint64_t left) {
    codec::OrderReduced event{};
    event.order_id = our_id;
    event.reduced_by = Quantity{quantity};
    event.remaining = Quantity{left};
    event.hold_released = Money{100 * static_cast<std::int64_t>(quantity)};
    return event;
}

codec::OrderReplaced replaced_with(std::int64_t price, std::uint64_t left) {
    codec::OrderReplaced event{};
    event.order_id = our_id;
    event.price = Price{price};
    event.remaining = Quantity{left};
    event.hold = Money{price * static_cast<std::int64_t>(left)};
    return event;
}

codec::OrderCancelled cancelled_for(model::CancelReason reason, std::uint64_t left) {
    codec::OrderCancelled event{};
    event.order_id = our_id;
    event.quantity = Quantity{left};
    event.reason = reason;
    return event;
}

TEST(OrderState, begins_accepted_with_all_of_it_open) {
    const OrderState order = buy_of(10);
    EXPECT_EQ(order.status, OrderStatus::accepted);
    EXPECT_EQ(order.remaining, Quantity{10});
    EXPECT_EQ(order.filled, Quantity{0});
    EXPECT_EQ(order.hold, Money{1000});
}

TEST(OrderState, is_partially_filled_by_a_trade_that_leaves_something) {
    OrderState order = buy_of(10);
    order.apply(taken_by(other_id, 4, 6));
    EXPECT_EQ(order.status, OrderStatus::partially_filled);
    EXPECT_EQ(order.filled, Quantity{4});
    EXPECT_EQ(order.remaining, Quantity{6});
}

TEST(OrderState, is_filled_by_a_trade_that_leaves_nothing) {
    OrderState order = buy_of(10);
    order.apply(taken_by(our_id, 10, 0));
    EXPECT_EQ(order.status, OrderStatus::filled);
    EXPECT_FALSE(order.open());
}

TEST(OrderState, a_buy_gives_up_the_hold_of_what_traded) {
    OrderState order = buy_of(10);
    order.apply(taken_by(our_id, 4, 6));
    EXPECT_EQ(order.hold, Money{600});
}

TEST(OrderState, a_sell_holds_the_shares_that_remain) {
    OrderState order = OrderState::accepted(entry(Side::sell, 10, 0));
    order.apply(taken_by(our_id, 4, 6));
    EXPECT_EQ(order.shares_held(), Quantity{6});
    EXPECT_EQ(order.hold, Money{0});
}

TEST(OrderState, a_reduction_takes_the_ordered_quantity_down) {
    OrderState order = buy_of(10);
    order.apply(reduced_by(3, 7));
    EXPECT_EQ(order.status, OrderStatus::accepted);
    EXPECT_EQ(order.quantity, Quantity{7});
    EXPECT_EQ(order.hold, Money{700});
}

TEST(OrderState, a_replacement_counts_what_has_traded) {
    OrderState order = buy_of(10);
    order.apply(taken_by(other_id, 4, 6));
    order.apply(replaced_with(90, 20));
    EXPECT_EQ(order.status, OrderStatus::partially_filled);
    EXPECT_EQ(order.quantity, Quantity{24});
    EXPECT_EQ(order.price, Price{90});
    EXPECT_EQ(order.hold, Money{1800});
}

TEST(OrderState, cancelled_keeps_what_was_open) {
    OrderState order = buy_of(10);
    order.apply(taken_by(other_id, 4, 6));
    order.apply(cancelled_for(model::CancelReason::requested, 6));
    EXPECT_EQ(order.status, OrderStatus::cancelled);
    EXPECT_EQ(order.cancelled, Quantity{6});
    EXPECT_EQ(order.remaining, Quantity{0});
    EXPECT_EQ(order.hold, Money{0});
}

TEST(OrderState, expires_when_that_is_the_reason) {
    OrderState order = buy_of(10);
    order.apply(cancelled_for(model::CancelReason::expired, 10));
    EXPECT_EQ(order.status, OrderStatus::expired);
}

TEST(OrderState, is_triggered_once_and_stays_accepted) {
    OrderState order = buy_of(10);
    codec::OrderTriggered event{};
    event.stop_price = Price{95};
    order.apply(event);
    EXPECT_TRUE(order.triggered);
    EXPECT_EQ(order.stop_price, Price{95});
    EXPECT_EQ(order.status, OrderStatus::accepted);
    EXPECT_DEATH(order.apply(event), "triggered");
}

TEST(OrderState, learns_its_conditions_after_its_acceptance) {
    OrderState order = buy_of(10);
    codec::OrderConditions event{};
    event.display_quantity = Quantity{2};
    event.peg = model::PegKind::none;
    order.apply(event);
    EXPECT_EQ(order.display_quantity, Quantity{2});
}

TEST(OrderState, a_refresh_changes_no_quantity) {
    OrderState order = buy_of(10);
    order.apply(taken_by(other_id, 4, 6));
    codec::OrderRefreshed event{};
    event.displayed = Quantity{4};
    event.remaining = Quantity{6};
    order.apply(event);
    EXPECT_EQ(order.status, OrderStatus::partially_filled);
    EXPECT_EQ(order.remaining, Quantity{6});
}

TEST(OrderState, a_rejected_order_is_closed_from_the_beginning) {
    codec::CommandRejected event{};
    event.command_template = codec::NewOrder::template_id;
    event.order_id = our_id;
    event.reason = model::RejectReason::bad_price;
    ASSERT_TRUE(OrderState::is_order_rejected(event));
    const OrderState order = OrderState::rejected(event);
    EXPECT_EQ(order.status, OrderStatus::rejected);
    EXPECT_EQ(order.reject_reason, model::RejectReason::bad_price);
}

TEST(OrderState, a_refusal_without_an_order_id_is_no_order) {
    codec::CommandRejected event{};
    event.command_template = codec::NewOrder::template_id;
    EXPECT_FALSE(OrderState::is_order_rejected(event));
    event.order_id = our_id;
    event.command_template = codec::CancelOrder::template_id;
    EXPECT_FALSE(OrderState::is_order_rejected(event));
}

TEST(OrderState, a_trade_of_two_other_orders_is_a_fault) {
    OrderState order = buy_of(10);
    codec::TradeExecuted event = taken_by(our_id, 4, 6);
    event.taker_order = OrderId{99};
    EXPECT_DEATH(order.apply(event), "taker_order");
}

TEST(OrderTransitions, nothing_leads_out_of_a_closed_order) {
    for (const auto status :
         {OrderStatus::filled, OrderStatus::cancelled, OrderStatus::rejected, OrderStatus::expired})
        for (std::size_t t = 0; t < transition_count; ++t)
            EXPECT_FALSE(is_allowed(status, static_cast<Transition>(t)));
}

TEST(OrderTransitions, only_an_untouched_order_can_be_triggered) {
    EXPECT_TRUE(is_allowed(OrderStatus::accepted, Transition::trigger));
    EXPECT_FALSE(is_allowed(OrderStatus::partially_filled, Transition::trigger));
}

TEST(OrderTransitions, an_order_once_traded_is_never_accepted_again) {
    for (std::size_t t = 0; t < transition_count; ++t)
        EXPECT_NE(status_after(OrderStatus::partially_filled, static_cast<Transition>(t)),
                  OrderStatus::accepted);
}

/// Keeps the list of what happened and adds it up each time it is asked.
struct History {
    std::vector<std::uint64_t> trades;
    std::uint64_t ordered = 0;
    std::uint64_t cancelled = 0;
    bool expired = false;

    [[nodiscard]] std::uint64_t filled() const {
        std::uint64_t sum = 0;
        for (const std::uint64_t quantity : trades) sum += quantity;
        return sum;
    }
    [[nodiscard]] std::uint64_t remaining() const { return ordered - filled() - cancelled; }
    [[nodiscard]] OrderStatus status() const {
        if (cancelled != 0) return expired ? OrderStatus::expired : OrderStatus::cancelled;
        if (remaining() == 0) return OrderStatus::filled;
        return trades.empty() ? OrderStatus::accepted : OrderStatus::partially_filled;
    }
};

/// One order through random events, in which a share always costs its price.
class RandomOrder {
 public:
    explicit RandomOrder(std::mt19937_64& random)
        : random_(random), side_(random() % 2 == 0 ? Side::buy : Side::sell) {
        history_.ordered = 1 + random_() % 50;
        const auto hold = side_ == Side::buy ? price_ * signed_remaining() : 0;
        order_ = OrderState::accepted(entry(side_, history_.ordered, hold));
    }

    void step() {
        switch (random_() % 8) {
            case 0: return replace();
            case 1: return reduce();
            case 2: return cancel();
            default: return trade();
        }
    }
    void compare() const {
        ASSERT_EQ(order_.status, history_.status());
        ASSERT_EQ(order_.quantity.value(), history_.ordered);
        ASSERT_EQ(order_.filled.value(), history_.filled());
        ASSERT_EQ(order_.remaining.value(), history_.remaining());
        ASSERT_EQ(order_.cancelled.value(), history_.cancelled);
        ASSERT_EQ(order_.quantity, order_.filled + order_.remaining + order_.cancelled);
        const bool buys = side_ == Side::buy;
        ASSERT_EQ(order_.hold.value(), buys ? price_ * signed_remaining() : 0);
        ASSERT_EQ(order_.shares_held().value(), buys ? 0 : history_.remaining());
    }
    [[nodiscard]] bool open() const { return order_.open(); }

 private:
    [[nodiscard]] std::int64_t signed_remaining() const {
        return static_cast<std::int64_t>(history_.remaining());
    }
    [[nodiscard]] Money released(std::uint64_t quantity) const {
        return Money{side_ == Side::buy ? price_ * static_cast<std::int64_t>(quantity) : 0};
    }
    void trade() {
        const std::uint64_t quantity = 1 + random_() % history_.remaining();
        history_.trades.push_back(quantity);
        auto event =
            taken_by(random_() % 2 == 0 ? our_id : other_id, quantity, history_.remaining());
        event.buyer_hold_released = side_ == Side::buy ? released(quantity) : Money{12345};
        order_.apply(event);
    }
    void reduce() {
        if (history_.remaining() < 2) return trade();
        const std::uint64_t quantity = 1 + random_() % (history_.remaining() - 1);
        history_.ordered -= quantity;
        auto event = reduced_by(quantity, history_.remaining());
        event.hold_released = released(quantity);
        order_.apply(event);
    }
    void replace() {
        price_ = 1 + static_cast<std::int64_t>(random_() % 1000);
        history_.ordered = history_.filled() + 1 + random_() % 50;
        auto event = replaced_with(price_, history_.remaining());
        if (side_ == Side::sell) event.hold = Money{0};
        order_.apply(event);
    }
    void cancel() {
        history_.expired = random_() % 2 == 0;
        const auto reason =
            history_.expired ? model::CancelReason::expired : model::CancelReason::mass_cancel;
        const auto event = cancelled_for(reason, history_.remaining());
        history_.cancelled = history_.remaining();
        order_.apply(event);
    }

    std::mt19937_64& random_;
    Side side_;
    std::int64_t price_ = 100;
    History history_;
    OrderState order_;
};

TEST(OrderState, equals_the_sum_of_its_history) {
    std::mt19937_64 random(test_support::announced_seed());
    for (int i = 0; i < 20'000; ++i) {
        RandomOrder order(random);
        ASSERT_NO_FATAL_FAILURE(order.compare());
        while (order.open()) {
            order.step();
            ASSERT_NO_FATAL_FAILURE(order.compare());
        }
    }
}

}  // namespace
}  // namespace bw::order_manager
