#include "views/reference_data/reference_data.hpp"

#include "views/projection/map_fields.hpp"

namespace bw::views {
namespace {

template <class Archive, class Row>
void instrument_fields(Archive& archive, Row& row) {
    archive(row.id, row.symbol, row.currency, row.tick_size, row.lot_size, row.reference_price,
            row.max_order_quantity, row.max_order_value, row.collar);
    base::field_up_to(archive, row.state, model::InstrumentState::delisted);
    base::field_up_to(archive, row.halt_reason, model::HaltReason::extended);
    base::field_up_to(archive, row.allocation, model::Allocation::dark);
    archive(row.lead_account, row.lead_share, row.static_band, row.dynamic_band, row.quote_bid,
            row.quote_ask);
    for (auto& tick : row.tick_table) archive(tick.from_price, tick.tick);
    base::field_up_to(archive, row.tick_rows, static_cast<std::uint32_t>(row.tick_table.size()));
}

template <class Archive, class Row>
void kill_switch_fields(Archive& archive, Row& row) {
    base::field_up_to(archive, row.scope, model::KillScope::market);
    archive(row.id, row.operator_id, row.cancelled, row.time_ns);
}

template <class Archive, class Fees>
void fee_fields(Archive& archive, Fees& fees) {
    for (auto& fee : fees) archive(fee.maker, fee.taker, fee.auction);
}

}  // namespace

// --- events ---

void ReferenceData::apply(const RecordView&, const codec::TradeExecuted& event) {
    instruments_.at(event.instrument).reference_price = event.price;
}

/// What other events have set stays; another tick size takes the tick table away.
void ReferenceData::apply(const RecordView&, const codec::InstrumentUpdated& event) {
    InstrumentRow& row = instruments_[event.instrument];
    rename(row, event);
    if (row.tick_size != event.tick_size) row.tick_rows = 0;
    row.id = event.instrument;
    row.currency = event.currency;
    row.tick_size = event.tick_size;
    row.lot_size = event.lot_size;
    row.reference_price = event.reference_price;
    row.max_order_quantity = event.max_order_quantity;
    row.max_order_value = event.max_order_value;
    row.collar = event.collar;
    row.state = event.state;
    row.halt_reason = event.reason;
}

/// A symbol that was given up may be another instrument's by now.
void ReferenceData::rename(InstrumentRow& row, const codec::InstrumentUpdated& event) {
    if (row.symbol == event.symbol) return;
    const auto old = by_symbol_.find(row.symbol);
    if (old != by_symbol_.end() && old->second == event.instrument) by_symbol_.erase(old);
    by_symbol_[event.symbol] = event.instrument;
    row.symbol = event.symbol;
}

void ReferenceData::apply(const RecordView&, const codec::PriceBandsSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.static_band = event.static_band;
    row.dynamic_band = event.dynamic_band;
}

void ReferenceData::apply(const RecordView&, const codec::AllocationSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.allocation = event.allocation;
    row.lead_account = event.lead_account;
    row.lead_share = event.lead_share;
}

void ReferenceData::apply(const RecordView&, const codec::TickTableSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.tick_rows = event.rows;
    row.tick_table = {
        TickRow{event.from_price_1, event.tick_1}, TickRow{event.from_price_2, event.tick_2},
        TickRow{event.from_price_3, event.tick_3}, TickRow{event.from_price_4, event.tick_4}};
}

void ReferenceData::apply(const RecordView&, const codec::ReferenceQuoteSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.quote_bid = event.bid;
    row.quote_ask = event.ask;
}

void ReferenceData::apply(const RecordView&, const codec::SharesSplit& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.reference_price = event.reference_price;
    row.quote_bid = row.quote_ask = model::Price{};
}

void ReferenceData::apply(const RecordView& record, const codec::KillSwitchSet& event) {
    const std::pair key{event.scope, event.id};
    if (event.on != 0)
        kill_switches_[key] = {event.scope, event.id, event.operator_id, event.cancelled,
                               record.timestamp_ns};
    else
        kill_switches_.erase(key);
}

void ReferenceData::apply(const RecordView&, const codec::FeesChanged& event) {
    BW_ASSERT(event.tier < fees_.size());
    fees_[event.tier] = {event.maker, event.taker, event.auction};
}

void ReferenceData::apply(const RecordView&, const codec::StorageStateSet& event) {
    storage_scarce_ = event.scarce != 0;
}

void ReferenceData::apply(const RecordView&, const codec::RuleSetChanged& event) {
    rules_.next = event.rule_set;
    if (event.in_force != 0) rules_.in_force = event.rule_set;
}

void ReferenceData::apply(const RecordView&, const codec::DayEnded& event) {
    last_day_ = event.business_date;
}

void ReferenceData::apply(const RecordView&, const codec::BusinessDateSet& event) {
    last_day_ = event.business_date;
}

// --- as bytes ---

void ReferenceData::save(base::FieldWriter& out) const {
    save_instruments(out);
    save_rules(out);
    out(storage_scarce_);
    save_rule_set(out);
    save_day(out);
}

void ReferenceData::save_instruments(base::FieldWriter& out) const {
    save_map(out, instruments_, [&](const auto& row) { instrument_fields(out, row); });
    save_map(out, by_symbol_, [&](const auto& id) { out(id); });
}

void ReferenceData::save_rules(base::FieldWriter& out) const {
    fee_fields(out, fees_);
    out.count(kill_switches_.size());
    for (const auto& [key, row] : kill_switches_) kill_switch_fields(out, row);
}

bool ReferenceData::load(base::FieldReader& in) {
    reset();
    load_instruments(in);
    load_rules(in);
    in(storage_scarce_);
    if (!load_rule_set(in) || !load_day(in)) reset();
    return in.good();
}

void ReferenceData::load_instruments(base::FieldReader& in) {
    load_map(in, instruments_, [&](auto& row) { instrument_fields(in, row); });
    load_map(in, by_symbol_, [&](auto& id) {
        in(id);
        if (!instruments_.contains(id)) in.spoil();
    });
}

void ReferenceData::load_rules(base::FieldReader& in) {
    fee_fields(in, fees_);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        KillSwitchRow row;
        kill_switch_fields(in, row);
        kill_switches_[{row.scope, row.id}] = row;
    }
}

bool ReferenceData::load_rule_set(base::FieldReader& in) {
    in(rules_.in_force, rules_.next);
    if (!model::position_of(rules_.in_force) || !model::position_of(rules_.next)) in.spoil();
    if (!in.good()) reset_rule_set();
    return in.good();
}

bool ReferenceData::load_day(base::FieldReader& in) {
    in(last_day_);
    if (!in.good()) reset_day();
    return in.good();
}

void ReferenceData::reset() { *this = ReferenceData(); }

// --- queries ---

const InstrumentRow* ReferenceData::instrument(model::InstrumentId id) const {
    const auto found = instruments_.find(id);
    return found == instruments_.end() ? nullptr : &found->second;
}

const InstrumentRow* ReferenceData::instrument(std::string_view symbol) const {
    const auto text = model::Symbol::from(symbol);
    if (!text) return nullptr;
    const auto found = by_symbol_.find(*text);
    return found == by_symbol_.end() ? nullptr : instrument(found->second);
}

}  // namespace bw::views
