// CancelOrder, ReduceOrder, ReplaceOrder, AmendOrder, MassCancel.
#include "engine/order_commands.hpp"

namespace bw::engine {

OrderCommands::Named OrderCommands::find_order(model::AccountId owner, model::OrderId id,
                                               const model::ClientOrderId& client_id,
                                               bool must_be_active) {
    if (!accounts_.known(owner)) return {RejectReason::unknown_account, id, order_book::no_order};
    const model::AccountState state = accounts_.of(owner).state;
    const bool allowed = must_be_active ? state == model::AccountState::active
                                        : state != model::AccountState::closed;
    if (!allowed) return {RejectReason::account_not_active, id, order_book::no_order};
    if (must_be_active && accounts_.of(owner).blocked)
        return {RejectReason::kill_switch, id, order_book::no_order};
    model::OrderId wanted = id;
    if (id == model::OrderId{}) {
        if (!order_manager::well_formed(client_id))
            return {RejectReason::unknown_order, id, order_book::no_order};
        const auto* first =
            ids_.orders.find(owner, client_id, order_manager::ClientIds::hash_of(owner, client_id));
        if (first == nullptr) return {RejectReason::unknown_order, id, order_book::no_order};
        wanted = model::OrderId{first->id};
    }
    const auto entry = orders_.directory().find(wanted);
    if (entry.account != owner.value())
        return {RejectReason::unknown_order, id, order_book::no_order};
    if (entry.slot == order_manager::OrderDirectory::closed)
        return {RejectReason::order_closed, id, order_book::no_order};
    if (orders_[entry.slot].id != wanted)
        return {RejectReason::unknown_order, id,
                order_book::no_order};  // an id from before the window
    touched_.instrument = orders_[entry.slot].instrument;
    return {RejectReason::none, id, entry.slot};
}

template <class Command>
void OrderCommands::reject_change(const Command& command, const Named& named, RejectReason reason) {
    Refusal refusal{.request = command.request_id,
                    .account = command.account,
                    .order = named.id,
                    .command_template = Command::template_id,
                    .reason = reason,
                    .client_id = command.client_order_id};
    if (named.slot != order_book::no_order)
        refusal.instrument = model::InstrumentId{orders_[named.slot].instrument + 1u};
    answers_.reject(refusal);
}

void OrderCommands::on(const codec::CancelOrder& command) {
    const Named named =
        find_order(command.account, command.order_id, command.client_order_id, false);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    orders_.cancel(named.slot, command.request_id, model::CancelReason::requested);
}

void OrderCommands::on(const codec::ReduceOrder& command) {
    const Named named =
        find_order(command.account, command.order_id, command.client_order_id, false);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    if (command.quantity < model::Quantity{1})
        return reject_change(command, named, RejectReason::bad_quantity);
    const Order& order = orders_[named.slot];
    if (command.quantity >= order.remaining)
        return orders_.cancel(named.slot, command.request_id, model::CancelReason::reduced_to_zero);
    if (command.quantity.value() % instruments_[order.instrument].lot_size.value() != 0)
        return reject_change(command, named, RejectReason::quantity_off_lot);
    orders_.reduce(named.slot, command.quantity, true, command.request_id);
}

void OrderCommands::on(const codec::ReplaceOrder& command) {
    const Named named =
        find_order(command.account, command.order_id, command.client_order_id, true);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    if (market_.storage_scarce) return reject_change(command, named, RejectReason::storage_scarce);
    if (orders_[named.slot].type != model::OrderType::limit)
        return reject_change(command, named, RejectReason::change_not_allowed);
    Admitted admitted;
    const RejectReason reason =
        admit_replacement(named.slot, command.price, command.quantity, admitted);
    if (reason != RejectReason::none) return reject_change(command, named, reason);
    replace(named.slot, command.request_id, command.quantity, admitted);
}

void OrderCommands::on(const codec::AmendOrder& command) {
    const Named named =
        find_order(command.account, command.order_id, command.client_order_id, true);
    if (named.refusal != RejectReason::none) return reject_change(command, named, named.refusal);
    if (command.quantity < model::Quantity{1} || command.quantity > rules_.max_order_quantity())
        return reject_change(command, named, RejectReason::bad_quantity);
    const Order& order = orders_[named.slot];
    if (command.quantity.value() % instruments_[order.instrument].lot_size.value() != 0)
        return reject_change(command, named, RejectReason::quantity_off_lot);
    const model::Quantity executed = orders_.executed_quantity(named.slot);
    if (command.quantity <= executed)
        return orders_.cancel(named.slot, command.request_id, model::CancelReason::reduced_to_zero);

    const model::Quantity remaining = command.quantity - executed;
    const model::Price price = command.price == model::no_price ? order.price : command.price;
    const bool priced = order.type != model::OrderType::market &&
                        order.type != model::OrderType::stop &&
                        order.type != model::OrderType::trailing_stop;
    const bool keeps_price =
        command.price == model::no_price || (priced && command.price == order.price);
    if (keeps_price && remaining <= order.remaining)
        return orders_.reduce(named.slot, order.remaining - remaining, true, command.request_id);
    if (market_.storage_scarce) return reject_change(command, named, RejectReason::storage_scarce);
    if (order.type != model::OrderType::limit)
        return reject_change(command, named, RejectReason::change_not_allowed);
    Admitted admitted;
    const RejectReason reason = admit_replacement(named.slot, price, remaining, admitted);
    if (reason != RejectReason::none) return reject_change(command, named, reason);
    replace(named.slot, command.request_id, remaining, admitted);
}

RejectReason OrderCommands::admit_replacement(OrderSlot slot, model::Price price,
                                              model::Quantity quantity, Admitted& out) const {
    const Order& order = orders_[slot];
    const bool iceberg = (order.traits & order_book::iceberg_trait) != 0;
    const Terms terms{.account = model::AccountId{order.account + 1},
                      .instrument = order.instrument,
                      .side = order.side,
                      .type = order.type,
                      .time_in_force = order.time_in_force,
                      .price = price,
                      .quantity = quantity,
                      .fee_schedule = order.fee_schedule,
                      .instructions = order.instructions,
                      .display = iceberg ? orders_.conditions(slot).display : model::Quantity{},
                      .replacing = true};
    const model::Money value{order.price.value() *
                             static_cast<std::int64_t>(order.remaining.value())};
    out.position = order.position;
    return admission_.admit(terms, {order.remaining, value, order.hold}, out);
}

void OrderCommands::replace(OrderSlot slot, model::RequestId request, model::Quantity quantity,
                            const Admitted& admitted) {
    Order& order = orders_[slot];
    matching::OpenOrders::check_transition(order, order_manager::Transition::replace);
    orders_.deactivate(slot);
    settlement_.change_hold(order, admitted.hold, quantity,
                            instruments_[order.instrument].currency);
    order.price = admitted.limit;
    order.remaining = quantity;
    order.hold = admitted.hold;

    auto& event = events_.emit<codec::OrderReplaced>();
    event.request_id = request;
    event.order_id = order.id;
    event.price = order.price;
    event.remaining = quantity;
    event.hold = order.hold;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
    flow_.route_order(slot, admitted.tick, {}, request);
}

void OrderCommands::on(const codec::MassCancel& command) {
    const auto refuse = [&](RejectReason reason) { answers_.refuse(command, reason); };
    if (!accounts_.known(command.account)) return refuse(RejectReason::unknown_account);
    if (accounts_.of(command.account).state == model::AccountState::closed)
        return refuse(RejectReason::account_not_active);
    const bool everywhere = command.instrument == model::InstrumentId{};
    if (!everywhere && !instruments_.known(command.instrument))
        return refuse(RejectReason::unknown_instrument);
    if (command.side > model::SideSelection::both) return refuse(RejectReason::bad_side);

    const std::uint32_t first = everywhere ? 0 : command.instrument.value() - 1;
    const std::uint32_t end = everywhere ? instruments_.count() : first + 1;
    touched_.instrument = everywhere ? Touched::everything : first;
    std::uint32_t cancelled = 0;
    for (std::uint32_t i = first; i < end && accounts_.of(command.account).open_orders > 0; ++i) {
        if (command.side != model::SideSelection::sell)
            cancelled += mass_cancel(i, model::Side::buy, command);
        if (command.side != model::SideSelection::buy)
            cancelled += mass_cancel(i, model::Side::sell, command);
    }
    auto& event = events_.emit<codec::MassCancelled>();
    event.request_id = command.request_id;
    event.account = command.account;
    event.instrument = command.instrument;
    event.cancelled = cancelled;
    event.side = command.side;
}

/// Instruments in which the account has nothing open are not looked at.
std::uint32_t OrderCommands::mass_cancel(std::uint32_t instrument, model::Side side,
                                         const codec::MassCancel& command) {
    const auto index = settlement_.wallet().find_position(command.account.value() - 1, instrument);
    if (index == wallet::no_position ||
        settlement_.wallet().position(index).open_quantity == model::Quantity{0})
        return 0;
    std::uint32_t cancelled = 0;
    orders_.walk(instrument, side, [&](OrderSlot slot) {
        if (orders_[slot].account != command.account.value() - 1) return;
        orders_.cancel(slot, command.request_id, model::CancelReason::mass_cancel);
        ++cancelled;
    });
    return cancelled;
}

}  // namespace bw::engine
