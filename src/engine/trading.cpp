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

bool Engine::State::match(OrderSlot taker, order_book::Tick limit, model::RequestId request) {
    if (orders_[taker].side == model::Side::buy)
        return match_against<model::Side::sell>(taker, limit, request);
    return match_against<model::Side::buy>(taker, limit, request);
}

template <model::Side resting>
bool Engine::State::match_against(OrderSlot taker_slot, order_book::Tick limit,
                                  model::RequestId request) {
    Order& taker = orders_[taker_slot];
    auto& side = instruments_[taker.instrument].book.on<resting>();
    if (!side.meets(limit)) return true;
    if (accounts_[taker.account].self_trade_mode != model::SelfTradePrevention::none)
        return match_guarded<resting>(taker_slot, limit, request);
    sweep<resting>(side, taker, limit, taker.remaining);
    return true;
}

template <model::Side resting>
void Engine::State::sweep(order_book::BookSide<resting>& side, Order& taker, order_book::Tick limit,
                          model::Quantity quantity) {
    static_cast<void>(matching::sweep(
        pools(), side, limit, quantity,
        [&](Order& maker, model::Quantity fill) {
            taker.remaining -= fill;
            settle(maker, taker, fill);
        },
        [&](OrderSlot maker) {
            --accounts_[orders_[maker].account].open_orders;
            give_back(maker);
        }));
}

template void Engine::State::sweep<model::Side::buy>(order_book::BookSide<model::Side::buy>&,
                                                     Order&, order_book::Tick, model::Quantity);
template void Engine::State::sweep<model::Side::sell>(order_book::BookSide<model::Side::sell>&,
                                                      Order&, order_book::Tick, model::Quantity);

void Engine::State::settle(Order& maker, Order& taker, model::Quantity quantity) {
    const model::Money amount = value_of(maker.price, quantity);
    const model::Money maker_fee = model::fee_on(amount, fee_schedules_[maker.fee_schedule].maker);
    const model::Money taker_fee = model::fee_on(amount, fee_schedules_[taker.fee_schedule].taker);
    settle_shares(maker, taker, quantity, amount);

    Instrument& instrument = instruments_[maker.instrument];
    const bool maker_buys = maker.side == model::Side::buy;
    Order& buyer = maker_buys ? maker : taker;
    Order& seller = maker_buys ? taker : maker;
    wallet::Cash& buyer_cash = wallet_.cash(buyer.account, instrument.currency);
    wallet::Cash& seller_cash = wallet_.cash(seller.account, instrument.currency);
    const model::Money released = lower_hold(buyer);
    buyer_cash.held -= released;
    buyer_cash.total -= amount + (maker_buys ? maker_fee : taker_fee);
    seller_cash.total += amount - (maker_buys ? taker_fee : maker_fee);
    BW_ASSERT(buyer_cash.held >= model::Money{0} && buyer_cash.total >= buyer_cash.held);
    currencies_[instrument.currency].fees += maker_fee + taker_fee;
    instrument.reference = maker.price;
    executed_[slot_of(maker)] += quantity;
    executed_[slot_of(taker)] += quantity;

    auto& event = emit<codec::TradeExecuted>();
    event.match_number = model::MatchNumber{++last_match_};
    event.maker_order = maker.id;
    event.taker_order = taker.id;
    event.price = maker.price;
    event.quantity = quantity;
    event.maker_remaining = maker.remaining;
    event.taker_remaining = taker.remaining;
    event.maker_fee = maker_fee;
    event.taker_fee = taker_fee;
    event.buyer_hold_released = released;
    event.maker_account = model::AccountId{maker.account + 1};
    event.taker_account = model::AccountId{taker.account + 1};
    event.instrument = model::InstrumentId{maker.instrument + 1u};
    event.taker_side = taker.side;
}

void Engine::State::settle_shares(Order& maker, Order& taker, model::Quantity quantity,
                                  model::Money amount) {
    wallet::Position& maker_position = wallet_.position(maker.position);
    wallet::Position& taker_position = wallet_.position(taker.position);
    maker_position.open_quantity -= quantity;
    maker_position.open_value -= amount.value();  // a maker trades at its own limit
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

model::Money Engine::State::lower_hold(Order& order) {
    const model::Money before = order.hold;
    const model::Money value = value_of(order.price, order.remaining);
    order.hold = value + model::fee_on(value, fee_schedules_[order.fee_schedule].larger());
    return before - order.hold;
}

void Engine::State::rest(OrderSlot slot, order_book::Tick tick) {
    const Order& order = orders_[slot];
    wallet::Position& position = wallet_.position(order.position);
    position.open_quantity += order.remaining;
    position.open_value += value_of(order.price, order.remaining).value();
    ++accounts_[order.account].open_orders;
    directory_.open(order.id, slot);
    auto& book = instruments_[order.instrument].book;
    if (order.side == model::Side::buy)
        book.bids.add(levels_, orders_, tick, slot);
    else
        book.asks.add(levels_, orders_, tick, slot);
}

void Engine::State::take_out_of_book(OrderSlot slot) {
    const Order& order = orders_[slot];
    wallet::Position& position = wallet_.position(order.position);
    position.open_quantity -= order.remaining;
    position.open_value -= value_of(order.price, order.remaining).value();
    --accounts_[order.account].open_orders;
    auto& book = instruments_[order.instrument].book;
    if (order.side == model::Side::buy)
        book.bids.remove(levels_, orders_, slot);
    else
        book.asks.remove(levels_, orders_, slot);
}

void Engine::State::close_cancelled(OrderSlot slot, model::RequestId request,
                                    model::CancelReason reason) {
    const Order& order = orders_[slot];
    if (order.side == model::Side::buy)
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
    give_back(slot);
}

void Engine::State::give_back(OrderSlot slot) {
    directory_.close(orders_[slot].id);
    orders_.give_back(slot);
}

}  // namespace bw::engine
