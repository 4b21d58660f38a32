// What follows the market after a command: trailing stops, pegged orders, stop orders, the limit
// state. Rounds until nothing changes; every round but the last moves, fills or triggers an order,
// so it ends.
#include "engine/state.hpp"

namespace bw::engine {

using model::InstrumentState;
using model::OrderType;
using model::PegKind;
using model::Side;

void Engine::State::follow_touched(model::RequestId request) {
    if (touched_ == Touched::nothing) return;
    if (touched_ != Touched::everything) {
        if ((instruments_[touched_].special & special_following) != 0) follow(touched_, request);
        return assert_nothing_due(touched_);
    }
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        if ((instruments_[i].special & special_following) != 0) follow(i, request);
        assert_nothing_due(i);
    }
}

/// After every command, in every build: in trading nothing is left that should have traded or been
/// triggered.
void Engine::State::assert_nothing_due(std::uint32_t index) const {
    const Instrument& instrument = instruments_[index];
    if (instrument.state != InstrumentState::trading) return;
    const auto apart = [](const order_book::Book& buys, const order_book::Book& sells) {
        return buys.bids.empty() || sells.asks.empty() || buys.bids.best() < sells.asks.best();
    };
    BW_ASSERT(apart(instrument.book, instrument.book));
    if (instrument.special == 0) return;
    const Listing& listing = listings_[index];
    if (listing.allocation != model::Allocation::dark)
        BW_ASSERT(apart(instrument.book, listing.dark) && apart(listing.dark, instrument.book) &&
                  apart(listing.dark, listing.dark));
    BW_ASSERT(due_stop(index) == order_book::no_order);
}

void Engine::State::follow(std::uint32_t instrument, model::RequestId request) {
    while (instruments_[instrument].state == InstrumentState::trading &&
           follow_round(instrument, request)) {
        if (planted(Fault::stop_cascade_ends_early)) break;
    }
    announce_limit_state(instrument);
}

bool Engine::State::follow_round(std::uint32_t index, model::RequestId request) {
    const Instrument& instrument = instruments_[index];
    Listing& listing = listings_[index];
    bool changed = false;
    const bool aligned = listing.followed_valid && listing.followed_basis == basis(instrument) &&
                         listing.followed_bid == instrument.book.bids.best() &&
                         listing.followed_ask == instrument.book.asks.best();
    if (listing.followers != 0 && !aligned) {
        listing.followed_valid = true;
        listing.followed_basis = basis(instrument);
        listing.followed_bid = instrument.book.bids.best();
        listing.followed_ask = instrument.book.asks.best();
        changed |= trail(index);
        changed |= move_pegged(index, request);
        if (instrument.state != InstrumentState::trading) return false;
    }
    return trigger_next(index, request) || changed;
}

/// On the tick: the market may have been off it (a midpoint, or another tick size before).
model::Price Engine::State::trailing_stop_price(std::uint32_t index, Side side,
                                                model::Price offset) const {
    const Instrument& instrument = instruments_[index];
    const std::int64_t tick = instrument.tick_size.value();
    const std::int64_t from = basis(instrument).value();
    if (side == Side::buy) return model::Price{(from + offset.value() + tick - 1) / tick * tick};
    const std::int64_t below = from - offset.value();
    return model::Price{below < 0 ? below : below / tick * tick};
}

bool Engine::State::trail(std::uint32_t index) {
    const Instrument& instrument = instruments_[index];
    bool changed = false;
    for (std::uint32_t i = 0; i < listings_[index].followers; ++i) {
        const OrderSlot slot = follower(index, i);
        const Order& order = orders_[slot];
        if (order.type != OrderType::trailing_stop) continue;
        const model::Price now = conditions_[slot].stop_price;
        model::Price stop = trailing_stop_price(index, order.side, conditions_[slot].offset);
        if (!planted(Fault::trailing_stop_goes_back))
            stop = order.side == Side::buy ? std::min(stop, now) : std::max(stop, now);
        if (stop == now) continue;
        if (!levels_.has_room()) {
            listings_[index].followed_valid = false;  // it is tried again
            continue;
        }
        conditions_[slot].stop_price = stop;
        leave(slot);
        put(slot, Place::stop, instrument.ticks(stop));
        changed = true;
    }
    return changed;
}

/// Orders may leave the list while others move: the list is copied, and those no longer there are
/// passed over.
bool Engine::State::move_pegged(std::uint32_t index, model::RequestId request) {
    std::array<OrderSlot, followers_max> slots;
    const std::uint32_t count = listings_[index].followers;
    for (std::uint32_t i = 0; i < count; ++i) slots[i] = follower(index, i);
    bool changed = false;
    for (std::uint32_t i = 0; i < count; ++i) {
        const bool open = (orders_[slots[i]].traits & order_book::following_trait) != 0;
        if (!open || orders_[slots[i]].type != OrderType::pegged) continue;
        changed |= move_one_pegged(slots[i], request);
        if (instruments_[index].state != InstrumentState::trading) break;
    }
    return changed;
}

