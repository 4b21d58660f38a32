// BookSide<side>: the resting orders of one side of one instrument, best price first, oldest first.
// Add, cancel, reduce and execute are O(1). One thread; the pools are shared by all books and passed in.
#pragma once

#include "base/assert.hpp"
#include "model/enums.hpp"
#include "order_book/order.hpp"
#include "order_book/price_levels.hpp"

namespace bw::order_book {

template <model::Side side>
class BookSide {
 public:
    [[nodiscard]] bool empty() const { return best_ == no_tick; }
    /// Tick of the best price, or no_tick.
    [[nodiscard]] Tick best() const { return best_; }
    [[nodiscard]] LevelHandle best_level() const { return best_level_; }

    /// Whether an opposite order with this limit trades with the best level.
    [[nodiscard]] bool meets(Tick limit) const {
        if (best_ == no_tick) return false;
        return side == model::Side::buy ? best_ >= limit : best_ <= limit;
    }

    /// Puts the order at the end of the queue at `tick`. Requires: levels.has_room().
    void add(LevelPool& levels, OrderPool& orders, Tick tick, OrderSlot slot) {
        const LevelHandle handle = tick == best_ ? best_level_ : tree_.find_or_insert(levels, tick);
        Level& level = levels.level(handle);
        Order& order = orders[slot];
        order.level = handle;
        order.previous = level.tail;
        order.next = no_order;
        if (level.tail == no_order)
            level.head = slot;
        else
            orders[level.tail].next = slot;
        level.tail = slot;
        level.quantity += order.remaining;
        if (better(tick)) {
            best_ = tick;
            best_level_ = handle;
        }
    }

    /// Takes the order out of its queue; the slot itself stays with the caller.
    void remove(LevelPool& levels, OrderPool& orders, OrderSlot slot) {
        const Order& order = orders[slot];
        const LevelHandle handle = order.level;
        Level& level = levels.level(handle);
        if (order.previous == no_order)
            level.head = order.next;
        else
            orders[order.previous].next = order.next;
        if (order.next == no_order)
            level.tail = order.previous;
        else
            orders[order.next].previous = order.previous;
        level.quantity -= order.remaining;
        if (level.head == no_order) erase_level(levels, handle);
    }

    /// Takes `quantity` (less than what remains) off a resting order; it keeps its place.
    void reduce(LevelPool& levels, OrderPool& orders, OrderSlot slot, model::Quantity quantity) {
        BW_ASSERT(quantity < orders[slot].remaining);
        orders[slot].remaining -= quantity;
        levels.level(orders[slot].level).quantity -= quantity;
    }

    /// Closes an emptied level and finds the next best.
    void erase_level(LevelPool& levels, LevelHandle handle) {
        const Tick tick = levels.tick_of(handle);
        tree_.erase(levels, handle);
        if (tick == best_) find_best_after(levels, tick);
    }

    /// The next worse level after `handle`, or LevelTree::none.
    [[nodiscard]] LevelHandle worse(const LevelPool& levels, LevelHandle handle) const {
        const Tick tick = levels.tick_of(handle);
        return side == model::Side::buy ? tree_.below(levels, tick) : tree_.above(levels, tick);
    }
    /// The best level strictly worse than `tick`, or LevelTree::none.
    [[nodiscard]] LevelHandle worse_than(const LevelPool& levels, Tick tick) const {
        return side == model::Side::buy ? tree_.below(levels, tick) : tree_.above(levels, tick);
    }
    /// The level at `tick`, else the best worse one, or LevelTree::none.
    [[nodiscard]] LevelHandle at_or_worse(const LevelPool& levels, Tick tick) const {
        const LevelHandle there = tree_.find(levels, tick);
        return there != LevelTree::none ? there : worse_than(levels, tick);
    }
    /// The lowest level at or above `tick`, or LevelTree::none.
    [[nodiscard]] LevelHandle lowest_from(const LevelPool& levels, Tick tick) const {
        const LevelHandle there = tree_.find(levels, tick);
        return there != LevelTree::none ? there : tree_.above(levels, tick);
    }
    /// The next better level, or LevelTree::none.
    [[nodiscard]] LevelHandle better(const LevelPool& levels, LevelHandle handle) const {
        const Tick tick = levels.tick_of(handle);
        return side == model::Side::buy ? tree_.above(levels, tick) : tree_.below(levels, tick);
    }

 private:
    [[nodiscard]] bool better(Tick tick) const {
        if (best_ == no_tick) return true;
        return side == model::Side::buy ? tick > best_ : tick < best_;
    }

    void find_best_after(LevelPool& levels, Tick tick) {
        best_level_ =
            side == model::Side::buy ? tree_.below(levels, tick) : tree_.above(levels, tick);
        best_ = best_level_ == LevelTree::none ? no_tick : levels.tick_of(best_level_);
    }

    Tick best_ = no_tick;
    LevelHandle best_level_ = LevelTree::none;
    LevelTree tree_;
};

/// Both sides of one instrument.
struct Book {
    BookSide<model::Side::buy> bids;
    BookSide<model::Side::sell> asks;

    template <model::Side side>
    [[nodiscard]] auto& on() {
        if constexpr (side == model::Side::buy)
            return bids;
        else
            return asks;
    }
};

}  // namespace bw::order_book
