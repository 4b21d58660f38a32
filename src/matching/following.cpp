#include "matching/following.hpp"

#include <array>

namespace bw::matching {

using model::InstrumentState;
using model::OrderType;
using model::PegKind;
using model::Side;

void Following::follow(InstrumentIndex instrument, model::RequestId request) {
    while (instruments_[instrument].state == InstrumentState::trading &&
           follow_round(instrument, request)) {
    }
    announce_limit_state(instrument);
}

bool Following::follow_round(InstrumentIndex index, model::RequestId request) {
    const Instrument& instrument = instruments_[index];
    Listing& listing = instruments_.listing(index);
    bool changed = false;
    const bool aligned = listing.followed_valid && listing.followed_basis == instrument.basis() &&
                         listing.followed_bid == instrument.book.bids.best() &&
                         listing.followed_ask == instrument.book.asks.best();
    if (listing.followers != 0 && !aligned) {
        listing.followed_valid = true;
        listing.followed_basis = instrument.basis();
        listing.followed_bid = instrument.book.bids.best();
        listing.followed_ask = instrument.book.asks.best();
        changed |= trail(index);
        changed |= move_pegged(index, request);
        if (instrument.state != InstrumentState::trading) return false;
    }
    return trigger_next(index, request) || changed;
}

/// On the tick: the market may have been off it (a midpoint, or another tick size before).
model::Price Following::trailing_stop_price(InstrumentIndex index, Side side,
                                            model::Price offset) const {
    const Instrument& instrument = instruments_[index];
    const std::int64_t tick = instrument.tick_size.value();
    const std::int64_t from = instrument.basis().value();
    if (side == Side::buy) return model::Price{(from + offset.value() + tick - 1) / tick * tick};
    const std::int64_t below = from - offset.value();
    return model::Price{below < 0 ? below : below / tick * tick};
}

bool Following::trail(InstrumentIndex index) {
    const Instrument& instrument = instruments_[index];
    bool changed = false;
    for (std::uint32_t i = 0; i < instruments_.listing(index).followers; ++i) {
        const OrderSlot slot = orders_.follower(index, i);
        const Order& order = orders_[slot];
        if (order.type != OrderType::trailing_stop) continue;
        const model::Price now = orders_.conditions(slot).stop_price;
        model::Price stop = trailing_stop_price(index, order.side, orders_.conditions(slot).offset);
        stop = order.side == Side::buy ? std::min(stop, now) : std::max(stop, now);
        if (stop == now) continue;
        if (!orders_.has_room()) {
            instruments_.listing(index).followed_valid = false;  // it is tried again
            continue;
        }
        orders_.conditions(slot).stop_price = stop;
        orders_.remove_from_place(slot);
        orders_.insert_in_place(slot, Place::stop, instrument.ticks(stop));
        changed = true;
    }
    return changed;
}

/// Orders may leave the list while others move: the list is copied, and those no longer there are
/// passed over.
bool Following::move_pegged(InstrumentIndex index, model::RequestId request) {
    std::array<OrderSlot, OpenOrders::followers_max> slots;
    const std::uint32_t count = instruments_.listing(index).followers;
    for (std::uint32_t i = 0; i < count; ++i) slots[i] = orders_.follower(index, i);
    bool changed = false;
    for (std::uint32_t i = 0; i < count; ++i) {
        const bool open = (orders_[slots[i]].traits & order_book::following_trait) != 0;
        if (!open || orders_[slots[i]].type != OrderType::pegged) continue;
        changed |= move_one_pegged(slots[i], request);
        if (instruments_[index].state != InstrumentState::trading) break;
    }
    return changed;
}

bool Following::move_one_pegged(OrderSlot slot, model::RequestId request) {
    const Order& order = orders_[slot];
    const std::uint32_t instrument = order.instrument;
    const auto target = peg_target(order);
    if (order.place == Place::dark) {
        if (target && orders_.levels().tick_of(order.level) == *target) return false;
        if (!target) {
            orders_.remove_from_place(slot);
            orders_.insert_in_place(slot, Place::parked, 0);
            return true;
        }
    } else if (!target) {
        return false;
    }
    orders_.deactivate(slot);
    const std::uint64_t last_match = settlement_.last_match();
    if (!matcher_.match(slot, *target, request)) {
        matcher_.forget_interruption();
        return true;
    }
    if (order.remaining == model::Quantity{0})
        orders_.release_slot(slot);
    else if (orders_.has_room())
        orders_.activate(slot, Place::dark, *target);
    else {
        orders_.activate(slot, Place::parked, 0);
        instruments_.listing(instrument).followed_valid = false;  // it is tried again
    }
    const bool moved = order.place == Place::dark || last_match != settlement_.last_match();
    flow_.interrupt_if_needed(instrument, request);
    return moved;
}

std::optional<Tick> Following::peg_target(const Order& order) const {
    const Instrument& instrument = instruments_[order.instrument];
    const TickTable& table = instruments_.listing(order.instrument).table;
    const std::int64_t tick = instrument.tick_size.value();
    const bool buys = order.side == Side::buy;
    const bool needs_bid =
        order.peg == PegKind::midpoint || (order.peg == PegKind::primary) == buys;
    const bool needs_ask = order.peg == PegKind::midpoint || !needs_bid;
    if ((needs_bid && instrument.book.bids.empty()) || (needs_ask && instrument.book.asks.empty()))
        return std::nullopt;
    const std::int64_t bid = needs_bid ? instrument.book.bids.best() * tick : 0;
    const std::int64_t ask = needs_ask ? instrument.book.asks.best() * tick : 0;
    const std::int64_t offset = buys ? -orders_.conditions(orders_.slot_of(order)).offset.value()
                                     : orders_.conditions(orders_.slot_of(order)).offset.value();
    std::int64_t price = (needs_bid ? bid : ask) + offset;
    if (order.peg == PegKind::midpoint) price = buys ? (bid + ask) / 2 : (bid + ask + 1) / 2;
    if (price < 1) return std::nullopt;
    const Listing& listing = instruments_.listing(order.instrument);
    if (listing.has_limit_bands())
        price = buys ? std::min(price, listing.limit_upper.value())
                     : std::max(price, listing.limit_lower.value());
    price =
        buys ? std::min(table.round_down(price, instrument.tick_size).value(), order.price.value())
             : std::max(table.round_up(price, instrument.tick_size).value(), order.price.value());
    if (price < tick || price > instrument.ticks.max_price().value()) return std::nullopt;
    return instrument.ticks(model::Price{price});
}

bool Following::trigger_next(InstrumentIndex index, model::RequestId request) {
    const OrderSlot due = orders_.due_stop(index);
    if (due == order_book::no_order) return false;
    trigger(due, request);
    return true;
}

void Following::trigger(OrderSlot slot, model::RequestId request) {
    orders_.deactivate(slot);
    if ((orders_[slot].traits & order_book::following_trait) != 0) orders_.remove_follower(slot);
    Order& order = orders_[slot];
    OpenOrders::check_transition(order, order_manager::Transition::trigger);
    order.type = order.type == OrderType::stop_limit ? OrderType::limit : OrderType::market;
    const Instrument& instrument = instruments_[order.instrument];

    auto& event = events_.emit<codec::OrderTriggered>();
    event.request_id = request;
    event.order_id = order.id;
    event.stop_price = orders_.conditions(slot).stop_price;
    event.last_price = instrument.last_price;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
    flow_.run_incoming(slot, instrument.ticks(order.price), request);
}

void Following::announce_limit_state(InstrumentIndex index) {
    const Instrument& instrument = instruments_[index];
    Listing& listing = instruments_.listing(index);
    bool entered = false;
    Side side = Side::buy;
    if (instrument.state == InstrumentState::trading && listing.has_limit_bands()) {
        const auto& book = instrument.book;
        const bool up =
            !book.bids.empty() && book.bids.best() == instrument.ticks(listing.limit_upper);
        const bool down =
            !book.asks.empty() && book.asks.best() == instrument.ticks(listing.limit_lower);
        entered = up || down;
        side = up ? Side::buy : Side::sell;
    }
    if (entered == listing.in_limit_state && (!entered || side == listing.limit_state_side)) return;
    if (!entered) side = listing.limit_state_side;
    listing.in_limit_state = entered;
    listing.limit_state_side = side;
    if (entered) listing.limit_state_since = events_.sequence();
    if (instrument.state != InstrumentState::trading) return;
    auto& event = events_.emit<codec::LimitStateChanged>();
    event.instrument = model::InstrumentId{index + 1};
    event.entered = entered ? 1 : 0;
    event.side = side;
}

}  // namespace bw::matching
