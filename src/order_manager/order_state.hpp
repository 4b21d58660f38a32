// OrderState: an order as its events tell it. A pure fold without memory of its own: whoever reads
// events (views, the reporter, tests) keeps one for each order and applies the events that name it,
// in their order. Fields of nobody else: no clock, no book, no account.
//
//   OrderAccepted   ─► OrderState::accepted(event) ─► apply(event) … until !open()
//   CommandRejected ─► OrderState::rejected(event)    (of a NewOrder that got an id)
//
// Between two events quantity = filled + remaining + cancelled, and the status is the one that
// order_transitions.hpp allows; an event that breaks either is a fault of the exchange and asserts.
// Cost: O(1), no allocation.
#pragma once

#include <cstdint>

#include "codec/commands.hpp"
#include "codec/events.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"
#include "order_manager/order_transitions.hpp"

namespace bw::order_manager {

struct OrderState {
    // Told at entry.
    model::OrderId id;
    model::ClientOrderId client_order_id;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
    model::OrderType type = model::OrderType::limit;  ///< as entered, also once triggered
    model::TimeInForce time_in_force = model::TimeInForce::day;
    bool post_only = false;
    bool hidden = false;
    model::PegKind peg = model::PegKind::none;
    std::uint32_t expire_date = 0;     ///< yyyymmdd of a gtd order, else 0
    model::Quantity display_quantity;  ///< of an iceberg order, else 0
    model::Price offset;               ///< of a pegged or trailing stop order

    // Changed by later events.
    bool triggered = false;    ///< a stop order that became a market or limit order
    model::Price stop_price;   ///< 0: none; of a trailing stop the first one until it is triggered
    model::Price price;        ///< no_price for market orders
    model::Quantity quantity;  ///< filled + remaining + cancelled
    model::Quantity filled;
    model::Quantity remaining;  ///< still open
    model::Quantity cancelled;  ///< was open when the order was cancelled or expired
    model::Money hold;          ///< cash held for an open buy
    model::OrderStatus status = model::OrderStatus::accepted;
    model::RejectReason reject_reason = model::RejectReason::none;
    /// meaningful when cancelled or expired
    model::CancelReason cancel_reason = model::CancelReason::requested;

    [[nodiscard]] static OrderState accepted(const codec::OrderAccepted& event);

    /// Whether the refusal is that of an order, which has an id and is closed from the beginning.
    [[nodiscard]] static bool is_order_rejected(const codec::CommandRejected& event) {
        return event.command_template == codec::NewOrder::template_id &&
               event.order_id != model::OrderId{};
    }
    /// Requires: is_order_rejected(event). The event repeats neither side nor price nor quantity.
    [[nodiscard]] static OrderState rejected(const codec::CommandRejected& event);

    /// Requires of all: the event names this order, and the order is open. A trade names two; each
    /// takes its own side of it.
    void apply(const codec::TradeExecuted& event);
    void apply(const codec::OrderReduced& event);
    void apply(const codec::OrderReplaced& event);
    void apply(const codec::OrderConditions& event);
    void apply(const codec::OrderTriggered& event);
    void apply(const codec::OrderRefreshed& event);
    void apply(const codec::OrderCancelled& event);

    [[nodiscard]] bool open() const { return is_open(status); }
    /// Shares held for an open sell.
    [[nodiscard]] model::Quantity shares_held() const {
        return side == model::Side::sell ? remaining : model::Quantity{};
    }

 private:
    void go_through(Transition transition);
};

}  // namespace bw::order_manager
