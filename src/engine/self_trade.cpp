// Self-trade prevention: what happens where an order meets another of its own group, and how much
// an order could find without that.
#include "engine/state.hpp"

namespace bw::engine {

using model::SelfTradePrevention;

/// As match_against, one resting order at a time, each looked at before it may trade.
template <model::Side resting>
bool Engine::State::match_guarded(OrderSlot taker_slot, Tick limit, model::RequestId request) {
    Order& taker = orders_[taker_slot];
    auto& side = instruments_[taker.instrument].book.on<resting>();
    while (taker.remaining > model::Quantity{0} && side.meets(limit)) {
        const OrderSlot maker = levels_.level(side.best_level()).head;
        if (!same_group(accounts_[taker.account], accounts_[orders_[maker].account])) {
            sweep<resting>(side, taker, limit, std::min(taker.remaining, orders_[maker].remaining));
        } else if (!prevent_self_trade(maker, taker_slot, request)) {
            return false;
        }
    }
    return true;
}

template bool Engine::State::match_guarded<model::Side::buy>(OrderSlot, order_book::Tick,
                                                             model::RequestId);
template bool Engine::State::match_guarded<model::Side::sell>(OrderSlot, order_book::Tick,
                                                              model::RequestId);

/// False: the incoming order is cancelled.
bool Engine::State::prevent_self_trade(OrderSlot maker, OrderSlot taker, model::RequestId request) {
    switch (accounts_[orders_[taker].account].self_trade_mode) {
        case SelfTradePrevention::none: BW_ASSERT(false); return true;
        case SelfTradePrevention::cancel_newest:
            close_cancelled(taker, request, model::CancelReason::self_trade);
            return false;
        case SelfTradePrevention::cancel_oldest:
            cancel_resting(maker, request, model::CancelReason::self_trade);
            return true;
        case SelfTradePrevention::cancel_both:
            cancel_resting(maker, request, model::CancelReason::self_trade);
            close_cancelled(taker, request, model::CancelReason::self_trade);
            return false;
        case SelfTradePrevention::decrement: return decrement_both(maker, taker, request);
    }
    return true;
}

bool Engine::State::decrement_both(OrderSlot maker, OrderSlot taker, model::RequestId request) {
    const model::Quantity quantity = std::min(orders_[maker].remaining, orders_[taker].remaining);
    if (orders_[maker].remaining == quantity)
        cancel_resting(maker, request, model::CancelReason::self_trade);
    else
        reduce_order(maker, quantity, true, request);
    if (orders_[taker].remaining == quantity) {
        close_cancelled(taker, request, model::CancelReason::self_trade);
        return false;
    }
    if (planted(Fault::decrement_takes_from_one_side)) return true;
    reduce_order(taker, quantity, false, request);
    return true;
}

bool Engine::State::can_find(OrderSlot slot, Tick limit, model::Quantity wanted) {
    const Order& taker = orders_[slot];
    if (taker.side == model::Side::buy)
        return can_find_against<model::Side::sell>(taker, limit, wanted);
    return can_find_against<model::Side::buy>(taker, limit, wanted);
}

template <model::Side resting>
bool Engine::State::can_find_against(const Order& taker, Tick limit, model::Quantity wanted) {
    const Account& owner = accounts_[taker.account];
    const bool plain = (instruments_[taker.instrument].special & special_matching) == 0;
    if (plain && owner.self_trade_mode == SelfTradePrevention::none)
        return matching::can_fill(pools(), instruments_[taker.instrument].book.on<resting>(), limit,
                                  wanted);
    const Reach reach = reach_of(taker, limit);
    for (Queue queue = best_queue<resting>(taker.instrument);
         queue.place != Place::none && reach.in_range(queue.tick);
         queue = worse_queue<resting>(taker.instrument, queue)) {
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
std::optional<model::Quantity> Engine::State::available_in(const Queue& queue, const Account& owner,
                                                           model::Quantity wanted) const {
    if (owner.self_trade_mode == SelfTradePrevention::none)
        return levels_.level(queue.level).quantity;
    const std::uint32_t instrument = orders_[levels_.level(queue.level).head].instrument;
    const model::Allocation allocation = listings_[instrument].allocation;
    const bool as_a_whole =
        allocation == model::Allocation::lead || allocation == model::Allocation::pro_rata;
    model::Quantity there{};
    for (OrderSlot slot = levels_.level(queue.level).head; slot != order_book::no_order;
         slot = orders_[slot].next) {
        if (same_group(owner, accounts_[orders_[slot].account])) {
            if (owner.self_trade_mode == SelfTradePrevention::cancel_oldest) continue;
            return std::nullopt;
        }
        there += orders_[slot].remaining;
        if (there >= wanted && !as_a_whole) break;
    }
    return there;
}

}  // namespace bw::engine
