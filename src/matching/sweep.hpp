// Price-time matching: an incoming order trades with the opposite side, best price first, oldest
// first, at the resting price.
#pragma once

#include <algorithm>

#include "order_book/book_side.hpp"

namespace bw::matching {

/// The memory of the orders and price levels of all books.
struct Pools {
    order_book::OrderPool& orders;
    order_book::LevelPool& levels;
};

/// What an incoming order wants.
struct Demand {
    order_book::Tick limit;  ///< the worst tick at which it trades
    model::Quantity quantity;
};

/// Trades up to `demand.quantity` with the resting orders that meet `demand.limit`. For each fill,
/// in order:
///   on_fill(maker, quantity)   the maker's remaining is already lowered
///   on_closed(slot)            only if the maker has nothing left: it is out of the book, and the
///                              slot may be released
/// Returns the quantity that did not trade. Cost: O(1) per fill.
template <model::Side side, class OnFill, class OnClosed>
[[nodiscard]] model::Quantity sweep(Pools pools, order_book::BookSide<side>& resting, Demand demand,
                                    OnFill&& on_fill, OnClosed&& on_closed) {
    model::Quantity quantity = demand.quantity;
    while (quantity > model::Quantity{0} && resting.meets(demand.limit)) {
        const order_book::LevelHandle handle = resting.best_level();
        order_book::Level& level = pools.levels.level(handle);
        do {
            const order_book::OrderSlot slot = level.head;
            order_book::Order& maker = pools.orders[slot];
            const model::Quantity fill = std::min(quantity, maker.remaining);
            maker.remaining -= fill;
            level.quantity -= fill;
            quantity -= fill;
            on_fill(maker, fill);
            if (maker.remaining > model::Quantity{0}) return quantity;  // then quantity is 0
            level.head = maker.next;
            if (level.head != order_book::no_order)
                pools.orders[level.head].previous = order_book::no_order;
            on_closed(slot);
        } while (quantity > model::Quantity{0} && level.head != order_book::no_order);
        if (level.head == order_book::no_order) resting.erase_level(pools.levels, handle);
    }
    return quantity;
}

/// Whether `quantity` could be filled completely at `limit` now. Cost: O(levels that meet the
/// limit).
template <model::Side side>
[[nodiscard]] bool can_fill(Pools pools, const order_book::BookSide<side>& resting,
                            order_book::Tick limit, model::Quantity quantity) {
    for (auto handle = resting.best_level(); handle != order_book::LevelTree::none;
         handle = resting.worse(pools.levels, handle)) {
        const order_book::Tick tick = pools.levels.tick_of(handle);
        if (side == model::Side::buy ? tick < limit : tick > limit) return false;
        const model::Quantity there = pools.levels.level(handle).quantity;
        if (there >= quantity) return true;
        quantity -= there;
    }
    return false;
}

}  // namespace bw::matching
