// OpenOrders: every order that is not closed, and the place where it is. Owns the pool of orders
// and of price levels, the directory of order ids and the lists of following orders; the books
// themselves lie in the records of Instruments. Whoever moves, reduces, trades or ends an order
// does it here, so that book, counters, holds and events agree.
//
//   take ─► activate ─► insert_in_place ⇄ remove_from_place          places: lit, dark, stop,
//              ▲              │                                      waiting, parked
//              └─ deactivate ◄┘ ─► close_cancelled, close_filled ─► release_slot
//
// An order is *active* while it counts as open: in its account, in its position and in the
// directory. An incoming order is not active yet, its hold is set aside already. All O(1) but where
// it says otherwise. One thread; allocates in its constructor only.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "base/fields.hpp"
#include "codec/event_buffer.hpp"
#include "codec/events.hpp"
#include "matching/instruments.hpp"
#include "matching/sweep.hpp"
#include "model/invariants.hpp"
#include "model/rules.hpp"
#include "order_book/book_side.hpp"
#include "order_manager/order_directory.hpp"
#include "order_manager/order_transitions.hpp"
#include "risk/accounts.hpp"
#include "wallet/settlement.hpp"

namespace bw::matching {

using order_book::LevelHandle;
using order_book::Order;
using order_book::OrderSlot;
using order_book::Place;
using order_book::Tick;

/// The best of a lit and a dark side: where the next trade would be.
struct Queue {
    Place place = Place::none;  ///< none: both sides are empty
    LevelHandle level = order_book::LevelTree::none;
    Tick tick = 0;
};

/// What an open or incoming order is to those outside.
[[nodiscard]] constexpr model::OrderStatus status_of(const Order& order) {
    if (order.remaining == model::Quantity{}) return model::OrderStatus::filled;
    return order.executed ? model::OrderStatus::partially_filled : model::OrderStatus::accepted;
}

class OpenOrders {
 public:
    struct Capacity {
        std::uint32_t orders;
        std::uint32_t level_groups;
        std::uint32_t numbers;  ///< newest ids that can still be named (a power of two)
    };
    static constexpr std::uint32_t followers_max = 1024;  ///< per instrument
    static constexpr Tick waiting_tick = 1;  ///< of all waiting orders: only their age counts
    /// Of market orders that rest without a price: better than every limit, so that they come
    /// first, by age.
    [[nodiscard]] static constexpr Tick market_tick(model::Side side) {
        return side == model::Side::buy ? order_book::mirror_of_buys : Tick{0};
    }

    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        const model::Rules& rules;
        risk::Accounts& accounts;
        Instruments& instruments;
        wallet::Settlement& settlement;
    };
    /// Requires: capacity.orders < capacity.numbers, so there is always an id to hand out.
    OpenOrders(const Sees& sees, const Capacity& capacity);

    /// Lets the system provide the memory of so many orders now.
    void provide_memory(std::uint32_t orders) {
        orders_.prepare(orders);
        executed_.prepare(orders);
        directory_.prepare(orders);
    }

    // --- an order and what belongs to it
    [[nodiscard]] bool full() const { return orders_.full(); }
    [[nodiscard]] std::uint32_t count() const { return orders_.in_use(); }
    [[nodiscard]] Order& operator[](OrderSlot slot) { return orders_[slot]; }
    [[nodiscard]] const Order& operator[](OrderSlot slot) const { return orders_[slot]; }
    [[nodiscard]] order_book::OrderConditions& conditions(OrderSlot slot) {
        return conditions_[slot];
    }
    [[nodiscard]] const order_book::OrderConditions& conditions(OrderSlot slot) const {
        return conditions_[slot];
    }
    [[nodiscard]] OrderSlot slot_of(const Order& order) const {
        return static_cast<OrderSlot>(&order - &orders_[0]);
    }
    [[nodiscard]] model::Quantity executed_quantity(OrderSlot slot) const {
        return orders_[slot].executed ? executed_[slot] : model::Quantity{};
    }
    /// Displayed now, of an order in the lit book: all of it, or an iceberg's part.
    [[nodiscard]] model::Quantity displayed(OrderSlot slot) const {
        return is_iceberg(orders_[slot]) ? conditions_[slot].displayed : orders_[slot].remaining;
    }
    [[nodiscard]] static bool is_iceberg(const Order& order) {
        return (order.traits & order_book::iceberg_trait) != 0;
    }
    [[nodiscard]] static bool is_following(const Order& order) {
        return (order.traits & order_book::following_trait) != 0;
    }
    [[nodiscard]] const order_manager::OrderDirectory& directory() const { return directory_; }
    /// The next order id, closed until its order is activated.
    [[nodiscard]] model::OrderId next_id(model::AccountId owner) { return directory_.next(owner); }
    /// A slot to fill in; every field of Order but the links is the caller's. Requires: not full.
    [[nodiscard]] OrderSlot take() {
        const OrderSlot slot = orders_.take();
        orders_.prefetch(orders_.coming());
        return slot;
    }

