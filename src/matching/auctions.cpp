#include "matching/auctions.hpp"

#include <array>
#include <cstdlib>

namespace bw::matching {

using model::Side;
using order_book::LevelTree;
using order_book::no_order;

namespace {

std::uint64_t magnitude(std::int64_t surplus) {
    return static_cast<std::uint64_t>(surplus < 0 ? -surplus : surplus);
}

/// The occupied levels of up to two sides of the same direction, from a tick on upwards, as one:
/// what rests at each tick.
template <Side side>
class Ladder {
 public:
    Ladder(const order_book::LevelPool& levels, const order_book::BookSide<side>& lit,
           const order_book::BookSide<side>& dark, order_book::Tick from)
        : levels_(levels), sides_{&lit, &dark} {
        for (std::size_t i = 0; i < 2; ++i) handles_[i] = first(*sides_[i], from);
    }

    /// no_tick when there is nothing more.
    [[nodiscard]] order_book::Tick tick() const { return std::min(tick_of(0), tick_of(1)); }

    /// What rests at tick(); goes on to the next higher one.
    [[nodiscard]] std::uint64_t take() {
        const order_book::Tick now = tick();
        std::uint64_t quantity = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            if (tick_of(i) != now) continue;
            quantity += levels_.level(handles_[i]).quantity.value();
            handles_[i] = higher(*sides_[i], handles_[i]);
        }
        return quantity;
    }

 private:
    using Handle = order_book::LevelHandle;

    [[nodiscard]] order_book::Tick tick_of(std::size_t i) const {
        return handles_[i] == LevelTree::none ? order_book::no_tick : levels_.tick_of(handles_[i]);
    }
    [[nodiscard]] Handle higher(const order_book::BookSide<side>& resting, Handle handle) const {
        return side == Side::buy ? resting.better_than(levels_, levels_.tick_of(handle))
                                 : resting.worse(levels_, handle);
    }
    /// The lowest level at or above `from`.
    [[nodiscard]] Handle first(const order_book::BookSide<side>& resting,
                               order_book::Tick from) const {
        return side == Side::buy ? resting.better_than(levels_, from - 1)
                                 : resting.at_or_worse(levels_, from);
    }

    const order_book::LevelPool& levels_;
    std::array<const order_book::BookSide<side>*, 2> sides_;
    std::array<Handle, 2> handles_{};
};

/// One candidate after the other, each compared with the best so far. Keeps what the last rule
/// needs.
struct Candidates {
    std::uint64_t volume = 0;
    std::uint64_t surplus = 0;  ///< magnitude
    bool some_to_buy = false, some_to_sell = false, some_even = false;
    order_book::Tick lowest = 0, highest = 0;

    void look_at(order_book::Tick tick, std::uint64_t demand, std::uint64_t supply) {
        const std::uint64_t tradable = std::min(demand, supply);
        const std::uint64_t left = std::max(demand, supply) - tradable;
        if (tradable < volume || (tradable == volume && left > surplus) || tradable == 0) return;
        if (tradable > volume || left < surplus)
            *this = {tradable, left, false, false, false, tick, tick};
        highest = tick;
        (demand > supply ? some_to_buy : demand < supply ? some_to_sell : some_even) = true;
    }
    [[nodiscard]] bool pressed_up() const { return some_to_buy && !some_to_sell && !some_even; }
    [[nodiscard]] bool pressed_down() const { return some_to_sell && !some_to_buy && !some_even; }
};

}  // namespace

