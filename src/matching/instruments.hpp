// Instruments: what is traded, under which parameters, and which symbols were ever given. Owns the
// records, the books in them included; which orders lie in the books is the business of
// OpenOrders. An instrument's index is its id less 1. One thread; allocates in its constructor
// only.
#pragma once

#include <cstdint>

#include "base/growing_index.hpp"
#include "base/hash.hpp"
#include "base/lazy_array.hpp"
#include "codec/event_buffer.hpp"
#include "matching/instrument.hpp"
#include "model/rules.hpp"
#include "model/types.hpp"

namespace bw::matching {

using InstrumentIndex = std::uint32_t;

class Instruments {
 public:
    explicit Instruments(std::uint32_t capacity);

    [[nodiscard]] bool known(model::InstrumentId id) const {
        return id.value() != 0 && id.value() <= count_;
    }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] Instrument& operator[](InstrumentIndex index) { return instruments_[index]; }
    [[nodiscard]] const Instrument& operator[](InstrumentIndex index) const {
        return instruments_[index];
    }
    [[nodiscard]] Listing& listing(InstrumentIndex index) { return listings_[index]; }
    [[nodiscard]] const Listing& listing(InstrumentIndex index) const { return listings_[index]; }

    /// No room for one more instrument, or for its symbol.
    [[nodiscard]] bool full() const { return count_ == instruments_.size() || symbols_.full(); }
    [[nodiscard]] std::uint32_t capacity() const {
        return static_cast<std::uint32_t>(instruments_.size());
    }
    [[nodiscard]] bool symbols_full() const { return symbols_.full(); }
    /// Whether an instrument that is not delisted goes by this symbol.
    [[nodiscard]] bool listed(const model::Symbol& symbol) const;
    /// A new one, in trading, without parameters. Requires: not full, not listed.
    InstrumentIndex add(const model::Symbol& symbol, std::uint32_t currency);
    /// Requires: not symbols_full, not listed. The old symbol is free again.
    void change_symbol(InstrumentIndex index, const model::Symbol& symbol);

    [[nodiscard]] bool is_dark_book(InstrumentIndex index) const {
        return listings_[index].allocation == model::Allocation::dark;
    }
    /// On the tick, the tick table's included.
    [[nodiscard]] bool valid_price(InstrumentIndex index, model::Price price) const {
        const Instrument& instrument = instruments_[index];
        return instrument.ticks.divides(price) &&
               (instrument.special == 0 ||
                listings_[index].table.valid(price, instrument.tick_size));
    }
    /// How far a market order of this side may trade, seen from a price.
    [[nodiscard]] model::Price protection(InstrumentIndex index, model::Side side,
                                          model::Price around) const;
    [[nodiscard]] ExecutionRange execution_range(InstrumentIndex index) const;
    [[nodiscard]] bool has_open_orders(InstrumentIndex index) const;
    /// Of every instrument, after the rules in force have changed or a state was loaded.
    void set_highest_prices(const model::Rules& rules);
    /// Recomputes which path the orders of this instrument take. To be called when a special order
    /// comes or goes, and when a parameter changes.
    void update_special(InstrumentIndex index);

    /// Emits InstrumentUpdated: the instrument as it now is.
    void announce(InstrumentIndex index, const model::Currency& currency,
                  codec::EventBuffer& events, model::RequestId request) const;

    // The state as a whole, in the order of the snapshot and of the hash.
    void add_record_to(base::RunningHash& hash, InstrumentIndex index) const;
    void add_parameters_to(base::RunningHash& hash, InstrumentIndex index) const;
    void add_tick_table_to(base::RunningHash& hash, InstrumentIndex index) const;
    template <class Archive>
    void archive_count(Archive& archive) {
        archive(count_);
    }
    /// Whether the count that was loaded fits the capacity.
    [[nodiscard]] bool fits() const { return count_ <= instruments_.size(); }
    template <class Archive>
    void archive_parameters(Archive& archive, InstrumentIndex index);
    template <class Archive>
    void archive_tick_table(Archive& archive, InstrumentIndex index) {
        for (TickTable::Row& row : listings_[index].table.row) archive(row.from, row.tick);
    }
    template <class Archive>
    void archive_symbols(Archive& archive);

 private:
    void remember_symbol(const model::Symbol& symbol, InstrumentIndex index);

    base::LazyArray<Instrument> instruments_;
    base::LazyArray<Listing> listings_;
    base::GrowingIndex symbols_;
    base::LazyArray<std::uint64_t> symbol_hashes_;
    base::LazyArray<InstrumentIndex> symbol_owners_;  ///< of each symbol ever given
    std::uint32_t count_ = 0;
};

template <class Archive>
void Instruments::archive_parameters(Archive& archive, InstrumentIndex index) {
    Instrument& instrument = instruments_[index];
    Listing& listing = listings_[index];
    if constexpr (Archive::loading) {
        instrument = Instrument{};
        listing = Listing{};
    }
    archive(instrument.reference, instrument.last_price, instrument.tick_size, instrument.lot_size,
            instrument.order_limits.max_quantity, instrument.order_limits.max_value,
            instrument.collar, instrument.currency, instrument.state, instrument.halt_reason,
            instrument.traded, instrument.symbol);
    if constexpr (Archive::loading) {
        if (instrument.tick_size < model::Price{1})
            archive.spoil();
        else
            instrument.ticks = TickDivider(instrument.tick_size, model::max_price);
    }
    archive(listing.table.rows, listing.static_reference, listing.limit_lower, listing.limit_upper,
            listing.bid, listing.ask, listing.closing_auction, listing.static_band,
            listing.dynamic_band, listing.lead_account, listing.lead_share, listing.allocation,
            listing.in_limit_state, listing.limit_state_side, listing.limit_state_since);
}

template <class Archive>
void Instruments::archive_symbols(Archive& archive) {
    std::uint32_t symbols = symbols_.size();
    archive(symbols);
    if (symbols > symbol_hashes_.size()) symbols = 0;
    for (std::uint32_t s = 0; s < symbols; ++s) {
        archive(symbol_hashes_[s], symbol_owners_[s]);
        if constexpr (Archive::loading) static_cast<void>(symbols_.insert(symbol_hashes_[s]));
    }
}

}  // namespace bw::matching
