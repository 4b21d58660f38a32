#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::Side;

// ---- new orders

void NaiveExchange::on(const codec::NewOrder& command) {
    const std::uint32_t account = command.account.value();
    const bool named = !is_empty(command.client_order_id);
    if (!accounts_.contains(account)) return reject(command, Reason::unknown_account, 0);
    if (named && !is_client_id(command.client_order_id))
        return reject(command, Reason::bad_client_order_id, 0);
    if (const auto* first = find_client_id(account, command.client_order_id))
        return answer_duplicate(command, *first);
    if (named && ids_of_today_.size() >= limits_.client_order_ids)
        return reject(command, Reason::full_client_order_ids, 0);

    owners_.push_back(account);
    const std::uint64_t id = owners_.size();
    const Reason reason = check_new(command);
    if (named) ids_of_today_[{account, raw(command.client_order_id)}] = {id, reason};
    if (reason != Reason::none) return reject(command, reason, id);
    enter(command, order_of(command, id));
}

NaiveExchange::Order NaiveExchange::order_of(const codec::NewOrder& command,
                                             std::uint64_t id) const {
    const Instrument& instrument = instruments_.at(command.instrument.value());
    const bool market = command.order_type == model::OrderType::market;
    return {.id = id,
            .account = command.account.value(),
            .instrument = command.instrument.value(),
            .side = command.side,
            .limit = market ? protection_price(instrument, command.side) : command.price.value(),
            .remaining = command.quantity.value(),
            .fees = fee_schedule_,
            .time_in_force = command.time_in_force,
            .instructions = command.instructions,
            .expire_date = command.expire_date};
}

NaiveExchange::Reason NaiveExchange::check_new(const codec::NewOrder& command) const {
    const Account& account = accounts_.at(command.account.value());
    if (account.state != model::AccountState::active) return Reason::account_not_active;
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return Reason::unknown_instrument;
    const Instrument& instrument = listed->second;
    if (const Reason reason = check_words(command); reason != Reason::none) return reason;
    if (instrument.state != model::InstrumentState::trading) return Reason::instrument_halted;
    if (const Reason reason = check_quantity(instrument, command.quantity.value());
        reason != Reason::none)
        return reason;
    if (const Reason reason = check_min_quantity(instrument, command); reason != Reason::none)
        return reason;
    const bool limit_order = command.order_type == model::OrderType::limit;
    if (limit_order) {
        if (const Reason reason = check_price(instrument, command.price.value());
            reason != Reason::none)
            return reason;
    } else if (instrument.terms.collar.value() == 0) {
        return Reason::no_collar_for_market_order;
    }
    const Order order = order_of(command, 0);
    if (const Reason reason = check_post_only(order); reason != Reason::none) return reason;
    if (const Reason reason = check_limits(order); reason != Reason::none) return reason;
    if (limit_order && may_rest(command.time_in_force)) {
        const auto mine = [&](const auto& entry) { return entry.second.account == order.account; };
        if (std::ranges::count_if(open_, mine) + 1 > account.max_open_orders)
            return Reason::open_order_limit;
    }
    if (const Reason reason = check_room(order); reason != Reason::none) return reason;
    return check_funds(order);
}

NaiveExchange::Reason NaiveExchange::check_words(const codec::NewOrder& command) const {
    if (command.side != Side::buy && command.side != Side::sell) return Reason::bad_side;
    const bool market = command.order_type == model::OrderType::market;
    if (!market && command.order_type != model::OrderType::limit) return Reason::bad_order_type;
    const bool lasts = command.time_in_force == model::TimeInForce::gtc ||
                       command.time_in_force == model::TimeInForce::gtd;
    if (command.time_in_force > model::TimeInForce::gtd || (market && lasts))
        return Reason::bad_time_in_force;
    if (market && command.price != model::no_price) return Reason::bad_order_type;
    if ((command.instructions & ~post_only) != 0) return Reason::bad_instruction;
    if (command.instructions == post_only && (market || !may_rest(command.time_in_force)))
        return Reason::bad_instruction;
    return check_expire_date(command);
}

NaiveExchange::Reason NaiveExchange::check_expire_date(const codec::NewOrder& command) const {
    const std::uint32_t date = command.expire_date;
    if (command.time_in_force != model::TimeInForce::gtd)
        return date == 0 ? Reason::none : Reason::bad_expire_date;
    return is_business_date(date) && date > last_day_ ? Reason::none : Reason::bad_expire_date;
}

NaiveExchange::Reason NaiveExchange::check_min_quantity(const Instrument& instrument,
                                                        const codec::NewOrder& command) const {
    const std::uint64_t least = command.min_quantity.value();
    if (least == 0) return Reason::none;
    if (command.time_in_force != model::TimeInForce::ioc || least > command.quantity.value())
        return Reason::bad_minimum_quantity;
    return least % instrument.terms.lot_size.value() == 0 ? Reason::none
                                                          : Reason::bad_minimum_quantity;
}

