#include "exhaustive/order_ledger.hpp"

#include <fmt/format.h>

namespace bw::exhaustive {

void OrderLedger::take(std::span<const std::byte> event) {
    const auto see = [&](const auto& message) { on(message); };
    expect(codec::visit<codec::AllEvents>(event, see), "an event that is none");
}

void OrderLedger::on(const codec::OrderAccepted& event) {
    LedgerOrder order;
    order.side = event.side;
    order.type = event.order_type;
    order.time_in_force = event.time_in_force;
    order.account = event.account.value();
    order.ordered = event.quantity.value();
    order.hold = event.hold.value();
    const bool is_new = orders_.emplace(event.order_id.value(), order).second;
    expect(is_new, fmt::format("order {} is accepted twice", event.order_id.value()));
}

void OrderLedger::on(const codec::TradeExecuted& event) {
    expect(event.quantity.value() > 0, "a trade of nothing");
    LedgerOrder* maker = find_open(event.maker_order, "trades");
    LedgerOrder* taker = find_open(event.taker_order, "trades");
    if (maker == nullptr || taker == nullptr) return;
    LedgerOrder& buyer = event.taker_side == model::Side::buy ? *taker : *maker;
    expect(maker->side != taker->side, "a trade of one side");
    buyer.hold -= event.buyer_hold_released.value();
    fill(*maker, event.quantity, event.maker_remaining);
    fill(*taker, event.quantity, event.taker_remaining);
}

void OrderLedger::fill(LedgerOrder& order, model::Quantity quantity, model::Quantity remaining) {
    order.filled += quantity.value();
    expect(order.filled <= order.ordered && order.remaining() == remaining.value(),
           fmt::format("a trade leaves {} of {}", remaining.value(), order.ordered));
    if (order.remaining() > 0) return;
    order.open = false;
    expect(order.hold == 0, "a filled order holds cash");
}

void OrderLedger::on(const codec::OrderCancelled& event) {
    LedgerOrder* order = find_open(event.order_id, "is cancelled");
    if (order == nullptr) return;
    expect(order->remaining() == event.quantity.value(),
           fmt::format("order {}: {} cancelled of {} that remain", event.order_id.value(),
                       event.quantity.value(), order->remaining()));
    expect(order->hold == event.hold_released.value(), "a cancel releases another hold");
    order->hold = 0;
    order->open = false;
}

void OrderLedger::on(const codec::OrderReduced& event) {
    LedgerOrder* order = find_open(event.order_id, "is reduced");
    if (order == nullptr) return;
    order->ordered -= event.reduced_by.value();
    order->hold -= event.hold_released.value();
    expect(order->remaining() == event.remaining.value() && order->remaining() > 0,
           "a reduction leaves something else");
}

void OrderLedger::on(const codec::OrderReplaced& event) {
    LedgerOrder* order = find_open(event.order_id, "is replaced");
    if (order == nullptr) return;
    order->ordered = order->filled + event.remaining.value();
    order->hold = event.hold.value();
}

void OrderLedger::on(const codec::OrderTriggered& event) {
    LedgerOrder* order = find_open(event.order_id, "is triggered");
    if (order == nullptr) return;
    expect(order->type == model::OrderType::stop || order->type == model::OrderType::stop_limit ||
               order->type == model::OrderType::trailing_stop,
           "an order that is no stop is triggered");
    order->type = order->type == model::OrderType::stop_limit ? model::OrderType::limit
                                                              : model::OrderType::market;
}

LedgerOrder* OrderLedger::find_open(model::OrderId id, const char* event) {
    const auto found = orders_.find(id.value());
    const bool open = found != orders_.end() && found->second.open;
    expect(open, fmt::format("order {} {} and is not open", id.value(), event));
    return open ? &found->second : nullptr;
}

void OrderLedger::expect(bool holds, const std::string& what) {
    if (!holds && problem_.empty()) problem_ = what;
}

}  // namespace bw::exhaustive
