#include "differential/naive_answers.hpp"

namespace bw::differential {

NaiveExchange::NaiveExchange(const engine::Limits& limits) : limits_(limits) {}

std::vector<Bytes> NaiveExchange::apply(std::uint64_t sequence,
                                        std::span<const std::byte> command) {
    sequence_ = sequence;
    request_ = {};
    events_.clear();
    codec::MessageHeader header;
    if (!codec::read_header(command, header))
        reject_undecodable(Reason::unknown_template, 0);
    else if (header.schema != codec::schema_id)
        reject_undecodable(Reason::unknown_template, header.template_id);
    else
        dispatch(static_cast<codec::AllCommands*>(nullptr), command, header);
    follow_markets();
    for (const std::uint64_t id : closed_now_) orders_.erase(id);
    closed_now_.clear();
    return std::move(events_);
}

template <class... Command>
void NaiveExchange::dispatch(std::tuple<Command...>*, std::span<const std::byte> bytes,
                             const codec::MessageHeader& header) {
    const auto attempt = [&]<class C>(std::type_identity<C>) {
        if (header.template_id != C::template_id) return false;
        C command;
        if (codec::decode(bytes, command) == codec::DecodeError::none) {
            request_ = command.request_id;
            on(command);
        } else {
            reject_undecodable(Reason::malformed_command, header.template_id);
        }
        return true;
    };
    if (!(attempt(std::type_identity<Command>{}) || ...))
        reject_undecodable(Reason::unknown_template, header.template_id);
}

// ---- what is said

void NaiveExchange::reject_undecodable(Reason reason, std::uint16_t template_id) {
    codec::CommandRejected event{};
    event.reason = reason;
    event.command_template = template_id;
    emit(event);
}

void NaiveExchange::tell(const Instrument& instrument) {
    codec::InstrumentUpdated event{};
    event.tick_size = instrument.terms.tick_size;
    event.lot_size = instrument.terms.lot_size;
    event.reference_price = model::Price{instrument.reference};
    event.max_order_quantity = instrument.terms.max_order_quantity;
    event.max_order_value = instrument.terms.max_order_value;
    event.instrument = instrument.terms.instrument;
    event.collar = instrument.terms.collar;
    event.currency = instrument.terms.currency;
    event.state = instrument.state;
    event.reason = instrument.halt_reason;
    event.symbol = instrument.terms.symbol;
    emit(event);
}

void NaiveExchange::tell(std::uint32_t id) {
    const Account& account = accounts_.at(id);
    codec::AccountUpdated event{};
    event.max_order_quantity = account.max_order_quantity;
    event.max_order_value = account.max_order_value;
    event.max_daily_quantity = account.max_daily_quantity;
    event.max_daily_value = account.max_daily_value;
    event.account = model::AccountId{id};
    event.max_open_orders = account.max_open_orders;
    event.state = account.state;
    event.self_trade_prevention = account.self_trade_mode;
    event.fee_tier = static_cast<std::uint8_t>(account.fee_tier);
    event.reference = account.reference;
    event.self_trade_group = account.self_trade_group;
    event.firm = account.firm;
    emit(event);
}

// ---- what it looks like from outside

Balance NaiveExchange::cash(std::uint32_t account, std::string_view currency) const {
    return get(cash_, PerCurrency{account, std::string(currency)});
}

Balance NaiveExchange::shares(std::uint32_t account, std::uint32_t instrument) const {
    return get(shares_, PerInstrument{account, instrument});
}

int128 NaiveExchange::fees_collected(std::string_view currency) const {
    return get(fees_, std::string(currency));
}

std::vector<Order> NaiveExchange::open_orders_of(std::uint32_t id) const {
    std::vector<Order> out;
    for (const Side side : {Side::buy, Side::sell})
        for (const std::uint64_t order : walk(instruments_.at(id), side))
            out.push_back(orders_.at(order));
    return out;
}

std::vector<BookEntry> NaiveExchange::book(std::uint32_t id) const {
    std::vector<BookEntry> out;
    const Instrument& instrument = instruments_.at(id);
    for (const Side side : {Side::buy, Side::sell})
        for (const std::uint64_t order_id : ladder(instrument, side)) {
            const Order& order = orders_.at(order_id);
            out.push_back({side, order.at, order_id, order.remaining});
        }
    return out;
}

}  // namespace bw::differential
