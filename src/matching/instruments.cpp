#include "matching/instruments.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "codec/events.hpp"

namespace bw::matching {
namespace {

std::uint64_t hash_of(const model::Symbol& symbol) {
    base::RunningHash hash;
    hash.add(std::as_bytes(std::span(symbol.chars)));
    return hash.value();
}

void add_price(base::RunningHash& hash, model::Price price) {
    hash.add(static_cast<std::uint64_t>(price.value()));
}

}  // namespace

Instruments::Instruments(std::uint32_t capacity)
    : instruments_(capacity, base::PageSize::huge),
      listings_(capacity),
      symbols_(2 * capacity),
      symbol_hashes_(2 * capacity),
      symbol_owners_(2 * capacity) {
    BW_ASSERT(capacity <= 1u << 16);  // Order::instrument has 16 bits
}

bool Instruments::listed(const model::Symbol& symbol) const {
    const auto found = symbols_.find(hash_of(symbol), [&](auto entry) {
        const Instrument& owner = instruments_[symbol_owners_[entry]];
        return owner.symbol == symbol && owner.state != model::InstrumentState::delisted;
    });
    return found != base::GrowingIndex::none;
}

InstrumentIndex Instruments::add(const model::Symbol& symbol, std::uint32_t currency) {
    const InstrumentIndex index = count_++;
    remember_symbol(symbol, index);
    Instrument& added = instruments_[index] = Instrument{};
    added.symbol = symbol;
    added.currency = currency;
    listings_[index] = Listing{};
    return index;
}

void Instruments::change_symbol(InstrumentIndex index, const model::Symbol& symbol) {
    instruments_[index].symbol = symbol;
    remember_symbol(symbol, index);
}

/// Symbols are never forgotten; who goes by one now is asked of the instrument.
void Instruments::remember_symbol(const model::Symbol& symbol, InstrumentIndex index) {
    const std::uint64_t hash = hash_of(symbol);
    const auto entry = symbols_.insert(hash);
    symbol_hashes_[entry] = hash;
    symbol_owners_[entry] = index;
}

model::Price Instruments::protection(InstrumentIndex index, model::Side side,
                                     model::Price around) const {
    const Instrument& instrument = instruments_[index];
    const TickTable& table = listings_[index].table;
    const std::int64_t edge =
        risk::Collar(around, instrument.collar).edge(side, instrument.ticks.max_price()).value();
    if (side == model::Side::buy) return table.round_down(edge, instrument.tick_size);
    return std::max(table.round_up(edge, instrument.tick_size), instrument.tick_size);
}

ExecutionRange Instruments::execution_range(InstrumentIndex index) const {
    const Instrument& instrument = instruments_[index];
    const Listing& listing = listings_[index];
    ExecutionRange range;
    const auto narrow = [&](model::Price reference, model::Ppm band) {
        if (band.value() == 0) return;
        const std::int64_t distance = reference.value() * band.value() / model::ppm_unit;
        const std::int64_t tick = instrument.tick_size.value();
        const std::int64_t low = std::max<std::int64_t>(reference.value() - distance, 0);
        range.lowest =
            std::max(range.lowest, static_cast<order_book::Tick>((low + tick - 1) / tick));
        range.highest = std::min(
            range.highest, static_cast<order_book::Tick>((reference.value() + distance) / tick));
    };
    narrow(listing.static_reference, listing.static_band);
    narrow(instrument.reference, listing.dynamic_band);
    return range;
}

bool Instruments::has_open_orders(InstrumentIndex index) const {
    const Listing& listing = listings_[index];
    const auto empty = [](const order_book::Book& book) {
        return book.bids.empty() && book.asks.empty();
    };
    return !empty(instruments_[index].book) || !empty(listing.dark) || !empty(listing.waiting) ||
           !listing.stops.buys.empty() || !listing.stops.sells.empty() || listing.followers != 0;
}

void Instruments::set_highest_prices(const model::Rules& rules) {
    for (InstrumentIndex i = 0; i < count_; ++i) {
        const model::Price tick = instruments_[i].tick_size;
        instruments_[i].ticks = TickDivider(tick, rules.max_price(tick));
    }
}

void Instruments::update_special(InstrumentIndex index) {
    const Listing& listing = listings_[index];
    const bool dark = !listing.dark.bids.empty() || !listing.dark.asks.empty();
    const bool stops = !listing.stops.buys.empty() || !listing.stops.sells.empty();
    std::uint8_t special = 0;
    if (dark || listing.icebergs != 0 || listing.has_bands() || listing.has_limit_bands() ||
        listing.allocation != model::Allocation::price_time)
        special |= special_matching;
    if (stops || listing.followers != 0 || listing.has_limit_bands() || listing.in_limit_state)
        special |= special_following;
    if (listing.table.rows != 0 || listing.has_limit_bands() ||
        listing.allocation == model::Allocation::dark)
        special |= special_prices;
    instruments_[index].special = special;
}

void Instruments::announce(InstrumentIndex index, const model::Currency& currency,
                           codec::EventBuffer& events, model::RequestId request) const {
    const Instrument& instrument = instruments_[index];
    auto& event = events.emit<codec::InstrumentUpdated>();
    event.request_id = request;
    event.tick_size = instrument.tick_size;
    event.lot_size = instrument.lot_size;
    event.reference_price = instrument.reference;
    event.max_order_quantity = instrument.order_limits.max_quantity;
    event.max_order_value = instrument.order_limits.max_value;
    event.instrument = model::InstrumentId{index + 1};
    event.collar = instrument.collar;
    event.currency = currency;
    event.state = instrument.state;
    event.reason = instrument.halt_reason;
    event.symbol = instrument.symbol;
}

void Instruments::add_record_to(base::RunningHash& hash, InstrumentIndex index) const {
    const Instrument& instrument = instruments_[index];
    hash.add(std::as_bytes(std::span(instrument.symbol.chars)));
    add_price(hash, instrument.reference);
    add_price(hash, instrument.last_price);
    add_price(hash, instrument.tick_size);
    hash.add(instrument.lot_size.value());
    hash.add(instrument.order_limits.max_quantity.value());
    hash.add(static_cast<std::uint64_t>(instrument.order_limits.max_value.value()));
    hash.add((std::uint64_t{instrument.collar.value()} << 32) | instrument.currency);
    hash.add((std::uint64_t{instrument.traded} << 16) |
             (std::uint64_t{static_cast<std::uint8_t>(instrument.state)} << 8) |
             static_cast<std::uint8_t>(instrument.halt_reason));
}

void Instruments::add_parameters_to(base::RunningHash& hash, InstrumentIndex index) const {
    const Listing& listing = listings_[index];
    for (const auto price : {listing.static_reference, listing.limit_lower, listing.limit_upper,
                             listing.bid, listing.ask, listing.closing_auction})
        add_price(hash, price);
    hash.add((std::uint64_t{listing.static_band.value()} << 32) | listing.dynamic_band.value());
    hash.add((std::uint64_t{listing.lead_account} << 32) | listing.lead_share.value());
    hash.add(static_cast<std::uint64_t>(listing.allocation));
    hash.add(listing.in_limit_state ? listing.limit_state_since.value() : 0);
}

void Instruments::add_tick_table_to(base::RunningHash& hash, InstrumentIndex index) const {
    const TickTable& table = listings_[index].table;
    hash.add(table.rows);
    for (const TickTable::Row& row : table.row) {
        hash.add(static_cast<std::uint64_t>(row.from));
        hash.add(static_cast<std::uint64_t>(row.tick));
    }
}

}  // namespace bw::matching
