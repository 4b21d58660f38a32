#include "views/totals/totals.hpp"

#include <algorithm>
#include <utility>

#include "codec/commands.hpp"
#include "views/projection/map_fields.hpp"

namespace bw::views {

void Totals::apply(const RecordView&, const codec::AccountUpdated& event) {
    if (event.account <= last_account_) return;
    last_account_ = event.account;
    ++counts_.accounts;
}

/// A refused order has an id too.
void Totals::apply(const RecordView&, const codec::CommandRejected& event) {
    if (event.command_template != codec::NewOrder::template_id) return;
    counts_.orders = std::max(counts_.orders, event.order_id.value());
}

void Totals::apply(const RecordView&, const codec::OrderAccepted& event) {
    counts_.orders = std::max(counts_.orders, event.order_id.value());
    ++counts_.open_orders;
}

void Totals::apply(const RecordView&, const codec::OrderCancelled&) { --counts_.open_orders; }

void Totals::apply(const RecordView&, const codec::TradeExecuted& event) {
    ++counts_.trades;
    if (event.maker_remaining.value() == 0) --counts_.open_orders;
    if (event.taker_remaining.value() == 0) --counts_.open_orders;
    collect(event.instrument, event.maker_fee + event.taker_fee);
}

void Totals::apply(const RecordView&, const codec::TradeBusted& event) {
    collect(event.instrument, model::Money{} - (event.buyer_fee + event.seller_fee));
}

void Totals::collect(model::InstrumentId instrument, model::Money fees) {
    fees_collected_[reference_.known_instrument(instrument).currency] += fees;
}

void Totals::save(base::FieldWriter& out) const {
    out(counts_, last_account_);
    save_map(out, fees_collected_, [&](const auto& money) { out(money); });
}

bool Totals::load(base::FieldReader& in) {
    reset();
    in(counts_, last_account_);
    load_map(in, fees_collected_, [&](auto& money) { in(money); });
    if (!in.good()) reset();
    return in.good();
}

void Totals::reset() { restore({}, {}, {}); }

void Totals::restore(const Counts& counts, model::AccountId last_account, Fees fees_collected) {
    counts_ = counts;
    last_account_ = last_account;
    fees_collected_ = std::move(fees_collected);
}

}  // namespace bw::views
