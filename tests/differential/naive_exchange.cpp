#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::Side;

NaiveExchange::NaiveExchange(const engine::Limits& limits) : limits_(limits) {}

std::vector<Bytes> NaiveExchange::apply(std::uint64_t sequence,
                                        std::span<const std::byte> command) {
    sequence_ = sequence;
    events_.clear();
    codec::MessageHeader header;
    if (!codec::read_header(command, header))
        reject_undecodable(Reason::unknown_template, 0);
    else if (header.schema != codec::schema_id)
        reject_undecodable(Reason::unknown_template, header.template_id);
    else
        dispatch(static_cast<codec::AllCommands*>(nullptr), command, header);
    return std::move(events_);
}

template <class... Command>
void NaiveExchange::dispatch(std::tuple<Command...>*, std::span<const std::byte> bytes,
                             const codec::MessageHeader& header) {
    const auto attempt = [&]<class C>(C command) {
        if (header.template_id != C::template_id) return false;
        if (codec::decode(bytes, command) == codec::DecodeError::none)
            on(command);
        else
            reject_undecodable(Reason::malformed_command, header.template_id);
        return true;
    };
    if (!(attempt(Command{}) || ...))
        reject_undecodable(Reason::unknown_template, header.template_id);
}

// ---- what is said

void NaiveExchange::reject_undecodable(Reason reason, std::uint16_t template_id) {
    codec::CommandRejected event{};
    event.reason = reason;
    event.command_template = template_id;
    emit(event);
}

void NaiveExchange::tell(const Instrument& instrument, model::RequestId request) {
    codec::InstrumentUpdated event{};
    event.request_id = request;
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

void NaiveExchange::tell(std::uint32_t id, model::RequestId request) {
    const Account& account = accounts_.at(id);
    codec::AccountUpdated event{};
    event.request_id = request;
    event.max_order_quantity = account.max_order_quantity;
    event.max_order_value = account.max_order_value;
    event.max_daily_quantity = account.max_daily_quantity;
    event.max_daily_value = account.max_daily_value;
    event.account = model::AccountId{id};
    event.max_open_orders = account.max_open_orders;
    event.state = account.state;
    event.self_trade_prevention = account.self_trade_mode;
    event.reference = account.reference;
    event.self_trade_group = account.self_trade_group;
    emit(event);
}

// ---- words of the page

int128 NaiveExchange::value_of(const Order& order) {
    return static_cast<int128>(order.limit) * order.remaining;
}

int128 NaiveExchange::fee_on(int128 amount, std::uint32_t rate) {
    return amount * rate / model::ppm_unit;
}

int128 NaiveExchange::cash_hold_of(const Order& order) {
    if (order.side == Side::sell) return 0;
    return value_of(order) + fee_on(value_of(order), std::max(order.fees.maker, order.fees.taker));
}

std::int64_t NaiveExchange::rank_of(Side side, std::int64_t price) {
    return side == Side::buy ? -price : price;
}

int128 NaiveExchange::band_of(const Instrument& instrument) {
    return static_cast<int128>(instrument.reference) * instrument.terms.collar.value() /
           model::ppm_unit;
}

std::int64_t NaiveExchange::protection_price(const Instrument& instrument, Side side) {
    const int128 tick = instrument.terms.tick_size.value();
    if (side == Side::buy) {
        const int128 top =
            std::min<int128>(instrument.reference + band_of(instrument), model::max_price.value());
        return narrow(top - top % tick);
    }
    const int128 bottom = instrument.reference - band_of(instrument);
    return narrow(std::max<int128>(tick, (bottom + tick - 1) / tick * tick));
}

std::string NaiveExchange::currency_of(std::uint32_t instrument) const {
    return instruments_.at(instrument).terms.currency.str();
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

std::vector<BookEntry> NaiveExchange::book(std::uint32_t instrument) const {
    std::vector<BookEntry> out;
    for (const auto& levels : instruments_.at(instrument).sides)
        for (const auto& [rank, queue] : levels)
            for (const std::uint64_t id : queue) {
                const Order& order = open_.at(id);
                out.push_back({order.side, order.limit, id, order.remaining});
            }
    return out;
}

std::string NaiveExchange::broken_balance() const {
    std::map<std::string, int128> money = fees_;
    std::map<std::uint32_t, int128> stock;
    for (const auto& [key, balance] : cash_) {
        money[key.second] += balance.total;
        if (balance.held < 0 || balance.available() < 0)
            return "cash of account " + std::to_string(key.first);
    }
    for (const auto& [key, balance] : shares_) {
        stock[key.second] += balance.total;
        if (balance.held < 0 || balance.available() < 0)
            return "shares of account " + std::to_string(key.first);
    }
    for (const auto& [currency, net] : net_deposits_)
        if (money[currency] != net) return "cash is not conserved in " + currency;
    for (const auto& [instrument, total] : stock)
        if (total != get(net_shares_, instrument))
            return "shares are not conserved in " + std::to_string(instrument);
    return {};
}

std::string NaiveExchange::broken_book() const {
    std::map<PerCurrency, int128> cash_held;
    std::map<PerInstrument, int128> shares_held;
    for (const auto& [id, order] : open_) {
        if (order.remaining == 0)
            return "order " + std::to_string(id) + " is open with nothing left";
        if (order.side == Side::sell)
            shares_held[{order.account, order.instrument}] += order.remaining;
        else
            cash_held[{order.account, currency_of(order.instrument)}] += cash_hold_of(order);
    }
    for (const auto& [key, balance] : cash_)
        if (balance.held != cash_held[key])
            return "held cash of account " + std::to_string(key.first);
    for (const auto& [key, balance] : shares_)
        if (balance.held != shares_held[key])
            return "held shares of account " + std::to_string(key.first);
    std::size_t resting = 0;
    for (const auto& [id, instrument] : instruments_) {
        const auto& [buys, sells] = instrument.sides;
        if (!buys.empty() && !sells.empty() && -buys.begin()->first >= sells.begin()->first)
            return "the book of instrument " + std::to_string(id) + " is crossed";
        for (const auto& levels : instrument.sides)
            for (const auto& [rank, queue] : levels) {
                if (queue.empty())
                    return "instrument " + std::to_string(id) + " has an empty level";
                resting += queue.size();
            }
    }
    return resting == open_.size() ? "" : "open orders and resting orders differ";
}

}  // namespace bw::differential
