// One trade: shares, cash, fees, counters, and what the book shows of the maker afterwards.
#include "differential/naive_answers.hpp"

namespace bw::differential {

void NaiveExchange::trade(Order& maker, Order& taker, const Match& match) {
    const auto [price, quantity, kind, uncross] = match;
    const int128 amount = static_cast<int128>(price) * quantity;
    const int128 maker_fee = fee_on(amount, uncross ? maker.fees.auction : maker.fees.maker);
    const int128 taker_fee = fee_on(amount, uncross ? taker.fees.auction : taker.fees.taker);
    Order& buyer = taker.side == Side::buy ? taker : maker;
    Order& seller = taker.side == Side::buy ? maker : taker;
    const int128 buyer_fee = &buyer == &maker ? maker_fee : taker_fee;
    const int128 seller_fee = &seller == &maker ? maker_fee : taker_fee;

    const int128 hold_before = cash_hold_of(buyer);
    for (Order* order : {&maker, &taker}) {
        order->remaining -= quantity;
        order->executed += quantity;
        Traded& traded = traded_[{order->account, order->instrument}];
        traded.quantity += quantity;
        traded.value += amount;
    }
    const int128 released = hold_before - cash_hold_of(buyer);

    Balance& sold = position(seller.account, seller.instrument);
    sold.total -= quantity;
    sold.held -= quantity;
    position(buyer.account, buyer.instrument).total += quantity;
    settle_cash(buyer, -amount, buyer_fee, released);
    settle_cash(seller, amount, seller_fee, 0);
    trades_.push_back({maker.instrument, buyer.account, seller.account, price, quantity, buyer_fee,
                       seller_fee, false});
    Instrument& instrument = instruments_.at(maker.instrument);
    instrument.reference = price;
    instrument.last_price = price;
    instrument.traded_today = true;

    codec::TradeExecuted event{};
    event.match_number = model::MatchNumber{trades_.size()};
    event.maker_order = model::OrderId{maker.id};
    event.taker_order = model::OrderId{taker.id};
    event.price = model::Price{price};
    event.quantity = model::Quantity{quantity};
    event.maker_remaining = model::Quantity{maker.remaining};
    event.taker_remaining = model::Quantity{taker.remaining};
    event.maker_fee = model::Money{narrow(maker_fee)};
    event.taker_fee = model::Money{narrow(taker_fee)};
    event.buyer_hold_released = model::Money{narrow(released)};
    event.maker_account = model::AccountId{maker.account};
    event.taker_account = model::AccountId{taker.account};
    event.instrument = model::InstrumentId{maker.instrument};
    event.taker_side = taker.side;
    event.kind = kind;
    emit(event);

    for (Order* order : {&maker, &taker})
        if (order->remaining == 0) close(*order);
    if (uncross) {
        for (Order* order : {&maker, &taker})
            order->displayed = std::min(order->display_quantity, order->remaining);
    } else if (maker.remaining > 0 && maker.display_quantity > 0) {
        show_less(maker, quantity);
    }
}

void NaiveExchange::settle_cash(const Order& order, int128 amount, int128 fee, int128 released) {
    const std::string currency = currency_of(order.instrument);
    Balance& balance = cash_[{order.account, currency}];
    balance.total += amount - fee;
    balance.held -= released;
    fees_[currency] += fee;
}

/// An iceberg order that traded all it showed goes to the end of its queue with a new part.
void NaiveExchange::show_less(Order& maker, std::uint64_t quantity) {
    maker.displayed -= quantity;
    if (maker.displayed > 0) return;
    const std::int64_t price = maker.at;
    leave_place(maker);
    rest(maker, price);
    codec::OrderRefreshed event{};
    event.order_id = model::OrderId{maker.id};
    event.displayed = model::Quantity{maker.displayed};
    event.remaining = model::Quantity{maker.remaining};
    event.account = model::AccountId{maker.account};
    event.instrument = model::InstrumentId{maker.instrument};
    emit(event);
}

}  // namespace bw::differential
