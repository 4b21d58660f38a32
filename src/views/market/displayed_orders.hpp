// DisplayedOrders: what each open order shows in its book, from its events. Orders that never show
// anything are not kept.
//
//   hidden, pegged, market, stop and trailing stop orders, all orders of a dark book: nothing, ever
//   stop_limit                  nothing until it is triggered, then as a limit order
//   at_close                    nothing until its instrument is in the closing auction; then it
//                               stays, unless it enters anew later
//   iceberg                     its displayed part: taken from by trades as a resting order,
//                               renewed by OrderRefreshed, and at most the display quantity again
//                               wherever it enters, or trades in an auction
//   all others                  what remains
//
// One thread. Events of a command in order; books outlive the orders in them.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <unordered_map>

#include "base/fields.hpp"
#include "base/hash.hpp"
#include "codec/events.hpp"
#include "views/market/book.hpp"

namespace bw::views::market {

class DisplayedOrders {
 public:
    /// `state`: of the instrument as the order comes in.
    void accept(const codec::OrderAccepted& event, Book& book, model::InstrumentState state);
    void set_conditions(const codec::OrderConditions& event);
    void trigger(const codec::OrderTriggered& event);
    void trade(const codec::TradeExecuted& event);
    void refresh(const codec::OrderRefreshed& event);
    void reduce(const codec::OrderReduced& event);
    void replace(const codec::OrderReplaced& event, model::InstrumentState state);
    void cancel(const codec::OrderCancelled& event);
    /// Orders that waited for it enter their levels.
    void begin_closing_auction(model::InstrumentId instrument);

    /// In order of their ids.
    void save(base::FieldWriter& out) const;
    /// Into books that are empty. `book_of` gives nullptr for an instrument that is not there.
    /// Requires: no order is here.
    void load(base::FieldReader& in, const std::function<Book*(model::InstrumentId)>& book_of);

 private:
    enum class Place : std::uint8_t { book, stop, waiting };
    struct Order {
        Book* book;
        LevelRow* level;  ///< nullptr: not in the book
        model::Price price;
        model::Quantity remaining;
        model::Quantity displayed;         ///< of it, in the level
        model::Quantity display_quantity;  ///< of an iceberg order; 0: all
        model::InstrumentId instrument;
        model::Side side;
        bool is_for_close;
        Place place;
    };
    struct IdHash {
        std::size_t operator()(std::uint64_t id) const { return base::mix64(id); }
    };

    template <class Archive, class Row>
    static void order_fields(Archive& archive, Row& order);
    [[nodiscard]] static bool is_sound(const Order& order);
    [[nodiscard]] Order* find(model::OrderId id);
    static void enter(Order& order);
    static void leave(Order& order);
    static void show(Order& order, model::Quantity displayed);
    [[nodiscard]] static model::Quantity displayed_on_entry(const Order& order);
    void forget(model::OrderId id, Order& order);

    std::unordered_map<std::uint64_t, Order, IdHash> orders_;
    std::unordered_map<std::uint32_t, std::set<std::uint64_t>> waiting_;  // by instrument
};

}  // namespace bw::views::market
