// Matching where the book is more than displayed orders in price-time: dark and iceberg orders,
// execution ranges, other allocations. The loop is the plain one, a queue (one price in one place)
// at a time.
#include "matching/matcher.hpp"

namespace bw::matching {

using model::Allocation;
using model::Side;
using order_book::no_order;

Reach Matcher::reach_of(const Order& taker, Tick limit) const {
    const Instrument& instrument = instruments_[taker.instrument];
    const Listing& listing = instruments_.listing(taker.instrument);
    Reach reach{limit, {}};
    if (listing.allocation == Allocation::dark) {
        // Whether the midpoint is within the limit is asked once, of the price; then the resting
        // limits decide.
        const std::int64_t middle = listing.midpoint().value();
        const std::int64_t tick = instrument.tick_size.value();
        const bool buys = taker.side == Side::buy;
        const bool meets =
            middle != 0 && (buys ? taker.price.value() >= middle : taker.price.value() <= middle);
        if (!meets)
            reach.limit = buys ? 0 : order_book::no_tick;
        else
            reach.limit = static_cast<Tick>(buys ? middle / tick : (middle + tick - 1) / tick);
        return reach;
    }
    if (listing.has_limit_bands())
        reach.limit = taker.side == Side::buy
                          ? std::min(reach.limit, instrument.ticks(listing.limit_upper))
                          : std::max(reach.limit, instrument.ticks(listing.limit_lower));
    reach.range = instruments_.execution_range(taker.instrument);
    return reach;
}

model::Price Matcher::queue_price(InstrumentIndex index, const Queue& queue) const {
    if (instruments_.is_dark_book(index)) return instruments_.listing(index).midpoint();
    return model::Price{static_cast<std::int64_t>(queue.tick) *
                        instruments_[index].tick_size.value()};
}

namespace {

template <Side resting>
bool within(order_book::Tick tick, order_book::Tick limit) {
    return resting == Side::buy ? tick >= limit : tick <= limit;
}

}  // namespace

template <Side resting>
bool Matcher::match_special(OrderSlot taker_slot, Tick limit, model::RequestId request) {
    const Order& taker = orders_[taker_slot];
    const Reach reach = reach_of(taker, limit);
    while (taker.remaining > model::Quantity{0}) {
        const Queue queue = orders_.best_queue<resting>(taker.instrument);
        if (queue.place == Place::none || !within<resting>(queue.tick, reach.limit)) break;
        if (!reach.range.contains(queue.tick)) {
            interrupted_ = true;
            break;
        }
        if (!match_queue<resting>(queue, taker_slot, request)) return false;
    }
    return true;
}

template bool Matcher::match_special<Side::buy>(OrderSlot, Tick, model::RequestId);
template bool Matcher::match_special<Side::sell>(OrderSlot, Tick, model::RequestId);

/// One step: a trade with the oldest order of the queue, or the whole queue shared out. False: the
/// taker was cancelled.
template <Side resting>
bool Matcher::match_queue(const Queue& queue, OrderSlot taker_slot, model::RequestId request) {
    Order& taker = orders_[taker_slot];
    const Allocation allocation = instruments_.listing(taker.instrument).allocation;
    const bool guarded =
        accounts_[taker.account].self_trade_mode != model::SelfTradePrevention::none;
    if (allocation == Allocation::lead || allocation == Allocation::pro_rata) {
        if (guarded && !prevent_in_queue<resting>(queue, taker_slot, request)) return false;
        const Queue now = orders_.best_queue<resting>(taker.instrument);
        if (now.level == queue.level && now.place == queue.place && now.tick == queue.tick)
            share_out<resting>(queue, taker);
        return true;
    }
    const OrderSlot maker = orders_.head_of(queue);
    if (guarded && risk::same_group(accounts_[taker.account], accounts_[orders_[maker].account]))
        return prevent_self_trade(maker, taker_slot, request);
    fill<resting>(queue, maker, taker, std::min(taker.remaining, orders_.displayed(maker)));
    return true;
}

template <Side resting>
bool Matcher::prevent_in_queue(const Queue& queue, OrderSlot taker, model::RequestId request) {
    const risk::Account& owner = accounts_[orders_[taker].account];
    for (OrderSlot slot = orders_.head_of(queue); slot != no_order;) {
        const OrderSlot next = orders_[slot].next;
        if (risk::same_group(owner, accounts_[orders_[slot].account]) &&
            !prevent_self_trade(slot, taker, request))
            return false;
        slot = next;
    }
    return true;
}

template <Side resting>
void Matcher::share_out(const Queue& queue, Order& taker) {
    if (taker.remaining < orders_.levels().level(queue.level).quantity) {
        if (instruments_.listing(taker.instrument).allocation == Allocation::lead)
            share_to_lead<resting>(queue, taker);
        else
            share_pro_rata<resting>(queue, taker);
        // Less than the queue held was taken so far: it is still there.
    }
    while (taker.remaining > model::Quantity{0}) {
        const OrderSlot maker = orders_.head_of(queue);
        const model::Quantity there = orders_[maker].remaining;
        const bool last = orders_[maker].next == no_order && there <= taker.remaining;
        fill<resting>(queue, maker, taker, std::min(taker.remaining, there));
        if (last) return;
    }
}

template <Side resting>
void Matcher::share_to_lead(const Queue& queue, Order& taker) {
    const Listing& listing = instruments_.listing(taker.instrument);
    const std::uint64_t lot = instruments_[taker.instrument].lot_size.value();
    const auto share = static_cast<std::uint64_t>(base::uint128{taker.remaining.value()} *
                                                  listing.lead_share.value() / model::ppm_unit);
    model::Quantity left{share - share % lot};
    for (OrderSlot slot = orders_.head_of(queue); slot != no_order && left > model::Quantity{0};) {
        const OrderSlot next = orders_[slot].next;
        if (orders_[slot].account == listing.lead_account) {
            const model::Quantity part = std::min(left, orders_[slot].remaining);
            left -= part;
            fill<resting>(queue, slot, taker, part);
        }
        slot = next;
    }
}

template <Side resting>
void Matcher::share_pro_rata(const Queue& queue, Order& taker) {
    const std::uint64_t lot = instruments_[taker.instrument].lot_size.value();
    const base::uint128 incoming = taker.remaining.value();
    const std::uint64_t total = orders_.levels().level(queue.level).quantity.value();
    for (OrderSlot slot = orders_.head_of(queue); slot != no_order;) {
        const OrderSlot next = orders_[slot].next;
        const auto share =
            static_cast<std::uint64_t>(incoming * orders_[slot].remaining.value() / total);
        if (share >= lot) fill<resting>(queue, slot, taker, model::Quantity{share - share % lot});
        slot = next;
    }
}

template <Side resting>
void Matcher::fill(const Queue& queue, OrderSlot slot, Order& taker, model::Quantity quantity) {
    Order& maker = orders_[slot];
    const model::Price price = queue_price(maker.instrument, queue);
    maker.remaining -= quantity;
    orders_.levels().level(queue.level).quantity -= quantity;
    taker.remaining -= quantity;
    orders_.trade<false>(maker, taker, quantity, price,
                         instruments_.is_dark_book(maker.instrument)
                             ? model::TradeKind::midpoint
                             : model::TradeKind::continuous);
    if (maker.remaining == model::Quantity{0}) {
        orders_.close_filled(slot);
    } else if (OpenOrders::is_iceberg(maker)) {
        orders_.conditions(slot).displayed -= quantity;
        if (orders_.conditions(slot).displayed == model::Quantity{0})
            orders_.refresh_iceberg<resting>(slot, queue);
    }
}

}  // namespace bw::matching