    // --- places
    [[nodiscard]] order_book::LevelPool& levels() { return levels_; }
    [[nodiscard]] const order_book::LevelPool& levels() const { return levels_; }
    [[nodiscard]] Pools pools() { return {orders_, levels_}; }
    [[nodiscard]] const order_book::OrderPool& pool() const { return orders_; }
    /// One more price level can be made, wherever it lies.
    [[nodiscard]] bool has_room() const { return levels_.has_room(); }
    /// Where this order rests once it does.
    [[nodiscard]] Place resting_place(const Order& order) const {
        constexpr auto hidden = static_cast<std::uint8_t>(model::Instruction::hidden);
        if ((order.instructions & hidden) != 0) return Place::dark;
        return instruments_[order.instrument].special != 0 &&
                       instruments_.is_dark_book(order.instrument)
                   ? Place::dark
                   : Place::lit;
    }

    template <model::Side side>
    [[nodiscard]] static constexpr bool is_unpriced(const Queue& queue) {
        return queue.place == Place::lit && queue.tick == market_tick(side);
    }
    /// Where in its place it rests while nothing trades; `limit`: the tick of its price.
    [[nodiscard]] Tick resting_tick(const Order& order, Tick limit) const {
        const bool unpriced = order.type == model::OrderType::market && rules_.unpriced_auctions();
        return unpriced ? market_tick(order.side) : limit;
    }

    /// The incoming order is open from now on, at the end of the queue at `tick` (of a stop order:
    /// of its stop price; parked: any). Requires: has_room() or a level there.
    void activate(OrderSlot slot, Place place, Tick tick);
    /// The reverse: neither in its place nor counted; its hold stays.
    void deactivate(OrderSlot slot);
    /// Where the active order is, and nothing else.
    void insert_in_place(OrderSlot slot, Place place, Tick tick);
    void remove_from_place(OrderSlot slot);
    /// Out of its place and in at another, by the same rules.
    void move(OrderSlot slot, Place place, Tick tick) {
        remove_from_place(slot);
        insert_in_place(slot, place, tick);
    }

    // --- what happens to an order
    /// Asserts that order_transitions.hpp allows it; every one of the order is asked here before it
    /// happens, but for trades, which any open order may have. Nothing in a release build.
    static void check_transition(const Order& order, order_manager::Transition transition) {
#ifndef NDEBUG
        BW_ASSERT(order_manager::is_allowed(status_of(order), transition));
#else
        static_cast<void>(order);
        static_cast<void>(transition);
#endif
    }
    /// Two orders trade; their remaining quantities and the levels' are already lowered.
    /// `both_rest`: neither is incoming, the maker sells.
    template <bool both_rest>
    void trade(Order& maker, Order& taker, model::Quantity quantity, model::Price price,
               model::TradeKind kind);
    /// Takes `quantity` (less than remains) off an order, resting or incoming; emits OrderReduced.
    void reduce(OrderSlot slot, model::Quantity quantity, bool resting, model::RequestId request);
    /// Ends an active order; emits OrderCancelled.
    void cancel(OrderSlot slot, model::RequestId request, model::CancelReason reason) {
        deactivate(slot);
        close_cancelled(slot, request, reason);
    }
    /// Ends an order that is not active: releases what it holds, emits OrderCancelled, releases the
    /// slot.
    void close_cancelled(OrderSlot slot, model::RequestId request, model::CancelReason reason);
    /// An active market order trades at most up to this price from now on. Emits OrderReplaced if
    /// its hold changes; without the cash, or if the value does not fit, it is cancelled.
    void change_protection(OrderSlot slot, model::Price limit, model::RequestId request);
    /// Ends an active order that has nothing left and is still in its place.
    void close_filled(OrderSlot slot) {
        remove_from_place(slot);
        release_filled(slot);
    }
    /// Ends an active order that has nothing left and is out of its queue already.
    void release_filled(OrderSlot slot) {
        --accounts_[orders_[slot].account].open_orders;
        release_slot(slot);
    }
    /// The slot may be another order's from now on, the id is closed. Requires: not active.
    void release_slot(OrderSlot slot) {
        directory_.close(orders_[slot].id);
        if (is_following(orders_[slot])) [[unlikely]]
            remove_follower(slot);
        orders_.give_back(slot);
    }
    /// Shows the next part of an iceberg order, behind the others at its price; emits
    /// OrderRefreshed. `side`: the one it rests on.
    template <model::Side side>
    void refresh_iceberg(OrderSlot slot, const Queue& queue);
    /// Cancels all open orders of an instrument, in walk order.
    void cancel_all(InstrumentIndex index, model::CancelReason reason, model::RequestId request);

