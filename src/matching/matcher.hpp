// Matcher: an incoming order trades with what rests, best price first. The plain path (displayed
// orders, price-time, no self-trade prevention) is one sweep; everything else goes a queue at a
// time. Owns one bit: whether the last matching ended at the execution range.
//
//   match ─► plain ─► sweep
//        ├─► guarded: self-trade prevention, one maker at a time      (matcher.cpp)
//        └─► special: dark orders, icebergs, ranges, allocations      (special_matching.cpp)
//
// Requires of all: the order is incoming (not active), its hold is set aside, the instrument is
// trading. Cost: O(1) per fill; can_find O(levels that meet the limit), with self-trade prevention
// O(orders). One thread.
#pragma once

#include <optional>

#include "matching/open_orders.hpp"

namespace bw::matching {

/// The ticks at which an incoming order may trade now.
struct Reach {
    Tick limit;  ///< of the order, within the limit bands
    ExecutionRange range;
};

class Matcher {
 public:
    Matcher(risk::Accounts& accounts, Instruments& instruments, OpenOrders& orders)
        : accounts_(accounts), instruments_(instruments), orders_(orders) {}

    /// Trades the order as far as it goes; what is left of it stays with the caller. False:
    /// self-trade prevention cancelled it, and its slot is released.
    [[nodiscard]] bool match(OrderSlot taker, Tick limit, model::RequestId request);
    /// Whether match() would trade at least `wanted`. Changes nothing.
    [[nodiscard]] bool can_find(OrderSlot taker, Tick limit, model::Quantity wanted);
    /// Whether a match() ended at the execution range and nobody has forgotten it: then the
    /// instrument goes into the volatility auction.
    [[nodiscard]] bool interrupted() const { return interrupted_; }
    void forget_interruption() { interrupted_ = false; }

 private:
    template <model::Side resting>
    [[nodiscard]] bool match_against(OrderSlot taker, Tick limit, model::RequestId request);
    template <model::Side resting>
    void sweep(order_book::BookSide<resting>& side, Order& taker, Tick limit,
               model::Quantity quantity);
    template <model::Side resting>
    [[nodiscard]] bool match_guarded(OrderSlot taker, Tick limit, model::RequestId request);
    [[nodiscard]] bool prevent_self_trade(OrderSlot maker, OrderSlot taker,
                                          model::RequestId request);
    [[nodiscard]] bool decrement_both(OrderSlot maker, OrderSlot taker, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool can_find_against(const Order& taker, Tick limit, model::Quantity wanted);
    [[nodiscard]] std::optional<model::Quantity> available_in(const Queue& queue,
                                                              const risk::Account& owner,
                                                              model::Quantity wanted) const;

    template <model::Side resting>
    [[nodiscard]] bool match_special(OrderSlot taker, Tick limit, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool match_queue(const Queue& queue, OrderSlot taker, model::RequestId request);
    template <model::Side resting>
    [[nodiscard]] bool prevent_in_queue(const Queue& queue, OrderSlot taker,
                                        model::RequestId request);
    template <model::Side resting>
    void share_out(const Queue& queue, Order& taker);
    template <model::Side resting>
    void share_to_lead(const Queue& queue, Order& taker);
    template <model::Side resting>
    void share_pro_rata(const Queue& queue, Order& taker);
    /// Trades with one maker; it leaves when it has nothing left.
    template <model::Side resting>
    void fill(const Queue& queue, OrderSlot maker, Order& taker, model::Quantity quantity);
    [[nodiscard]] Reach reach_of(const Order& taker, Tick limit) const;
    [[nodiscard]] model::Price queue_price(InstrumentIndex index, const Queue& queue) const;

    risk::Accounts& accounts_;
    Instruments& instruments_;
    OpenOrders& orders_;
    bool interrupted_ = false;
};

}  // namespace bw::matching
