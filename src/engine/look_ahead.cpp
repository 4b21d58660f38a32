#include "engine/look_ahead.hpp"

#include <array>

#include "base/prefetch.hpp"
#include "codec/commands.hpp"

namespace bw::engine {

using matching::Instrument;
using matching::Order;
using matching::OrderSlot;

struct LookAhead::Hint {
    enum class Kind : std::uint8_t {
        other,
        entry,
        change_by_id,
        change_by_client_id
    } kind = Kind::other;
    bool named = false;
    std::uint64_t client_hash = 0;
    std::uint64_t position_hash = 0;
    model::AccountId account{};
    model::InstrumentId instrument{};
    model::OrderId order{};
    model::Side side{};
    model::Price price = model::no_price;  ///< where it will rest
    OrderSlot slot = order_book::no_order;
};

void LookAhead::load(std::span<const std::span<const std::byte>> messages) const {
    std::array<Hint, look_ahead_max> hints;
    const std::size_t count = std::min(messages.size(), hints.size());
    for (std::size_t i = 0; i < count; ++i) hint_bucket(messages[i], hints[i]);
    for (std::size_t i = 0; i < count; ++i) hint_entry(hints[i]);
    for (std::size_t i = 0; i < count; ++i) hint_named_order(hints[i]);
    for (std::size_t i = 0; i < count; ++i) hint_order(hints[i]);
    for (std::size_t i = 0; i < count; ++i) hint_tail(hints[i]);
}

void LookAhead::hint_bucket(std::span<const std::byte> message, Hint& hint) const {
    codec::MessageHeader header;
    if (!codec::read_header(message, header)) return;
    const auto name = [&](model::AccountId owner, const model::ClientOrderId& text) {
        if (text.empty()) return;
        hint.named = true;
        hint.client_hash = order_manager::ClientIds::hash_of(owner, text);
        ids_.orders.prefetch(hint.client_hash);
    };
    if (header.template_id == codec::NewOrder::template_id) {
        codec::NewOrder spare;
        const auto* view = codec::view(message, spare);
        if (view == nullptr || !accounts_.known(view->account)) return;
        const codec::NewOrder& command = *view;
        hint.kind = Hint::Kind::entry;
        hint.account = command.account;
        hint.instrument = command.instrument;
        hint.side = command.side;
        hint.price = command.price;
        hint.position_hash = wallet::Wallet::position_hash(command.account.value() - 1,
                                                           command.instrument.value() - 1);
        wallet_.prefetch_position(hint.position_hash);
        base::prefetch_to_write(&accounts_.of(command.account));
        name(command.account, command.client_order_id);
    } else if (header.template_id >= codec::CancelOrder::template_id &&
               header.template_id <= codec::ReplaceOrder::template_id) {
        const auto change = [&]<class Command>(Command spare) {
            const Command* view = codec::view(message, spare);
            if (view == nullptr || !accounts_.known(view->account)) return;
            const Command& command = *view;
            hint.kind = command.order_id == model::OrderId{} ? Hint::Kind::change_by_client_id
                                                             : Hint::Kind::change_by_id;
            hint.account = command.account;
            hint.order = command.order_id;
            if constexpr (std::is_same_v<Command, codec::ReplaceOrder>) hint.price = command.price;
            base::prefetch_to_write(&accounts_.of(command.account));
            if (hint.kind == Hint::Kind::change_by_id)
                orders_.directory().prefetch(command.order_id);
            else
                name(command.account, command.client_order_id);
        };
        switch (header.template_id) {
            case codec::CancelOrder::template_id: return change(codec::CancelOrder{});
            case codec::ReduceOrder::template_id: return change(codec::ReduceOrder{});
            default: return change(codec::ReplaceOrder{});
        }
    }
}

void LookAhead::hint_entry(Hint& hint) const {
    if (hint.named) ids_.orders.prefetch_entry(hint.client_hash);
    if (hint.kind == Hint::Kind::entry) {
        wallet_.prefetch_position_entry(hint.position_hash);
        if (!instruments_.known(hint.instrument)) return;
        const Instrument& instrument = instruments_[hint.instrument.value() - 1];
        wallet_.prefetch(hint.account.value() - 1, instrument.currency);
        instrument.book.on(hint.side).prefetch_level(orders_.levels(),
                                                     instrument.ticks(hint.price));
    } else if (hint.kind == Hint::Kind::change_by_id) {
        hint.slot = orders_.directory().find(hint.order).slot;
        if (hint.slot != order_manager::OrderDirectory::closed) orders_.pool().prefetch(hint.slot);
    }
}

/// A change by client id is two steps behind one by order id: now the order id is known.
void LookAhead::hint_named_order(Hint& hint) const {
    if (hint.kind != Hint::Kind::change_by_client_id || !hint.named) return;
    const model::OrderId id{ids_.orders.likely_id(hint.client_hash)};
    hint.slot = orders_.directory().find(id).slot;
    if (hint.slot != order_manager::OrderDirectory::closed) orders_.pool().prefetch(hint.slot);
}

void LookAhead::hint_order(Hint& hint) const {
    if (hint.slot == order_manager::OrderDirectory::closed) return;
    const Order& order = orders_[hint.slot];
    order_book::prefetch_removal(orders_.levels(), orders_.pool(), hint.slot);
    const Instrument& instrument = instruments_[order.instrument];
    wallet_.prefetch_at(order.position);
    wallet_.prefetch(order.account, instrument.currency);
    hint.instrument = model::InstrumentId{order.instrument + 1u};
    hint.side = order.side;
    if (hint.price != model::no_price)
        instrument.book.on(hint.side).prefetch_level(orders_.levels(),
                                                     instrument.ticks(hint.price));
}

/// The order behind which a new or replaced one will rest.
void LookAhead::hint_tail(const Hint& hint) const {
    if (hint.price == model::no_price || !instruments_.known(hint.instrument)) return;
    const Instrument& instrument = instruments_[hint.instrument.value() - 1];
    instrument.book.on(hint.side).prefetch_tail(orders_.levels(), orders_.pool(),
                                                instrument.ticks(hint.price));
}

}  // namespace bw::engine