    // --- queues: one price in one place
    template <model::Side side>
    [[nodiscard]] order_book::BookSide<side>& side_of(InstrumentIndex index, Place place) {
        return place == Place::lit ? instruments_[index].book.on<side>()
                                   : instruments_.listing(index).dark.on<side>();
    }
    template <model::Side side>
    [[nodiscard]] const order_book::BookSide<side>& side_of(InstrumentIndex index,
                                                            Place place) const {
        return const_cast<OpenOrders*>(this)->side_of<side>(index, place);
    }
    /// The best price of lit and dark orders; lit goes before dark.
    template <model::Side side>
    [[nodiscard]] Queue best_queue(InstrumentIndex index) const;
    /// The queue after `queue` in priority: at the same price dark follows lit.
    template <model::Side side>
    [[nodiscard]] Queue worse_queue(InstrumentIndex index, const Queue& queue) const;
    [[nodiscard]] OrderSlot head_of(const Queue& queue) const {
        return levels_.level(queue.level).head;
    }
    /// The next stop order that the last price triggers, or no_order.
    [[nodiscard]] OrderSlot due_stop(InstrumentIndex index) const;
    /// Calls `visit(slot)` for every open order of one side, in walk order. `visit` may close the
    /// order it is given. Cost: O(open orders of the instrument).
    template <class Visit>
    void walk(InstrumentIndex index, model::Side side, Visit&& visit);

    // --- pegged and trailing stop orders, in the order of entry
    [[nodiscard]] OrderSlot follower(InstrumentIndex index, std::uint32_t at) const {
        return followers_[std::size_t{index} * followers_max + at];
    }
    /// Requires: a follower. It does not follow any more. Cost: O(followers).
    void remove_follower(OrderSlot slot);
    /// Pegged orders leave the book: it is not trading any more.
    void park_pegged(InstrumentIndex index);

    // --- the state as a whole: open_orders_state.cpp
    /// Whether a book in trading is crossed or a stop is due: the cheap part of the invariants.
    void assert_nothing_due(InstrumentIndex index) const {
        const Instrument& instrument = instruments_[index];
        if (instrument.state != model::InstrumentState::trading) return;
        model::require(model::Invariant::book_not_crossed, apart(instrument.book, instrument.book));
        if (instrument.special != 0) assert_nothing_special_due(index);
    }
    /// Checks the books of an instrument, and adds its orders to the totals.
    void verify(InstrumentIndex index, wallet::OpenTotals& totals) const;
    void add_to(base::RunningHash& hash, InstrumentIndex index) const;
    void save_directory(base::FieldWriter& out) const { directory_.save(out); }
    void load_directory(base::FieldReader& in) { directory_.load(in); }
    void save(base::FieldWriter& out, InstrumentIndex index) const;
    /// Requires: accounts, positions and the directory are loaded. The slots are new ones.
    void load(base::FieldReader& in, InstrumentIndex index);

 private:
    template <class Use>
    void with_queue(const Order& order, Use&& use);
    template <model::Side side>
    [[nodiscard]] Queue better_of(LevelHandle lit, LevelHandle dark) const;
    /// Whether the bids of one book are below the asks of the other.
    [[nodiscard]] static bool apart(const order_book::Book& buys, const order_book::Book& sells) {
        return buys.bids.empty() || sells.asks.empty() || buys.bids.best() < sells.asks.best();
    }
    void assert_nothing_special_due(InstrumentIndex index) const;
    void add_executed(Order& order, model::Quantity quantity) {
        const OrderSlot slot = slot_of(order);
        executed_[slot] = executed_quantity(slot) + quantity;
        order.executed = true;
    }
    void add_follower(OrderSlot slot);

