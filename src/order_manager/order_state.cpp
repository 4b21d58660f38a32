#include "order_manager/order_state.hpp"

#include "base/assert.hpp"

namespace bw::order_manager {
namespace {

constexpr bool has(std::uint8_t instructions, model::Instruction instruction) {
    return (instructions & static_cast<std::uint8_t>(instruction)) != 0;
}

}  // namespace

OrderState OrderState::accepted(const codec::OrderAccepted& event) {
    OrderState order;
    order.id = event.order_id;
    order.client_order_id = event.client_order_id;
    order.account = event.account;
    order.instrument = event.instrument;
    order.side = event.side;
    order.type = event.order_type;
    order.time_in_force = event.time_in_force;
    order.post_only = has(event.instructions, model::Instruction::post_only);
    order.hidden = has(event.instructions, model::Instruction::hidden);
    order.expire_date = event.expire_date;
    order.price = event.price;
    order.quantity = order.remaining = event.quantity;
    order.hold = event.hold;
    return order;
}

OrderState OrderState::rejected(const codec::CommandRejected& event) {
    BW_ASSERT(is_order_rejected(event));
    OrderState order;
    order.id = event.order_id;
    order.client_order_id = event.client_order_id;
    order.account = event.account;
    order.instrument = event.instrument;
    order.status = model::OrderStatus::rejected;
    order.reject_reason = event.reason;
    return order;
}

void OrderState::apply(const codec::TradeExecuted& event) {
    const bool made = event.maker_order == id;
    BW_ASSERT(made || event.taker_order == id);
    const model::Quantity left = made ? event.maker_remaining : event.taker_remaining;
    go_through(left == model::Quantity{} ? Transition::execute_rest : Transition::execute_part);
    BW_ASSERT(event.quantity > model::Quantity{} && left + event.quantity == remaining);
    filled += event.quantity;
    remaining = left;
    if (side == model::Side::buy) hold -= event.buyer_hold_released;
}

/// By request, or in place of a trade within a group: then also of an incoming order, between its
/// trades.
void OrderState::apply(const codec::OrderReduced& event) {
    go_through(Transition::reduce);
    BW_ASSERT(event.remaining > model::Quantity{} &&
              event.remaining + event.reduced_by == remaining);
    quantity -= event.reduced_by;
    remaining = event.remaining;
    hold -= event.hold_released;
}

void OrderState::apply(const codec::OrderReplaced& event) {
    go_through(Transition::replace);
    BW_ASSERT(event.remaining > model::Quantity{});
    price = event.price;
    remaining = event.remaining;
    quantity = filled + event.remaining;
    hold = event.hold;
}

void OrderState::apply(const codec::OrderConditions& event) {
    go_through(Transition::condition);
    display_quantity = event.display_quantity;
    stop_price = event.stop_price;
    offset = event.offset;
    peg = event.peg;
}

void OrderState::apply(const codec::OrderTriggered& event) {
    go_through(Transition::trigger);
    BW_ASSERT(!triggered);
    triggered = true;
    stop_price = event.stop_price;
}

void OrderState::apply(const codec::OrderRefreshed& event) {
    go_through(Transition::refresh);
    BW_ASSERT(event.remaining == remaining && event.displayed > model::Quantity{} &&
              event.displayed <= remaining);
}

void OrderState::apply(const codec::OrderCancelled& event) {
    const bool expires = event.reason == model::CancelReason::expired;
    go_through(expires ? Transition::expire : Transition::cancel);
    BW_ASSERT(event.quantity == remaining);
    cancel_reason = event.reason;
    cancelled = remaining;
    remaining = model::Quantity{};
    hold = model::Money{};
}

void OrderState::go_through(Transition transition) {
    const auto after = status_after(status, transition);
    BW_ASSERT(after);
    status = *after;
}

}  // namespace bw::order_manager
