#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::Side;
using Mode = model::SelfTradePrevention;

// ---- matching

std::vector<std::uint64_t> NaiveExchange::orders_met_by(const Order& incoming) const {
    std::vector<std::uint64_t> out;
    const auto& levels = instruments_.at(incoming.instrument)
                             .sides[static_cast<std::size_t>(model::opposite(incoming.side))];
    for (const auto& [rank, queue] : levels)
        for (const std::uint64_t id : queue) {
            const std::int64_t price = open_.at(id).limit;
            const bool crosses =
                incoming.side == Side::buy ? price <= incoming.limit : price >= incoming.limit;
            if (!crosses) return out;
            out.push_back(id);
        }
    return out;
}

bool NaiveExchange::is_self_trade(const Order& incoming, const Order& resting) const {
    const Account& one = accounts_.at(incoming.account);
    const Account& other = accounts_.at(resting.account);
    return one.self_trade_mode != Mode::none && one.self_trade_group == other.self_trade_group;
}

bool NaiveExchange::finds(const Order& incoming, std::uint64_t wanted) const {
    if (wanted == 0) return true;
    const bool goes_on = accounts_.at(incoming.account).self_trade_mode == Mode::cancel_oldest;
    int128 sum = 0;
    for (const std::uint64_t id : orders_met_by(incoming)) {
        const Order& resting = open_.at(id);
        if (!is_self_trade(incoming, resting))
            sum += resting.remaining;
        else if (!goes_on)
            break;
    }
    return sum >= wanted;
}

void NaiveExchange::match(Order& taker, model::RequestId request) {
    while (taker.remaining > 0) {
        const auto& levels = instruments_.at(taker.instrument)
                                 .sides[static_cast<std::size_t>(model::opposite(taker.side))];
        if (levels.empty()) return;
        Order& maker = open_.at(levels.begin()->second.front());
        const bool crosses =
            taker.side == Side::buy ? maker.limit <= taker.limit : maker.limit >= taker.limit;
        if (!crosses) return;
        if (is_self_trade(taker, maker)) {
            prevent_self_trade(maker, taker, request);
            continue;
        }
        trade(maker, taker);
        if (maker.remaining == 0) leave_book(Order(maker));
    }
}

// ---- self-trade prevention

void NaiveExchange::prevent_self_trade(Order& resting, Order& incoming, model::RequestId request) {
    const Mode mode = accounts_.at(incoming.account).self_trade_mode;
    if (mode == Mode::decrement) {
        const std::uint64_t quantity = std::min(resting.remaining, incoming.remaining);
        decrement(resting, quantity, request);
        if (resting.remaining == 0) leave_book(Order(resting));
        return decrement(incoming, quantity, request);
    }
    if (mode != Mode::cancel_newest)
        cancel_resting(resting.id, request, model::CancelReason::self_trade);
    if (mode != Mode::cancel_oldest) cancel_whole(incoming, request);
}

void NaiveExchange::cancel_whole(Order& incoming, model::RequestId request) {
    cancel(incoming, request, model::CancelReason::self_trade);
    incoming.remaining = 0;
}

void NaiveExchange::cancel_resting(std::uint64_t id, model::RequestId request,
                                   model::CancelReason reason) {
    const Order order = open_.at(id);
    cancel(order, request, reason);
    leave_book(order);
}

void NaiveExchange::decrement(Order& order, std::uint64_t quantity, model::RequestId request) {
    if (quantity < order.remaining) return reduce(order, quantity, request);
    cancel_whole(order, request);
}

// ---- a trade

void NaiveExchange::trade(Order& maker, Order& taker) {
    const std::uint64_t quantity = std::min(maker.remaining, taker.remaining);
    const int128 amount = static_cast<int128>(maker.limit) * quantity;
    const int128 maker_fee = fee_on(amount, maker.fees.maker);
    const int128 taker_fee = fee_on(amount, taker.fees.taker);
    Order& buyer = taker.side == Side::buy ? taker : maker;
    Order& seller = taker.side == Side::buy ? maker : taker;

    const int128 hold_before = cash_hold_of(buyer);
    maker.remaining -= quantity;
    taker.remaining -= quantity;
    maker.executed += quantity;
    taker.executed += quantity;
    const int128 released = hold_before - cash_hold_of(buyer);

    Balance& sold = shares_[{seller.account, seller.instrument}];
    sold.total -= quantity;
    sold.held -= quantity;
    shares_[{buyer.account, buyer.instrument}].total += quantity;
    settle_cash(buyer, -amount, &buyer == &maker ? maker_fee : taker_fee, released);
    settle_cash(seller, amount, &seller == &maker ? maker_fee : taker_fee, 0);
    for (const Order* side : {&maker, &taker}) {
        Traded& traded = traded_[{side->account, side->instrument}];
        traded.quantity += quantity;
        traded.value += amount;
    }
    instruments_.at(maker.instrument).reference = maker.limit;

    codec::TradeExecuted event{};
    event.match_number = model::MatchNumber{++matches_};
    event.maker_order = model::OrderId{maker.id};
    event.taker_order = model::OrderId{taker.id};
    event.price = model::Price{maker.limit};
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
    emit(event);
}

void NaiveExchange::settle_cash(const Order& order, int128 amount, int128 fee, int128 released) {
    const std::string currency = currency_of(order.instrument);
    Balance& balance = cash_[{order.account, currency}];
    balance.total += amount - fee;
    balance.held -= released;
    fees_[currency] += fee;
}

void NaiveExchange::rest(const Order& order) {
    open_[order.id] = order;
    auto& levels = instruments_.at(order.instrument).sides[static_cast<std::size_t>(order.side)];
    levels[rank_of(order.side, order.limit)].push_back(order.id);
}

void NaiveExchange::leave_book(const Order& order) {
    auto& levels = instruments_.at(order.instrument).sides[static_cast<std::size_t>(order.side)];
    const auto level = levels.find(rank_of(order.side, order.limit));
    level->second.remove(order.id);
    if (level->second.empty()) levels.erase(level);
    open_.erase(order.id);
}

void NaiveExchange::hold(const Order& order) {
    Balance& position = shares_[{order.account, order.instrument}];
    if (order.side == Side::sell)
        position.held += order.remaining;
    else
        cash_[{order.account, currency_of(order.instrument)}].held += cash_hold_of(order);
}

void NaiveExchange::release(const Order& order) {
    if (order.side == Side::sell)
        shares_[{order.account, order.instrument}].held -= order.remaining;
    else
        cash_[{order.account, currency_of(order.instrument)}].held -= cash_hold_of(order);
}

void NaiveExchange::cancel(const Order& order, model::RequestId request,
                           model::CancelReason reason) {
    release(order);
    codec::OrderCancelled event{};
    event.request_id = request;
    event.order_id = model::OrderId{order.id};
    event.quantity = model::Quantity{order.remaining};
    event.hold_released = model::Money{narrow(cash_hold_of(order))};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    event.reason = reason;
    event.side = order.side;
    emit(event);
}

}  // namespace bw::differential
