// Splits, changes of symbol, delisting.
#include "engine/instrument_commands.hpp"
#include "model/limits.hpp"
#include "model/text_rules.hpp"

namespace bw::engine {

using matching::Instrument;
using matching::Listing;
using model::InstrumentState;

namespace {

bool at_rest(InstrumentState state) {
    return state == InstrumentState::closed || state == InstrumentState::halted;
}

}  // namespace

RejectReason InstrumentCommands::check(const codec::SplitShares& command) const {
    const std::uint32_t index = command.instrument.value() - 1;
    if (!at_rest(instruments_[index].state)) return RejectReason::wrong_phase;
    const auto in_range = [](std::uint32_t part) {
        return part >= 1 && part <= model::split_part_max;
    };
    if (!in_range(command.numerator) || !in_range(command.denominator) ||
        command.numerator == command.denominator)
        return RejectReason::bad_configuration;
    return settlement_.split_fits(index, command.numerator, command.denominator)
               ? RejectReason::none
               : RejectReason::value_overflow;
}

void InstrumentCommands::on(const codec::SplitShares& command) {
    if (!usable(command)) return;
    if (const auto reason = check(command); reason != RejectReason::none)
        return answers_.refuse(command, reason);
    const std::uint32_t index = command.instrument.value() - 1;
    Instrument& instrument = instruments_[index];
    Listing& listing = instruments_.listing(index);
    orders_.cancel_all(index, model::CancelReason::corporate_action, command.request_id);
    const model::Quantity issued_before = settlement_.issued(index);
    settlement_.split(index, command.numerator, command.denominator);

    const auto split_price = [&](model::Price price) {
        const base::int128 wide =
            static_cast<base::int128>(price.value()) * command.denominator / command.numerator;
        const auto capped = static_cast<std::int64_t>(
            std::min<base::int128>(wide, instrument.ticks.max_price().value()));
        return std::max(listing.table.round_down(capped, instrument.tick_size),
                        instrument.tick_size);
    };
    instrument.reference = split_price(instrument.reference);
    listing.static_reference = split_price(listing.static_reference);
    instrument.last_price = model::Price{};
    listing.limit_lower = listing.limit_upper = model::Price{};
    listing.bid = listing.ask = model::Price{};
    listing.closing_auction = model::Price{};
    listing.followed_valid = false;
    instruments_.update_special(index);

    auto& event = events_.emit<codec::SharesSplit>();
    event.request_id = command.request_id;
    event.issued_before = issued_before;
    event.issued = settlement_.issued(index);
    event.reference_price = instrument.reference;
    event.instrument = command.instrument;
    event.numerator = command.numerator;
    event.denominator = command.denominator;
}

void InstrumentCommands::on(const codec::ChangeSymbol& command) {
    if (!usable(command)) return;
    if (!model::well_formed(command.symbol))
        return answers_.refuse(command, RejectReason::bad_configuration);
    if (instruments_.listed(command.symbol))
        return answers_.refuse(command, RejectReason::duplicate_symbol);
    if (instruments_.symbols_full())
        return answers_.refuse(command, RejectReason::instrument_capacity_reached);
    const std::uint32_t index = command.instrument.value() - 1;
    instruments_.change_symbol(index, command.symbol);
    phases_.announce(index, command.request_id);
}

void InstrumentCommands::on(const codec::Delist& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    Instrument& instrument = instruments_[index];
    if (!at_rest(instrument.state)) return answers_.refuse(command, RejectReason::wrong_phase);
    orders_.cancel_all(index, model::CancelReason::delisted, command.request_id);
    instrument.state = InstrumentState::delisted;
    instrument.halt_reason = model::HaltReason::none;
    phases_.announce(index, command.request_id);
}

}  // namespace bw::engine
