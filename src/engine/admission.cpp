#include "engine/admission.hpp"

#include <algorithm>

namespace bw::engine {

using matching::Instrument;
using matching::Listing;
using model::InstrumentState;
using model::OrderType;
using model::TimeInForce;
using order_book::Tick;

namespace {

constexpr std::uint8_t post_only = static_cast<std::uint8_t>(model::Instruction::post_only);
constexpr std::uint8_t hidden = static_cast<std::uint8_t>(model::Instruction::hidden);
constexpr std::uint64_t display_parts_max = 1'000;

bool stays(TimeInForce time_in_force) {
    return time_in_force == TimeInForce::day || time_in_force == TimeInForce::gtc ||
           time_in_force == TimeInForce::gtd;
}

bool fits(OrderType type, TimeInForce time_in_force) {
    if (time_in_force > TimeInForce::at_close) return false;
    switch (type) {
        case OrderType::limit: return true;
        case OrderType::market:
            return time_in_force != TimeInForce::gtc && time_in_force != TimeInForce::gtd;
        case OrderType::stop:
        case OrderType::stop_limit:
        case OrderType::trailing_stop:
        case OrderType::pegged: return stays(time_in_force);
    }
    return false;
}

/// Whether the order may wait for its turn: these count as open from their entry on.
bool may_rest(OrderType type, TimeInForce time_in_force) {
    if (time_in_force == TimeInForce::at_open || time_in_force == TimeInForce::at_close)
        return true;
    return stays(time_in_force) && type != OrderType::market;
}

bool carries_no_price(OrderType type) {
    return type == OrderType::market || type == OrderType::stop || type == OrderType::trailing_stop;
}

}  // namespace

RejectReason Admission::check_header(const codec::NewOrder& command) const {
    const risk::Account& owner = accounts_.of(command.account);
    if (owner.state != model::AccountState::active) return RejectReason::account_not_active;
    if (owner.blocked) return RejectReason::kill_switch;
    if (!instruments_.known(command.instrument)) return RejectReason::unknown_instrument;
    if (command.side > model::Side::sell) return RejectReason::bad_side;
    if (command.order_type > OrderType::pegged) return RejectReason::bad_order_type;
    if (!fits(command.order_type, command.time_in_force)) return RejectReason::bad_time_in_force;
    if (carries_no_price(command.order_type) && command.price != model::no_price)
        return RejectReason::bad_order_type;
    const bool plain = command.order_type <= OrderType::market &&
                       command.time_in_force != TimeInForce::gtd && command.instructions == 0 &&
                       command.peg == model::PegKind::none && command.expire_date == 0 &&
                       command.stop_price == model::Price{} && command.offset == model::Price{} &&
                       command.display_quantity == model::Quantity{} &&
                       instruments_[command.instrument.value() - 1].special == 0;
    return plain ? RejectReason::none : check_special_terms(command);
}

RejectReason Admission::check_special_terms(const codec::NewOrder& command) const {
    const OrderType type = command.order_type;
    const Listing& listing = instruments_.listing(command.instrument.value() - 1);
    const bool rests = type == OrderType::limit && stays(command.time_in_force);
    if (listing.allocation == model::Allocation::dark) {
        const bool taken =
            type == OrderType::limit && (rests || command.time_in_force == TimeInForce::ioc) &&
            command.instructions == 0 && command.display_quantity == model::Quantity{};
        if (!taken) return RejectReason::bad_order_type;
    }
    if ((command.instructions & ~(post_only | hidden)) != 0 ||
        (command.instructions != 0 && !rests) || command.peg > model::PegKind::midpoint ||
        (command.peg != model::PegKind::none) != (type == OrderType::pegged))
        return RejectReason::bad_instruction;

    const bool dated =
        is_business_date(command.expire_date) && command.expire_date > market_.last_business_date;
    if (command.time_in_force == TimeInForce::gtd ? !dated : command.expire_date != 0)
        return RejectReason::bad_expire_date;

    const bool has_stop = type == OrderType::stop || type == OrderType::stop_limit;
    if ((command.stop_price != model::Price{}) != has_stop) return RejectReason::bad_stop_price;
    const bool keeps_off =
        type == OrderType::trailing_stop || command.peg == model::PegKind::market;
    const std::int64_t offset_min = keeps_off ? 1 : 0;
    const std::int64_t offset_max =
        keeps_off || command.peg == model::PegKind::primary
            ? instruments_[command.instrument.value() - 1].ticks.max_price().value()
            : 0;
    if (command.offset.value() < offset_min || command.offset.value() > offset_max)
        return RejectReason::bad_offset;

    if (command.display_quantity != model::Quantity{} &&
        (!rests || (command.instructions & hidden) != 0 ||
         listing.allocation != model::Allocation::price_time))
        return RejectReason::bad_display_quantity;
    return RejectReason::none;
}

RejectReason Admission::admit(const Terms& terms, const Released& released, Admitted& out) const {
    const Instrument& instrument = instruments_[terms.instrument];
    if (instrument.state != InstrumentState::trading || terms.time_in_force >= TimeInForce::at_open)
        if (const auto reason = check_phase(terms); reason != RejectReason::none) return reason;
    if (const auto reason = check_quantity(terms); reason != RejectReason::none) return reason;
    if (const auto reason = check_price(terms, out); reason != RejectReason::none) return reason;

    const auto value = model::notional(out.limit, terms.quantity);
    if (!value) return RejectReason::value_overflow;
    out.value = *value;
    if (terms.side == model::Side::buy) {
        const auto needed =
            wallet::hold_for(*value, settlement_.fees().schedule(terms.fee_schedule).hold);
        if (!needed) return RejectReason::value_overflow;
        out.hold = *needed;
    }
    if (const auto reason = check_limits(terms, released, out); reason != RejectReason::none)
        return reason;
    if (!terms.replacing && orders_.full()) return RejectReason::order_capacity_reached;
    if (out.position == wallet::no_position && settlement_.wallet().positions_full())
        return RejectReason::position_capacity_reached;
    if (!orders_.has_room()) return RejectReason::price_level_capacity_reached;
    if ((terms.type == OrderType::pegged || terms.type == OrderType::trailing_stop) &&
        instruments_.listing(terms.instrument).followers == matching::OpenOrders::followers_max)
        return RejectReason::following_order_capacity_reached;
    return check_funds(terms, released, out);
}

RejectReason Admission::check_phase(const Terms& terms) const {
    const InstrumentState state = instruments_[terms.instrument].state;
    switch (state) {
        case InstrumentState::halted: return RejectReason::instrument_halted;
        case InstrumentState::closed:
        case InstrumentState::delisted: return RejectReason::instrument_closed;
        default: break;
    }
    const bool trading = state == InstrumentState::trading;
    bool allowed = true;
    switch (terms.time_in_force) {
        case TimeInForce::ioc:
        case TimeInForce::fok: allowed = trading; break;
        case TimeInForce::at_open:
            allowed =
                state == InstrumentState::pre_open || state == InstrumentState::opening_auction;
            break;
        case TimeInForce::at_close: allowed = state != InstrumentState::post_close; break;
        case TimeInForce::day:
        case TimeInForce::gtc:
        case TimeInForce::gtd:
            allowed = terms.type != OrderType::market || state != InstrumentState::post_close;
            break;
    }
    return allowed ? RejectReason::none : RejectReason::wrong_phase;
}

RejectReason Admission::check_quantity(const Terms& terms) const {
    if (terms.quantity < model::Quantity{1} || terms.quantity > rules_.max_order_quantity())
        return RejectReason::bad_quantity;
    const std::uint64_t lot = instruments_[terms.instrument].lot_size.value();
    if (lot != 1 && terms.quantity.value() % lot != 0) return RejectReason::quantity_off_lot;
    if (terms.min_quantity != model::Quantity{}) {
        const bool sound = terms.time_in_force == TimeInForce::ioc &&
                           terms.min_quantity <= terms.quantity &&
                           terms.min_quantity.value() % lot == 0;
        if (!sound) return RejectReason::bad_minimum_quantity;
    }
    if (terms.display != model::Quantity{}) {
        const bool sound = terms.replacing ||
                           (terms.display <= terms.quantity && terms.display.value() % lot == 0);
        const bool few_parts =
            base::uint128{terms.display.value()} * display_parts_max >= terms.quantity.value();
        if (!sound || !few_parts) return RejectReason::bad_display_quantity;
    }
    return RejectReason::none;
}

RejectReason Admission::check_price(const Terms& terms, Admitted& out) const {
    const Instrument& instrument = instruments_[terms.instrument];
    RejectReason reason = RejectReason::none;
    switch (terms.type) {
        case OrderType::limit:
        case OrderType::pegged: reason = check_limit_price(terms, out); break;
        case OrderType::market:
            if (instrument.collar.value() == 0) return RejectReason::no_collar_for_market_order;
            out.limit = instruments_.protection(terms.instrument, terms.side, instrument.reference);
            break;
        case OrderType::stop:
        case OrderType::stop_limit:
        case OrderType::trailing_stop: reason = check_stop_price(terms, out); break;
    }
    if (reason != RejectReason::none) return reason;
    out.tick = instrument.ticks(out.limit);
    if ((terms.instructions & post_only) != 0 && instrument.state == InstrumentState::trading &&
        would_trade(terms, out.tick))
        return RejectReason::post_only_would_trade;
    return RejectReason::none;
}

RejectReason Admission::check_limit_price(const Terms& terms, Admitted& out) const {
    const Instrument& instrument = instruments_[terms.instrument];
    if (!instrument.ticks.admits(terms.price)) return RejectReason::bad_price;
    if (!instruments_.valid_price(terms.instrument, terms.price))
        return RejectReason::price_off_tick;
    if (!risk::Collar(instrument.reference, instrument.collar).admits(terms.price))
        return RejectReason::price_outside_collar;
    if (instrument.special != 0 && outside_limit_bands(terms))
        return RejectReason::price_outside_limit_band;
    if (terms.offset != model::Price{} && !instrument.ticks.divides(terms.offset))
        return RejectReason::bad_offset;
    out.limit = terms.price;
    return RejectReason::none;
}

bool Admission::outside_limit_bands(const Terms& terms) const {
    const Listing& listing = instruments_.listing(terms.instrument);
    return listing.has_limit_bands() &&
           (terms.side == model::Side::buy ? terms.price > listing.limit_upper
                                           : terms.price < listing.limit_lower);
}

RejectReason Admission::check_stop_price(const Terms& terms, Admitted& out) const {
    const Instrument& instrument = instruments_[terms.instrument];
    if (terms.type == OrderType::trailing_stop) {
        if (!instrument.ticks.divides(terms.offset)) return RejectReason::bad_offset;
        out.stop_price = following_.trailing_stop_price(terms.instrument, terms.side, terms.offset);
        if (!instrument.ticks.admits(out.stop_price)) return RejectReason::bad_stop_price;
    } else {
        out.stop_price = terms.stop_price;
        if (!instrument.ticks.admits(out.stop_price) ||
            !instruments_.valid_price(terms.instrument, out.stop_price))
            return RejectReason::bad_stop_price;
    }
    if (terms.type == OrderType::stop_limit) {
        if (!instrument.ticks.admits(terms.price)) return RejectReason::bad_price;
        if (!instruments_.valid_price(terms.instrument, terms.price))
            return RejectReason::price_off_tick;
        if (!risk::Collar(out.stop_price, instrument.collar).admits(terms.price))
            return RejectReason::price_outside_collar;
        if (rules_.bands_bind_everywhere() && outside_limit_bands(terms))
            return RejectReason::price_outside_limit_band;
        out.limit = terms.price;
        return RejectReason::none;
    }
    if (instrument.collar.value() == 0) return RejectReason::no_collar_for_market_order;
    out.limit = instruments_.protection(terms.instrument, terms.side, out.stop_price);
    return RejectReason::none;
}

bool Admission::would_trade(const Terms& terms, Tick tick) const {
    const order_book::Book& lit = instruments_[terms.instrument].book;
    const order_book::Book& dark = instruments_.listing(terms.instrument).dark;
    return terms.side == model::Side::buy ? lit.asks.meets(tick) || dark.asks.meets(tick)
                                          : lit.bids.meets(tick) || dark.bids.meets(tick);
}

RejectReason Admission::check_limits(const Terms& terms, const Released& released,
                                     Admitted& out) const {
    const risk::Account& owner = accounts_.of(terms.account);
    const auto& instrument_limits = instruments_[terms.instrument].order_limits;
    if (const auto reason =
            risk::check_order(instrument_limits, owner.order_limits, terms.quantity, out.value);
        reason != RejectReason::none)
        return reason;

    if (!terms.replacing)
        out.position =
            settlement_.wallet().find_position(terms.account.value() - 1, terms.instrument);
    risk::DailyUse use{};
    if (out.position != wallet::no_position) {
        const wallet::Position& position = settlement_.wallet().position(out.position);
        use = {position.day_quantity, position.open_quantity - released.quantity,
               position.day_value, position.open_value - released.value.value()};
    }
    if (const auto reason = risk::check_daily(owner.daily_limits, use, terms.quantity, out.value);
        reason != RejectReason::none)
        return reason;

    if (!terms.replacing && may_rest(terms.type, terms.time_in_force) &&
        owner.open_orders >= owner.max_open_orders)
        return RejectReason::open_order_limit;
    return RejectReason::none;
}

RejectReason Admission::check_funds(const Terms& terms, const Released& released,
                                    const Admitted& admitted) const {
    if (terms.side == model::Side::buy) {
        const wallet::Cash& cash = settlement_.wallet().cash(
            terms.account.value() - 1, instruments_[terms.instrument].currency);
        return cash.available() + released.hold >= admitted.hold ? RejectReason::none
                                                                 : RejectReason::insufficient_cash;
    }
    if (admitted.position == wallet::no_position) return RejectReason::insufficient_shares;
    const wallet::Position& position = settlement_.wallet().position(admitted.position);
    return position.available() + released.quantity >= terms.quantity
               ? RejectReason::none
               : RejectReason::insufficient_shares;
}

}  // namespace bw::engine
