// BookMatcher: the exchange's own books and matching, without accounts and events, behind the neutral stream.
// Also the core of `buttonwood match`.
#pragma once

#include <vector>

#include "bench/checksum.hpp"
#include "bench/stream.hpp"
#include "matching/sweep.hpp"

namespace bw::bench {

class BookMatcher {
 public:
    explicit BookMatcher(const StreamHeader& header)
        : orders_(static_cast<std::uint32_t>(header.max_id + 1)),
          levels_(1u << 18),
          books_(header.symbols),
          slots_(header.max_id + 1, order_book::no_order) {}

    void apply(const StreamCommand& c) {
        switch (c.op) {
            case Op::enter: enter(c); break;
            case Op::cancel:
                if (live(c.id)) cancel(c.id);
                break;
            case Op::reduce: reduce(c); break;
            case Op::replace: replace(c); break;
        }
    }

    /// Starts loading what a command that comes soon will need.
    void prefetch(const StreamCommand& c) const {
        if (c.op == Op::enter) return;
        const order_book::OrderSlot slot = slots_[c.id];
        if (slot != order_book::no_order) orders_.prefetch(slot);
    }

    [[nodiscard]] const TradeChecksum& checksum() const { return checksum_; }
    [[nodiscard]] BookChecksum book() const {
        BookChecksum sum;
        for (const auto slot : slots_)
            if (slot != order_book::no_order)
                sum.add(orders_[slot].id.value(),
                        static_cast<std::uint64_t>(orders_[slot].price.value()),
                        orders_[slot].remaining.value());
        return sum;
    }

 private:
    using Side = model::Side;

    bool live(std::uint64_t id) {
        if (slots_[id] == order_book::no_order) ++checksum_.rejects;
        return slots_[id] != order_book::no_order;
    }

    template <Side resting>
    [[nodiscard]] model::Quantity match(order_book::Book& book, std::uint64_t taker,
                                        order_book::Tick limit, model::Quantity quantity) {
        return matching::sweep(
            matching::Pools{orders_, levels_}, book.on<resting>(), limit, quantity,
            [&](const order_book::Order& maker, model::Quantity fill) {
                checksum_.trade(maker.id.value(), taker,
                                static_cast<std::uint64_t>(maker.price.value()), fill.value());
            },
            [&](order_book::OrderSlot slot) {
                slots_[orders_[slot].id.value()] = order_book::no_order;
                orders_.give_back(slot);
            });
    }

    [[nodiscard]] model::Quantity match(order_book::Book& book, std::uint64_t taker, Side side,
                                        order_book::Tick limit, model::Quantity quantity) {
        if (side == Side::buy)
            return book.asks.meets(limit) ? match<Side::sell>(book, taker, limit, quantity)
                                          : quantity;
        return book.bids.meets(limit) ? match<Side::buy>(book, taker, limit, quantity) : quantity;
    }

    void rest(order_book::Book& book, order_book::OrderSlot slot, order_book::Tick tick) {
        if (orders_[slot].side == Side::buy)
            book.bids.add(levels_, orders_, tick, slot);
        else
            book.asks.add(levels_, orders_, tick, slot);
    }

    void take_out(order_book::Book& book, order_book::OrderSlot slot) {
        if (orders_[slot].side == Side::buy)
            book.bids.remove(levels_, orders_, slot);
        else
            book.asks.remove(levels_, orders_, slot);
    }

    [[nodiscard]] bool fillable(order_book::Book& book, Side side, order_book::Tick limit,
                                model::Quantity quantity) {
        const matching::Pools pools{orders_, levels_};
        return side == Side::buy ? matching::can_fill(pools, book.asks, limit, quantity)
                                 : matching::can_fill(pools, book.bids, limit, quantity);
    }

    void enter(const StreamCommand& c) {
        order_book::Book& book = books_[c.symbol];
        const Side side = c.side == 0 ? Side::buy : Side::sell;
        const auto tick = static_cast<order_book::Tick>(c.price);
        if (c.tif == StreamTif::fok && !fillable(book, side, tick, model::Quantity{c.quantity}))
            return;
        const model::Quantity left = match(book, c.id, side, tick, model::Quantity{c.quantity});
        if (left == model::Quantity{0} || c.tif != StreamTif::good) return;
        const order_book::OrderSlot slot = orders_.take();
        order_book::Order& order = orders_[slot];
        order.id = model::OrderId{c.id};
        order.price = model::Price{c.price};
        order.remaining = left;
        order.instrument = static_cast<std::uint16_t>(c.symbol);
        order.side = side;
        slots_[c.id] = slot;
        rest(book, slot, tick);
    }

    void close(std::uint64_t id) {
        orders_.give_back(slots_[id]);
        slots_[id] = order_book::no_order;
    }

    void cancel(std::uint64_t id) {
        take_out(books_[orders_[slots_[id]].instrument], slots_[id]);
        close(id);
    }

    void reduce(const StreamCommand& c) {
        if (!live(c.id)) return;
        const order_book::OrderSlot slot = slots_[c.id];
        order_book::Book& book = books_[orders_[slot].instrument];
        if (model::Quantity{c.quantity} >= orders_[slot].remaining) return cancel(c.id);
        if (orders_[slot].side == Side::buy)
            book.bids.reduce(levels_, orders_, slot, model::Quantity{c.quantity});
        else
            book.asks.reduce(levels_, orders_, slot, model::Quantity{c.quantity});
    }

    void replace(const StreamCommand& c) {
        if (!live(c.id)) return;
        const order_book::OrderSlot slot = slots_[c.id];
        order_book::Order& order = orders_[slot];
        order_book::Book& book = books_[order.instrument];
        take_out(book, slot);
        const auto tick = static_cast<order_book::Tick>(c.price);
        order.price = model::Price{c.price};
        order.remaining = match(book, c.id, order.side, tick, model::Quantity{c.quantity});
        if (order.remaining == model::Quantity{0}) return close(c.id);
        rest(book, slot, tick);
    }

    order_book::OrderPool orders_;
    order_book::LevelPool levels_;
    std::vector<order_book::Book> books_;
    std::vector<order_book::OrderSlot> slots_;
    TradeChecksum checksum_;
};

}  // namespace bw::bench
