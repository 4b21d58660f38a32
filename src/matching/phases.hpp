// Phases: which state of an instrument may follow which, and what happens at the change: pegged
// orders are parked, orders for the close join the book, the book uncrosses, leftovers go. No state
// of its own. Cost: that of the uncross. One thread.
#pragma once

#include "matching/auctions.hpp"

namespace bw::matching {

class Phases {
 public:
    Phases(codec::EventBuffer& events, Instruments& instruments,
           const wallet::Settlement& settlement, OpenOrders& orders, Auctions& auctions)
        : events_(events),
          instruments_(instruments),
          settlement_(settlement),
          orders_(orders),
          auctions_(auctions) {}

    [[nodiscard]] bool is_allowed(InstrumentIndex index, model::InstrumentState to) const;
    /// Requires: is_allowed. Emits what happens on the way and InstrumentUpdated.
    void change(InstrumentIndex index, model::InstrumentState to, model::HaltReason reason,
                model::RequestId request);
    /// Emits InstrumentUpdated: the instrument as it now is.
    void announce(InstrumentIndex index, model::RequestId request) const;

 private:
    void enter_closing_auction(InstrumentIndex index, model::RequestId request);
    template <model::Side side>
    void waiting_to_book(InstrumentIndex index, model::RequestId request);

    codec::EventBuffer& events_;
    Instruments& instruments_;
    const wallet::Settlement& settlement_;
    OpenOrders& orders_;
    Auctions& auctions_;
};

}  // namespace bw::matching
