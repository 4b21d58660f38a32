#include "matching/auctions.hpp"

#include <algorithm>

namespace bw::matching {

using model::Side;
using order_book::LevelTree;
using order_book::no_order;

bool Auctions::uncross(InstrumentIndex index, Beyond beyond, model::RequestId request) {
    if (instruments_.is_dark_book(index)) {
        uncross_at_midpoint(index, request);
        return true;
    }
    Instrument& instrument = instruments_[index];
    if (rules_.unpriced_auctions()) {
        renew_protection<Side::buy>(index, request);
        renew_protection<Side::sell>(index, request);
    }
    AuctionResult result = find_price(index);
    while (result.found && resolve_self_trades(index, result.tick, request))
        result = find_price(index);
    if (result.found && beyond != Beyond::trades &&
        !instruments_.execution_range(index).contains(result.tick)) {
        if (beyond == Beyond::extends) return false;
        result = {};
    }

    const std::uint64_t last_match = settlement_.last_match();
    const std::uint64_t volume = result.found ? trade_all(index, result.tick) : 0;
    const model::Price price{static_cast<std::int64_t>(result.tick) * instrument.tick_size.value()};
    const bool traded = settlement_.last_match() != last_match;
    if (traded) {
        instruments_.listing(index).static_reference = price;
        if (instrument.state == model::InstrumentState::closing_auction)
            instruments_.listing(index).closing_auction = price;
    }
    if (!traded && !is_auction(instrument.state)) return true;
    auto& event = events_.emit<codec::AuctionEnded>();
    event.request_id = request;
    event.price = traded ? price : model::no_price;
    event.volume = model::Quantity{volume};
    event.surplus = traded ? result.surplus : 0;
    event.instrument = model::InstrumentId{index + 1};
    event.state = instrument.state;
    return true;
}

/// Returns the volume.
std::uint64_t Auctions::trade_all(InstrumentIndex index, Tick tick) {
    const model::Price price{static_cast<std::int64_t>(tick) *
                             instruments_[index].tick_size.value()};
    const Turns turns = turns_at(index, tick);
    std::uint64_t volume = 0;
    while (true) {
        const Queue buy = first_queue<Side::buy>(index, turns);
        const Queue sell = first_queue<Side::sell>(index, turns);
        if (buy.place == Place::none || sell.place == Place::none || buy.tick < tick ||
            sell.tick > tick)
            return volume;
        const std::uint64_t before = orders_[orders_.head_of(buy)].remaining.value();
        const std::uint64_t other = orders_[orders_.head_of(sell)].remaining.value();
        volume += std::min(before, other);
        trade_resting(buy, sell, price, model::TradeKind::auction);
    }
}

Auctions::Turns Auctions::turns_at(InstrumentIndex index, Tick tick) const {
    if (!rules_.unpriced_auctions()) return {};
    const Tick buys_up_to = protection_tick(index, Side::buy);
    const Tick sells_down_to = protection_tick(index, Side::sell);
    return {.buys_up_to = buys_up_to,
            .sells_down_to = sells_down_to,
            .market_buys = tick <= buys_up_to,
            .market_sells = tick >= sells_down_to};
}

namespace {

template <Side side>
bool is_better(order_book::Tick tick, order_book::Tick than) {
    return side == Side::buy ? tick > than : tick < than;
}

}  // namespace

/// The queue of the market orders; none if there are none, or if the price is too far away.
template <Side side>
Queue Auctions::market_queue(InstrumentIndex index, const Turns& turns) const {
    const bool admitted = side == Side::buy ? turns.market_buys : turns.market_sells;
    const Queue best = orders_.best_queue<side>(index);
    return admitted && OpenOrders::is_unpriced<side>(best) ? best : Queue{};
}

/// The queue that trades first. Market orders come before all limits that are not beyond their own
/// protection price.
template <Side side>
Queue Auctions::first_queue(InstrumentIndex index, const Turns& turns) const {
    const Queue limit = best_limit<side>(index);
    const Queue market = market_queue<side>(index, turns);
    if (market.place == Place::none) return limit;
    const bool limit_is_first =
        limit.place != Place::none && is_better<side>(limit.tick, turns.protection(side));
    return limit_is_first ? limit : market;
}

template <Side side>
Queue Auctions::next_queue(InstrumentIndex index, const Queue& queue, const Turns& turns) const {
    const Tick protection = turns.protection(side);
    if (OpenOrders::is_unpriced<side>(queue)) {
        const Tick beyond = side == Side::buy ? protection + 1 : protection - 1;
        return orders_.worse_queue<side>(index, {Place::dark, LevelTree::none, beyond});
    }
    const Queue next = orders_.worse_queue<side>(index, queue);
    const bool passes_protection =
        is_better<side>(queue.tick, protection) &&
        (next.place == Place::none || !is_better<side>(next.tick, protection));
    const Queue market = passes_protection ? market_queue<side>(index, turns) : Queue{};
    return market.place == Place::none ? next : market;
}

template <Side side>
void Auctions::renew_protection(InstrumentIndex index, model::RequestId request) {
    const Queue queue = orders_.best_queue<side>(index);
    if (!OpenOrders::is_unpriced<side>(queue)) return;
    const model::Price limit = instruments_.protection(index, side, instruments_[index].reference);
    for (OrderSlot slot = orders_.head_of(queue); slot != no_order;) {
        const OrderSlot next = orders_[slot].next;
        orders_.change_protection(slot, limit, request);
        slot = next;
    }
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
            prevent_self_trade(buyer, seller,
                               std::min(orders_[buyer].remaining, orders_[seller].remaining),
                               request);
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

/// What of the oldest orders is left as the trades are gone through.
struct Auctions::Front {
    OrderSlot slot = no_order;
    model::Quantity left{};
};

/// Goes through the trades at `price` without making them; where a group would trade with itself,
/// the mode of the younger order decides. True if there was such a pair.
bool Auctions::resolve_self_trades(InstrumentIndex index, Tick price, model::RequestId request) {
    const Turns turns = turns_at(index, price);
    Queue buys = first_queue<Side::buy>(index, turns);
    Queue sells = first_queue<Side::sell>(index, turns);
    const auto head = [&](const Queue& queue) -> Front {
        if (queue.place == Place::none) return {};
        const OrderSlot slot = orders_.head_of(queue);
        return {slot, orders_[slot].remaining};
    };
    const auto next_buy = [&](Front& front) {
        const OrderSlot next = orders_[front.slot].next;
        if (next == no_order) buys = next_queue<Side::buy>(index, buys, turns);
        front = next == no_order ? head(buys) : Front{next, orders_[next].remaining};
    };
    const auto next_sell = [&](Front& front) {
        const OrderSlot next = orders_[front.slot].next;
        if (next == no_order) sells = next_queue<Side::sell>(index, sells, turns);
        front = next == no_order ? head(sells) : Front{next, orders_[next].remaining};
    };
    Front buy = head(buys);
    Front sell = head(sells);
    bool found = false;
    while (buy.slot != no_order && sell.slot != no_order && buys.tick >= price &&
           sells.tick <= price) {
        const OrderSlot buyer = buy.slot;
        const OrderSlot seller = sell.slot;
        const model::Quantity quantity = std::min(buy.left, sell.left);
        const bool prevented =
            risk::same_group(accounts_[orders_[buyer].account], accounts_[orders_[seller].account]);
        const Leave leave = prevented ? who_leaves(buyer, seller) : Leave::a_part_of_both;
        buy.left -= leave == Leave::the_seller ? model::Quantity{0} : quantity;
        sell.left -= leave == Leave::the_buyer ? model::Quantity{0} : quantity;
        const bool whole = leave != Leave::a_part_of_both;
        if (buy.left == model::Quantity{0} || (whole && leave != Leave::the_seller)) next_buy(buy);
        if (sell.left == model::Quantity{0} || (whole && leave != Leave::the_buyer))
            next_sell(sell);
        if (prevented) prevent_self_trade(buyer, seller, quantity, request);
        found |= prevented;
    }
    return found;
}

/// What a pair of one group does instead of trading. Under the first rules the younger one leaves.
Auctions::Leave Auctions::who_leaves(OrderSlot buyer, OrderSlot seller) const {
    const bool buyer_is_younger = orders_[buyer].id > orders_[seller].id;
    const OrderSlot younger = buyer_is_younger ? buyer : seller;
    const auto mode = rules_.unpriced_auctions()
                          ? accounts_[orders_[younger].account].self_trade_mode
                          : model::SelfTradePrevention::cancel_newest;
    switch (mode) {
        case model::SelfTradePrevention::decrement: return Leave::a_part_of_both;
        case model::SelfTradePrevention::cancel_both: return Leave::both;
        case model::SelfTradePrevention::cancel_oldest:
            return buyer_is_younger ? Leave::the_seller : Leave::the_buyer;
        case model::SelfTradePrevention::cancel_newest:
        case model::SelfTradePrevention::none: break;
    }
    return buyer_is_younger ? Leave::the_buyer : Leave::the_seller;
}

/// The older one first. `quantity`: what would have traded.
void Auctions::prevent_self_trade(OrderSlot buyer, OrderSlot seller, model::Quantity quantity,
                                  model::RequestId request) {
    const Leave leave = who_leaves(buyer, seller);
    const bool buyer_is_older = orders_[buyer].id < orders_[seller].id;
    for (const OrderSlot slot :
         {buyer_is_older ? buyer : seller, buyer_is_older ? seller : buyer}) {
        if (leave == (slot == buyer ? Leave::the_seller : Leave::the_buyer)) continue;
        if (leave == Leave::a_part_of_both && quantity < orders_[slot].remaining)
            orders_.reduce(slot, quantity, true, request);
        else
            orders_.cancel(slot, request, model::CancelReason::self_trade);
    }
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
