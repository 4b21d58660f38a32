// RestingOrders: the resting orders of one side of one instrument, best price first, oldest first.
// BookSide<side>: the same with the side in its type. Add, cancel, reduce and execute are O(1). One
// thread; the pools are shared by all books and passed in.
//
// Which side it is shows in nothing but the mirror of its ranks (price_levels.hpp), and no link is
// written behind a branch: whether an order is the first or the last of its level, and on which
// side, is as good as random, and a wrong guess costs more than the work.
#pragma once

#include <algorithm>

#include "base/assert.hpp"
#include "base/select.hpp"
#include "model/enums.hpp"
#include "order_book/order.hpp"
#include "order_book/price_levels.hpp"

namespace bw::order_book {

class alignas(32) RestingOrders {
 public:
    explicit constexpr RestingOrders(Rank mirror) : tree_(mirror) {}

    [[nodiscard]] bool empty() const { return best_ == no_rank; }
    /// Tick of the best price, or no_tick.
    [[nodiscard]] Tick best() const { return empty() ? no_tick : best_ ^ tree_.mirror(); }
    [[nodiscard]] LevelHandle best_level() const { return best_level_; }

    /// Whether an opposite order with this limit trades with the best level.
    [[nodiscard]] bool meets(Tick limit) const { return best_ <= rank_of(limit); }

    /// Whether an order can be added at `tick`, exactly.
    [[nodiscard]] bool has_room_at(const LevelPool& levels, Tick tick) const {
        return tree_.has_room_at(levels, rank_of(tick));
    }
    /// Puts the order at the end of the queue at `tick`. Requires: levels.has_room() or
    /// has_room_at(tick).
    void add(LevelPool& levels, OrderPool& orders, Tick tick, OrderSlot slot) {
        const Rank rank = rank_of(tick);
        const LevelHandle handle = tree_.find_or_insert(levels, rank);
        Level& level = levels.level(handle);
        Order& order = orders[slot];
        order.level = handle;
        order.previous = level.tail;
        order.next = no_order;
        OrderSlot& link =
            base::select_reference(level.tail == no_order, level.head, orders[level.tail].next);
        link = slot;
        level.tail = slot;
        level.quantity += order.remaining;
        best_level_ = base::select(rank < best_, handle, best_level_);
        best_ = std::min(rank, best_);
    }

    /// Takes the order out of its queue; the slot itself stays with the caller.
    void remove(LevelPool& levels, OrderPool& orders, OrderSlot slot) {
        const Order& order = orders[slot];
        const LevelHandle handle = order.level;
        Level& level = levels.level(handle);
        const OrderSlot previous = order.previous;
        const OrderSlot next = order.next;
        OrderSlot& forward =
            base::select_reference(previous == no_order, level.head, orders[previous].next);
        OrderSlot& backward =
            base::select_reference(next == no_order, level.tail, orders[next].previous);
        forward = next;
        backward = previous;
        level.quantity -= order.remaining;
        const bool emptied = level.head == no_order;
        tree_.mark(levels, handle, !emptied);
        if ((emptied & (handle == best_level_)) | tree_.emptied_group(levels, handle))
            leave_level(levels, handle);
    }

    /// Takes `quantity` (less than what remains) off a resting order; it keeps its place.
    void reduce(LevelPool& levels, OrderPool& orders, OrderSlot slot, model::Quantity quantity) {
        BW_ASSERT(quantity < orders[slot].remaining);
        orders[slot].remaining -= quantity;
        levels.level(orders[slot].level).quantity -= quantity;
    }

    /// Closes an emptied level and finds the next best.
    void erase_level(LevelPool& levels, LevelHandle handle) {
        tree_.mark(levels, handle, false);
        leave_level(levels, handle);
    }

    /// The next worse level after `handle`, or LevelTree::none.
    [[nodiscard]] LevelHandle worse(const LevelPool& levels, LevelHandle handle) const {
        return tree_.next(levels, handle);
    }

    /// Hints for an add() that comes soon, in two steps: the level, then the order at its end.
    void prefetch_level(const LevelPool& levels, Tick tick) const {
        if (levels.cached()) return;
        const LevelHandle handle = tree_.likely_level(levels, rank_of(tick));
        if (handle != LevelTree::none) levels.prefetch(handle);
    }
    void prefetch_tail(const LevelPool& levels, const OrderPool& orders, Tick tick) const {
        if (levels.cached()) return;
        const LevelHandle handle = tree_.likely_level(levels, rank_of(tick));
        if (handle == LevelTree::none) return;
        const bool there = levels.group(group_of(handle)).occupied >> slot_of(handle) & 1;
        if (there) orders.prefetch(levels.level(handle).tail);
    }

    /// The best level strictly worse than `tick`, or LevelTree::none.
    [[nodiscard]] LevelHandle worse_than(const LevelPool& levels, Tick tick) const {
        return tree_.first_from(levels, rank_of(tick) + 1);
    }
    /// The level at `tick`, else the best worse one, or LevelTree::none.
    [[nodiscard]] LevelHandle at_or_worse(const LevelPool& levels, Tick tick) const {
        return tree_.first_from(levels, rank_of(tick));
    }
    /// The worst level that is better than `tick`, or LevelTree::none.
    [[nodiscard]] LevelHandle better_than(const LevelPool& levels, Tick tick) const {
        return tree_.last_before(levels, rank_of(tick));
    }

 private:
    [[nodiscard]] Rank rank_of(Tick tick) const { return tick ^ tree_.mirror(); }

    /// What remains to be done once the level is marked as empty.
    void leave_level(LevelPool& levels, LevelHandle handle) {
        if (handle == best_level_) {
            best_level_ = tree_.next(levels, handle);
            best_ = best_level_ == LevelTree::none ? no_rank : rank_of(levels.tick_of(best_level_));
        }
        if (tree_.emptied_group(levels, handle)) tree_.drop_group(levels, handle);
    }

    Rank best_ = no_rank;
    LevelHandle best_level_ = LevelTree::none;
    LevelTree tree_;
};

/// Starts loading what remove() of a resting order needs, once the order itself is there.
inline void prefetch_removal(const LevelPool& levels, const OrderPool& orders, OrderSlot slot) {
    if (orders.cached()) return;
    const Order& order = orders[slot];
    levels.prefetch(order.level);
    orders.prefetch(base::select(order.previous == no_order, slot, order.previous));
    orders.prefetch(base::select(order.next == no_order, slot, order.next));
}

static_assert(sizeof(RestingOrders) == 32, "a book is one cache line");

template <model::Side side>
class BookSide : public RestingOrders {
 public:
    constexpr BookSide()
        : RestingOrders(side == model::Side::buy ? mirror_of_buys : mirror_of_sells) {}
};

/// Both sides of one instrument.
struct alignas(64) Book {
    BookSide<model::Side::buy> bids;
    BookSide<model::Side::sell> asks;

    template <model::Side side>
    [[nodiscard]] auto& on() {
        if constexpr (side == model::Side::buy)
            return bids;
        else
            return asks;
    }
    [[nodiscard]] RestingOrders& on(model::Side side) {
        return base::select_reference<RestingOrders>(side == model::Side::buy, bids, asks);
    }
    [[nodiscard]] const RestingOrders& on(model::Side side) const {
        return base::select_reference<const RestingOrders>(side == model::Side::buy, bids, asks);
    }
};

}  // namespace bw::order_book
