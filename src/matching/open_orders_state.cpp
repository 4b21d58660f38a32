// OpenOrders looked at as a whole: its part of the invariants, of the state hash and of the
// snapshot. Orders go queue by queue in their order, so nothing depends on slots.
#include "matching/open_orders.hpp"
#include "model/invariants.hpp"

namespace bw::matching {

using model::Invariant;
using model::Quantity;
using model::require;
using order_book::LevelTree;
using order_book::no_order;

namespace {

bool is_conditional(const Order& order) {
    return order.traits != 0 || order.type > model::OrderType::market ||
           order.time_in_force == model::TimeInForce::gtd;
}

template <class Archive>
void each(Archive& archive, Order& order) {
    archive(order.id, order.price, order.remaining, order.hold, order.account, order.position,
            order.fee_schedule, order.side, order.type, order.time_in_force, order.instructions,
            order.peg, order.traits);
}

template <class Archive, class Conditions>
void each_condition(Archive& archive, Conditions& conditions) {
    archive(conditions.display, conditions.displayed, conditions.stop_price, conditions.offset,
            conditions.expire_date);
}

}  // namespace

/// Calls `visit(queue, side of its orders, place)` for the queues of an instrument, in the order of
/// hash and snapshot. Of stop orders the queue's direction is not that of the orders.
template <class Visit>
void OpenOrders::each_queue(InstrumentIndex index, Visit&& visit) const {
    const Instrument& instrument = std::as_const(instruments_)[index];
    const Listing& listing = std::as_const(instruments_).listing(index);
    visit(instrument.book.bids, model::Side::buy, Place::lit);
    visit(instrument.book.asks, model::Side::sell, Place::lit);
    visit(listing.dark.bids, model::Side::buy, Place::dark);
    visit(listing.dark.asks, model::Side::sell, Place::dark);
    visit(listing.stops.buys, model::Side::buy, Place::stop);
    visit(listing.stops.sells, model::Side::sell, Place::stop);
    visit(listing.waiting.bids, model::Side::buy, Place::waiting);
    visit(listing.waiting.asks, model::Side::sell, Place::waiting);
}

template <model::Side side, class Visit>
void OpenOrders::each_order(const order_book::BookSide<side>& resting, Visit&& visit) const {
    for (LevelHandle handle = resting.best_level(); handle != LevelTree::none;
         handle = resting.worse(levels_, handle))
        for (OrderSlot slot = levels_.level(handle).head; slot != no_order;
             slot = orders_[slot].next)
            visit(slot, levels_.tick_of(handle));
}

// --- invariants

void OpenOrders::assert_nothing_special_due(InstrumentIndex index) const {
    const Instrument& instrument = instruments_[index];
    const Listing& listing = instruments_.listing(index);
    if (listing.allocation != model::Allocation::dark)
        require(Invariant::book_not_crossed, apart(instrument.book, listing.dark) &&
                                                 apart(listing.dark, instrument.book) &&
                                                 apart(listing.dark, listing.dark));
    require(Invariant::no_stop_due, due_stop(index) == no_order);
}

void OpenOrders::verify_order(OrderSlot slot, InstrumentIndex index, Counted& counted,
                              wallet::OpenTotals& totals) const {
    const Order& order = orders_[slot];
    require(Invariant::links_agree, order.instrument == index);
    require(Invariant::no_order_of_nothing, order.remaining > Quantity{0});
    require(Invariant::directory_agrees,
            directory_.find(order.id).slot == slot &&
                directory_.find(order.id).account == order.account + 1);
    settlement_.verify_order(order, instruments_[index].currency, totals);
    if (is_following(order)) ++counted.followers;
    if (is_iceberg(order) && order.place == Place::lit) {
        const auto& conditions = conditions_[slot];
        require(Invariant::iceberg_shows_a_part,
                conditions.displayed > Quantity{0} &&
                    conditions.displayed <= std::min(conditions.display, order.remaining));
        ++counted.icebergs;
    }
}

void OpenOrders::verify_in_place(const Order& order, OrderSlot slot, Tick tick) const {
    const Instrument& instrument = instruments_[order.instrument];
    const Place place = order.place;
    const bool unpriced = order.type == model::OrderType::market && tick == market_tick(order.side);
    if (place == Place::lit || (place == Place::dark && order.peg == model::PegKind::none))
        require(Invariant::order_at_its_tick, unpriced || instrument.ticks(order.price) == tick);
    if (place == Place::stop)
        require(Invariant::order_at_its_tick,
                instrument.ticks(conditions_[slot].stop_price) == tick);
}

/// The shape of a queue; calls `visit(slot, tick)` for its orders.
template <model::Side side, class Visit>
void OpenOrders::verify_queue(const order_book::BookSide<side>& resting, Visit&& visit) const {
    Tick last = order_book::no_tick;
    require(Invariant::no_empty_level,
            resting.empty() == (resting.best_level() == LevelTree::none));
    for (LevelHandle handle = resting.best_level(); handle != LevelTree::none;
         handle = resting.worse(levels_, handle)) {
        const order_book::Level& level = levels_.level(handle);
        const Tick tick = levels_.tick_of(handle);
        const bool first = last == order_book::no_tick;
        const bool worse = side == model::Side::buy ? tick < last : tick > last;
        require(Invariant::levels_in_order, first ? tick == resting.best() : worse);
        last = tick;
        require(Invariant::no_empty_level, level.head != no_order);
        Quantity total{};
        OrderSlot previous = no_order;
        for (OrderSlot slot = level.head; slot != no_order; slot = orders_[slot].next) {
            require(Invariant::links_agree,
                    orders_[slot].previous == previous && orders_[slot].level == handle);
            visit(slot, tick);
            total += orders_[slot].remaining;
            previous = slot;
        }
        require(Invariant::links_agree, level.tail == previous);
        require(Invariant::level_total, level.quantity == total);
    }
}

void OpenOrders::verify(InstrumentIndex index, wallet::OpenTotals& totals) const {
    const Listing& listing = instruments_.listing(index);
    Counted counted;
    each_queue(index, [&](const auto& resting, model::Side side, Place place) {
        verify_queue(resting, [&](OrderSlot slot, Tick tick) {
            const Order& order = orders_[slot];
            require(Invariant::links_agree, order.side == side && order.place == place);
            verify_in_place(order, slot, tick);
            verify_order(slot, index, counted, totals);
        });
    });
    for (std::uint32_t i = 0; i < listing.followers; ++i)
        if (orders_[follower(index, i)].place == Place::parked)
            verify_order(follower(index, i), index, counted, totals);
    require(Invariant::followers_and_icebergs_counted,
            counted.followers == listing.followers && counted.icebergs == listing.icebergs);
    assert_nothing_due(index);
}

// --- hash

void OpenOrders::hash_order(OrderSlot slot, base::RunningHash& hash) const {
    const Order& order = orders_[slot];
    const auto byte = [](auto value) { return std::uint64_t{static_cast<std::uint8_t>(value)}; };
    hash.add(order.id.value());
    hash.add(static_cast<std::uint64_t>(order.price.value()));
    hash.add(order.remaining.value());
    hash.add(static_cast<std::uint64_t>(order.hold.value()));
    hash.add((std::uint64_t{order.account} << 32) | order.fee_schedule);
    hash.add((byte(order.side) << 16) | (byte(order.type) << 8) | byte(order.time_in_force));
    hash.add((byte(order.place) << 16) | (byte(order.peg) << 8) | byte(order.instructions));
    hash.add(executed_quantity(slot).value());
    const bool conditional = order.traits != 0 || order.place == Place::stop ||
                             order.time_in_force == model::TimeInForce::gtd;
    if (!conditional) return;
    const order_book::OrderConditions& conditions = conditions_[slot];
    hash.add(conditions.display.value());
    if (order.place == Place::lit) hash.add(conditions.displayed.value());
    hash.add(static_cast<std::uint64_t>(conditions.stop_price.value()));
    hash.add(static_cast<std::uint64_t>(conditions.offset.value()));
    hash.add(conditions.expire_date);
}

void OpenOrders::add_to(base::RunningHash& hash, InstrumentIndex index) const {
    each_queue(index, [&](const auto& resting, model::Side, Place) {
        each_order(resting, [&](OrderSlot slot, Tick tick) {
            hash.add(tick);
            hash_order(slot, hash);
        });
    });
    for (std::uint32_t i = 0; i < instruments_.listing(index).followers; ++i)
        hash_order(follower(index, i), hash);
}

// --- snapshot

void OpenOrders::save_order(base::FieldWriter& out, OrderSlot slot, Tick tick) const {
    Order order = orders_[slot];
    out(tick);
    each(out, order);
    out(executed_quantity(slot));
    if (is_conditional(order)) each_condition(out, conditions_[slot]);
}

void OpenOrders::save(base::FieldWriter& out, InstrumentIndex index) const {
    each_queue(index, [&](const auto& resting, model::Side, Place) {
        std::uint64_t count = 0;
        each_order(resting, [&](OrderSlot, Tick) { ++count; });
        out(count);
        each_order(resting, [&](OrderSlot slot, Tick tick) { save_order(out, slot, tick); });
    });
    const Listing& listing = instruments_.listing(index);
    out(listing.followers);
    for (std::uint32_t i = 0; i < listing.followers; ++i) {
        const OrderSlot slot = follower(index, i);
        const bool parked = orders_[slot].place == Place::parked;
        out(parked, orders_[slot].id);
        if (parked) save_order(out, slot, 0);
    }
}

OrderSlot OpenOrders::load_order(base::FieldReader& in, InstrumentIndex index, Tick& tick) {
    if (orders_.full()) {
        in.spoil();
        return no_order;
    }
    const OrderSlot slot = orders_.take();
    Order& order = orders_[slot];
    order = Order{};
    in(tick);
    each(in, order);
    in(executed_[slot]);
    order.executed = executed_[slot] != Quantity{};
    if (is_conditional(order)) each_condition(in, conditions_[slot]);
    order.instrument = static_cast<std::uint16_t>(index);
    const bool sound = order.account < accounts_.count() &&
                       order.position < settlement_.wallet().positions() &&
                       order.side <= model::Side::sell && order.id <= directory_.last() &&
                       order.id != model::OrderId{};
    if (!sound) in.spoil();
    if (in.good()) directory_.open(order.id, slot);
    return slot;
}

template <model::Side side>
void OpenOrders::load_queue(base::FieldReader& in, order_book::BookSide<side>& resting,
                            InstrumentIndex index, Place place) {
    std::uint64_t count = 0;
    in(count);
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Tick tick = 0;
        const OrderSlot slot = load_order(in, index, tick);
        if (!in.good() || !resting.has_room_at(levels_, tick)) return in.spoil();
        orders_[slot].place = place;
        resting.add(levels_, orders_, tick, slot);
        if (place == Place::lit && is_iceberg(orders_[slot]))
            ++instruments_.listing(index).icebergs;
    }
}

