// The words that the rules page begins with.
#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::InstrumentState;

int128 NaiveExchange::part_of(std::int64_t price, std::uint32_t ppm) {
    return static_cast<int128>(price) * ppm / model::ppm_unit;
}

int128 NaiveExchange::fee_on(int128 amount, std::int32_t rate) {
    const int128 size = amount * (rate < 0 ? -static_cast<int128>(rate) : rate) / model::ppm_unit;
    return rate < 0 ? -size : size;
}

int128 NaiveExchange::value_of(const Order& order) {
    return static_cast<int128>(order.limit) * order.remaining;
}

int128 NaiveExchange::cash_hold_of(const Order& order) {
    if (order.side == Side::sell) return 0;
    const auto& [maker, taker, auction] = order.fees;
    return value_of(order) + fee_on(value_of(order), std::max({maker, taker, auction, 0}));
}

// ---- prices

std::int64_t NaiveExchange::tick_at(const Instrument& instrument, std::int64_t price) {
    std::int64_t tick = instrument.terms.tick_size.value();
    for (const TickRow& row : instrument.tick_table)
        if (price >= row.from) tick = row.tick;
    return tick;
}

bool NaiveExchange::is_valid_price(const Instrument& instrument, std::int64_t price) {
    return price % tick_at(instrument, price) == 0;
}

/// Rows begin at a multiple of their tick, so that going down never leaves the row.
std::int64_t NaiveExchange::rounded_down(const Instrument& instrument, std::int64_t price) {
    BW_ASSERT(price >= 0);
    return price - price % tick_at(instrument, price);
}

/// Going up may reach the next row first, whose beginning is a valid price.
std::int64_t NaiveExchange::rounded_up(const Instrument& instrument, std::int64_t price) {
    BW_ASSERT(price >= 0);
    const std::int64_t tick = tick_at(instrument, price);
    std::int64_t up = (price + tick - 1) / tick * tick;
    for (const TickRow& row : instrument.tick_table)
        if (price < row.from) up = std::min(up, row.from);
    return up;
}

std::int64_t NaiveExchange::protection_price(const Instrument& instrument, Side side,
                                             std::int64_t around) const {
    const int128 band = part_of(around, instrument.terms.collar.value());
    if (side == Side::buy)
        return rounded_down(instrument,
                            narrow(std::min<int128>(
                                around + band, highest_price(instrument.terms.tick_size.value()))));
    return std::max(instrument.terms.tick_size.value(),
                    rounded_up(instrument, narrow(around - band)));
}

bool NaiveExchange::meets(Side side, std::int64_t limit, std::int64_t price) {
    return side == Side::buy ? price <= limit : price >= limit;
}

// ---- states

bool NaiveExchange::is_auction(InstrumentState state) {
    return state == InstrumentState::opening_auction ||
           state == InstrumentState::volatility_auction ||
           state == InstrumentState::closing_auction;
}

bool NaiveExchange::is_collecting(InstrumentState state) {
    return is_auction(state) || state == InstrumentState::pre_open ||
           state == InstrumentState::post_close;
}

bool NaiveExchange::is_killed(const Account& account, std::uint32_t id) const {
    return market_killed_ || killed_firms_.contains(account.firm) || killed_accounts_.contains(id);
}

bool NaiveExchange::is_open(std::uint64_t order) const {
    const auto found = orders_.find(order);
    return found != orders_.end() && found->second.place != Place::closed;
}

std::string NaiveExchange::currency_of(std::uint32_t instrument) const {
    return instruments_.at(instrument).terms.currency.str();
}

NaiveExchange::Reason NaiveExchange::check_listed(model::InstrumentId id) const {
    const auto listed = instruments_.find(id.value());
    if (listed == instruments_.end()) return Reason::unknown_instrument;
    const bool gone = listed->second.state == InstrumentState::delisted;
    return gone ? Reason::instrument_closed : Reason::none;
}

}  // namespace bw::differential
