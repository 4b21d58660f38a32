// New orders: the checks in the order of the page, and the flow of an order from its acceptance on.
#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::InstrumentState;
using model::OrderType;
using model::PegKind;
using model::TimeInForce;

namespace {

constexpr std::uint32_t most_following = 1'024;
constexpr std::uint64_t most_displays = 1'000;

}  // namespace

void NaiveExchange::on(const codec::NewOrder& command) {
    const std::uint32_t account = command.account.value();
    const bool named = !is_empty(command.client_order_id);
    if (!accounts_.contains(account)) return reject(command, Reason::unknown_account);
    if (named && !is_client_id(command.client_order_id))
        return reject(command, Reason::bad_client_order_id);
    if (const auto* first = find_client_id(account, command.client_order_id))
        return answer_duplicate(command, *first);
    if (storage_scarce_) return reject(command, Reason::storage_scarce);
    if (named && ids_of_today_.size() >= limits_.client_order_ids)
        return reject(command, Reason::client_order_id_capacity_reached);

    Order order = order_of(command, next_order_number(account));
    const Reason reason = check_new(order, command);
    if (named) ids_of_today_[{account, raw(command.client_order_id)}] = {order.id, reason};
    if (reason != Reason::none) return reject(command, reason, order.id);
    accept(command, order);
    go_on(orders_.at(order.id));
}

/// A number is passed over while an order that had its place among the newest ones is open.
std::uint64_t NaiveExchange::next_order_number(std::uint32_t account) {
    const auto is_taken = [&](std::uint64_t number) {
        while (number > limits_.order_numbers)
            if (is_open(number -= limits_.order_numbers)) return true;
        return false;
    };
    while (is_taken(owners_.size() + 1)) owners_.push_back(0);
    owners_.push_back(account);
    return owners_.size();
}

Order NaiveExchange::order_of(const codec::NewOrder& command, std::uint64_t id) const {
    Order order;
    order.id = id;
    order.account = command.account.value();
    order.instrument = command.instrument.value();
    order.side = command.side;
    order.type = command.order_type;
    order.time_in_force = command.time_in_force;
    order.peg = command.peg;
    order.instructions = command.instructions;
    order.expire_date = command.expire_date;
    order.price = command.price.value();
    order.stop_price = command.stop_price.value();
    order.offset = command.offset.value();
    order.remaining = command.quantity.value();
    order.min_quantity = command.min_quantity.value();
    order.display_quantity = command.display_quantity.value();
    order.fees = get(fee_rates_, accounts_.at(order.account).fee_tier);
    return order;
}

// ---- checks

NaiveExchange::Reason NaiveExchange::check_new(Order& order, const codec::NewOrder& command) const {
    const Account& account = accounts_.at(order.account);
    if (account.state != model::AccountState::active) return Reason::account_not_active;
    if (is_killed(account, order.account)) return Reason::kill_switch;
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return Reason::unknown_instrument;
    const Instrument& instrument = listed->second;
    Reason reason = check_words(instrument, order);
    if (reason == Reason::none) reason = check_phase(instrument, order);
    if (reason == Reason::none) reason = check_quantity(instrument, order.remaining);
    if (reason == Reason::none) reason = check_parts(instrument, order);
    if (reason == Reason::none) reason = check_price(instrument, order);
    if (reason == Reason::none) reason = check_limits(order);
    if (reason == Reason::none) reason = check_open_orders(order);
    if (reason == Reason::none) reason = check_room(order);
    if (reason == Reason::none) reason = check_funds(order);
    return reason;
}

/// Step 7.
NaiveExchange::Reason NaiveExchange::check_words(const Instrument& instrument,
                                                 const Order& order) const {
    if (order.side != Side::buy && order.side != Side::sell) return Reason::bad_side;
    if (order.type > OrderType::pegged) return Reason::bad_order_type;
    Reason reason = check_time_in_force(order);
    if (reason == Reason::none) reason = check_type(instrument, order);
    if (reason == Reason::none) reason = check_instructions(order);
    if (reason == Reason::none) reason = check_expire_date(order);
    if (reason == Reason::none) reason = check_conditions(instrument, order);
    return reason;
}

NaiveExchange::Reason NaiveExchange::check_time_in_force(const Order& order) {
    const TimeInForce time = order.time_in_force;
    if (time > TimeInForce::at_close) return Reason::bad_time_in_force;
    const bool lasts = time == TimeInForce::gtc || time == TimeInForce::gtd;
    const bool fits = order.type == OrderType::limit ||
                      (order.type == OrderType::market ? !lasts : may_stay(time));
    return fits ? Reason::none : Reason::bad_time_in_force;
}