void OpenOrders::load(base::FieldReader& in, InstrumentIndex index) {
    Listing& listing = instruments_.listing(index);
    order_book::Book& book = instruments_[index].book;
    load_queue(in, book.bids, index, Place::lit);
    load_queue(in, book.asks, index, Place::lit);
    load_queue(in, listing.dark.bids, index, Place::dark);
    load_queue(in, listing.dark.asks, index, Place::dark);
    load_queue(in, listing.stops.buys, index, Place::stop);
    load_queue(in, listing.stops.sells, index, Place::stop);
    load_queue(in, listing.waiting.bids, index, Place::waiting);
    load_queue(in, listing.waiting.asks, index, Place::waiting);
    load_followers(in, index);
    if (in.good()) instruments_.update_special(index);
}

void OpenOrders::load_followers(base::FieldReader& in, InstrumentIndex index) {
    Listing& listing = instruments_.listing(index);
    std::uint32_t followers = 0;
    in(followers);
    if (followers > followers_max) return in.spoil();
    for (std::uint32_t i = 0; i < followers && in.good(); ++i) {
        bool parked = false;
        model::OrderId id;
        in(parked, id);
        Tick tick = 0;
        const OrderSlot slot = parked ? load_order(in, index, tick) : directory_.find(id).slot;
        if (!in.good() || slot == order_manager::OrderDirectory::closed) return in.spoil();
        if (parked) orders_[slot].place = Place::parked;
        followers_[std::size_t{index} * followers_max + i] = slot;
        listing.followers = i + 1;
    }
}

}  // namespace bw::matching