AuctionResult Auctions::find_price(InstrumentIndex index) const {
    const Queue best_bid = orders_.best_queue<Side::buy>(index);
    const Queue best_ask = orders_.best_queue<Side::sell>(index);
    if (best_bid.place == Place::none || best_ask.place == Place::none ||
        best_bid.tick < best_ask.tick)
        return {};
    const auto& bids = orders_.side_of<Side::buy>(index, Place::lit);
    const auto& dark_bids = orders_.side_of<Side::buy>(index, Place::dark);
    const auto& asks = orders_.side_of<Side::sell>(index, Place::lit);
    const auto& dark_asks = orders_.side_of<Side::sell>(index, Place::dark);

    std::uint64_t all_bids = 0;
    for (Ladder<Side::buy> ladder(orders_.levels(), bids, dark_bids, best_ask.tick);
         ladder.tick() != order_book::no_tick;)
        all_bids += ladder.take();
    const auto for_each_candidate = [&](auto&& look) {
        Ladder<Side::buy> buys(orders_.levels(), bids, dark_bids, best_ask.tick);
        Ladder<Side::sell> sells(orders_.levels(), asks, dark_asks, best_ask.tick);
        std::uint64_t demand = all_bids;
        std::uint64_t supply = 0;
        for (Tick tick = std::min(buys.tick(), sells.tick()); tick <= best_bid.tick;
             tick = std::min(buys.tick(), sells.tick())) {
            if (sells.tick() == tick) supply += sells.take();
            look(tick, demand, supply);
            if (buys.tick() == tick) demand -= buys.take();
        }
    };

    Candidates candidates;
    for_each_candidate([&](Tick tick, std::uint64_t demand, std::uint64_t supply) {
        candidates.look_at(tick, demand, supply);
    });
    const std::int64_t tick_size = instruments_[index].tick_size.value();
    std::int64_t wanted = instruments_[index].reference.value();
    if (candidates.pressed_up()) wanted = candidates.highest * tick_size;
    if (candidates.pressed_down()) wanted = candidates.lowest * tick_size;

    AuctionResult result;
    std::int64_t nearest = 0;
    for_each_candidate([&](Tick tick, std::uint64_t demand, std::uint64_t supply) {
        const std::uint64_t tradable = std::min(demand, supply);
        const auto surplus = static_cast<std::int64_t>(demand) - static_cast<std::int64_t>(supply);
        if (tradable != candidates.volume || magnitude(surplus) != candidates.surplus) return;
        const std::int64_t distance = std::abs(tick * tick_size - wanted);
        if (result.found && distance > nearest) return;  // at equal distance the higher, later one
        result = {true, tick, tradable, surplus};
        nearest = distance;
    });
    return result;
}

void Auctions::uncross(InstrumentIndex index, model::RequestId request) {
    if (instruments_.is_dark_book(index)) return uncross_at_midpoint(index, request);
    Instrument& instrument = instruments_[index];
    AuctionResult result = find_price(index);
    while (result.found && resolve_self_trades(index, result.tick, request))
        result = find_price(index);

    const std::uint64_t last_match = settlement_.last_match();
    std::uint64_t volume = 0;
    const model::Price price{static_cast<std::int64_t>(result.tick) * instrument.tick_size.value()};
    while (result.found) {
        const Queue buy = orders_.best_queue<Side::buy>(index);
        const Queue sell = orders_.best_queue<Side::sell>(index);
        if (buy.place == Place::none || sell.place == Place::none || buy.tick < result.tick ||
            sell.tick > result.tick)
            break;
        const std::uint64_t before = orders_[orders_.head_of(buy)].remaining.value();
        const std::uint64_t other = orders_[orders_.head_of(sell)].remaining.value();
        volume += std::min(before, other);
        trade_resting(buy, sell, price, model::TradeKind::auction);
    }
    const bool traded = settlement_.last_match() != last_match;
    if (traded) {
        instruments_.listing(index).static_reference = price;
        if (instrument.state == model::InstrumentState::closing_auction)
            instruments_.listing(index).closing_auction = price;
    }
    if (!traded && !is_auction(instrument.state)) return;
    auto& event = events_.emit<codec::AuctionEnded>();
    event.request_id = request;
    event.price = traded ? price : model::no_price;
    event.volume = model::Quantity{volume};
    event.surplus = traded ? result.surplus : 0;
    event.instrument = model::InstrumentId{index + 1};
    event.state = instrument.state;
}

void Auctions::uncross_at_midpoint(InstrumentIndex index, model::RequestId request) {
    const model::Price middle = instruments_.listing(index).midpoint();
    if (middle.value() == 0) return;
    while (true) {
        const Queue buy = orders_.best_queue<Side::buy>(index);
        const Queue sell = orders_.best_queue<Side::sell>(index);
        if (buy.place == Place::none || sell.place == Place::none) return;
        const OrderSlot buyer = orders_.head_of(buy);
        const OrderSlot seller = orders_.head_of(sell);
        if (orders_[buyer].price < middle || orders_[seller].price > middle) return;
        if (risk::same_group(accounts_[orders_[buyer].account], accounts_[orders_[seller].account]))
            orders_.cancel(orders_[buyer].id > orders_[seller].id ? buyer : seller, request,
                           model::CancelReason::self_trade);
        else
            trade_resting(buy, sell, middle, model::TradeKind::midpoint);
    }
}

