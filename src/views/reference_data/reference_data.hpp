// ReferenceData: instruments with their rules and phases, fees, kill switches: what is the same for
// everybody. A Projection (views/projection/projection.hpp).
//
// Memory: as many instruments as the engine admits. Pointers are valid until the next event.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <utility>

#include "codec/events.hpp"
#include "model/enums.hpp"
#include "model/rules.hpp"
#include "model/types.hpp"
#include "views/projection/projection.hpp"

namespace bw::views {

/// From `from_price` on the tick is `tick`.
struct TickRow {
    model::Price from_price, tick;
};

struct InstrumentRow {
    model::InstrumentId id;
    model::Symbol symbol;
    model::Currency currency;
    model::Price tick_size;
    model::Quantity lot_size;
    model::Price reference_price;  ///< as configured, then of the latest trade
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::Ppm collar;
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason halt_reason = model::HaltReason::none;
    model::Allocation allocation = model::Allocation::price_time;
    model::AccountId lead_account;
    model::Ppm lead_share;
    model::Ppm static_band, dynamic_band;  ///< 0: none
    model::Price quote_bid, quote_ask;     ///< of the reference market; 0: none
    std::array<TickRow, 4> tick_table{};   ///< the first `tick_rows` of them
    std::uint32_t tick_rows = 0;
};

/// What an order pays: of a tier, in parts per million.
struct FeeSchedule {
    model::FeeRate maker, taker, auction;
};

struct KillSwitchRow {
    model::KillScope scope = model::KillScope::market;
    std::uint32_t id = 0;  ///< account or firm; 0: the market
    std::uint32_t operator_id = 0;
    std::uint32_t cancelled = 0;  ///< orders, when it was set
    std::uint64_t time_ns = 0;
};

class ReferenceData {
 public:
    using Events = std::tuple<codec::TradeExecuted, codec::InstrumentUpdated, codec::PriceBandsSet,
                              codec::AllocationSet, codec::TickTableSet, codec::ReferenceQuoteSet,
                              codec::SharesSplit, codec::KillSwitchSet, codec::FeesChanged,
                              codec::StorageStateSet, codec::RuleSetChanged, codec::DayEnded,
                              codec::BusinessDateSet>;
    using KillSwitches = std::map<std::pair<model::KillScope, std::uint32_t>, KillSwitchRow>;

    void apply(const RecordView& record, const codec::TradeExecuted& event);
    void apply(const RecordView& record, const codec::InstrumentUpdated& event);
    void apply(const RecordView& record, const codec::PriceBandsSet& event);
    void apply(const RecordView& record, const codec::AllocationSet& event);
    void apply(const RecordView& record, const codec::TickTableSet& event);
    void apply(const RecordView& record, const codec::ReferenceQuoteSet& event);
    void apply(const RecordView& record, const codec::SharesSplit& event);
    void apply(const RecordView& record, const codec::KillSwitchSet& event);
    void apply(const RecordView& record, const codec::FeesChanged& event);
    void apply(const RecordView& record, const codec::StorageStateSet& event);
    void apply(const RecordView& record, const codec::RuleSetChanged& event);
    void apply(const RecordView& record, const codec::DayEnded& event);
    void apply(const RecordView& record, const codec::BusinessDateSet& event);

    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();

    // In parts, as they lie in the file of snapshots, and what is in none. A part that is malformed
    // spoils `in`.
    void save_instruments(base::FieldWriter& out) const;
    void save_rules(base::FieldWriter& out) const;
    void load_instruments(base::FieldReader& in);
    void load_rules(base::FieldReader& in);
    void save_rule_set(base::FieldWriter& out) const { out(rules_.in_force, rules_.next); }
    [[nodiscard]] bool load_rule_set(base::FieldReader& in);
    void reset_rule_set() { rules_ = {}; }
    void save_day(base::FieldWriter& out) const { out(last_day_); }
    [[nodiscard]] bool load_day(base::FieldReader& in);
    void reset_day() { last_day_ = 0; }
    void set_storage_scarce(bool scarce) { storage_scarce_ = scarce; }

    [[nodiscard]] const std::map<model::InstrumentId, InstrumentRow>& instruments() const {
        return instruments_;
    }
    /// nullptr: there is none.
    [[nodiscard]] const InstrumentRow* instrument(model::InstrumentId id) const;
    [[nodiscard]] const InstrumentRow* instrument(std::string_view symbol) const;
    /// Requires: it is listed.
    [[nodiscard]] const InstrumentRow& known_instrument(model::InstrumentId id) const {
        return instruments_.at(id);
    }
    /// Of every tier, tier 0 first.
    [[nodiscard]] const std::array<FeeSchedule, 16>& fees() const { return fees_; }
    /// Those that are on, in order of scope and id.
    [[nodiscard]] const KillSwitches& kill_switches() const { return kill_switches_; }
    /// The version of the trading rules.
    [[nodiscard]] const model::Rules& rules() const { return rules_; }
    /// yyyymmdd of the last business day that ended; 0: none is known.
    [[nodiscard]] std::uint32_t last_day() const { return last_day_; }
    /// The exchange refuses entries: its logs have little room left.
    [[nodiscard]] bool storage_scarce() const { return storage_scarce_; }

 private:
    void rename(InstrumentRow& row, const codec::InstrumentUpdated& event);

    std::map<model::InstrumentId, InstrumentRow> instruments_;
    std::map<model::Symbol, model::InstrumentId> by_symbol_;
    std::array<FeeSchedule, 16> fees_{};
    KillSwitches kill_switches_;
    model::Rules rules_;
    std::uint32_t last_day_ = 0;
    bool storage_scarce_ = false;
};

}  // namespace bw::views
