// OrderFlow: what becomes of an order that is accepted, replaced or triggered: it waits beside the
// book, rests, trades, or is cancelled. No state of its own. Cost: that of the matching. One
// thread.
#pragma once

#include "matching/matcher.hpp"
#include "matching/phases.hpp"

namespace bw::matching {

class OrderFlow {
 public:
    OrderFlow(Instruments& instruments, OpenOrders& orders, Matcher& matcher, Phases& phases)
        : instruments_(instruments), orders_(orders), matcher_(matcher), phases_(phases) {}

    /// Requires: the order is incoming, its hold is set aside, `limit` is the tick of its price.
    /// Ensures: it is active in its place, or closed and its slot released.
    void route_order(OrderSlot slot, Tick limit, model::Quantity min_quantity,
                     model::RequestId request);
    /// The same for one that is to trade now.
    void run_incoming(OrderSlot slot, Tick limit, model::RequestId request);
    /// Goes into the volatility auction if the last matching ended at the execution range.
    void interrupt_if_needed(InstrumentIndex index, model::RequestId request) {
        if (matcher_.interrupted()) [[unlikely]]
            interrupt(index, request);
    }

 private:
    void interrupt(InstrumentIndex index, model::RequestId request);
    void rest_or_cancel(OrderSlot slot, Tick limit, model::RequestId request);

    Instruments& instruments_;
    OpenOrders& orders_;
    Matcher& matcher_;
    Phases& phases_;
};

}  // namespace bw::matching
