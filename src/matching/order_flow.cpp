#include "matching/order_flow.hpp"

namespace bw::matching {

using model::InstrumentState;
using model::OrderType;
using model::TimeInForce;

void OrderFlow::route_order(OrderSlot slot, Tick limit, model::Quantity min_quantity,
                            model::RequestId request) {
    const Order& order = orders_[slot];
    const Instrument& instrument = instruments_[order.instrument];
    if (order.type > OrderType::market) {
        if (order.type == OrderType::pegged) return orders_.activate(slot, Place::parked, 0);
        return orders_.activate(slot, Place::stop,
                                instrument.ticks(orders_.conditions(slot).stop_price));
    }
    if (order.time_in_force == TimeInForce::at_close &&
        instrument.state != InstrumentState::closing_auction)
        return orders_.activate(slot, Place::waiting, OpenOrders::waiting_tick);
    if (instrument.state != InstrumentState::trading)
        return orders_.activate(slot, orders_.resting_place(order),
                                orders_.resting_tick(order, limit));

    if (order.time_in_force == TimeInForce::fok && !matcher_.can_find(slot, limit, order.remaining))
        return orders_.close_cancelled(slot, request, model::CancelReason::fill_or_kill);
    if (min_quantity != model::Quantity{} && !matcher_.can_find(slot, limit, min_quantity))
        return orders_.close_cancelled(slot, request, model::CancelReason::minimum_quantity);
    run_incoming(slot, limit, request);
}

void OrderFlow::run_incoming(OrderSlot slot, Tick limit, model::RequestId request) {
    const std::uint32_t instrument = orders_[slot].instrument;
    if (matcher_.match(slot, limit, request)) rest_or_cancel(slot, limit, request);
    interrupt_if_needed(instrument, request);
}

void OrderFlow::rest_or_cancel(OrderSlot slot, Tick limit, model::RequestId request) {
    const Order& order = orders_[slot];
    if (order.remaining == model::Quantity{0}) return orders_.release_slot(slot);
    if (order.type != OrderType::limit)
        return orders_.close_cancelled(slot, request, model::CancelReason::no_liquidity);
    const bool at_once =
        order.time_in_force == TimeInForce::ioc || order.time_in_force == TimeInForce::fok;
    if (at_once)
        return orders_.close_cancelled(slot, request, model::CancelReason::immediate_or_cancel);
    if (instruments_[order.instrument].special != 0) {
        const Listing& listing = instruments_.listing(order.instrument);
        const bool beyond = order.side == model::Side::buy ? order.price > listing.limit_upper
                                                           : order.price < listing.limit_lower;
        if (listing.has_limit_bands() && beyond)
            return orders_.close_cancelled(slot, request, model::CancelReason::outside_limit_band);
        if (!orders_.has_room())
            return orders_.close_cancelled(slot, request, model::CancelReason::no_room);
    }
    orders_.activate(slot, orders_.resting_place(order), limit);
}

void OrderFlow::interrupt(InstrumentIndex index, model::RequestId request) {
    matcher_.forget_interruption();
    phases_.change(index, InstrumentState::volatility_auction, model::HaltReason::volatility,
                   request);
}

}  // namespace bw::matching
