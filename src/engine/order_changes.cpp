// CancelOrder, ReduceOrder, ReplaceOrder.
#include "engine/state.hpp"

namespace bw::engine {

Engine::State::Named Engine::State::find_order(model::AccountId owner, model::OrderId id, const model::ClientOrderId& client_id,
                                               bool must_be_active) {
    if (!known(owner)) return {RejectReason::unknown_account, id, order_book::no_order};
    const model::AccountState state = account(owner).state;
    const bool allowed = must_be_active ? state == model::AccountState::active : state != model::AccountState::closed;
    if (!allowed) return {RejectReason::account_not_active, id, order_book::no_order};
    model::OrderId wanted = id;
    if (id == model::OrderId{}) {
        if (!order_manager::well_formed(client_id)) return {RejectReason::unknown_order, id, order_book::no_order};
        const auto* first = find_client_id(owner, client_id, order_manager::ClientIds::hash_of(owner, client_id));
        if (first == nullptr) return {RejectReason::unknown_order, id, order_book::no_order};
        wanted = model::OrderId{first->id};
    }
    const auto entry = directory_.find(wanted);
    if (entry.account != owner.value()) return {RejectReason::unknown_order, id, order_book::no_order};
    if (entry.slot == order_manager::OrderDirectory::closed) return {RejectReason::order_closed, id, order_book::no_order};
    return {RejectReason::none, id, entry.slot};
}

template <class Command>
void Engine::State::reject_change(const Command& command, const Named& named, RejectReason reason) {
    Refusal refusal{.request = command.request_id, .account = command.account, .order = named.id,
                    .command_template = Command::template_id, .reason = reason, .client_id = command.client_order_id};
    if (named.slot != order_book::no_order) refusal.instrument = model::InstrumentId{orders_[named.slot].instrument + 1u};
    reject(refusal);
}

void Engine::State::on(const codec::CancelOrder& command) {
    const Named named = find_order(command.account, command.order_id, command.client_order_id, false);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    take_out_of_book(named.slot);
    close_cancelled(named.slot, command.request_id, model::CancelReason::requested);
}

void Engine::State::on(const codec::ReduceOrder& command) {
    const Named named = find_order(command.account, command.order_id, command.client_order_id, false);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    if (command.quantity < model::Quantity{1}) return reject_change(command, named, RejectReason::bad_quantity);
    Order& order = orders_[named.slot];
    if (command.quantity >= order.remaining) {
        take_out_of_book(named.slot);
        return close_cancelled(named.slot, command.request_id, model::CancelReason::reduced_to_zero);
    }
    Instrument& instrument = instruments_[order.instrument];
    if (command.quantity.value() % instrument.lot_size.value() != 0)
        return reject_change(command, named, RejectReason::quantity_off_lot);

    if (order.side == model::Side::buy) instrument.book.bids.reduce(levels_, orders_, named.slot, command.quantity);
    else instrument.book.asks.reduce(levels_, orders_, named.slot, command.quantity);
    wallet::Position& position = wallet_.position(order.position);
    position.open_quantity -= command.quantity;
    position.open_value -= static_cast<base::int128>(order.price.value()) * static_cast<base::int128>(command.quantity.value());
    model::Money released{};
    if (order.side == model::Side::buy) {
        released = lower_hold(order);
        wallet_.cash(order.account, instrument.currency).held -= released;
    } else {
        position.held -= command.quantity;
    }

    auto& event = emit<codec::OrderReduced>();
    event.request_id = command.request_id;
    event.order_id = order.id;
    event.reduced_by = command.quantity;
    event.remaining = order.remaining;
    event.hold_released = released;
    event.account = command.account;
    event.instrument = model::InstrumentId{order.instrument + 1u};
}

void Engine::State::on(const codec::ReplaceOrder& command) {
    const Named named = find_order(command.account, command.order_id, command.client_order_id, true);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    const Order& order = orders_[named.slot];
    const Terms terms{command.account, order.instrument, order.side, order.type, order.time_in_force,
                      command.price, command.quantity, order.fee_schedule};
    const model::Money value{order.price.value() * static_cast<std::int64_t>(order.remaining.value())};
    Admission admission;
    admission.position = order.position;
    const RejectReason reason = admit(terms, {order.remaining, value, order.hold}, true, admission);
    if (reason != RejectReason::none) return reject_change(command, named, reason);
    replace(command, named.slot, admission);
}

void Engine::State::replace(const codec::ReplaceOrder& command, OrderSlot slot, const Admission& admission) {
    Order& order = orders_[slot];
    take_out_of_book(slot);
    if (order.side == model::Side::buy) {
        wallet_.cash(order.account, instruments_[order.instrument].currency).held += admission.hold - order.hold;
    } else {
        wallet::Position& position = wallet_.position(order.position);
        position.held = position.held - order.remaining + command.quantity;
    }
    order.price = admission.limit;
    order.remaining = command.quantity;
    order.hold = admission.hold;

    auto& event = emit<codec::OrderReplaced>();
    event.request_id = command.request_id;
    event.order_id = order.id;
    event.price = command.price;
    event.remaining = command.quantity;
    event.hold = admission.hold;
    event.account = command.account;
    event.instrument = model::InstrumentId{order.instrument + 1u};

    match(slot, admission.tick);
    if (order.remaining == model::Quantity{0}) give_back(slot);
    else rest(slot, admission.tick);
}

}  // namespace bw::engine
