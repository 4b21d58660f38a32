#include "differential/naive_answers.hpp"

namespace bw::differential {

// ---- changes of an order

const NaiveExchange::Remembered* NaiveExchange::find_client_id(
    std::uint32_t account, const model::ClientOrderId& id) const {
    if (is_empty(id)) return nullptr;
    const std::pair key{account, raw(id)};
    for (const IdMemory* day : {&ids_of_today_, &ids_of_yesterday_})
        if (const auto found = day->find(key); found != day->end()) return &found->second;
    return nullptr;
}

NaiveExchange::Target NaiveExchange::find(model::AccountId account, model::OrderId id,
                                          const model::ClientOrderId& client_id) const {
    std::uint64_t order = id.value();
    if (order == 0) {
        const Remembered* remembered = find_client_id(account.value(), client_id);
        if (remembered == nullptr) return {Reason::unknown_order, 0};
        order = remembered->first_id;
    }
    if (order > owners_.size() || owners_[order - 1] != account.value())
        return {Reason::unknown_order, 0};
    if (!open_.contains(order)) return {Reason::order_closed, 0};
    return {Reason::none, order};
}

template <class Change>
NaiveExchange::Target NaiveExchange::find_changeable(const Change& command,
                                                     bool must_be_active) const {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return {Reason::unknown_account, 0};
    const auto state = account->second.state;
    if (state == model::AccountState::closed ||
        (must_be_active && state != model::AccountState::active))
        return {Reason::account_not_active, 0};
    return find(command.account, command.order_id, command.client_order_id);
}

void NaiveExchange::on(const codec::CancelOrder& command) {
    const Target target = find_changeable(command, false);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    cancel_resting(target.order, command.request_id, model::CancelReason::requested);
}

void NaiveExchange::on(const codec::ReduceOrder& command) {
    const Target target = find_changeable(command, false);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    const Order order = open_.at(target.order);
    const std::uint64_t quantity = command.quantity.value();
    if (quantity == 0) return reject(command, Reason::bad_quantity, order.id);
    if (quantity >= order.remaining)
        return cancel_resting(order.id, command.request_id, model::CancelReason::reduced_to_zero);
    if (quantity % instruments_.at(order.instrument).terms.lot_size.value() != 0)
        return reject(command, Reason::quantity_off_lot, order.id);
    reduce(open_.at(order.id), quantity, command.request_id);
}

void NaiveExchange::reduce(Order& order, std::uint64_t quantity, model::RequestId request) {
    const int128 hold_before = cash_hold_of(order);
    release(order);
    order.remaining -= quantity;
    hold(order);
    codec::OrderReduced event{};
    event.request_id = request;
    event.order_id = model::OrderId{order.id};
    event.reduced_by = model::Quantity{quantity};
    event.remaining = model::Quantity{order.remaining};
    event.hold_released = model::Money{narrow(hold_before - cash_hold_of(order))};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    emit(event);
}

NaiveExchange::Reason NaiveExchange::check_replace(const Order& changed) const {
    const Instrument& instrument = instruments_.at(changed.instrument);
    if (instrument.state != model::InstrumentState::trading) return Reason::instrument_halted;
    if (const Reason reason = check_quantity(instrument, changed.remaining); reason != Reason::none)
        return reason;
    if (const Reason reason = check_price(instrument, changed.limit); reason != Reason::none)
        return reason;
    if (const Reason reason = check_post_only(changed); reason != Reason::none) return reason;
    if (const Reason reason = check_limits(changed); reason != Reason::none) return reason;
    return check_funds(changed);
}

void NaiveExchange::on(const codec::ReplaceOrder& command) {
    const Target target = find_changeable(command, true);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    const Order before = open_.at(target.order);
    Order after = before;
    after.limit = command.price.value();
    after.remaining = command.quantity.value();
    const Reason reason = replace(before, after, command.request_id);
    if (reason != Reason::none) reject(command, reason, after.id);
}

/// Changes nothing if there is a reason to refuse it.
NaiveExchange::Reason NaiveExchange::replace(const Order& before, const Order& wanted,
                                             model::RequestId request) {
    if (const Reason reason = check_replace(wanted); reason != Reason::none) return reason;
    Order after = wanted;
    leave_book(before);
    release(before);
    hold(after);
    codec::OrderReplaced event{};
    event.request_id = request;
    event.order_id = model::OrderId{after.id};
    event.price = model::Price{after.limit};
    event.remaining = model::Quantity{after.remaining};
    event.hold = model::Money{narrow(cash_hold_of(after))};
    event.account = model::AccountId{after.account};
    event.instrument = model::InstrumentId{after.instrument};
    emit(event);
    match(after, request);
    if (after.remaining > 0) rest(after);
    return Reason::none;
}

void NaiveExchange::on(const codec::AmendOrder& command) {
    const Target target = find_changeable(command, true);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    const Order before = open_.at(target.order);
    const std::uint64_t total = command.quantity.value();
    const Reason bad = check_quantity(instruments_.at(before.instrument), total);
    if (bad != Reason::none) return reject(command, bad, before.id);
    if (total <= before.executed)
        return cancel_resting(before.id, command.request_id, model::CancelReason::reduced_to_zero);

    Order after = before;
    after.remaining = total - before.executed;
    if (command.price != model::no_price) after.limit = command.price.value();
    if (after.limit == before.limit && after.remaining <= before.remaining)
        return reduce(open_.at(before.id), before.remaining - after.remaining, command.request_id);
    const Reason reason = replace(before, after, command.request_id);
    if (reason != Reason::none) reject(command, reason, before.id);
}

// ---- mass cancel

void NaiveExchange::on(const codec::MassCancel& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account, 0);
    if (account->second.state == model::AccountState::closed)
        return reject(command, Reason::account_not_active, 0);
    const std::uint32_t only = command.instrument.value();
    if (only != 0 && !instruments_.contains(only))
        return reject(command, Reason::unknown_instrument, 0);
    if (command.side > model::SideSelection::both) return reject(command, Reason::bad_side, 0);

    codec::MassCancelled event{};
    for (const auto& [id, instrument] : instruments_) {
        if (only != 0 && id != only) continue;
        for (const BookEntry& entry : book(id)) {
            const bool side_meant =
                command.side == model::SideSelection::both ||
                static_cast<std::uint8_t>(command.side) == static_cast<std::uint8_t>(entry.side);
            if (!side_meant || open_.at(entry.order).account != command.account.value()) continue;
            cancel_resting(entry.order, command.request_id, model::CancelReason::mass_cancel);
            ++event.cancelled;
        }
    }
    event.request_id = command.request_id;
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    emit(event);
}

}  // namespace bw::differential
