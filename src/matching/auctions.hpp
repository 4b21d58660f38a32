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

/// What follows from a price outside the price bands.
enum class Beyond : std::uint8_t {
    trades,   ///< nothing
    extends,  ///< no trade now: the auction goes on
    ends,     ///< no trade: the auction ends without a price
};

class Auctions {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        const model::Rules& rules;
        risk::Accounts& accounts;
        Instruments& instruments;
        wallet::Settlement& settlement;
        OpenOrders& orders;
    };
    explicit Auctions(const Sees& sees)
        : events_(sees.events),
          rules_(sees.rules),
          accounts_(sees.accounts),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          orders_(sees.orders) {}

    /// The price at which the book would uncross now. Changes nothing.
    [[nodiscard]] AuctionResult find_price(InstrumentIndex index) const;
    /// Trades all that crosses at one price (of a dark book: at the midpoint); emits AuctionEnded
    /// if an auction ends or something traded. False: it is to go on, and nothing has traded.
    /// Ensures: with Beyond::trades, the book is not crossed.
    [[nodiscard]] bool uncross(InstrumentIndex index, Beyond beyond, model::RequestId request);
    /// Of a dark book: trades all that the midpoint of the reference quote satisfies.
    void uncross_at_midpoint(InstrumentIndex index, model::RequestId request);
    /// Cancels what was for the auction only, with `waiting_too` also what waits for another.
    void cancel_leftovers(InstrumentIndex index, bool waiting_too, model::RequestId request);

 private:
    struct Front;
    /// What takes part in an auction besides the limits in the book.
    struct BesideLimits {
        std::uint64_t buys = 0, sells = 0;  ///< of market orders, without a price
        Tick buys_up_to = 0;                ///< how far they may trade
        Tick sells_down_to = 0;
        Tick reference = order_book::no_tick;  ///< a candidate, too
        Tick lowest = 0;                       ///< of the limit bands
        Tick highest = order_book::no_tick;
    };
    /// Whose turn it is at a price: limits beyond the protection price of market orders, market
    /// orders if they take part, the other limits.
    struct Turns {
        Tick buys_up_to = 0;
        Tick sells_down_to = order_book::no_tick;
        bool market_buys = false, market_sells = false;

        [[nodiscard]] Tick protection(model::Side side) const {
            return side == model::Side::buy ? buys_up_to : sells_down_to;
        }
    };
    /// Of a pair of one group.
    enum class Leave : std::uint8_t { the_buyer, the_seller, both, a_part_of_both };

    // auction_price.cpp
    template <model::Side side>
    [[nodiscard]] Queue best_limit(InstrumentIndex index) const;
    template <model::Side side>
    [[nodiscard]] std::uint64_t unpriced_quantity(InstrumentIndex index) const;
    [[nodiscard]] Tick protection_tick(InstrumentIndex index, model::Side side) const;
    [[nodiscard]] Tick reference_tick(InstrumentIndex index) const;
    [[nodiscard]] BesideLimits beside_limits(InstrumentIndex index) const;
    template <class ForEach>
    [[nodiscard]] AuctionResult choose(InstrumentIndex index, ForEach&& for_each_candidate) const;

    [[nodiscard]] std::uint64_t trade_all(InstrumentIndex index, Tick tick);
    [[nodiscard]] Turns turns_at(InstrumentIndex index, Tick tick) const;
    template <model::Side side>
    [[nodiscard]] Queue market_queue(InstrumentIndex index, const Turns& turns) const;
    template <model::Side side>
    [[nodiscard]] Queue first_queue(InstrumentIndex index, const Turns& turns) const;
    template <model::Side side>
    [[nodiscard]] Queue next_queue(InstrumentIndex index, const Queue& queue,
                                   const Turns& turns) const;
    /// How far market orders may trade follows the reference as it is now.
    template <model::Side side>
    void renew_protection(InstrumentIndex index, model::RequestId request);
    [[nodiscard]] bool resolve_self_trades(InstrumentIndex index, Tick price,
                                           model::RequestId request);
    [[nodiscard]] Leave who_leaves(OrderSlot buyer, OrderSlot seller) const;
    void prevent_self_trade(OrderSlot buyer, OrderSlot seller, model::Quantity quantity,
                            model::RequestId request);
    void trade_resting(const Queue& buy, const Queue& sell, model::Price price,
                       model::TradeKind kind);

    codec::EventBuffer& events_;
    const model::Rules& rules_;
    risk::Accounts& accounts_;
    Instruments& instruments_;
    wallet::Settlement& settlement_;
    OpenOrders& orders_;
};

}  // namespace bw::matching
