// Instruments come, change their terms and names, are split, and go.
#include "differential/naive_places.hpp"

namespace bw::differential {

using model::InstrumentState;

void NaiveExchange::on(const codec::ConfigureInstrument& command) {
    const bool listing = command.instrument == model::InstrumentId{};
    const Reason reason = listing ? check_listing(command) : check_relisting(command);
    if (reason != Reason::none) return reject(command, reason);
    const std::uint32_t id =
        listing ? static_cast<std::uint32_t>(instruments_.size() + 1) : command.instrument.value();
    Instrument& instrument = instruments_[id];
    const codec::ConfigureInstrument before = instrument.terms;
    instrument.terms = command;
    instrument.terms.instrument = model::InstrumentId{id};
    instrument.reference = command.reference_price.value();
    instrument.static_reference = instrument.reference;
    if (listing) {
        ++symbols_given_;
        net_deposits_[command.currency.str()] += 0;
    } else {
        instrument.terms.symbol = before.symbol;
        instrument.terms.currency = before.currency;
        if (before.tick_size != command.tick_size) {
            instrument.tick_table.clear();
            instrument.lower_limit = instrument.upper_limit = 0;
        }
    }
    tell(instrument);
}

std::int64_t NaiveExchange::highest_price(std::int64_t tick_size) const {
    if (rules_ < model::RuleSet::version_3) return 1'999'999'999;  // 199,999.9999
    const int128 of_ticks = static_cast<int128>(tick_size) * 1'999'999'999;
    return narrow(std::min<int128>(of_ticks, 1'000'000'000'000));  // 100,000,000
}

bool NaiveExchange::is_price(const Instrument& instrument, std::int64_t price) const {
    return price >= 1 && price <= highest_price(instrument.terms.tick_size.value());
}

bool NaiveExchange::terms_in_range(const codec::ConfigureInstrument& terms) const {
    const std::int64_t tick_size = terms.tick_size.value();
    const std::int64_t reference = terms.reference_price.value();
    if (tick_size < 1 || tick_size > highest_price(tick_size)) return false;
    if (reference < 1 || reference > highest_price(tick_size)) return false;
    if (terms.lot_size.value() < 1 || terms.lot_size > model::max_quantity) return false;
    if (terms.reference_price.value() % terms.tick_size.value() != 0) return false;
    if (terms.collar.value() > model::ppm_unit) return false;
    return terms.max_order_quantity.value() >= 1 && terms.max_order_value.value() >= 1;
}

NaiveExchange::Reason NaiveExchange::check_listing(
    const codec::ConfigureInstrument& command) const {
    if (!terms_in_range(command)) return Reason::bad_configuration;
    if (!is_symbol(command.symbol) || !is_currency(command.currency))
        return Reason::bad_configuration;
    if (symbol_is_taken(command.symbol)) return Reason::duplicate_symbol;
    if (instruments_.size() >= limits_.instruments || !has_room_for_symbol())
        return Reason::instrument_capacity_reached;
    if (!net_deposits_.contains(command.currency.str()) &&
        net_deposits_.size() >= limits_.currencies)
        return Reason::currency_capacity_reached;
    return Reason::none;
}

bool NaiveExchange::symbol_is_taken(const model::Symbol& symbol) const {
    return std::ranges::any_of(instruments_, [&](const auto& entry) {
        return entry.second.state != InstrumentState::delisted &&
               entry.second.terms.symbol == symbol;
    });
}

/// Symbols are never forgotten.
bool NaiveExchange::has_room_for_symbol() const {
    return symbols_given_ < 2 * std::uint64_t{limits_.instruments};
}

NaiveExchange::Reason NaiveExchange::check_relisting(
    const codec::ConfigureInstrument& command) const {
    if (!terms_in_range(command)) return Reason::bad_configuration;
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reason;
    const Instrument& present = instruments_.at(command.instrument.value());
    if (!is_empty(command.symbol) && command.symbol != present.terms.symbol)
        return Reason::bad_configuration;
    if (!is_empty(command.currency) && command.currency != present.terms.currency)
        return Reason::bad_configuration;
    const bool same_grid =
        command.tick_size == present.terms.tick_size && command.lot_size == present.terms.lot_size;
    if (same_grid) return Reason::none;
    const std::int64_t highest = highest_price(command.tick_size.value());
    const bool too_dear = present.last_price.value_or(0) > highest || present.quote_ask > highest;
    return has_open_orders(present) || too_dear ? Reason::bad_configuration : Reason::none;
}

void NaiveExchange::on(const codec::ChangeSymbol& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    if (!is_symbol(command.symbol)) return reject(command, Reason::bad_configuration);
    if (symbol_is_taken(command.symbol)) return reject(command, Reason::duplicate_symbol);
    if (!has_room_for_symbol()) return reject(command, Reason::instrument_capacity_reached);
    ++symbols_given_;
    Instrument& instrument = instruments_.at(command.instrument.value());
    instrument.terms.symbol = command.symbol;
    tell(instrument);
}

// ---- corporate actions

namespace {

constexpr std::uint32_t most_shares_of_a_split = 1'000'000;

bool is_at_rest(const Instrument& instrument) {
    return instrument.state == InstrumentState::closed ||
           instrument.state == InstrumentState::halted;
}

}  // namespace

NaiveExchange::Reason NaiveExchange::check(const codec::SplitShares& command) const {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reason;
    if (!is_at_rest(instruments_.at(command.instrument.value()))) return Reason::wrong_phase;
    const auto in_range = [](std::uint32_t part) {
        return part >= 1 && part <= most_shares_of_a_split;
    };
    if (!in_range(command.numerator) || !in_range(command.denominator) ||
        command.numerator == command.denominator)
        return Reason::bad_configuration;
    const int128 issued = get(issued_, command.instrument.value());
    return issued * command.numerator / command.denominator > int64_max ? Reason::value_overflow
                                                                        : Reason::none;
}

void NaiveExchange::on(const codec::SplitShares& command) {
    if (const Reason reason = check(command); reason != Reason::none)
        return reject(command, reason);
    const std::uint32_t id = command.instrument.value();
    Instrument& instrument = instruments_.at(id);
    cancel_each(instrument, model::CancelReason::corporate_action,
                [](const Order&) { return true; });

    codec::SharesSplit event{};
    event.issued_before = model::Quantity{static_cast<std::uint64_t>(get(issued_, id))};
    issued_[id] = split_positions(id, command);
    for (std::int64_t* price : {&instrument.reference, &instrument.static_reference}) {
        const int128 scaled = static_cast<int128>(*price) * command.denominator / command.numerator;
        const auto most =
            std::min<int128>(scaled, highest_price(instrument.terms.tick_size.value()));
        *price =
            std::max(rounded_down(instrument, narrow(most)), instrument.terms.tick_size.value());
    }
    instrument.last_price.reset();
    instrument.closing_auction_price.reset();
    instrument.lower_limit = instrument.upper_limit = 0;
    instrument.quote_bid = instrument.quote_ask = 0;
    instrument.last_match_before_split = trades_.size();

    event.issued = model::Quantity{static_cast<std::uint64_t>(issued_[id])};
    event.reference_price = model::Price{instrument.reference};
    event.instrument = command.instrument;
    event.numerator = command.numerator;
    event.denominator = command.denominator;
    emit(event);
}

/// The sum of the positions afterwards.
int128 NaiveExchange::split_positions(std::uint32_t instrument, const codec::SplitShares& command) {
    int128 sum = 0;
    for (const std::uint32_t account : instruments_.at(instrument).holders) {
        Balance& shares = shares_.at({account, instrument});
        const int128 before = shares.total;
        shares.total = before * command.numerator / command.denominator;
        sum += shares.total;
        if (shares.total == before) continue;
        codec::PositionAdjusted event{};
        event.total_before = model::Quantity{static_cast<std::uint64_t>(before)};
        event.total = model::Quantity{static_cast<std::uint64_t>(shares.total)};
        event.account = model::AccountId{account};
        event.instrument = command.instrument;
        emit(event);
    }
    return sum;
}

void NaiveExchange::on(const codec::Delist& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    Instrument& instrument = instruments_.at(command.instrument.value());
    if (!is_at_rest(instrument)) return reject(command, Reason::wrong_phase);
    cancel_each(instrument, model::CancelReason::delisted, [](const Order&) { return true; });
    instrument.state = InstrumentState::delisted;
    instrument.halt_reason = model::HaltReason::none;
    tell(instrument);
}

}  // namespace bw::differential
