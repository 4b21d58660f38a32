// OrderFolds: an OrderState for each open order, folded from the events alone. An event that the
// table of transitions does not allow asserts.
#pragma once

#include <span>
#include <unordered_map>

#include "codec/registry.hpp"
#include "differential/naive_exchange.hpp"
#include "order_manager/order_state.hpp"

namespace bw::differential {

class OrderFolds {
 public:
    void apply(std::span<const Bytes> events) {
        for (const Bytes& event : events)
            codec::visit<OrderEvents>(event, [this](const auto& message) { on(message); });
    }
    [[nodiscard]] std::size_t open() const { return orders_.size(); }

 private:
    using OrderEvents =
        std::tuple<codec::OrderAccepted, codec::TradeExecuted, codec::OrderReduced,
                   codec::OrderReplaced, codec::OrderConditions, codec::OrderTriggered,
                   codec::OrderRefreshed, codec::OrderCancelled>;

    void on(const codec::OrderAccepted& event) {
        orders_[event.order_id.value()] = order_manager::OrderState::accepted(event);
    }
    void on(const codec::TradeExecuted& event) {
        apply_to(event.maker_order, event);
        apply_to(event.taker_order, event);
    }
    template <class Event>
    void on(const Event& event) {
        apply_to(event.order_id, event);
    }
    template <class Event>
    void apply_to(model::OrderId id, const Event& event) {
        const auto found = orders_.find(id.value());
        BW_ASSERT(found != orders_.end());
        order_manager::OrderState& order = found->second;
        order.apply(event);
        BW_ASSERT(order.quantity == order.filled + order.remaining + order.cancelled);
        BW_ASSERT(order.hold >= model::Money{0});
        if (!order.open()) orders_.erase(found);
    }

    std::unordered_map<std::uint64_t, order_manager::OrderState> orders_;
};

}  // namespace bw::differential
