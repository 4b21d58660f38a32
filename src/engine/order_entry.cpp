// NewOrder: from its identity to what matching makes of it.
#include "engine/order_commands.hpp"

namespace bw::engine {

void OrderCommands::on(const codec::NewOrder& command) {
    Refusal refusal{.request = command.request_id,
                    .account = command.account,
                    .instrument = command.instrument,
                    .command_template = codec::NewOrder::template_id,
                    .client_id = command.client_order_id};
    const auto refuse = [&](RejectReason reason) {
        refusal.reason = reason;
        answers_.reject(refusal);
    };
    if (!accounts_.known(command.account)) return refuse(RejectReason::unknown_account);
    const bool named = command.client_order_id != model::ClientOrderId{};
    std::uint64_t hash = 0;
    if (named) {
        if (!order_manager::well_formed(command.client_order_id))
            return refuse(RejectReason::bad_client_order_id);
        hash = order_manager::ClientIds::hash_of(command.account, command.client_order_id);
        if (const auto* first = ids_.orders.find(command.account, command.client_order_id, hash);
            first != nullptr)
            return answers_.answer_duplicate(command, command.account, command.client_order_id,
                                             *first);
    }
    // Before there is an id: what is refused for want of room is not remembered, and may be sent
    // again.
    if (market_.storage_scarce) return refuse(RejectReason::storage_scarce);
    if (named && ids_.orders.today().full())
        return refuse(RejectReason::client_order_id_capacity_reached);
    const model::OrderId id = orders_.next_id(command.account);
    refusal.order = id;
    order_manager::FirstResult* first = nullptr;
    if (named) {
        first = &ids_.orders.today().remember(hash, command.account, command.client_order_id);
        first->id = id.value();
    }

    const Terms terms{
        .account = command.account,
        .instrument = command.instrument.value() - 1,
        .side = command.side,
        .type = command.order_type,
        .time_in_force = command.time_in_force,
        .price = command.price,
        .quantity = command.quantity,
        .fee_schedule = settlement_.fees().in_force(accounts_.of(command.account).fee_tier),
        .instructions = command.instructions,
        .min_quantity = command.min_quantity,
        .display = command.display_quantity,
        .stop_price = command.stop_price,
        .offset = command.offset};
    Admitted admitted;
    RejectReason reason = admission_.check_header(command);
    if (reason == RejectReason::none) reason = admission_.admit(terms, {}, admitted);
    if (reason == RejectReason::none) return accept(command, id, terms, admitted);
    if (first != nullptr) first->reason = reason;
    refuse(reason);
}

void OrderCommands::accept(const codec::NewOrder& command, model::OrderId id, const Terms& terms,
                           Admitted& admitted) {
    if (admitted.position == wallet::no_position)
        admitted.position = settlement_.position_for(terms.account.value() - 1, terms.instrument);
    touched_.instrument = terms.instrument;

    auto& event = events_.emit<codec::OrderAccepted>();
    event.request_id = command.request_id;
    event.order_id = id;
    event.price = command.price;
    event.quantity = command.quantity;
    event.hold = admitted.hold;
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    event.instructions = command.instructions;
    event.client_order_id = command.client_order_id;
    event.expire_date = command.expire_date;

    const OrderSlot slot = make_order(command, id, terms, admitted);
    settlement_.hold(orders_[slot], instruments_[terms.instrument].currency);
    const bool conditional =
        command.display_quantity != model::Quantity{} || admitted.stop_price != model::Price{} ||
        command.offset != model::Price{} || command.peg != model::PegKind::none;
    if (conditional || command.expire_date != 0) add_conditions(slot, command, admitted);
    flow_.route_order(slot, admitted.tick, command.min_quantity, command.request_id);
}

OrderCommands::OrderSlot OrderCommands::make_order(const codec::NewOrder& command,
                                                   model::OrderId id, const Terms& terms,
                                                   const Admitted& admitted) {
    const OrderSlot slot = orders_.take();
    Order& order = orders_[slot];
    order.id = id;
    order.price = admitted.limit;
    order.remaining = terms.quantity;
    order.hold = admitted.hold;
    order.account = terms.account.value() - 1;
    order.position = admitted.position;
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

void OrderCommands::add_conditions(OrderSlot slot, const codec::NewOrder& command,
                                   const Admitted& admitted) {
    orders_.conditions(slot) = {.display = command.display_quantity,
                                .displayed = {},
                                .stop_price = admitted.stop_price,
                                .offset = command.offset,
                                .expire_date = command.expire_date};
    if (command.display_quantity == model::Quantity{} && admitted.stop_price == model::Price{} &&
        command.offset == model::Price{} && command.peg == model::PegKind::none)
        return;
    const Order& order = orders_[slot];
    matching::OpenOrders::check_transition(order, order_manager::Transition::condition);
    auto& event = events_.emit<codec::OrderConditions>();
    event.request_id = command.request_id;
    event.order_id = order.id;
    event.display_quantity = command.display_quantity;
    event.stop_price = admitted.stop_price;
    event.offset = command.offset;
    event.account = command.account;
    event.instrument = command.instrument;
    event.peg = command.peg;
    event.reserved = 0;
    event.reserved2 = 0;
    event.reserved3 = 0;
}

}  // namespace bw::engine