NaiveExchange::Reason NaiveExchange::check_type(const Instrument& instrument, const Order& order) {
    const bool unpriced = order.type == OrderType::market || order.type == OrderType::stop ||
                          order.type == OrderType::trailing_stop;
    if (unpriced && order.price != model::no_price.value()) return Reason::bad_order_type;
    if (instrument.allocation != model::Allocation::dark) return Reason::none;
    const bool plain = order.type == OrderType::limit &&
                       (may_stay(order.time_in_force) || order.time_in_force == TimeInForce::ioc) &&
                       order.instructions == 0 && order.display_quantity == 0;
    return plain ? Reason::none : Reason::bad_order_type;
}

NaiveExchange::Reason NaiveExchange::check_instructions(const Order& order) {
    if ((order.instructions & ~(post_only | hidden)) != 0) return Reason::bad_instruction;
    const bool resting_limit = order.type == OrderType::limit && may_stay(order.time_in_force);
    if (order.instructions != 0 && !resting_limit) return Reason::bad_instruction;
    if (order.peg > PegKind::midpoint) return Reason::bad_instruction;
    const bool pegged = order.type == OrderType::pegged;
    return pegged == (order.peg != PegKind::none) ? Reason::none : Reason::bad_instruction;
}

NaiveExchange::Reason NaiveExchange::check_expire_date(const Order& order) const {
    const std::uint32_t date = order.expire_date;
    if (order.time_in_force != TimeInForce::gtd)
        return date == 0 ? Reason::none : Reason::bad_expire_date;
    return is_business_date(date) && date > last_day_ ? Reason::none : Reason::bad_expire_date;
}

/// Stop price, offset and display quantity.
NaiveExchange::Reason NaiveExchange::check_conditions(const Instrument& instrument,
                                                      const Order& order) const {
    const bool stops = order.type == OrderType::stop || order.type == OrderType::stop_limit;
    if (stops != (order.stop_price != 0)) return Reason::bad_stop_price;

    const bool may_be_off = order.type == OrderType::trailing_stop || order.peg == PegKind::market;
    const bool may_be_any = order.peg == PegKind::primary;
    if (may_be_off && order.offset < 1) return Reason::bad_offset;
    if (may_be_any && order.offset < 0) return Reason::bad_offset;
    if (!may_be_off && !may_be_any && order.offset != 0) return Reason::bad_offset;
    if (order.offset > highest_price(instrument.terms.tick_size.value())) return Reason::bad_offset;

    if (order.display_quantity == 0) return Reason::none;
    const bool may_show_a_part = order.type == OrderType::limit && may_stay(order.time_in_force) &&
                                 (order.instructions & hidden) == 0 &&
                                 instrument.allocation == model::Allocation::price_time;
    return may_show_a_part ? Reason::none : Reason::bad_display_quantity;
}

/// Step 8.
NaiveExchange::Reason NaiveExchange::check_phase(const Instrument& instrument, const Order& order) {
    const InstrumentState state = instrument.state;
    if (state == InstrumentState::halted) return Reason::instrument_halted;
    if (state == InstrumentState::closed || state == InstrumentState::delisted)
        return Reason::instrument_closed;
    bool fits = true;
    switch (order.time_in_force) {
        case TimeInForce::ioc:
        case TimeInForce::fok: fits = state == InstrumentState::trading; break;
        case TimeInForce::at_open:
            fits = state == InstrumentState::pre_open || state == InstrumentState::opening_auction;
            break;
        case TimeInForce::at_close: fits = state != InstrumentState::post_close; break;
        case TimeInForce::day:
            fits = order.type != OrderType::market || state != InstrumentState::post_close;
            break;
        case TimeInForce::gtc:
        case TimeInForce::gtd: break;
    }
    return fits ? Reason::none : Reason::wrong_phase;
}

/// Step 9: the quantity itself.
NaiveExchange::Reason NaiveExchange::check_quantity(const Instrument& instrument,
                                                    std::uint64_t quantity) const {
    const std::uint64_t most =
        rules_ >= model::RuleSet::version_2 ? 1'000'000'000'000 : 1'000'000'000'000'000;
    if (quantity < 1 || quantity > most) return Reason::bad_quantity;
    if (quantity % instrument.terms.lot_size.value() != 0) return Reason::quantity_off_lot;
    return Reason::none;
}

