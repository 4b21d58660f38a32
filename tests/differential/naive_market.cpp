// States of instruments: which changes are allowed, and what they do to orders.
#include "differential/naive_places.hpp"

namespace bw::differential {

using model::HaltReason;
using model::InstrumentState;

namespace {

/// The table of the page.
const std::map<InstrumentState, std::set<InstrumentState>>& ways() {
    using enum InstrumentState;
    static const std::map<InstrumentState, std::set<InstrumentState>> table{
        {halted, {pre_open, trading, opening_auction, volatility_auction, closing_auction}},
        {closed,
         {pre_open, trading, opening_auction, volatility_auction, closing_auction, post_close,
          halted}},
        {pre_open, {closed, post_close, halted}},
        {opening_auction, {closed, pre_open, halted}},
        {trading, {opening_auction, volatility_auction, halted}},
        {volatility_auction, {trading, halted}},
        {closing_auction, {trading, volatility_auction, halted}},
        {post_close, {trading, halted, volatility_auction, closing_auction}},
    };
    return table;
}

}  // namespace

bool NaiveExchange::may_become(InstrumentState from, InstrumentState to) {
    if (from == InstrumentState::delisted) return false;
    return from == to || (ways().contains(to) && ways().at(to).contains(from));
}

/// Requires: it may become that.
void NaiveExchange::change_state(Instrument& instrument, InstrumentState to, HaltReason reason) {
    using enum InstrumentState;
    const InstrumentState from = instrument.state;
    if (from != to) {
        if (from == trading) park_pegged(instrument);
        if (to == closing_auction)
            for (auto& queue : instrument.waiting)
                for (const std::uint64_t id : std::list(queue)) {
                    Order& order = orders_.at(id);
                    leave_place(order);
                    rest(order, order.limit);
                }
        const bool ends = to == post_close || to == closed;
        if ((to == trading || (ends && from == closing_auction)) &&
            !uncross(instrument, outside_bands(instrument, to)))
            return extend(instrument);
        if (to == trading || ends) cancel_leftovers(instrument, ends);
        instrument.state = to;
    }
    instrument.halt_reason = to == trading ? HaltReason::none : reason;
    tell(instrument);
}

NaiveExchange::Outside NaiveExchange::outside_bands(const Instrument& instrument,
                                                    InstrumentState to) const {
    if (rules_ < model::RuleSet::version_2) return Outside::trades;
    if (to == InstrumentState::closed) return Outside::ends;
    return instrument.state == InstrumentState::volatility_auction ||
                   instrument.halt_reason == HaltReason::extended
               ? Outside::trades
               : Outside::extends;
}

void NaiveExchange::extend(Instrument& instrument) {
    if (instrument.state == InstrumentState::halted) {
        instrument.state = InstrumentState::volatility_auction;
        instrument.halt_reason = HaltReason::volatility;
    } else {
        instrument.halt_reason = HaltReason::extended;
    }
    tell(instrument);
}

void NaiveExchange::on(const codec::SetInstrumentState& command) {
    const std::uint32_t only = command.instrument.value();
    if (only != 0 && !instruments_.contains(only))
        return reject(command, Reason::unknown_instrument);
    if (command.state >= InstrumentState::delisted || command.reason > HaltReason::market_wide)
        return reject(command, Reason::bad_configuration);
    if (only != 0) {
        Instrument& instrument = instruments_.at(only);
        if (!may_become(instrument.state, command.state))
            return reject(command, Reason::wrong_phase);
        return change_state(instrument, command.state, command.reason);
    }
    codec::MarketStateSet event{};
    for (auto& [id, instrument] : instruments_) {
        if (!may_become(instrument.state, command.state)) continue;
        change_state(instrument, command.state, command.reason);
        ++event.changed;
    }
    event.state = command.state;
    event.reason = command.state == InstrumentState::trading ? HaltReason::none : command.reason;
    emit(event);
}

void NaiveExchange::on(const codec::TripBreaker& command) {
    constexpr std::uint8_t closes_the_market = 3;
    if (command.level < 1 || command.level > closes_the_market)
        return reject(command, Reason::bad_configuration);
    if (command.level <= breaker_level_) return reject(command, Reason::breaker_tripped);
    breaker_level_ = command.level;
    const InstrumentState to =
        command.level == closes_the_market ? InstrumentState::closed : InstrumentState::halted;
    codec::MarketStateSet event{};
    for (auto& [id, instrument] : instruments_) {
        if (instrument.state == to || !may_become(instrument.state, to)) continue;
        change_state(instrument, to, HaltReason::market_wide);
        ++event.changed;
    }
    event.state = to;
    event.reason = HaltReason::market_wide;
    event.level = command.level;
    emit(event);
}

void NaiveExchange::on(const codec::SetStorageState& command) {
    if (command.scarce > 1) return reject(command, Reason::bad_configuration);
    storage_scarce_ = command.scarce == 1;
    codec::StorageStateSet event{};
    event.scarce = command.scarce;
    emit(event);
}

void NaiveExchange::on(const codec::PauseOnLimitState& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    Instrument& instrument = instruments_.at(command.instrument.value());
    if (!instrument.limit_state || instrument.limit_state_since != command.since.value())
        return reject(command, Reason::not_in_limit_state);
    change_state(instrument, InstrumentState::halted, HaltReason::limit_up_limit_down);
}

}  // namespace bw::differential
