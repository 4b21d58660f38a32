// Splits, changes of symbol, delisting.
#include "engine/text_rules.hpp"
#include "engine/walk.hpp"

namespace bw::engine {

using model::InstrumentState;
using model::Side;

namespace {

constexpr std::uint32_t split_part_max = 1'000'000;

std::uint64_t hash_of(const model::Symbol& symbol) {
    base::RunningHash hash;
    hash.add(std::as_bytes(std::span(symbol.chars)));
    return hash.value();
}

bool at_rest(InstrumentState state) {
    return state == InstrumentState::closed || state == InstrumentState::halted;
}

}  // namespace

bool Engine::State::listed(const model::Symbol& symbol) const {
    const auto found = symbols_.find(hash_of(symbol), [&](auto entry) {
        const Instrument& owner = instruments_[symbol_owners_[entry]];
        return owner.symbol == symbol && owner.state != InstrumentState::delisted;
    });
    return found != base::GrowingIndex::none;
}

/// Symbols are never forgotten; who goes by one now is asked of the instrument.
void Engine::State::remember_symbol(const model::Symbol& symbol, std::uint32_t instrument) {
    const std::uint64_t hash = hash_of(symbol);
    const auto entry = symbols_.insert(hash);
    symbol_hashes_[entry] = hash;
    symbol_owners_[entry] = instrument;
}

void Engine::State::cancel_all(std::uint32_t index, model::CancelReason reason,
                               model::RequestId request) {
    for (const Side side : {Side::buy, Side::sell})
        walk(index, side, [&](OrderSlot slot) { cancel_resting(slot, request, reason); });
}

RejectReason Engine::State::check(const codec::SplitShares& command) const {
    const std::uint32_t index = command.instrument.value() - 1;
    if (!at_rest(instruments_[index].state)) return RejectReason::wrong_phase;
    const auto in_range = [](std::uint32_t part) { return part >= 1 && part <= split_part_max; };
    if (!in_range(command.numerator) || !in_range(command.denominator) ||
        command.numerator == command.denominator)
        return RejectReason::bad_configuration;
    const base::uint128 after =
        base::uint128{issued_[index].value()} * command.numerator / command.denominator;
    constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return after > largest ? RejectReason::value_overflow : RejectReason::none;
}

void Engine::State::on(const codec::SplitShares& command) {
    if (!usable(command)) return;
    if (const auto reason = check(command); reason != RejectReason::none)
        return refuse(command, reason);
    const std::uint32_t index = command.instrument.value() - 1;
    Instrument& instrument = instruments_[index];
    Listing& listing = listings_[index];
    if (!planted(Fault::split_leaves_orders_open))
        cancel_all(index, model::CancelReason::corporate_action, command.request_id);
    const model::Quantity issued_before = issued_[index];
    split_positions(index, command);

    const auto split_price = [&](model::Price price) {
        const base::int128 wide =
            static_cast<base::int128>(price.value()) * command.denominator / command.numerator;
        const auto capped =
            static_cast<std::int64_t>(std::min<base::int128>(wide, model::max_price.value()));
        return std::max(listing.table.round_down(capped, instrument.tick_size),
                        instrument.tick_size);
    };
    instrument.reference = split_price(instrument.reference);
    listing.static_reference = split_price(listing.static_reference);
    instrument.last_price = model::Price{};
    listing.limit_lower = listing.limit_upper = model::Price{};
    listing.bid = listing.ask = model::Price{};
    listing.closing_auction = model::Price{};
    listing.trades_from = model::MatchNumber{last_match_ + 1};
    listing.followed_valid = false;
    update_special(index);

    auto& event = emit<codec::SharesSplit>();
    event.request_id = command.request_id;
    event.issued_before = issued_before;
    event.issued = issued_[index];
    event.reference_price = instrument.reference;
    event.instrument = command.instrument;
    event.numerator = command.numerator;
    event.denominator = command.denominator;
}

void Engine::State::split_positions(std::uint32_t index, const codec::SplitShares& command) {
    std::uint64_t issued = 0;
    for (std::uint32_t p = 0; p < wallet_.positions(); ++p) {
        if (wallet_.instrument_of(p) != index) continue;
        model::Quantity& total = wallet_.position(p).total;
        const model::Quantity before = total;
        total = model::Quantity{static_cast<std::uint64_t>(
            base::uint128{before.value()} * command.numerator / command.denominator)};
        issued += total.value();
        if (total == before) continue;
        auto& event = emit<codec::PositionAdjusted>();
        event.request_id = command.request_id;
        event.total_before = before;
        event.total = total;
        event.account = model::AccountId{wallet_.account_of(p) + 1};
        event.instrument = command.instrument;
    }
    issued_[index] = model::Quantity{issued};
}

void Engine::State::on(const codec::ChangeSymbol& command) {
    if (!usable(command)) return;
    if (!well_formed(command.symbol)) return refuse(command, RejectReason::bad_configuration);
    if (listed(command.symbol)) return refuse(command, RejectReason::duplicate_symbol);
    if (symbols_.full()) return refuse(command, RejectReason::full_instruments);
    const std::uint32_t index = command.instrument.value() - 1;
    instruments_[index].symbol = command.symbol;
    remember_symbol(command.symbol, index);
    emit_instrument(index, command.request_id);
}

void Engine::State::on(const codec::Delist& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    Instrument& instrument = instruments_[index];
    if (!at_rest(instrument.state)) return refuse(command, RejectReason::wrong_phase);
    cancel_all(index, model::CancelReason::delisted, command.request_id);
    instrument.state = InstrumentState::delisted;
    instrument.halt_reason = model::HaltReason::none;
    emit_instrument(index, command.request_id);
}

}  // namespace bw::engine
