// The phases of an instrument and of the market, what auctions publish, and the reference quote.
#include "engine/instrument_commands.hpp"
#include "model/limits.hpp"

namespace bw::engine {

using matching::Listing;
using model::HaltReason;
using model::InstrumentState;

namespace {

constexpr std::uint8_t closing_breaker_level = 3;

}  // namespace

void InstrumentCommands::on(const codec::SetInstrumentState& command) {
    const bool all = command.instrument == model::InstrumentId{};
    if (!all && !instruments_.known(command.instrument))
        return answers_.refuse(command, RejectReason::unknown_instrument);
    if (command.state >= InstrumentState::delisted || command.reason > HaltReason::market_wide)
        return answers_.refuse(command, RejectReason::bad_configuration);
    if (!all) {
        const std::uint32_t index = command.instrument.value() - 1;
        if (!phases_.is_allowed(index, command.state))
            return answers_.refuse(command, RejectReason::wrong_phase);
        touched_.instrument = index;
        return phases_.change(index, command.state, command.reason, command.request_id);
    }
    touched_.instrument = Touched::everything;
    std::uint32_t changed = 0;
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) {
        if (!phases_.is_allowed(i, command.state)) continue;
        phases_.change(i, command.state, command.reason, command.request_id);
        ++changed;
    }
    emit_market_state(command.request_id, changed, command.state, command.reason, 0);
}

void InstrumentCommands::emit_market_state(model::RequestId request, std::uint32_t changed,
                                           InstrumentState state, HaltReason reason,
                                           std::uint8_t level) {
    auto& event = events_.emit<codec::MarketStateSet>();
    event.request_id = request;
    event.changed = changed;
    event.state = state;
    event.reason = state == InstrumentState::trading ? HaltReason::none : reason;
    event.level = level;
}

void InstrumentCommands::on(const codec::TripBreaker& command) {
    if (command.level < 1 || command.level > model::breaker_level_max)
        return answers_.refuse(command, RejectReason::bad_configuration);
    if (command.level <= market_.breaker_level)
        return answers_.refuse(command, RejectReason::breaker_tripped);
    market_.breaker_level = command.level;
    touched_.instrument = Touched::everything;
    const bool closes = command.level >= closing_breaker_level;
    const InstrumentState to = closes ? InstrumentState::closed : InstrumentState::halted;
    std::uint32_t changed = 0;
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) {
        if (instruments_[i].state == to || !phases_.is_allowed(i, to)) continue;
        phases_.change(i, to, HaltReason::market_wide, command.request_id);
        ++changed;
    }
    emit_market_state(command.request_id, changed, to, HaltReason::market_wide, command.level);
}

void InstrumentCommands::on(const codec::PauseOnLimitState& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    const Listing& listing = instruments_.listing(index);
    if (!listing.in_limit_state || listing.limit_state_since != command.since)
        return answers_.refuse(command, RejectReason::not_in_limit_state);
    touched_.instrument = index;
    phases_.change(index, InstrumentState::halted, HaltReason::limit_up_limit_down,
                   command.request_id);
}

void InstrumentCommands::on(const codec::PublishIndicative& command) {
    const bool all = command.instrument == model::InstrumentId{};
    if (!all && !instruments_.known(command.instrument))
        return answers_.refuse(command, RejectReason::unknown_instrument);
    if (market_.storage_scarce) return answers_.refuse(command, RejectReason::storage_scarce);
    const std::uint32_t first = all ? 0 : command.instrument.value() - 1;
    const std::uint32_t end = all ? instruments_.count() : first + 1;
    std::uint32_t published = 0;
    for (std::uint32_t i = first; i < end; ++i) {
        if (!matching::is_auction(instruments_[i].state) || instruments_.is_dark_book(i)) continue;
        const matching::AuctionResult result = auctions_.find_price(i);
        auto& event = events_.emit<codec::IndicativePrice>();
        event.request_id = command.request_id;
        event.price = result.found ? model::Price{static_cast<std::int64_t>(result.tick) *
                                                  instruments_[i].tick_size.value()}
                                   : model::no_price;
        event.volume = model::Quantity{result.volume};
        event.surplus = result.surplus;
        event.instrument = model::InstrumentId{i + 1};
        event.state = instruments_[i].state;
        ++published;
    }
    auto& event = events_.emit<codec::IndicativesPublished>();
    event.request_id = command.request_id;
    event.published = published;
}

void InstrumentCommands::on(const codec::SetReferenceQuote& command) {
    if (!usable(command)) return;
    const bool off = command.bid.value() == 0 && command.ask.value() == 0;
    const std::uint32_t index = command.instrument.value() - 1;
    const bool sound = command.bid.value() >= 1 && command.bid <= command.ask &&
                       instruments_[index].ticks.admits(command.ask);
    if (!off && !sound) return answers_.refuse(command, RejectReason::bad_configuration);
    instruments_.listing(index).bid = command.bid;
    instruments_.listing(index).ask = command.ask;
    touched_.instrument = index;
    auto& event = events_.emit<codec::ReferenceQuoteSet>();
    event.request_id = command.request_id;
    event.bid = command.bid;
    event.ask = command.ask;
    event.instrument = command.instrument;
    if (instruments_.is_dark_book(index) && instruments_[index].state == InstrumentState::trading)
        auctions_.uncross_at_midpoint(index, command.request_id);
}

}  // namespace bw::engine