NaiveExchange::Reason NaiveExchange::check_quantity(const Instrument& instrument,
                                                    std::uint64_t quantity) const {
    if (quantity < 1 || quantity > model::max_quantity.value()) return Reason::bad_quantity;
    if (quantity % instrument.terms.lot_size.value() != 0) return Reason::quantity_off_lot;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_price(const Instrument& instrument,
                                                 std::int64_t price) const {
    if (price < 1 || price > model::max_price.value()) return Reason::bad_price;
    if (price % instrument.terms.tick_size.value() != 0) return Reason::price_off_tick;
    if (instrument.terms.collar.value() == 0) return Reason::none;
    const int128 band = band_of(instrument);
    if (price < instrument.reference - band || price > instrument.reference + band)
        return Reason::price_outside_collar;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_post_only(const Order& order) const {
    return order.instructions == post_only && !orders_met_by(order).empty()
               ? Reason::post_only_would_trade
               : Reason::none;
}

/// Steps 11 to 13. An open order with the same id is the one being replaced, and is left out.
NaiveExchange::Reason NaiveExchange::check_limits(const Order& order) const {
    const Instrument& instrument = instruments_.at(order.instrument);
    const Account& account = accounts_.at(order.account);
    if (value_of(order) > int64_max || cash_hold_of(order) > int64_max)
        return Reason::value_overflow;
    const auto most_quantity =
        std::min(instrument.terms.max_order_quantity, account.max_order_quantity);
    const auto most_value = std::min(instrument.terms.max_order_value, account.max_order_value);
    if (order.remaining > most_quantity.value()) return Reason::order_quantity_limit;
    if (value_of(order) > most_value.value()) return Reason::order_value_limit;
    return check_daily_limits(order);
}

NaiveExchange::Reason NaiveExchange::check_daily_limits(const Order& order) const {
    const Account& account = accounts_.at(order.account);
    Traded sum = get(traded_, PerInstrument{order.account, order.instrument});
    sum.quantity += order.remaining;
    sum.value += value_of(order);
    for (const auto& [id, other] : open_) {
        if (other.account != order.account || other.instrument != order.instrument ||
            id == order.id)
            continue;
        sum.quantity += other.remaining;
        sum.value += value_of(other);
    }
    const bool any_quantity = account.max_daily_quantity == model::unlimited_quantity;
    const bool any_value = account.max_daily_value == model::unlimited_money;
    if (!any_quantity && sum.quantity > account.max_daily_quantity.value())
        return Reason::daily_quantity_limit;
    if (!any_value && sum.value > account.max_daily_value.value()) return Reason::daily_value_limit;
    return Reason::none;
}

/// Price levels are as many as there is memory here: their capacity is not modelled.
NaiveExchange::Reason NaiveExchange::check_room(const Order& order) const {
    if (open_.size() >= limits_.open_orders) return Reason::full_orders;
    if (!shares_.contains({order.account, order.instrument}) && shares_.size() >= limits_.positions)
        return Reason::full_positions;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_funds(const Order& order) const {
    const auto replaced = open_.find(order.id);
    if (order.side == Side::buy) {
        int128 free = cash(order.account, currency_of(order.instrument)).available();
        if (replaced != open_.end()) free += cash_hold_of(replaced->second);
        return free >= cash_hold_of(order) ? Reason::none : Reason::insufficient_cash;
    }
    int128 free = shares(order.account, order.instrument).available();
    if (replaced != open_.end()) free += replaced->second.remaining;
    return free >= order.remaining ? Reason::none : Reason::insufficient_shares;
}

void NaiveExchange::enter(const codec::NewOrder& command, Order order) {
    hold(order);
    codec::OrderAccepted event{};
    event.request_id = command.request_id;
    event.order_id = model::OrderId{order.id};
    event.price = command.price;
    event.quantity = command.quantity;
    event.hold = model::Money{narrow(cash_hold_of(order))};
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    event.instructions = command.instructions;
    event.expire_date = command.expire_date;
    event.client_order_id = command.client_order_id;
    emit(event);

    const bool all_or_none = command.time_in_force == model::TimeInForce::fok;
    if (all_or_none && !finds(order, order.remaining))
        return cancel(order, command.request_id, model::CancelReason::fill_or_kill);
    if (!finds(order, command.min_quantity.value()))
        return cancel(order, command.request_id, model::CancelReason::minimum_quantity);
    match(order, command.request_id);
    if (order.remaining == 0) return;
    if (command.order_type == model::OrderType::market)
        return cancel(order, command.request_id, model::CancelReason::no_liquidity);
    if (!may_rest(command.time_in_force))
        return cancel(order, command.request_id, model::CancelReason::immediate_or_cancel);
    rest(order);
}

}  // namespace bw::differential
