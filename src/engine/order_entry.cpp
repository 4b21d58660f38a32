// NewOrder: from its identity to its place, and what becomes of every incoming order.
#include "engine/state.hpp"

namespace bw::engine {

using model::InstrumentState;
using model::OrderType;
using model::TimeInForce;

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
        if (const auto* first = find_client_id(command.account, command.client_order_id, hash);
            first != nullptr && !planted(Fault::duplicate_is_entered_again))
            return answer_duplicate(command.request_id, command.account,
                                    codec::NewOrder::template_id, *first, command.client_order_id);
    }
    // Before there is an id: what is refused for want of room is not remembered, and may be sent
    // again.
    if (storage_scarce_) return refuse(RejectReason::storage_scarce);
    if (named && order_ids_[today_].full()) return refuse(RejectReason::full_client_order_ids);
    const model::OrderId id = directory_.next(command.account);
    refusal.order = id;
    order_manager::FirstResult* first = nullptr;
    if (named) {
        first = &order_ids_[today_].remember(hash, command.account, command.client_order_id);
        first->id = id.value();
    }

    const Terms terms{.account = command.account,
                      .instrument = command.instrument.value() - 1,
                      .side = command.side,
                      .type = command.order_type,
                      .time_in_force = command.time_in_force,
                      .price = command.price,
                      .quantity = command.quantity,
                      .fee_schedule = tier_schedules_[account(command.account).fee_tier],
                      .instructions = command.instructions,
                      .min_quantity = command.min_quantity,
                      .display = command.display_quantity,
                      .stop_price = command.stop_price,
                      .offset = command.offset};
    Admission admission;
    RejectReason reason = check_header(command);
    if (reason == RejectReason::none) reason = admit(terms, {}, admission);
    if (reason == RejectReason::none) return accept(command, id, terms, admission);
    if (first != nullptr) first->reason = reason;
    refuse(reason);
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
    touched_ = terms.instrument;

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

    const OrderSlot slot = make_order(command, id, terms, admission);
    const bool conditional =
        command.display_quantity != model::Quantity{} || admission.stop_price != model::Price{} ||
        command.offset != model::Price{} || command.peg != model::PegKind::none;
    if (conditional || command.expire_date != 0) add_conditions(slot, command, admission);
    proceed(slot, admission.tick, command.min_quantity, command.request_id);
}

Engine::State::OrderSlot Engine::State::make_order(const codec::NewOrder& command,
                                                   model::OrderId id, const Terms& terms,
                                                   const Admission& admission) {
    const OrderSlot slot = orders_.take();
    orders_.prefetch(orders_.coming());
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
    order.place = Place::none;
    order.peg = command.peg;
    order.traits = command.display_quantity != model::Quantity{} ? order_book::iceberg_trait : 0;
    order.executed = false;
    return slot;
}

void Engine::State::add_conditions(OrderSlot slot, const codec::NewOrder& command,
                                   const Admission& admission) {
    conditions_[slot] = {.display = command.display_quantity,
                         .displayed = {},
                         .stop_price = admission.stop_price,
                         .offset = command.offset,
                         .expire_date = command.expire_date};
    if (command.display_quantity == model::Quantity{} && admission.stop_price == model::Price{} &&
        command.offset == model::Price{} && command.peg == model::PegKind::none)
        return;
    const Order& order = orders_[slot];
    auto& event = emit<codec::OrderConditions>();
    event.request_id = command.request_id;
    event.order_id = order.id;
    event.display_quantity = command.display_quantity;
    event.stop_price = admission.stop_price;
    event.offset = command.offset;
    event.account = command.account;
    event.instrument = command.instrument;
    event.peg = command.peg;
    event.reserved = 0;
    event.reserved2 = 0;
    event.reserved3 = 0;
}

void Engine::State::proceed(OrderSlot slot, Tick limit, model::Quantity min_quantity,
                            model::RequestId request) {
    const Order& order = orders_[slot];
    const Instrument& instrument = instruments_[order.instrument];
    if (order.type > OrderType::market) {
        if (order.type == OrderType::pegged) return open(slot, Place::parked, 0);
        return open(slot, Place::stop, instrument.ticks(conditions_[slot].stop_price));
    }
    if (order.time_in_force == TimeInForce::at_close &&
        instrument.state != InstrumentState::closing_auction)
        return open(slot, Place::waiting, waiting_tick);
    if (instrument.state != InstrumentState::trading)
        return open(slot, resting_place(order), limit);

    if (order.time_in_force == TimeInForce::fok && !planted(Fault::fok_is_filled_in_part) &&
        !can_find(slot, limit, order.remaining))
        return close_cancelled(slot, request, model::CancelReason::fill_or_kill);
    if (min_quantity != model::Quantity{} && !planted(Fault::minimum_quantity_is_ignored) &&
        !can_find(slot, limit, min_quantity))
        return close_cancelled(slot, request, model::CancelReason::minimum_quantity);
    run_incoming(slot, limit, request);
}

void Engine::State::run_incoming(OrderSlot slot, Tick limit, model::RequestId request) {
    const std::uint32_t instrument = orders_[slot].instrument;
    if (match(slot, limit, request)) rest_or_cancel(slot, limit, request);
    if (interrupted_) interrupt_if_needed(instrument, request);
}

void Engine::State::rest_or_cancel(OrderSlot slot, Tick limit, model::RequestId request) {
    const Order& order = orders_[slot];
    if (order.remaining == model::Quantity{0}) return give_back(slot);
    if (order.type != OrderType::limit)
        return close_cancelled(slot, request, model::CancelReason::no_liquidity);
    const bool at_once =
        order.time_in_force == TimeInForce::ioc || order.time_in_force == TimeInForce::fok;
    if (at_once && !planted(Fault::ioc_rest_stays))
        return close_cancelled(slot, request, model::CancelReason::immediate_or_cancel);
    if (instruments_[order.instrument].special != 0) {
        const Listing& listing = listings_[order.instrument];
        const bool beyond = order.side == model::Side::buy ? order.price > listing.limit_upper
                                                           : order.price < listing.limit_lower;
        if (!planted(Fault::limit_bands_are_ignored) && listing.has_limit_bands() && beyond)
            return close_cancelled(slot, request, model::CancelReason::outside_limit_band);
        if (!levels_.has_room())
            return close_cancelled(slot, request, model::CancelReason::no_room);
    }
    open(slot, resting_place(order), limit);
}

Engine::State::Place Engine::State::resting_place(const Order& order) const {
    constexpr auto hidden = static_cast<std::uint8_t>(model::Instruction::hidden);
    if ((order.instructions & hidden) != 0) return Place::dark;
    return instruments_[order.instrument].special != 0 && is_dark_book(order.instrument)
               ? Place::dark
               : Place::lit;
}

}  // namespace bw::engine
