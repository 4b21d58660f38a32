// What the market does to orders after each command: trailing stops, pegs, triggered stops, the
// limit state.
#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::InstrumentState;
using model::OrderType;
using model::PegKind;

void NaiveExchange::follow_markets() {
    for (auto& [id, instrument] : instruments_) {
        follow(instrument);
        announce_limit_state(instrument);
    }
}

void NaiveExchange::follow(Instrument& instrument) {
    bool changed = true;
    while (changed && instrument.state == InstrumentState::trading) {
        changed = follow_trailing(instrument);
        changed |= follow_pegs(instrument);
        changed |= trigger_one(instrument);
    }
}

/// The market's price less or plus the offset, rounded away from the market to a multiple of the
/// tick size.
std::int64_t NaiveExchange::trailing_price(const Instrument& instrument, const Order& order) {
    const std::int64_t from = instrument.last_price.value_or(instrument.reference);
    const std::int64_t tick = instrument.terms.tick_size.value();
    if (order.side == Side::buy) return (from + order.offset + tick - 1) / tick * tick;
    return (from - order.offset) / tick * tick;
}

bool NaiveExchange::follow_trailing(Instrument& instrument) {
    bool changed = false;
    for (const std::uint64_t id : instrument.trailing) {
        Order& order = orders_.at(id);
        const std::int64_t now = trailing_price(instrument, order);
        const std::int64_t stop = order.side == Side::sell ? std::max(order.stop_price, now)
                                                           : std::min(order.stop_price, now);
        if (stop == order.stop_price) continue;
        order.stop_price = stop;
        leave_place(order);
        put(order, Place::stop, stop);
        changed = true;
    }
    return changed;
}

// ---- pegged orders

bool NaiveExchange::follow_pegs(Instrument& instrument) {
    bool changed = false;
    const Ids ids(instrument.pegged.begin(), instrument.pegged.end());
    for (const std::uint64_t id : ids) {
        if (instrument.state != InstrumentState::trading) break;
        if (is_open(id)) changed |= move_peg(instrument, orders_.at(id));
    }
    return changed;
}

bool NaiveExchange::move_peg(Instrument& instrument, Order& order) {
    const auto target = peg_target(instrument, order);
    const bool parked = order.place == Place::parked;
    if (!target && parked) return false;
    if (target && !parked && order.at == *target) return false;
    leave_place(order);
    if (!target) {
        put(order, Place::parked, 0);
        return true;
    }
    const bool interrupted = match(order, *target);
    if (order.remaining > 0) rest(order, *target);
    if (interrupted) interrupt(instrument);
    return true;
}

std::optional<std::int64_t> NaiveExchange::peg_target(const Instrument& instrument,
                                                      const Order& order) const {
    const bool buys = order.side == Side::buy;
    const auto same = best_lit(instrument, order.side);
    const auto other = best_lit(instrument, model::opposite(order.side));
    std::int64_t price = 0;
    switch (order.peg) {
        case PegKind::primary:
            if (!same) return std::nullopt;
            price = buys ? *same - order.offset : *same + order.offset;
            break;
        case PegKind::market:
            if (!other) return std::nullopt;
            price = buys ? *other - order.offset : *other + order.offset;
            break;
        case PegKind::midpoint:
            if (!same || !other) return std::nullopt;
            price = (*same + *other + (buys ? 0 : 1)) / 2;
            break;
        case PegKind::none: return std::nullopt;
    }
    if (price < 1) return std::nullopt;
    if (instrument.upper_limit != 0)
        price = buys ? std::min(price, instrument.upper_limit)
                     : std::max(price, instrument.lower_limit);
    price = buys ? std::min(rounded_down(instrument, price), order.limit)
                 : std::max(rounded_up(instrument, price), order.limit);
    if (price < instrument.terms.tick_size.value() || !is_price(instrument, price))
        return std::nullopt;
    return price;
}

// ---- stop orders

bool NaiveExchange::trigger_one(Instrument& instrument) {
    if (instrument.state != InstrumentState::trading || !instrument.last_price) return false;
    for (const Side side : {Side::buy, Side::sell}) {
        const Levels& stops = instrument.stops[index_of(side)];
        if (stops.empty()) continue;
        Order& order = orders_.at(stops.begin()->second.front());
        const bool due = side == Side::buy ? *instrument.last_price >= order.stop_price
                                           : *instrument.last_price <= order.stop_price;
        if (!due) continue;
        trigger(instrument, order);
        return true;
    }
    return false;
}

void NaiveExchange::trigger(Instrument& instrument, Order& order) {
    codec::OrderTriggered event{};
    event.order_id = model::OrderId{order.id};
    event.stop_price = model::Price{order.stop_price};
    event.last_price = model::Price{*instrument.last_price};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    emit(event);

    leave_place(order);
    instrument.trailing.erase(order.id);
    order.type = order.type == OrderType::stop_limit ? OrderType::limit : OrderType::market;
    const bool interrupted = match(order, order.limit);
    if (order.remaining > 0) {
        if (order.type == OrderType::market)
            cancel(order, model::CancelReason::no_liquidity);
        else if (!within_limit_bands(instrument, order.side, order.limit))
            cancel(order, model::CancelReason::outside_limit_band);
        else
            rest(order, order.limit);
    }
    if (interrupted) interrupt(instrument);
}

// ---- limit state

void NaiveExchange::announce_limit_state(Instrument& instrument) {
    if (instrument.state != InstrumentState::trading) {
        instrument.limit_state.reset();
        return;
    }
    std::optional<Side> now;
    if (instrument.upper_limit != 0) {
        if (best_lit(instrument, Side::buy) == instrument.upper_limit)
            now = Side::buy;
        else if (best_lit(instrument, Side::sell) == instrument.lower_limit)
            now = Side::sell;
    }
    if (now == instrument.limit_state) return;
    codec::LimitStateChanged event{};
    event.instrument = instrument.terms.instrument;
    event.entered = now ? 1 : 0;
    event.side = now ? *now : *instrument.limit_state;
    emit(event);
    instrument.limit_state = now;
    instrument.limit_state_since = sequence_;
}

}  // namespace bw::differential
