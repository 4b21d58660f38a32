// The walk over the open orders of one side of an instrument, in the order of the rules. For those
// who change many orders at once.
#pragma once

#include "engine/state.hpp"

namespace bw::engine {

template <class Visit>
void Engine::State::walk(std::uint32_t index, model::Side side, Visit&& visit) {
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
    Listing& listing = listings_[index];
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

}  // namespace bw::engine
