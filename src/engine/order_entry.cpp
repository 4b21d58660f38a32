// NewOrder: from the checks to the acceptance.
#include "engine/state.hpp"

namespace bw::engine {
namespace {

bool rests(model::TimeInForce time_in_force) {
    return time_in_force != model::TimeInForce::ioc && time_in_force != model::TimeInForce::fok;
}

}  // namespace

void Engine::State::on(const codec::NewOrder& command) {
    Refusal refusal{.request = command.request_id,
                    .account = command.account,
                    .instrument = command.instrument,
                    .command_template = codec::NewOrder::template_id,
                    .client_id = command.client_order_id};
    const auto refuse = [&](RejectReason reason) {
        refusal.reason = reason;
        reject(refusal);
    };
    if (!known(command.account)) return refuse(RejectReason::unknown_account);
    const bool named = command.client_order_id != model::ClientOrderId{};
    std::uint64_t hash = 0;
    if (named) {
        if (!order_manager::well_formed(command.client_order_id))
            return refuse(RejectReason::bad_client_order_id);
        hash = order_manager::ClientIds::hash_of(command.account, command.client_order_id);
        if (const auto* first = find_client_id(command.account, command.client_order_id, hash))
            return answer_duplicate(command.request_id, command.account,
                                    codec::NewOrder::template_id, *first, command.client_order_id);
        if (order_ids_[today_].full()) return refuse(RejectReason::full_client_order_ids);
    }
    const model::OrderId id = directory_.next(command.account);
    refusal.order = id;
    order_manager::FirstResult* first = nullptr;
    if (named) {
        first = &order_ids_[today_].remember(hash, command.account, command.client_order_id);
        first->id = id.value();
    }

    const Terms terms{command.account,       command.instrument.value() - 1,
                      command.side,          command.order_type,
                      command.time_in_force, command.price,
                      command.quantity,      fee_schedule_,
                      command.instructions,  command.min_quantity};
    Admission admission;
    RejectReason reason = check_header(command);
    if (reason == RejectReason::none) reason = admit(terms, {}, false, admission);
    if (reason == RejectReason::none) return accept(command, id, terms, admission);
    if (first != nullptr) first->reason = reason;
    refuse(reason);
}

RejectReason Engine::State::check_header(const codec::NewOrder& command) const {
    if (account(command.account).state != model::AccountState::active)
        return RejectReason::account_not_active;
    if (!known(command.instrument)) return RejectReason::unknown_instrument;
    if (command.side > model::Side::sell) return RejectReason::bad_side;
    if (command.order_type > model::OrderType::market) return RejectReason::bad_order_type;
    const auto last = command.order_type == model::OrderType::market ? model::TimeInForce::fok
                                                                     : model::TimeInForce::gtd;
    if (command.time_in_force > last) return RejectReason::bad_time_in_force;
    if (command.order_type == model::OrderType::market && command.price != model::no_price)
        return RejectReason::bad_order_type;
    return check_instructions(command);
}

RejectReason Engine::State::check_instructions(const codec::NewOrder& command) const {
    constexpr auto post_only = static_cast<std::uint8_t>(model::Instruction::post_only);
    if (command.instructions != 0) {
        const bool may_rest =
            command.order_type == model::OrderType::limit && rests(command.time_in_force);
        if (command.instructions != post_only || !may_rest) return RejectReason::bad_instruction;
    }
    if (command.time_in_force != model::TimeInForce::gtd)
        return command.expire_date == 0 ? RejectReason::none : RejectReason::bad_expire_date;
    const bool sound =
        is_business_date(command.expire_date) && command.expire_date > last_business_date_;
    return sound ? RejectReason::none : RejectReason::bad_expire_date;
}

RejectReason Engine::State::admit(const Terms& terms, const Released& released, bool replacing,
                                  Admission& out) const {
    const Instrument& instrument = instruments_[terms.instrument];
    if (instrument.state != model::InstrumentState::trading) return RejectReason::instrument_halted;
    if (terms.quantity < model::Quantity{1} || terms.quantity > model::max_quantity)
        return RejectReason::bad_quantity;
    const std::uint64_t lot = instrument.lot_size.value();
    if (lot != 1 && terms.quantity.value() % lot != 0) return RejectReason::quantity_off_lot;
    if (terms.min_quantity != model::Quantity{}) {
        const bool sound = terms.time_in_force == model::TimeInForce::ioc &&
                           terms.min_quantity <= terms.quantity &&
                           terms.min_quantity.value() % lot == 0;
        if (!sound) return RejectReason::bad_minimum_quantity;
    }
    if (const auto reason = check_price(terms, out); reason != RejectReason::none) return reason;

    const auto value = model::notional(out.limit, terms.quantity);
    if (!value) return RejectReason::value_overflow;
    out.value = *value;
    if (terms.side == model::Side::buy) {
        const auto needed = wallet::hold_for(*value, fee_schedules_[terms.fee_schedule].larger());
        if (!needed) return RejectReason::value_overflow;
        out.hold = *needed;
    }
    if (const auto reason = check_limits(terms, released, replacing, out);
        reason != RejectReason::none)
        return reason;
    if (!replacing && orders_.full()) return RejectReason::full_orders;
    if (out.position == wallet::no_position && wallet_.positions_full())
        return RejectReason::full_positions;
    if (!levels_.has_room()) return RejectReason::full_price_levels;
    return check_funds(terms, released, out);
}

RejectReason Engine::State::check_price(const Terms& terms, Admission& out) const {
    const Instrument& instrument = instruments_[terms.instrument];
    const risk::Collar collar(instrument.reference, instrument.collar);
    if (terms.type == model::OrderType::market) {
        if (!collar.on()) return RejectReason::no_collar_for_market_order;
        out.limit = collar.protection(terms.side, instrument.tick_size);
    } else {
        if (terms.price < model::Price{1} || terms.price > model::max_price)
            return RejectReason::bad_price;
        if (!instrument.ticks.divides(terms.price)) return RejectReason::price_off_tick;
        if (!collar.admits(terms.price)) return RejectReason::price_outside_collar;
        out.limit = terms.price;
    }
    out.tick = instrument.ticks(out.limit);
    if (terms.instructions != 0 && would_trade(terms, out.tick))
        return RejectReason::post_only_would_trade;
    return RejectReason::none;
}

bool Engine::State::would_trade(const Terms& terms, order_book::Tick tick) const {
    const order_book::Book& book = instruments_[terms.instrument].book;
    return terms.side == model::Side::buy ? book.asks.meets(tick) : book.bids.meets(tick);
}

RejectReason Engine::State::check_limits(const Terms& terms, const Released& released,
                                         bool replacing, Admission& out) const {
    const Account& owner = account(terms.account);
    const auto& instrument_limits = instruments_[terms.instrument].order_limits;
    if (const auto reason =
            risk::check_order(instrument_limits, owner.order_limits, terms.quantity, out.value);
        reason != RejectReason::none)
        return reason;

    if (!replacing)
        out.position = wallet_.find_position(terms.account.value() - 1, terms.instrument);
    risk::DailyUse use{};
    if (out.position != wallet::no_position) {
        const wallet::Position& position = wallet_.position(out.position);
        use = {position.day_quantity, position.open_quantity - released.quantity,
               position.day_value, position.open_value - released.value.value()};
    }
    if (const auto reason = risk::check_daily(owner.daily_limits, use, terms.quantity, out.value);
        reason != RejectReason::none)
        return reason;

    const bool may_rest = terms.type == model::OrderType::limit && rests(terms.time_in_force);
    if (!replacing && may_rest && owner.open_orders >= owner.max_open_orders)
        return RejectReason::open_order_limit;
    return RejectReason::none;
}

RejectReason Engine::State::check_funds(const Terms& terms, const Released& released,
                                        const Admission& admission) const {
    if (terms.side == model::Side::buy) {
        const wallet::Cash& cash =
            wallet_.cash(terms.account.value() - 1, instruments_[terms.instrument].currency);
        return cash.available() + released.hold >= admission.hold ? RejectReason::none
                                                                  : RejectReason::insufficient_cash;
    }
    if (admission.position == wallet::no_position) return RejectReason::insufficient_shares;
    const wallet::Position& position = wallet_.position(admission.position);
    return position.available() + released.quantity >= terms.quantity
               ? RejectReason::none
               : RejectReason::insufficient_shares;
}

void Engine::State::hold(const Terms& terms, const Admission& admission) {
    if (terms.side == model::Side::buy)
        wallet_.cash(terms.account.value() - 1, instruments_[terms.instrument].currency).held +=
            admission.hold;
    else
        wallet_.position(admission.position).held += terms.quantity;
}

void Engine::State::accept(const codec::NewOrder& command, model::OrderId id, const Terms& terms,
                           Admission& admission) {
    if (admission.position == wallet::no_position)
        admission.position = wallet_.open_position(terms.account.value() - 1, terms.instrument);
    hold(terms, admission);

    auto& event = emit<codec::OrderAccepted>();
    event.request_id = command.request_id;
    event.order_id = id;
    event.price = command.price;
    event.quantity = command.quantity;
    event.hold = admission.hold;
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    event.instructions = command.instructions;
    event.client_order_id = command.client_order_id;
    event.expire_date = command.expire_date;

    run_entry(make_order(command, id, terms, admission), command, admission.tick);
}

Engine::State::OrderSlot Engine::State::make_order(const codec::NewOrder& command,
                                                   model::OrderId id, const Terms& terms,
                                                   const Admission& admission) {
    const OrderSlot slot = orders_.take();
    executed_[slot] = model::Quantity{};
    Order& order = orders_[slot];
    order.id = id;
    order.price = admission.limit;
    order.remaining = terms.quantity;
    order.hold = admission.hold;
    order.account = terms.account.value() - 1;
    order.position = admission.position;
    order.instrument = static_cast<std::uint16_t>(terms.instrument);
    order.fee_schedule = terms.fee_schedule;
    order.side = terms.side;
    order.type = terms.type;
    order.time_in_force = terms.time_in_force;
    order.instructions = command.instructions;
    order.expire_date = command.expire_date;
    return slot;
}

void Engine::State::run_entry(OrderSlot slot, const codec::NewOrder& command,
                              order_book::Tick limit) {
    const Order& order = orders_[slot];
    if (order.time_in_force == model::TimeInForce::fok && !can_find(slot, limit, order.remaining))
        return close_cancelled(slot, command.request_id, model::CancelReason::fill_or_kill);
    if (command.min_quantity != model::Quantity{} && !can_find(slot, limit, command.min_quantity))
        return close_cancelled(slot, command.request_id, model::CancelReason::minimum_quantity);

    if (!match(slot, limit, command.request_id)) return;
    if (order.remaining == model::Quantity{0}) return give_back(slot);
    if (order.type == model::OrderType::market)
        return close_cancelled(slot, command.request_id, model::CancelReason::no_liquidity);
    if (!rests(order.time_in_force))
        return close_cancelled(slot, command.request_id, model::CancelReason::immediate_or_cancel);
    rest(slot, limit);
}

}  // namespace bw::engine
