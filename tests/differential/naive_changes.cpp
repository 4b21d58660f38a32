// Cancels, reductions, replacements and amendments of open orders, and mass cancels.
#include "differential/naive_places.hpp"

namespace bw::differential {

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
    if (is_open(order)) return {Reason::none, order};
    const bool too_old = owners_.size() - order >= limits_.order_numbers;
    return {too_old ? Reason::unknown_order : Reason::order_closed, 0};
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
    if (must_be_active && is_killed(account->second, account->first))
        return {Reason::kill_switch, 0};
    return find(command.account, command.order_id, command.client_order_id);
}

void NaiveExchange::on(const codec::CancelOrder& command) {
    const Target target = find_changeable(command, false);
    if (target.reason != Reason::none) return reject(command, target.reason);
    cancel(orders_.at(target.order), model::CancelReason::requested);
}

void NaiveExchange::on(const codec::ReduceOrder& command) {
    const Target target = find_changeable(command, false);
    if (target.reason != Reason::none) return reject(command, target.reason);
    Order& order = orders_.at(target.order);
    const std::uint64_t quantity = command.quantity.value();
    if (quantity == 0) return reject(command, Reason::bad_quantity, order.id);
    if (quantity >= order.remaining) return cancel(order, model::CancelReason::reduced_to_zero);
    if (quantity % instruments_.at(order.instrument).terms.lot_size.value() != 0)
        return reject(command, Reason::quantity_off_lot, order.id);
    reduce(order, quantity);
}

// ---- a new price, a new quantity

NaiveExchange::Reason NaiveExchange::check_replace(Order& changed) const {
    const Instrument& instrument = instruments_.at(changed.instrument);
    Reason reason = check_phase(instrument, changed);
    if (reason == Reason::none) reason = check_quantity(instrument, changed.remaining);
    if (reason == Reason::none && changed.display_quantity != 0 &&
        static_cast<int128>(changed.display_quantity) * 1'000 < changed.remaining)
        reason = Reason::bad_display_quantity;
    if (reason == Reason::none) reason = check_limit_price(instrument, changed);
    if (reason == Reason::none) reason = check_limits(changed);
    if (reason == Reason::none) reason = check_funds(changed);
    return reason;
}

NaiveExchange::Reason NaiveExchange::replace(Order& order, std::int64_t price,
                                             std::uint64_t quantity) {
    if (storage_scarce_) return Reason::storage_scarce;
    if (order.type != model::OrderType::limit) return Reason::change_not_allowed;
    Order after = order;
    after.price = price;
    after.remaining = quantity;
    if (const Reason reason = check_replace(after); reason != Reason::none) return reason;
    leave_place(order);
    after.place = Place::incoming;
    release(order);
    hold(after);
    order = after;
    codec::OrderReplaced event{};
    event.order_id = model::OrderId{order.id};
    event.price = model::Price{order.limit};
    event.remaining = model::Quantity{order.remaining};
    event.hold = model::Money{narrow(cash_hold_of(order))};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    emit(event);
    go_on(order);
    return Reason::none;
}

void NaiveExchange::on(const codec::ReplaceOrder& command) {
    const Target target = find_changeable(command, true);
    if (target.reason != Reason::none) return reject(command, target.reason);
    const Reason reason =
        replace(orders_.at(target.order), command.price.value(), command.quantity.value());
    if (reason != Reason::none) reject(command, reason, target.order);
}

void NaiveExchange::on(const codec::AmendOrder& command) {
    const Target target = find_changeable(command, true);
    if (target.reason != Reason::none) return reject(command, target.reason);
    Order& order = orders_.at(target.order);
    const std::uint64_t total = command.quantity.value();
    const Reason bad = check_quantity(instruments_.at(order.instrument), total);
    if (bad != Reason::none) return reject(command, bad, order.id);
    if (total <= order.executed) return cancel(order, model::CancelReason::reduced_to_zero);

    const std::uint64_t remaining = total - order.executed;
    const bool keeps_price =
        command.price == model::no_price || command.price.value() == order.price;
    if (keeps_price && remaining <= order.remaining)
        return reduce(order, order.remaining - remaining);
    const Reason reason =
        replace(order, keeps_price ? order.price : command.price.value(), remaining);
    if (reason != Reason::none) reject(command, reason, order.id);
}

// ---- mass cancel

void NaiveExchange::on(const codec::MassCancel& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account);
    if (account->second.state == model::AccountState::closed)
        return reject(command, Reason::account_not_active);
    const std::uint32_t only = command.instrument.value();
    if (only != 0 && !instruments_.contains(only))
        return reject(command, Reason::unknown_instrument);
    if (command.side > model::SideSelection::both) return reject(command, Reason::bad_side);

    const auto is_meant = [&](const Order& order) {
        const bool side_meant =
            command.side == model::SideSelection::both ||
            static_cast<std::uint8_t>(command.side) == static_cast<std::uint8_t>(order.side);
        return side_meant && order.account == command.account.value();
    };
    codec::MassCancelled event{};
    for (auto& [id, instrument] : instruments_)
        if (only == 0 || id == only)
            event.cancelled += cancel_each(instrument, model::CancelReason::mass_cancel, is_meant);
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    emit(event);
}

}  // namespace bw::differential
