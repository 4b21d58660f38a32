// MapMatcher: the reference to measure against: std::map of price levels, std::list of orders, a
// flat index by id. The obvious way to write a price-time matcher with the standard library; right,
// and not fast.
#pragma once

#include <functional>
#include <list>
#include <map>
#include <optional>
#include <vector>

#include "bench/checksum.hpp"
#include "bench/stream.hpp"

namespace bw::bench {

class MapMatcher {
 public:
    explicit MapMatcher(const StreamHeader& header)
        : books_(header.symbols), orders_(header.max_id + 1) {}

    void apply(const StreamCommand& c) {
        switch (c.op) {
            case Op::enter: enter({c.id, c.price, c.quantity, c.symbol, c.side}, c.tif); break;
            case Op::cancel:
                if (live(c.id)) remove(c.id);
                break;
            case Op::reduce: reduce(c); break;
            case Op::replace: replace(c); break;
        }
    }

    struct OpenOrder {
        std::uint64_t id;
        std::int64_t price;
        std::uint32_t remaining;
        std::uint8_t side;
    };
    [[nodiscard]] std::optional<OpenOrder> open_order(std::uint64_t id) const {
        if (!orders_[id].live) return std::nullopt;
        const Order& order = *orders_[id].at;
        return OpenOrder{order.id, order.price, order.remaining, order.side};
    }

    [[nodiscard]] const TradeChecksum& checksum() const { return checksum_; }
    [[nodiscard]] BookChecksum book() const {
        BookChecksum sum;
        const auto add = [&](const auto& levels) {
            for (const auto& [price, queue] : levels)
                for (const Order& order : queue)
                    sum.add(order.id, static_cast<std::uint64_t>(order.price), order.remaining);
        };
        for (const Book& book : books_) {
            add(book.bids);
            add(book.asks);
        }
        return sum;
    }

 private:
    struct Order {
        std::uint64_t id;
        std::int64_t price;
        std::uint32_t remaining;
        std::uint32_t symbol;
        std::uint8_t side;
    };
    using Queue = std::list<Order>;
    struct Book {
        std::map<std::int64_t, Queue, std::greater<>> bids;
        std::map<std::int64_t, Queue> asks;
    };
    struct Place {
        Queue::iterator at;
        bool live = false;
    };

    bool live(std::uint64_t id) {
        if (!orders_[id].live) ++checksum_.rejects;
        return orders_[id].live;
    }

    template <class Levels, class Meets>
    void match(Levels& levels, Order& taker, Meets&& meets) {
        while (taker.remaining > 0 && !levels.empty() && meets(levels.begin()->first)) {
            Queue& queue = levels.begin()->second;
            while (taker.remaining > 0 && !queue.empty()) {
                Order& maker = queue.front();
                const std::uint32_t quantity = std::min(taker.remaining, maker.remaining);
                checksum_.trade(maker.id, taker.id, static_cast<std::uint64_t>(maker.price),
                                quantity);
                maker.remaining -= quantity;
                taker.remaining -= quantity;
                if (maker.remaining == 0) {
                    orders_[maker.id].live = false;
                    queue.pop_front();
                }
            }
            if (queue.empty()) levels.erase(levels.begin());
        }
    }

    template <class Levels, class Meets>
    static bool fillable(const Levels& levels, std::uint64_t needed, Meets&& meets) {
        for (const auto& [price, queue] : levels) {
            if (!meets(price)) return false;
            for (const Order& order : queue) {
                if (order.remaining >= needed) return true;
                needed -= order.remaining;
            }
        }
        return false;
    }

    void enter(Order order, StreamTif tif) {
        Book& book = books_[order.symbol];
        const auto down_to = [limit = order.price](std::int64_t price) { return price <= limit; };
        const auto up_to = [limit = order.price](std::int64_t price) { return price >= limit; };
        if (tif == StreamTif::fok) {
            const bool enough = order.side == 0 ? fillable(book.asks, order.remaining, down_to)
                                                : fillable(book.bids, order.remaining, up_to);
            if (!enough) return;
        }
        if (order.side == 0)
            match(book.asks, order, down_to);
        else
            match(book.bids, order, up_to);
        if (order.remaining == 0 || tif != StreamTif::good) return;
        Queue& queue = order.side == 0 ? book.bids[order.price] : book.asks[order.price];
        queue.push_back(order);
        orders_[order.id] = {std::prev(queue.end()), true};
    }

    template <class Levels>
    static void take_out(Levels& levels, Queue::iterator at) {
        const auto level = levels.find(at->price);
        level->second.erase(at);
        if (level->second.empty()) levels.erase(level);
    }

    void remove(std::uint64_t id) {
        const auto at = orders_[id].at;
        orders_[id].live = false;
        if (at->side == 0)
            take_out(books_[at->symbol].bids, at);
        else
            take_out(books_[at->symbol].asks, at);
    }

    void reduce(const StreamCommand& c) {
        if (!live(c.id)) return;
        Order& order = *orders_[c.id].at;
        if (c.quantity >= order.remaining)
            remove(c.id);
        else
            order.remaining -= c.quantity;
    }

    void replace(const StreamCommand& c) {
        if (!live(c.id)) return;
        Order order = *orders_[c.id].at;
        remove(c.id);
        order.price = c.price;
        order.remaining = c.quantity;
        enter(order, StreamTif::good);
    }

    std::vector<Book> books_;
    std::vector<Place> orders_;
    TradeChecksum checksum_;
};

}  // namespace bw::bench
