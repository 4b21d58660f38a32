// What must hold between two commands.
#include <fmt/format.h>

#include "differential/naive_answers.hpp"

namespace bw::differential {

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
        if (total != get(issued_, instrument))
            return "shares are not conserved in " + std::to_string(instrument);
    return {};
}

std::string NaiveExchange::broken_book() const {
    std::map<PerCurrency, int128> cash_held;
    std::map<PerInstrument, int128> shares_held;
    for (const auto& [id, order] : orders_) {
        if (order.remaining == 0)
            return "order " + std::to_string(id) + " is open with nothing left";
        if (order.display_quantity > 0 && order.place == Place::lit &&
            (order.displayed == 0 ||
             order.displayed > std::min(order.display_quantity, order.remaining)))
            return "order " + std::to_string(id) + " shows too little or too much";
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
    std::size_t placed = 0;
    for (const auto& [id, instrument] : instruments_) {
        placed += walk(instrument, Side::buy).size() + walk(instrument, Side::sell).size();
        if (auto broken = broken_book(instrument); !broken.empty())
            return broken + " in instrument " + std::to_string(id) + ": " + describe(id);
    }
    return placed == orders_.size() ? "" : "open orders and orders that have a place differ";
}

std::string NaiveExchange::broken_book(const Instrument& instrument) const {
    for (const auto* places : {&instrument.lit, &instrument.dark, &instrument.stops})
        for (const Levels& levels : *places)
            for (const auto& [rank, queue] : levels)
                if (queue.empty()) return "an empty level";
    if (instrument.state != model::InstrumentState::trading) return {};
    const Ids buys = ladder(instrument, Side::buy);
    const Ids sells = ladder(instrument, Side::sell);
    for (const Ids* side : {&buys, &sells})
        for (const std::uint64_t id : *side)
            if (!may_stay(orders_.at(id).time_in_force)) return "an order of an auction";
    if (buys.empty() || sells.empty()) return {};
    const std::int64_t bid = orders_.at(buys.front()).at;
    const std::int64_t ask = orders_.at(sells.front()).at;
    const auto middle = midpoint(instrument);
    if (instrument.allocation == model::Allocation::dark)
        return middle && bid >= *middle && ask <= *middle ? "a dark pair that could trade" : "";
    return bid >= ask ? "a crossed book" : "";
}

std::string NaiveExchange::describe(std::uint32_t id) const {
    const auto found = instruments_.find(id);
    if (found == instruments_.end()) return "none";
    const Instrument& it = found->second;
    std::string out = fmt::format(
        "{} {}, tick {}, lot {}, reference {}, static {}, last {}, collar {}, bands {} {}, limits "
        "{} {}, quote {} {}",
        model::name_of(it.state), model::name_of(it.allocation), it.terms.tick_size.value(),
        it.terms.lot_size.value(), it.reference, it.static_reference, it.last_price.value_or(0),
        it.terms.collar.value(), it.static_band, it.dynamic_band, it.lower_limit, it.upper_limit,
        it.quote_bid, it.quote_ask);
    for (const TickRow& row : it.tick_table) out += fmt::format(", from {} {}", row.from, row.tick);
    return out + fmt::format(", best lit {} {}", best_lit(it, Side::buy).value_or(0),
                             best_lit(it, Side::sell).value_or(0));
}

}  // namespace bw::differential