/// The oldest orders of two queues trade as much as they can.
void Auctions::trade_resting(const Queue& buy, const Queue& sell, model::Price price,
                             model::TradeKind kind) {
    const OrderSlot buyer = orders_.head_of(buy);
    const OrderSlot seller = orders_.head_of(sell);
    const model::Quantity quantity = std::min(orders_[buyer].remaining, orders_[seller].remaining);
    for (const auto& [queue, slot] : {std::pair{&buy, buyer}, std::pair{&sell, seller}}) {
        orders_[slot].remaining -= quantity;
        orders_.levels().level(queue->level).quantity -= quantity;
        if (OpenOrders::is_iceberg(orders_[slot]))
            orders_.conditions(slot).displayed =
                std::min(orders_.conditions(slot).display, orders_[slot].remaining);
    }
    orders_.trade<true>(orders_[seller], orders_[buyer], quantity, price, kind);
    for (const OrderSlot slot : {seller, buyer})
        if (orders_[slot].remaining == model::Quantity{0}) orders_.close_filled(slot);
}

namespace {

/// What of the oldest orders is left as the trades are gone through.
struct Front {
    order_book::OrderSlot slot = no_order;
    model::Quantity left{};
};

}  // namespace

/// Goes through the trades at `price` without making them; where a group would trade with itself,
/// the younger order is cancelled. True if there was such a pair.
bool Auctions::resolve_self_trades(InstrumentIndex index, Tick price, model::RequestId request) {
    Queue buys = orders_.best_queue<Side::buy>(index);
    Queue sells = orders_.best_queue<Side::sell>(index);
    const auto head = [&](const Queue& queue) -> Front {
        if (queue.place == Place::none) return {};
        const OrderSlot slot = orders_.head_of(queue);
        return {slot, orders_[slot].remaining};
    };
    const auto next_buy = [&](Front& front) {
        const OrderSlot next = orders_[front.slot].next;
        if (next == no_order) buys = orders_.worse_queue<Side::buy>(index, buys);
        front = next == no_order ? head(buys) : Front{next, orders_[next].remaining};
    };
    const auto next_sell = [&](Front& front) {
        const OrderSlot next = orders_[front.slot].next;
        if (next == no_order) sells = orders_.worse_queue<Side::sell>(index, sells);
        front = next == no_order ? head(sells) : Front{next, orders_[next].remaining};
    };
    Front buy = head(buys);
    Front sell = head(sells);
    bool found = false;
    while (buy.slot != no_order && sell.slot != no_order && buys.tick >= price &&
           sells.tick <= price) {
        const OrderSlot buyer = buy.slot;
        const OrderSlot seller = sell.slot;
        if (risk::same_group(accounts_[orders_[buyer].account],
                             accounts_[orders_[seller].account])) {
            found = true;
            const bool buyer_is_younger = orders_[buyer].id > orders_[seller].id;
            if (buyer_is_younger)
                next_buy(buy);
            else
                next_sell(sell);
            orders_.cancel(buyer_is_younger ? buyer : seller, request,
                           model::CancelReason::self_trade);
            continue;
        }
        const model::Quantity quantity = std::min(buy.left, sell.left);
        buy.left -= quantity;
        sell.left -= quantity;
        if (buy.left == model::Quantity{0}) next_buy(buy);
        if (sell.left == model::Quantity{0}) next_sell(sell);
    }
    return found;
}

void Auctions::cancel_leftovers(InstrumentIndex index, bool waiting_too, model::RequestId request) {
    for (const Side side : {Side::buy, Side::sell})
        orders_.walk(index, side, [&](OrderSlot slot) {
            const Order& order = orders_[slot];
            const bool in_book = order.place == Place::lit || order.place == Place::dark;
            const bool for_auctions = order.type == model::OrderType::market ||
                                      order.time_in_force >= model::TimeInForce::at_open;
            if ((in_book && for_auctions) || (waiting_too && order.place == Place::waiting))
                orders_.cancel(slot, request, model::CancelReason::auction_ended);
        });
}

}  // namespace bw::matching
