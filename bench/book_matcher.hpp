// BookMatcher: the exchange's own books and matching, without accounts and events, behind the
// neutral stream. Also the core of `buttonwood match`.
#pragma once

#include <span>
#include <vector>

#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
#include "bench/checksum.hpp"
#include "bench/stream.hpp"
#include "matching/sweep.hpp"

namespace bw::bench {

class BookMatcher {
 public:
    /// The memory of the orders is provided here, as the exchange provides it at its start.
    explicit BookMatcher(const StreamHeader& header)
        : orders_(static_cast<std::uint32_t>(header.max_id + 1)),
          levels_(1u << 18),
          books_(header.symbols),
          slots_(header.max_id + 1, base::PageSize::huge) {
        for (std::uint64_t id = 0; id <= header.max_id; ++id) slots_[id] = order_book::no_order;
        orders_.prepare(static_cast<std::uint32_t>(header.max_id + 1));
    }

    void apply(const StreamCommand& c) {
        switch (c.op) {
            case Op::enter: c.side == 0 ? enter<Side::buy>(c) : enter<Side::sell>(c); break;
            case Op::cancel:
                if (live(c.id)) cancel(c.id);
                break;
            case Op::reduce: reduce(c); break;
            case Op::replace: replace(c); break;
        }
    }

    /// Starts loading what the commands that come next will need, in waves as Engine::look_ahead
    /// does: each wave runs over the whole batch, when what the one before it has asked for is
    /// there. Of a change the order tells book and side.
    void look_ahead(std::span<const StreamCommand> commands) const {
        if (orders_.cached() && levels_.cached()) return;
        for (const StreamCommand& c : commands) hint_first(c);
        for (const StreamCommand& c : commands) hint_second(c);
        for (const StreamCommand& c : commands) hint_surroundings(c);
        for (const StreamCommand& c : commands) hint_new_tail(c);
    }

    [[nodiscard]] const TradeChecksum& checksum() const { return checksum_; }
    [[nodiscard]] BookChecksum book() const {
        BookChecksum sum;
        for (std::uint64_t id = 0; id < slots_.size(); ++id)
            if (const auto slot = slots_[id]; slot != order_book::no_order)
                sum.add(orders_[slot].id.value(),
                        static_cast<std::uint64_t>(orders_[slot].price.value()),
                        orders_[slot].remaining.value());
        return sum;
    }

 private:
    using Side = model::Side;

    void hint_first(const StreamCommand& c) const {
        if (c.op != Op::enter) return base::prefetch_to_write(&slots_[c.id]);
        entered_side(c).prefetch_level(levels_, tick_of(c));
    }
    void hint_second(const StreamCommand& c) const {
        if (c.op == Op::enter) return entered_side(c).prefetch_tail(levels_, orders_, tick_of(c));
        if (slots_[c.id] != order_book::no_order) orders_.prefetch(slots_[c.id]);
    }
    void hint_surroundings(const StreamCommand& c) const {
        if (c.op == Op::enter || slots_[c.id] == order_book::no_order) return;
        order_book::prefetch_removal(levels_, orders_, slots_[c.id]);
        if (c.op == Op::replace) side_of(slots_[c.id]).prefetch_level(levels_, tick_of(c));
    }
    void hint_new_tail(const StreamCommand& c) const {
        if (c.op != Op::replace || slots_[c.id] == order_book::no_order) return;
        side_of(slots_[c.id]).prefetch_tail(levels_, orders_, tick_of(c));
    }
    [[nodiscard]] const order_book::RestingOrders& entered_side(const StreamCommand& c) const {
        return books_[c.symbol].on(c.side == 0 ? Side::buy : Side::sell);
    }
    [[nodiscard]] const order_book::RestingOrders& side_of(order_book::OrderSlot slot) const {
        return books_[orders_[slot].instrument].on(orders_[slot].side);
    }
    static order_book::Tick tick_of(const StreamCommand& c) {
        return static_cast<order_book::Tick>(c.price);
    }

    [[nodiscard]] matching::Pools pools() { return {orders_, levels_}; }

    bool live(std::uint64_t id) {
        if (slots_[id] == order_book::no_order) ++checksum_.rejects;
        return slots_[id] != order_book::no_order;
    }

    template <Side resting>
    [[nodiscard]] model::Quantity match(order_book::Book& book, std::uint64_t taker,
                                        order_book::Tick limit, model::Quantity quantity) {
        return matching::sweep(
            pools(), book.on<resting>(), {limit, quantity},
            [&](const order_book::Order& maker, model::Quantity fill) {
                checksum_.trade(maker.id.value(), taker,
                                static_cast<std::uint64_t>(maker.price.value()), fill.value());
            },
            [&](order_book::OrderSlot slot) {
                slots_[orders_[slot].id.value()] = order_book::no_order;
                orders_.give_back(slot);
            });
    }

    template <Side side>
    void enter(const StreamCommand& c) {
        order_book::Book& book = books_[c.symbol];
        auto& opposite = book.on<model::opposite(side)>();
        const order_book::Tick tick = tick_of(c);
        model::Quantity left{c.quantity};
        if (c.tif == StreamTif::fok && !matching::can_fill(pools(), opposite, tick, left)) return;
        if (opposite.meets(tick)) left = match<model::opposite(side)>(book, c.id, tick, left);
        if (left == model::Quantity{0} || c.tif != StreamTif::good) return;
        const order_book::OrderSlot slot = orders_.take();
        order_book::Order& order = orders_[slot];
        order.id = model::OrderId{c.id};
        order.price = model::Price{c.price};
        order.remaining = left;
        order.instrument = static_cast<std::uint16_t>(c.symbol);
        order.side = side;
        slots_[c.id] = slot;
        book.on<side>().add(levels_, orders_, tick, slot);
    }

    void close(std::uint64_t id) {
        orders_.give_back(slots_[id]);
        slots_[id] = order_book::no_order;
    }

    void cancel(std::uint64_t id) {
        const order_book::Order& order = orders_[slots_[id]];
        books_[order.instrument].on(order.side).remove(levels_, orders_, slots_[id]);
        close(id);
    }

    void reduce(const StreamCommand& c) {
        if (!live(c.id)) return;
        const order_book::OrderSlot slot = slots_[c.id];
        order_book::Book& book = books_[orders_[slot].instrument];
        if (model::Quantity{c.quantity} >= orders_[slot].remaining) return cancel(c.id);
        book.on(orders_[slot].side).reduce(levels_, orders_, slot, model::Quantity{c.quantity});
    }

    void replace(const StreamCommand& c) {
        if (!live(c.id)) return;
        const order_book::OrderSlot slot = slots_[c.id];
        order_book::Order& order = orders_[slot];
        order_book::Book& book = books_[order.instrument];
        auto& own = book.on(order.side);
        own.remove(levels_, orders_, slot);
        const order_book::Tick tick = tick_of(c);
        order.price = model::Price{c.price};
        order.remaining = model::Quantity{c.quantity};
        if (book.on(model::opposite(order.side)).meets(tick))
            order.remaining = order.side == Side::buy
                                  ? match<Side::sell>(book, c.id, tick, order.remaining)
                                  : match<Side::buy>(book, c.id, tick, order.remaining);
        if (order.remaining == model::Quantity{0}) return close(c.id);
        own.add(levels_, orders_, tick, slot);
    }

    order_book::OrderPool orders_;
    order_book::LevelPool levels_;
    std::vector<order_book::Book> books_;
    base::LazyArray<order_book::OrderSlot> slots_;  ///< by order id
    TradeChecksum checksum_;
};

}  // namespace bw::bench
