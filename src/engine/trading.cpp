// What happens to orders once they are admitted: trades, settlement, resting, leaving.
#include "engine/state.hpp"

namespace bw::engine {
namespace {

/// limit x quantity of an admitted order always fits: it was checked for at least this quantity.
model::Money value_of(model::Price price, model::Quantity quantity) {
    return model::Money{price.value() * static_cast<std::int64_t>(quantity.value())};
}

model::Quantity saturating_add(model::Quantity a, model::Quantity b) {
    std::uint64_t sum = 0;
    return __builtin_add_overflow(a.value(), b.value(), &sum) ? model::unlimited_quantity
                                                              : model::Quantity{sum};
}

}  // namespace

bool Engine::State::match(OrderSlot taker, Tick limit, model::RequestId request) {
    if (orders_[taker].side == model::Side::buy)
        return match_against<model::Side::sell>(taker, limit, request);
    return match_against<model::Side::buy>(taker, limit, request);
}

template <model::Side resting>
bool Engine::State::match_against(OrderSlot taker_slot, Tick limit, model::RequestId request) {
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
void Engine::State::sweep(order_book::BookSide<resting>& side, Order& taker, Tick limit,
                          model::Quantity quantity) {
    static_cast<void>(matching::sweep(
        pools(), side, limit, quantity,
        [&](Order& maker, model::Quantity fill) {
            taker.remaining -= fill;
            settle<false>(maker, taker, fill,
                          planted(Fault::taker_price_is_paid) ? taker.price : maker.price,
                          model::TradeKind::continuous);
        },
        [&](OrderSlot maker) {
            --accounts_[orders_[maker].account].open_orders;
            give_back(maker);
        }));
}

template void Engine::State::sweep<model::Side::buy>(order_book::BookSide<model::Side::buy>&,
                                                     Order&, Tick, model::Quantity);
template void Engine::State::sweep<model::Side::sell>(order_book::BookSide<model::Side::sell>&,
                                                      Order&, Tick, model::Quantity);

template <bool both_rest>
void Engine::State::settle(Order& maker, Order& taker, model::Quantity quantity, model::Price price,
                           model::TradeKind kind) {
    const model::Money amount = value_of(price, quantity);
    const FeeSchedule& maker_rates = fee_schedules_[maker.fee_schedule];
    const FeeSchedule& taker_rates = fee_schedules_[taker.fee_schedule];
    model::Fee maker_fee =
        model::exact_fee(amount, both_rest ? maker_rates.auction : maker_rates.maker);
    model::Fee taker_fee =
        model::exact_fee(amount, both_rest ? taker_rates.auction : taker_rates.taker);
    if (planted(Fault::fee_is_rounded_up) && taker_fee.remainder > 0)
        taker_fee.amount += model::Money{1};
    if (planted(Fault::rebate_is_not_paid) && maker_fee.amount < model::Money{0}) maker_fee = {};
    settle_shares<both_rest>(maker, taker, quantity, amount);

    Instrument& instrument = instruments_[maker.instrument];
    const bool maker_buys = maker.side == model::Side::buy;
    Order& buyer = maker_buys ? maker : taker;
    Order& seller = maker_buys ? taker : maker;
    const model::Money buyer_fee = maker_buys ? maker_fee.amount : taker_fee.amount;
    const model::Money seller_fee = maker_buys ? taker_fee.amount : maker_fee.amount;
    wallet::Cash& buyer_cash = wallet_.cash(buyer.account, instrument.currency);
    wallet::Cash& seller_cash = wallet_.cash(seller.account, instrument.currency);
    const model::Money released = lower_hold(buyer);
    if (!planted(Fault::hold_stays_after_trade)) buyer_cash.held -= released;
    buyer_cash.total -= amount + buyer_fee;
    seller_cash.total += amount - seller_fee;
    BW_ASSERT(buyer_cash.held >= model::Money{0} && buyer_cash.total >= buyer_cash.held);
    CurrencyTotals& totals = currencies_[instrument.currency];
    totals.fees += maker_fee.amount + taker_fee.amount;
    totals.rounding += maker_fee.remainder + taker_fee.remainder;
    instrument.reference = price;
    instrument.last_price = price;
    instrument.traded = true;
    add_executed(maker, quantity);
    add_executed(taker, quantity);

    auto& event = emit<codec::TradeExecuted>();
    event.match_number = model::MatchNumber{++last_match_};
    event.maker_order = maker.id;
    event.taker_order = taker.id;
    event.price = price;
    event.quantity = quantity;
    event.maker_remaining = maker.remaining;
    event.taker_remaining = taker.remaining;
    event.maker_fee = maker_fee.amount;
    event.taker_fee = taker_fee.amount;
    event.buyer_hold_released = released;
    event.maker_account = model::AccountId{maker.account + 1};
    event.taker_account = model::AccountId{taker.account + 1};
    event.instrument = model::InstrumentId{maker.instrument + 1u};
    event.taker_side = taker.side;
    event.kind = kind;
    event.reserved = 0;
    remember_trade(buyer, seller, quantity, price, buyer_fee, seller_fee);
}

template void Engine::State::settle<false>(Order&, Order&, model::Quantity, model::Price,
                                           model::TradeKind);
template void Engine::State::settle<true>(Order&, Order&, model::Quantity, model::Price,
                                          model::TradeKind);

template <bool both_rest>
void Engine::State::settle_shares(Order& maker, Order& taker, model::Quantity quantity,
                                  model::Money amount) {
    wallet::Position& maker_position = wallet_.position(maker.position);
    wallet::Position& taker_position = wallet_.position(taker.position);
    maker_position.open_quantity -= quantity;
    maker_position.open_value -= value_of(maker.price, quantity).value();
    if constexpr (both_rest) {
        taker_position.open_quantity -= quantity;
        taker_position.open_value -= value_of(taker.price, quantity).value();
    }
    for (wallet::Position* position : {&maker_position, &taker_position}) {
        position->day_quantity = saturating_add(position->day_quantity, quantity);
        position->day_value += amount.value();
    }
    wallet::Position& buyer = maker.side == model::Side::buy ? maker_position : taker_position;
    wallet::Position& seller = maker.side == model::Side::buy ? taker_position : maker_position;
    BW_ASSERT(seller.held >= quantity && seller.total >= seller.held);
    seller.held -= quantity;
    seller.total -= quantity;
    buyer.total += quantity;
}

void Engine::State::remember_trade(const Order& buyer, const Order& seller,
                                   model::Quantity quantity, model::Price price,
                                   model::Money buyer_fee, model::Money seller_fee) {
    trades_[last_match_ & (limits_.trades - 1)] = {.buyer = buyer.account,
                                                   .seller = seller.account,
                                                   .quantity = quantity,
                                                   .price = price,
                                                   .buyer_fee = buyer_fee,
                                                   .seller_fee = seller_fee,
                                                   .instrument = buyer.instrument,
                                                   .busted = false};
}

model::Money Engine::State::lower_hold(Order& order) {
    const model::Money before = order.hold;
    const model::Money value = value_of(order.price, order.remaining);
    order.hold = value + model::fee_on(value, fee_schedules_[order.fee_schedule].hold);
    return before - order.hold;
}

void Engine::State::open(OrderSlot slot, Place place, Tick tick) {
    const Order& order = orders_[slot];
    wallet::Position& position = wallet_.position(order.position);
    position.open_quantity += order.remaining;
    position.open_value += value_of(order.price, order.remaining).value();
    ++accounts_[order.account].open_orders;
    directory_.open(order.id, slot);
    if (order.type >= model::OrderType::trailing_stop &&
        (order.traits & order_book::following_trait) == 0)
        add_follower(slot);
    put(slot, place, tick);
}

/// Calls `use` with the queue the order is in, whatever its place. Requires: it is in one.
template <class Use>
void Engine::State::with_queue(const Order& order, Use&& use) {
    const bool buys = order.side == model::Side::buy;
    Listing& listing = listings_[order.instrument];
    switch (order.place) {
        case Place::lit: {
            order_book::Book& book = instruments_[order.instrument].book;
            return buys ? use(book.bids) : use(book.asks);
        }
        case Place::dark: return buys ? use(listing.dark.bids) : use(listing.dark.asks);
        case Place::stop: return buys ? use(listing.stops.buys) : use(listing.stops.sells);
        case Place::waiting: return buys ? use(listing.waiting.bids) : use(listing.waiting.asks);
        case Place::none:
        case Place::parked: break;
    }
    BW_ASSERT(false);
}

void Engine::State::put(OrderSlot slot, Place place, Tick tick) {
    Order& order = orders_[slot];
    order.place = place;
    if (place == Place::lit && order.traits == 0) [[likely]] {
        order_book::Book& book = instruments_[order.instrument].book;
        if (order.side == model::Side::buy)
            book.bids.add(levels_, orders_, tick, slot);
        else
            book.asks.add(levels_, orders_, tick, slot);
        return;
    }
    if (place != Place::parked)
        with_queue(order, [&](auto& queue) { queue.add(levels_, orders_, tick, slot); });
    if ((order.traits & order_book::iceberg_trait) != 0 && place == Place::lit) {
        order_book::OrderConditions& conditions = conditions_[slot];
        conditions.displayed = std::min(conditions.display, order.remaining);
        ++listings_[order.instrument].icebergs;
    }
    update_special(order.instrument);
}

void Engine::State::leave(OrderSlot slot) {
    Order& order = orders_[slot];
    const Place place = order.place;
    if (place == Place::lit && order.traits == 0) [[likely]] {
        order_book::Book& book = instruments_[order.instrument].book;
        if (order.side == model::Side::buy)
            book.bids.remove(levels_, orders_, slot);
        else
            book.asks.remove(levels_, orders_, slot);
        order.place = Place::none;
        return;
    }
    if (place != Place::parked)
        with_queue(order, [&](auto& queue) { queue.remove(levels_, orders_, slot); });
    if ((order.traits & order_book::iceberg_trait) != 0 && place == Place::lit)
        --listings_[order.instrument].icebergs;
    order.place = Place::none;
    update_special(order.instrument);
}

void Engine::State::take_out(OrderSlot slot) {
    const Order& order = orders_[slot];
    wallet::Position& position = wallet_.position(order.position);
    position.open_quantity -= order.remaining;
    position.open_value -= value_of(order.price, order.remaining).value();
    --accounts_[order.account].open_orders;
    leave(slot);
}

void Engine::State::cancel_resting(OrderSlot slot, model::RequestId request,
                                   model::CancelReason reason) {
    take_out(slot);
    close_cancelled(slot, request, reason);
}

void Engine::State::reduce_order(OrderSlot slot, model::Quantity quantity, bool resting,
                                 model::RequestId request) {
    Order& order = orders_[slot];
    Instrument& instrument = instruments_[order.instrument];
    wallet::Position& position = wallet_.position(order.position);
    if (resting) {
        if (order.place == Place::parked)
            order.remaining -= quantity;
        else
            with_queue(order, [&](auto& queue) { queue.reduce(levels_, orders_, slot, quantity); });
        if (planted(Fault::reduced_order_loses_priority) && order.place == Place::lit) {
            const Tick tick = levels_.tick_of(order.level);
            leave(slot);
            put(slot, Place::lit, tick);
        }
        if ((order.traits & order_book::iceberg_trait) != 0)
            conditions_[slot].displayed = std::min(conditions_[slot].displayed, order.remaining);
        position.open_quantity -= quantity;
        position.open_value -= value_of(order.price, quantity).value();
    } else {
        order.remaining -= quantity;
    }
    model::Money released{};
    if (order.side == model::Side::buy) {
        released = lower_hold(order);
        wallet_.cash(order.account, instrument.currency).held -= released;
    } else {
        position.held -= quantity;
    }

    auto& event = emit<codec::OrderReduced>();
    event.request_id = request;
    event.order_id = order.id;
    event.reduced_by = quantity;
    event.remaining = order.remaining;
    event.hold_released = released;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
}

void Engine::State::close_cancelled(OrderSlot slot, model::RequestId request,
                                    model::CancelReason reason) {
    const Order& order = orders_[slot];
    if (planted(Fault::hold_stays_after_cancel) && order.type == model::OrderType::limit) {
    } else if (order.side == model::Side::buy)
        wallet_.cash(order.account, instruments_[order.instrument].currency).held -= order.hold;
    else
        wallet_.position(order.position).held -= order.remaining;

    auto& event = emit<codec::OrderCancelled>();
    event.request_id = request;
    event.order_id = order.id;
    event.quantity = order.remaining;
    event.hold_released = order.hold;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
    event.reason = reason;
    event.side = order.side;
    event.reserved = 0;
    event.reserved2 = 0;
    give_back(slot);
}

void Engine::State::give_back(OrderSlot slot) {
    directory_.close(orders_[slot].id);
    if ((orders_[slot].traits & order_book::following_trait) != 0) [[unlikely]]
        remove_follower(slot);
    orders_.give_back(slot);
}

}  // namespace bw::engine
