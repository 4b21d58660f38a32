#include "matching/open_orders.hpp"

namespace bw::matching {

using model::Side;
using order_book::LevelTree;

OpenOrders::OpenOrders(const Sees& sees, const Capacity& capacity)
    : events_(sees.events),
      rules_(sees.rules),
      accounts_(sees.accounts),
      instruments_(sees.instruments),
      settlement_(sees.settlement),
      orders_(capacity.orders),
      executed_(capacity.orders, base::PageSize::huge),
      conditions_(capacity.orders),
      levels_(capacity.level_groups),
      directory_(capacity.numbers),
      followers_(std::size_t{sees.instruments.capacity()} * followers_max) {
    BW_ASSERT(capacity.orders < capacity.numbers);
}

void OpenOrders::activate(OrderSlot slot, Place place, Tick tick) {
    const Order& order = orders_[slot];
    settlement_.count_open(order);
    ++accounts_[order.account].open_orders;
    directory_.open(order.id, slot);
    if (order.type >= model::OrderType::trailing_stop && !is_following(order)) add_follower(slot);
    insert_in_place(slot, place, tick);
}

void OpenOrders::deactivate(OrderSlot slot) {
    const Order& order = orders_[slot];
    settlement_.uncount_open(order);
    --accounts_[order.account].open_orders;
    remove_from_place(slot);
}

/// Calls `use` with the queue the order is in, whatever its place. Requires: it is in one.
template <class Use>
void OpenOrders::with_queue(const Order& order, Use&& use) {
    const bool buys = order.side == model::Side::buy;
    Listing& listing = instruments_.listing(order.instrument);
    switch (order.place) {
        case Place::lit: {
            order_book::Book& book = instruments_[order.instrument].book;
            return buys ? use(book.bids) : use(book.asks);
        }
        case Place::dark: return buys ? use(listing.dark.bids) : use(listing.dark.asks);
        case Place::stop: return buys ? use(listing.stops.buys) : use(listing.stops.sells);
        case Place::waiting: return buys ? use(listing.waiting.bids) : use(listing.waiting.asks);
        case Place::none:
        case Place::parked: break;
    }
    BW_ASSERT(false);
}

void OpenOrders::insert_in_place(OrderSlot slot, Place place, Tick tick) {
    Order& order = orders_[slot];
    order.place = place;
    if (place == Place::lit && order.traits == 0) [[likely]] {
        order_book::Book& book = instruments_[order.instrument].book;
        if (order.side == model::Side::buy)
            book.bids.add(levels_, orders_, tick, slot);
        else
            book.asks.add(levels_, orders_, tick, slot);
        return;
    }
    if (place != Place::parked)
        with_queue(order, [&](auto& queue) { queue.add(levels_, orders_, tick, slot); });
    if (is_iceberg(order) && place == Place::lit) {
        order_book::OrderConditions& conditions = conditions_[slot];
        conditions.displayed = std::min(conditions.display, order.remaining);
        ++instruments_.listing(order.instrument).icebergs;
    }
    instruments_.update_special(order.instrument);
}

void OpenOrders::remove_from_place(OrderSlot slot) {
    Order& order = orders_[slot];
    const Place place = order.place;
    if (place == Place::lit && order.traits == 0) [[likely]] {
        order_book::Book& book = instruments_[order.instrument].book;
        if (order.side == model::Side::buy)
            book.bids.remove(levels_, orders_, slot);
        else
            book.asks.remove(levels_, orders_, slot);
        order.place = Place::none;
        return;
    }
    if (place != Place::parked)
        with_queue(order, [&](auto& queue) { queue.remove(levels_, orders_, slot); });
    if (is_iceberg(order) && place == Place::lit) --instruments_.listing(order.instrument).icebergs;
    order.place = Place::none;
    instruments_.update_special(order.instrument);
}

void OpenOrders::reduce(OrderSlot slot, model::Quantity quantity, bool resting,
                        model::RequestId request) {
    Order& order = orders_[slot];
    check_transition(order, order_manager::Transition::reduce);
    if (resting) {
        if (order.place == Place::parked)
            order.remaining -= quantity;
        else
            with_queue(order, [&](auto& queue) { queue.reduce(levels_, orders_, slot, quantity); });
        if (is_iceberg(order))
            conditions_[slot].displayed = std::min(conditions_[slot].displayed, order.remaining);
        settlement_.uncount_open(order, quantity);
    } else {
        order.remaining -= quantity;
    }
    const model::Money released =
        settlement_.release_part(order, quantity, instruments_[order.instrument].currency);

    auto& event = events_.emit<codec::OrderReduced>();
    event.request_id = request;
    event.order_id = order.id;
    event.reduced_by = quantity;
    event.remaining = order.remaining;
    event.hold_released = released;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
}

void OpenOrders::change_protection(OrderSlot slot, model::Price limit, model::RequestId request) {
    Order& order = orders_[slot];
    if (order.price == limit) return;
    const wallet::CurrencyIndex currency = instruments_[order.instrument].currency;
    const auto hold = settlement_.hold_at(order, limit);
    const bool paid = hold && *hold - order.hold <=
                                  settlement_.wallet().cash(order.account, currency).available();
    if (!paid) return cancel(slot, request, model::CancelReason::insufficient_cash);
    const bool told = *hold != order.hold;
    settlement_.change_hold(order, *hold, order.remaining, currency);
    settlement_.uncount_open(order);
    order.price = limit;
    order.hold = *hold;
    settlement_.count_open(order);
    if (!told) return;
    check_transition(order, order_manager::Transition::replace);
    auto& event = events_.emit<codec::OrderReplaced>();
    event.request_id = request;
    event.order_id = order.id;
    event.price = model::no_price;
    event.remaining = order.remaining;
    event.hold = order.hold;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
}

void OpenOrders::close_cancelled(OrderSlot slot, model::RequestId request,
                                 model::CancelReason reason) {
    const Order& order = orders_[slot];
    check_transition(order, reason == model::CancelReason::expired
                                ? order_manager::Transition::expire
                                : order_manager::Transition::cancel);
    settlement_.release(order, instruments_[order.instrument].currency);

    auto& event = events_.emit<codec::OrderCancelled>();
    event.request_id = request;
    event.order_id = order.id;
    event.quantity = order.remaining;
    event.hold_released = order.hold;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
    event.reason = reason;
    event.side = order.side;
    event.reserved = 0;
    event.reserved2 = 0;
    release_slot(slot);
}

void OpenOrders::cancel_all(InstrumentIndex index, model::CancelReason reason,
                            model::RequestId request) {
    for (const Side side : {Side::buy, Side::sell})
        walk(index, side, [&](OrderSlot slot) { cancel(slot, request, reason); });
}

template <Side side>
Queue OpenOrders::better_of(LevelHandle lit, LevelHandle dark) const {
    if (lit == LevelTree::none && dark == LevelTree::none) return {};
    const Queue lit_queue{Place::lit, lit, lit == LevelTree::none ? 0 : levels_.tick_of(lit)};
    const Queue dark_queue{Place::dark, dark, dark == LevelTree::none ? 0 : levels_.tick_of(dark)};
    if (dark == LevelTree::none) return lit_queue;
    if (lit == LevelTree::none) return dark_queue;
    const bool dark_is_better =
        side == Side::buy ? dark_queue.tick > lit_queue.tick : dark_queue.tick < lit_queue.tick;
    return dark_is_better ? dark_queue : lit_queue;
}

template <Side side>
Queue OpenOrders::best_queue(InstrumentIndex instrument) const {
    return better_of<side>(side_of<side>(instrument, Place::lit).best_level(),
                           side_of<side>(instrument, Place::dark).best_level());
}

template <Side side>
Queue OpenOrders::worse_queue(InstrumentIndex instrument, const Queue& queue) const {
    const auto& lit = side_of<side>(instrument, Place::lit);
    const auto& dark = side_of<side>(instrument, Place::dark);
    return better_of<side>(lit.worse_than(levels_, queue.tick),
                           queue.place == Place::lit ? dark.at_or_worse(levels_, queue.tick)
                                                     : dark.worse_than(levels_, queue.tick));
}

template Queue OpenOrders::best_queue<Side::buy>(InstrumentIndex) const;
template Queue OpenOrders::best_queue<Side::sell>(InstrumentIndex) const;
template Queue OpenOrders::worse_queue<Side::buy>(InstrumentIndex, const Queue&) const;
template Queue OpenOrders::worse_queue<Side::sell>(InstrumentIndex, const Queue&) const;

/// The last price may be between two ticks.
OrderSlot OpenOrders::due_stop(InstrumentIndex index) const {
    const Instrument& instrument = instruments_[index];
    if (instrument.last_price.value() == 0) return order_book::no_order;
    const Tick down = instrument.ticks(instrument.last_price);
    const Tick up = down + (instrument.ticks.divides(instrument.last_price) ? 0 : 1);
    const StopBook& stops = instruments_.listing(index).stops;
    if (stops.buys.meets(down)) return levels_.level(stops.buys.best_level()).head;
    if (stops.sells.meets(up)) return levels_.level(stops.sells.best_level()).head;
    return order_book::no_order;
}

void OpenOrders::add_follower(OrderSlot slot) {
    Order& order = orders_[slot];
    Listing& listing = instruments_.listing(order.instrument);
    BW_ASSERT(listing.followers < followers_max);
    followers_[std::size_t{order.instrument} * followers_max + listing.followers++] = slot;
    order.traits |= order_book::following_trait;
    listing.followed_valid = false;
}

void OpenOrders::remove_follower(OrderSlot slot) {
    Order& order = orders_[slot];
    Listing& listing = instruments_.listing(order.instrument);
    std::uint32_t at = 0;
    OrderSlot* list = &followers_[std::size_t{order.instrument} * followers_max];
    while (list[at] != slot) ++at;
    BW_ASSERT(at < listing.followers);
    for (--listing.followers; at < listing.followers; ++at) list[at] = list[at + 1];
    order.traits &= static_cast<std::uint8_t>(~order_book::following_trait);
    instruments_.update_special(order.instrument);
}

void OpenOrders::park_pegged(InstrumentIndex index) {
    for (std::uint32_t i = 0; i < instruments_.listing(index).followers; ++i) {
        const OrderSlot slot = follower(index, i);
        if (orders_[slot].place != Place::dark) continue;
        move(slot, Place::parked, 0);
    }
    instruments_.listing(index).followed_valid = false;
}

}  // namespace bw::matching