/// Step 9: minimum and display quantity.
NaiveExchange::Reason NaiveExchange::check_parts(const Instrument& instrument, const Order& order) {
    const std::uint64_t lot = instrument.terms.lot_size.value();
    const std::uint64_t least = order.min_quantity;
    if (least != 0 &&
        (order.time_in_force != TimeInForce::ioc || least > order.remaining || least % lot != 0))
        return Reason::bad_minimum_quantity;
    const std::uint64_t shown = order.display_quantity;
    if (shown != 0 && (shown % lot != 0 || shown > order.remaining ||
                       static_cast<int128>(shown) * most_displays < order.remaining))
        return Reason::bad_display_quantity;
    return Reason::none;
}

/// Step 10.
NaiveExchange::Reason NaiveExchange::check_price(const Instrument& instrument, Order& order) const {
    switch (order.type) {
        case OrderType::limit:
        case OrderType::pegged: return check_limit_price(instrument, order);
        case OrderType::stop:
        case OrderType::stop_limit:
        case OrderType::trailing_stop: return check_stop_price(instrument, order);
        case OrderType::market: break;
    }
    if (instrument.terms.collar.value() == 0) return Reason::no_collar_for_market_order;
    order.limit = protection_price(instrument, order.side, instrument.reference);
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_price_words(const Instrument& instrument,
                                                       std::int64_t price,
                                                       std::int64_t collar_around) const {
    if (!is_price(instrument, price)) return Reason::bad_price;
    if (!is_valid_price(instrument, price)) return Reason::price_off_tick;
    if (instrument.terms.collar.value() == 0) return Reason::none;
    const int128 band = part_of(collar_around, instrument.terms.collar.value());
    const bool inside = price >= collar_around - band && price <= collar_around + band;
    return inside ? Reason::none : Reason::price_outside_collar;
}

NaiveExchange::Reason NaiveExchange::check_limit_price(const Instrument& instrument,
                                                       Order& order) const {
    const Reason reason = check_price_words(instrument, order.price, instrument.reference);
    if (reason != Reason::none) return reason;
    if (!within_limit_bands(instrument, order.side, order.price))
        return Reason::price_outside_limit_band;
    if (order.offset % instrument.terms.tick_size.value() != 0) return Reason::bad_offset;
    order.limit = order.price;
    const bool refuses_to_take =
        (order.instructions & post_only) != 0 && instrument.state == InstrumentState::trading;
    if (refuses_to_take && would_trade(instrument, order)) return Reason::post_only_would_trade;
    return Reason::none;
}

bool NaiveExchange::would_trade(const Instrument& instrument, const Order& order) const {
    const Ids others = ladder(instrument, model::opposite(order.side));
    return !others.empty() && meets(order.side, order.limit, orders_.at(others.front()).at);
}

NaiveExchange::Reason NaiveExchange::check_stop_price(const Instrument& instrument,
                                                      Order& order) const {
    const std::int64_t tick = instrument.terms.tick_size.value();
    const bool trails = order.type == OrderType::trailing_stop;
    if (trails) {
        if (order.offset % tick != 0) return Reason::bad_offset;
        order.stop_price = trailing_price(instrument, order);
    }
    if (!is_price(instrument, order.stop_price)) return Reason::bad_stop_price;
    if (!trails && !is_valid_price(instrument, order.stop_price)) return Reason::bad_stop_price;
    if (order.type == OrderType::stop_limit) {
        order.limit = order.price;
        const Reason reason = check_price_words(instrument, order.price, order.stop_price);
        if (reason != Reason::none || rules_ < model::RuleSet::version_2) return reason;
        return within_limit_bands(instrument, order.side, order.price)
                   ? Reason::none
                   : Reason::price_outside_limit_band;
    }
    if (instrument.terms.collar.value() == 0) return Reason::no_collar_for_market_order;
    order.limit = protection_price(instrument, order.side, order.stop_price);
    return Reason::none;
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
    const bool any_quantity = account.max_daily_quantity == model::unlimited_quantity;
    const bool any_value = account.max_daily_value == model::unlimited_money;
    if (any_quantity && any_value) return Reason::none;
    Traded sum = get(traded_, PerInstrument{order.account, order.instrument});
    sum.quantity += order.remaining;
    sum.value += value_of(order);
    for (const std::uint64_t id : account.open) {
        const Order& other = orders_.at(id);
        if (other.instrument != order.instrument || id == order.id) continue;
        sum.quantity += other.remaining;
        sum.value += value_of(other);
    }
    if (!any_quantity && sum.quantity > account.max_daily_quantity.value())
        return Reason::daily_quantity_limit;
    if (!any_value && sum.value > account.max_daily_value.value()) return Reason::daily_value_limit;
    return Reason::none;
}

/// Step 14.
NaiveExchange::Reason NaiveExchange::check_open_orders(const Order& order) const {
    const bool for_an_auction =
        order.time_in_force == TimeInForce::at_open || order.time_in_force == TimeInForce::at_close;
    const bool stays = may_stay(order.time_in_force) && order.type != OrderType::market;
    const Account& account = accounts_.at(order.account);
    return (for_an_auction || stays) && account.open.size() + 1 > account.max_open_orders
               ? Reason::open_order_limit
               : Reason::none;
}

/// Step 15. Price levels are as many as there is memory here: their capacity is not modelled.
NaiveExchange::Reason NaiveExchange::check_room(const Order& order) const {
    if (orders_.size() >= limits_.open_orders) return Reason::order_capacity_reached;
    if (!shares_.contains({order.account, order.instrument}) && shares_.size() >= limits_.positions)
        return Reason::position_capacity_reached;
    const Instrument& instrument = instruments_.at(order.instrument);
    const bool follows = order.type == OrderType::pegged || order.type == OrderType::trailing_stop;
    if (follows && instrument.pegged.size() + instrument.trailing.size() >= most_following)
        return Reason::following_order_capacity_reached;
    return Reason::none;
}

/// Step 16.
NaiveExchange::Reason NaiveExchange::check_funds(const Order& order) const {
    const auto replaced = orders_.find(order.id);
    if (order.side == Side::buy) {
        int128 free = cash(order.account, currency_of(order.instrument)).available();
        if (replaced != orders_.end()) free += cash_hold_of(replaced->second);
        return free >= cash_hold_of(order) ? Reason::none : Reason::insufficient_cash;
    }
    int128 free = shares(order.account, order.instrument).available();
    if (replaced != orders_.end()) free += replaced->second.remaining;
    return free >= order.remaining ? Reason::none : Reason::insufficient_shares;
}

// ---- an accepted order

void NaiveExchange::accept(const codec::NewOrder& command, const Order& order) {
    orders_[order.id] = order;
    accounts_.at(order.account).open.insert(order.id);
    Instrument& instrument = instruments_.at(order.instrument);
    if (order.type == OrderType::pegged) instrument.pegged.insert(order.id);
    if (order.type == OrderType::trailing_stop) instrument.trailing.insert(order.id);
    hold(order);

    codec::OrderAccepted event{};
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

    const bool has_conditions = order.display_quantity != 0 || order.stop_price != 0 ||
                                order.offset != 0 || order.peg != PegKind::none;
    if (!has_conditions) return;
    codec::OrderConditions conditions{};
    conditions.order_id = event.order_id;
    conditions.display_quantity = command.display_quantity;
    conditions.stop_price = model::Price{order.stop_price};
    conditions.offset = command.offset;
    conditions.account = command.account;
    conditions.instrument = command.instrument;
    conditions.peg = command.peg;
    emit(conditions);
}

/// Where an order goes after it was accepted or replaced.
void NaiveExchange::go_on(Order& order) {
    const Instrument& instrument = instruments_.at(order.instrument);
    const bool closes_later = order.time_in_force == TimeInForce::at_close &&
                              instrument.state != InstrumentState::closing_auction;
    if (is_stop(order)) return put(order, Place::stop, order.stop_price);
    if (order.type == OrderType::pegged) return put(order, Place::parked, 0);
    if (closes_later) return put(order, Place::waiting, 0);
    if (is_collecting(instrument.state)) return rest(order, order.limit);
    enter_market(order);
}

void NaiveExchange::enter_market(Order& order) {
    if (order.time_in_force == TimeInForce::fok && !finds(order, order.remaining))
        return cancel(order, model::CancelReason::fill_or_kill);
    if (!finds(order, order.min_quantity))
        return cancel(order, model::CancelReason::minimum_quantity);
    const bool interrupted = match(order, order.limit);
    if (order.remaining > 0) {
        if (order.type == OrderType::market)
            cancel(order, model::CancelReason::no_liquidity);
        else if (!may_stay(order.time_in_force))
            cancel(order, model::CancelReason::immediate_or_cancel);
        else
            rest(order, order.limit);
    }
    if (interrupted) interrupt(instruments_.at(order.instrument));
}

}  // namespace bw::differential