bool Engine::State::move_one_pegged(OrderSlot slot, model::RequestId request) {
    const Order& order = orders_[slot];
    const std::uint32_t instrument = order.instrument;
    const auto target = peg_target(order);
    if (order.place == Place::dark) {
        if (target && levels_.tick_of(order.level) == *target) return false;
        if (planted(Fault::peg_does_not_move)) return false;
        if (!target) {
            leave(slot);
            put(slot, Place::parked, 0);
            return true;
        }
    } else if (!target) {
        return false;
    }
    take_out(slot);
    const std::uint64_t last_match = last_match_;
    if (!match(slot, *target, request)) {
        interrupted_ = false;
        return true;
    }
    if (order.remaining == model::Quantity{0})
        give_back(slot);
    else if (levels_.has_room())
        open(slot, Place::dark, *target);
    else {
        open(slot, Place::parked, 0);
        listings_[instrument].followed_valid = false;  // it is tried again
    }
    const bool moved = order.place == Place::dark || last_match != last_match_;
    if (interrupted_) interrupt_if_needed(instrument, request);
    return moved;
}

std::optional<Engine::State::Tick> Engine::State::peg_target(const Order& order) const {
    const Instrument& instrument = instruments_[order.instrument];
    const TickTable& table = listings_[order.instrument].table;
    const std::int64_t tick = instrument.tick_size.value();
    const bool buys = order.side == Side::buy;
    const bool needs_bid =
        order.peg == PegKind::midpoint || (order.peg == PegKind::primary) == buys;
    const bool needs_ask = order.peg == PegKind::midpoint || !needs_bid;
    if ((needs_bid && instrument.book.bids.empty()) || (needs_ask && instrument.book.asks.empty()))
        return std::nullopt;
    const std::int64_t bid = needs_bid ? instrument.book.bids.best() * tick : 0;
    const std::int64_t ask = needs_ask ? instrument.book.asks.best() * tick : 0;
    const std::int64_t offset = buys ? -conditions_[slot_of(order)].offset.value()
                                     : conditions_[slot_of(order)].offset.value();
    std::int64_t price = (needs_bid ? bid : ask) + offset;
    if (order.peg == PegKind::midpoint) price = buys ? (bid + ask) / 2 : (bid + ask + 1) / 2;
    if (price < 1) return std::nullopt;
    const Listing& listing = listings_[order.instrument];
    if (listing.has_limit_bands())
        price = buys ? std::min(price, listing.limit_upper.value())
                     : std::max(price, listing.limit_lower.value());
    price =
        buys ? std::min(table.round_down(price, instrument.tick_size).value(), order.price.value())
             : std::max(table.round_up(price, instrument.tick_size).value(), order.price.value());
    if (price < tick || price > model::max_price.value()) return std::nullopt;
    return instrument.ticks(model::Price{price});
}

bool Engine::State::trigger_next(std::uint32_t index, model::RequestId request) {
    const OrderSlot due = due_stop(index);
    if (due == order_book::no_order) return false;
    trigger(due, request);
    return true;
}

/// The next stop order that the last price triggers, or no_order. The last price may be between two
/// ticks.
Engine::State::OrderSlot Engine::State::due_stop(std::uint32_t index) const {
    const Instrument& instrument = instruments_[index];
    if (instrument.last_price.value() == 0) return order_book::no_order;
    const Tick down = instrument.ticks(instrument.last_price);
    const Tick up = down + (instrument.ticks.divides(instrument.last_price) ? 0 : 1);
    const StopBook& stops = listings_[index].stops;
    if (stops.buys.meets(down)) return levels_.level(stops.buys.best_level()).head;
    if (stops.sells.meets(up)) return levels_.level(stops.sells.best_level()).head;
    return order_book::no_order;
}

void Engine::State::trigger(OrderSlot slot, model::RequestId request) {
    take_out(slot);
    if ((orders_[slot].traits & order_book::following_trait) != 0) remove_follower(slot);
    Order& order = orders_[slot];
    order.type = order.type == OrderType::stop_limit ? OrderType::limit : OrderType::market;
    const Instrument& instrument = instruments_[order.instrument];

    auto& event = emit<codec::OrderTriggered>();
    event.request_id = request;
    event.order_id = order.id;
    event.stop_price = conditions_[slot].stop_price;
    event.last_price = instrument.last_price;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
    run_incoming(slot, instrument.ticks(order.price), request);
}

void Engine::State::announce_limit_state(std::uint32_t index) {
    const Instrument& instrument = instruments_[index];
    Listing& listing = listings_[index];
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
    if (entered) listing.limit_state_since = sequence_;
    if (instrument.state != InstrumentState::trading) return;
    auto& event = emit<codec::LimitStateChanged>();
    event.instrument = model::InstrumentId{index + 1};
    event.entered = entered ? 1 : 0;
    event.side = side;
}

void Engine::State::add_follower(OrderSlot slot) {
    Order& order = orders_[slot];
    Listing& listing = listings_[order.instrument];
    BW_ASSERT(listing.followers < followers_max);
    follower(order.instrument, listing.followers++) = slot;
    order.traits |= order_book::following_trait;
    listing.followed_valid = false;
}

void Engine::State::remove_follower(OrderSlot slot) {
    Order& order = orders_[slot];
    Listing& listing = listings_[order.instrument];
    std::uint32_t at = 0;
    while (follower(order.instrument, at) != slot) ++at;
    BW_ASSERT(at < listing.followers);
    for (--listing.followers; at < listing.followers; ++at)
        follower(order.instrument, at) = follower(order.instrument, at + 1);
    order.traits &= static_cast<std::uint8_t>(~order_book::following_trait);
    update_special(order.instrument);
}

void Engine::State::park_pegged(std::uint32_t index) {
    for (std::uint32_t i = 0; i < listings_[index].followers; ++i) {
        const OrderSlot slot = follower(index, i);
        if (orders_[slot].place != Place::dark) continue;
        leave(slot);
        put(slot, Place::parked, 0);
    }
    listings_[index].followed_valid = false;
}

}  // namespace bw::engine