    struct Counted {
        std::uint32_t followers = 0;
        std::uint32_t icebergs = 0;
    };
    void verify_order(OrderSlot slot, InstrumentIndex index, Counted& counted,
                      wallet::OpenTotals& totals) const;
    template <model::Side side, class Visit>
    void verify_queue(const order_book::BookSide<side>& resting, Visit&& visit) const;
    void verify_in_place(const Order& order, OrderSlot slot, Tick tick) const;
    template <class Visit>
    void each_queue(InstrumentIndex index, Visit&& visit) const;
    void hash_order(OrderSlot slot, base::RunningHash& hash) const;
    template <model::Side side, class Visit>
    void each_order(const order_book::BookSide<side>& resting, Visit&& visit) const;
    template <model::Side side>
    void load_queue(base::FieldReader& in, order_book::BookSide<side>& resting,
                    InstrumentIndex index, Place place);
    void save_order(base::FieldWriter& out, OrderSlot slot, Tick tick) const;
    [[nodiscard]] OrderSlot load_order(base::FieldReader& in, InstrumentIndex index, Tick& tick);
    void load_followers(base::FieldReader& in, InstrumentIndex index);

    codec::EventBuffer& events_;
    const model::Rules& rules_;
    risk::Accounts& accounts_;
    Instruments& instruments_;
    wallet::Settlement& settlement_;

    order_book::OrderPool orders_;
    base::LazyArray<model::Quantity> executed_;                ///< by slot; where `executed` is set
    base::LazyArray<order_book::OrderConditions> conditions_;  ///< by slot
    order_book::LevelPool levels_;
    order_manager::OrderDirectory directory_;
    base::LazyArray<OrderSlot> followers_;  ///< followers_max per instrument
};

template <bool both_rest>
void OpenOrders::trade(Order& maker, Order& taker, model::Quantity quantity, model::Price price,
                       model::TradeKind kind) {
    Instrument& instrument = instruments_[maker.instrument];
    settlement_.settle<both_rest>({maker, taker, quantity, price, kind, instrument.currency});
    instrument.reference = price;
    instrument.last_price = price;
    instrument.traded = true;
    add_executed(maker, quantity);
    add_executed(taker, quantity);
}

template <model::Side side>
void OpenOrders::refresh_iceberg(OrderSlot slot, const Queue& queue) {
    const Order& order = orders_[slot];
    auto& resting = side_of<side>(order.instrument, queue.place);
    resting.remove(levels_, orders_, slot);
    resting.add(levels_, orders_, queue.tick, slot);
    check_transition(order, order_manager::Transition::refresh);
    conditions_[slot].displayed = std::min(conditions_[slot].display, order.remaining);
    auto& event = events_.emit<codec::OrderRefreshed>();
    event.request_id = events_.request();
    event.order_id = order.id;
    event.displayed = conditions_[slot].displayed;
    event.remaining = order.remaining;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
}

template <class Visit>
void OpenOrders::walk(InstrumentIndex index, model::Side side, Visit&& visit) {
    const auto visit_queues = [&](const auto& resting) {
        for (LevelHandle handle = resting.best_level(); handle != order_book::LevelTree::none;) {
            const LevelHandle next_level = resting.worse(levels_, handle);
            for (OrderSlot slot = levels_.level(handle).head; slot != order_book::no_order;) {
                const OrderSlot next = orders_[slot].next;
                visit(slot);
                slot = next;
            }
            handle = next_level;
        }
    };
    Listing& listing = instruments_.listing(index);
    const bool buys = side == model::Side::buy;
    const auto visit_book = [&](const order_book::Book& book) {
        if (buys)
            visit_queues(book.bids);
        else
            visit_queues(book.asks);
    };
    visit_book(instruments_[index].book);
    visit_book(listing.dark);
    if (buys)
        visit_queues(listing.stops.buys);
    else
        visit_queues(listing.stops.sells);
    visit_book(listing.waiting);

    std::array<OrderSlot, followers_max> parked;
    std::uint32_t count = 0;
    for (std::uint32_t i = 0; i < listing.followers; ++i) {
        const Order& order = orders_[follower(index, i)];
        if (order.place == Place::parked && order.side == side)
            parked[count++] = follower(index, i);
    }
    for (std::uint32_t i = 0; i < count; ++i) visit(parked[i]);
}

}  // namespace bw::matching
