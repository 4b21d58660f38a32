// The plain path: price-time over displayed orders, and how much an order could find.
#include "matching/matcher.hpp"

namespace bw::matching {

using model::SelfTradePrevention;

bool Matcher::match(OrderSlot taker, Tick limit, model::RequestId request) {
    if (orders_[taker].side == model::Side::buy)
        return match_against<model::Side::sell>(taker, limit, request);
    return match_against<model::Side::buy>(taker, limit, request);
}

template <model::Side resting>
bool Matcher::match_against(OrderSlot taker_slot, Tick limit, model::RequestId request) {
    Order& taker = orders_[taker_slot];
    Instrument& instrument = instruments_[taker.instrument];
    if ((instrument.special & special_matching) != 0)
        return match_special<resting>(taker_slot, limit, request);
    auto& side = instrument.book.on<resting>();
    if (!side.meets(limit)) return true;
    if (accounts_[taker.account].self_trade_mode != model::SelfTradePrevention::none)
        return match_guarded<resting>(taker_slot, limit, request);
    sweep<resting>(side, taker, limit, taker.remaining);
    return true;
}

template <model::Side resting>
void Matcher::sweep(order_book::BookSide<resting>& side, Order& taker, Tick limit,
                    model::Quantity quantity) {
    static_cast<void>(matching::sweep(
        orders_.pools(), side, {limit, quantity},
        [&](Order& maker, model::Quantity fill) {
            taker.remaining -= fill;
            orders_.trade<false>(maker, taker, fill, maker.price, model::TradeKind::continuous);
        },
        [&](OrderSlot maker) { orders_.release_filled(maker); }));
}

/// As match_against, one resting order at a time, each looked at before it may trade.
template <model::Side resting>
bool Matcher::match_guarded(OrderSlot taker_slot, Tick limit, model::RequestId request) {
    Order& taker = orders_[taker_slot];
    auto& side = instruments_[taker.instrument].book.on<resting>();
    while (taker.remaining > model::Quantity{0} && side.meets(limit)) {
        const OrderSlot maker = orders_.levels().level(side.best_level()).head;
        if (!risk::same_group(accounts_[taker.account], accounts_[orders_[maker].account])) {
            sweep<resting>(side, taker, limit, std::min(taker.remaining, orders_[maker].remaining));
        } else if (!prevent_self_trade(maker, taker_slot, request)) {
            return false;
        }
    }
    return true;
}

/// False: the incoming order is cancelled.
bool Matcher::prevent_self_trade(OrderSlot maker, OrderSlot taker, model::RequestId request) {
    switch (accounts_[orders_[taker].account].self_trade_mode) {
        case SelfTradePrevention::none: BW_ASSERT(false); return true;
        case SelfTradePrevention::cancel_newest:
            orders_.close_cancelled(taker, request, model::CancelReason::self_trade);
            return false;
        case SelfTradePrevention::cancel_oldest:
            orders_.cancel(maker, request, model::CancelReason::self_trade);
            return true;
        case SelfTradePrevention::cancel_both:
            orders_.cancel(maker, request, model::CancelReason::self_trade);
            orders_.close_cancelled(taker, request, model::CancelReason::self_trade);
            return false;
        case SelfTradePrevention::decrement: return decrement_both(maker, taker, request);
    }
    return true;
}

bool Matcher::decrement_both(OrderSlot maker, OrderSlot taker, model::RequestId request) {
    const model::Quantity quantity = std::min(orders_[maker].remaining, orders_[taker].remaining);
    if (orders_[maker].remaining == quantity)
        orders_.cancel(maker, request, model::CancelReason::self_trade);
    else
        orders_.reduce(maker, quantity, true, request);
    if (orders_[taker].remaining == quantity) {
        orders_.close_cancelled(taker, request, model::CancelReason::self_trade);
        return false;
    }
    orders_.reduce(taker, quantity, false, request);
    return true;
}

bool Matcher::can_find(OrderSlot slot, Tick limit, model::Quantity wanted) {
    const Order& taker = orders_[slot];
    if (taker.side == model::Side::buy)
        return can_find_against<model::Side::sell>(taker, limit, wanted);
    return can_find_against<model::Side::buy>(taker, limit, wanted);
}

template <model::Side resting>
bool Matcher::can_find_against(const Order& taker, Tick limit, model::Quantity wanted) {
    const risk::Account& owner = accounts_[taker.account];
    const bool plain = (instruments_[taker.instrument].special & special_matching) == 0;
    if (plain && owner.self_trade_mode == SelfTradePrevention::none)
        return matching::can_fill(orders_.pools(),
                                  instruments_[taker.instrument].book.on<resting>(), limit, wanted);
    const Reach reach = reach_of(taker, limit);
    for (Queue queue = orders_.best_queue<resting>(taker.instrument);
         queue.place != Place::none && reach.range.contains(queue.tick);
         queue = orders_.worse_queue<resting>(taker.instrument, queue)) {
        const bool met =
            resting == model::Side::buy ? queue.tick >= reach.limit : queue.tick <= reach.limit;
        if (!met) return false;
        const std::optional<model::Quantity> there = available_in(queue, owner, wanted);
        if (!there) return false;
        if (*there >= wanted) return true;
        wanted -= *there;
    }
    return false;
}

/// What `owner` finds in a queue, up to `wanted`; nothing if an own order ends the search first.
std::optional<model::Quantity> Matcher::available_in(const Queue& queue, const risk::Account& owner,
                                                     model::Quantity wanted) const {
    if (owner.self_trade_mode == SelfTradePrevention::none)
        return orders_.levels().level(queue.level).quantity;
    const std::uint32_t instrument = orders_[orders_.head_of(queue)].instrument;
    const model::Allocation allocation = instruments_.listing(instrument).allocation;
    const bool as_a_whole =
        allocation == model::Allocation::lead || allocation == model::Allocation::pro_rata;
    model::Quantity there{};
    for (OrderSlot slot = orders_.head_of(queue); slot != order_book::no_order;
         slot = orders_[slot].next) {
        if (risk::same_group(owner, accounts_[orders_[slot].account])) {
            if (owner.self_trade_mode == SelfTradePrevention::cancel_oldest) continue;
            return std::nullopt;
        }
        there += orders_[slot].remaining;
        if (there >= wanted && !as_a_whole) break;
    }
    return there;
}

}  // namespace bw::matching
