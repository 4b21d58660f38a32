// Phases: which state of an instrument may follow which, and what happens at the change: pegged
// orders are parked, orders for the close join the book, the book uncrosses, leftovers go. No state
// of its own. Cost: that of the uncross. One thread.
#pragma once

#include "matching/auctions.hpp"

namespace bw::matching {

class Phases {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        const model::Rules& rules;
        Instruments& instruments;
        const wallet::Settlement& settlement;
        OpenOrders& orders;
        Auctions& auctions;
    };
    explicit Phases(const Sees& sees)
        : events_(sees.events),
          rules_(sees.rules),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          orders_(sees.orders),
          auctions_(sees.auctions) {}

    [[nodiscard]] bool is_allowed(InstrumentIndex index, model::InstrumentState to) const;
    /// Requires: is_allowed. Emits what happens on the way and InstrumentUpdated. An auction whose
    /// price is outside the price bands may be extended instead.
    void change(InstrumentIndex index, model::InstrumentState to, model::HaltReason reason,
                model::RequestId request);
    /// Emits InstrumentUpdated: the instrument as it now is.
    void announce(InstrumentIndex index, model::RequestId request) const;

 private:
    [[nodiscard]] Beyond beyond_bands(InstrumentIndex index, model::InstrumentState to) const;
    void extend(InstrumentIndex index, model::RequestId request);
    void enter_closing_auction(InstrumentIndex index, model::RequestId request);
    template <model::Side side>
    void waiting_to_book(InstrumentIndex index, model::RequestId request);

    codec::EventBuffer& events_;
    const model::Rules& rules_;
    Instruments& instruments_;
    const wallet::Settlement& settlement_;
    OpenOrders& orders_;
    Auctions& auctions_;
};

}  // namespace bw::matching
