// Auctions: the price that trades the most, and the uncross, in one command over a closed book. No
// state of its own. Cost: find_price O(levels that cross), uncross O(orders that trade),
// cancel_leftovers O(open orders of the instrument). One thread.
#pragma once

#include "matching/open_orders.hpp"

namespace bw::matching {

/// What an auction finds.
struct AuctionResult {
    bool found = false;
    Tick tick = 0;
    std::uint64_t volume = 0;
    std::int64_t surplus = 0;  ///< above 0: more to buy
};

class Auctions {
 public:
    Auctions(codec::EventBuffer& events, risk::Accounts& accounts, Instruments& instruments,
             wallet::Settlement& settlement, OpenOrders& orders)
        : events_(events),
          accounts_(accounts),
          instruments_(instruments),
          settlement_(settlement),
          orders_(orders) {}

    /// The price at which the book would uncross now. Changes nothing.
    [[nodiscard]] AuctionResult find_price(InstrumentIndex index) const;
    /// Trades all that crosses at one price (of a dark book: at the midpoint); emits AuctionEnded
    /// if an auction ends or something traded. Ensures: the book is not crossed.
    void uncross(InstrumentIndex index, model::RequestId request);
    /// Of a dark book: trades all that the midpoint of the reference quote satisfies.
    void uncross_at_midpoint(InstrumentIndex index, model::RequestId request);
    /// Cancels what was for the auction only, with `waiting_too` also what waits for another.
    void cancel_leftovers(InstrumentIndex index, bool waiting_too, model::RequestId request);

 private:
    [[nodiscard]] bool resolve_self_trades(InstrumentIndex index, Tick price,
                                           model::RequestId request);
    void trade_resting(const Queue& buy, const Queue& sell, model::Price price,
                       model::TradeKind kind);

    codec::EventBuffer& events_;
    risk::Accounts& accounts_;
    Instruments& instruments_;
    wallet::Settlement& settlement_;
    OpenOrders& orders_;
};

}  // namespace bw::matching
