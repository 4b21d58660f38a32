#include "scheduler/market_view.hpp"

#include <algorithm>
#include <tuple>

#include "codec/commands.hpp"

namespace bw::scheduler {

using model::InstrumentState;

namespace {

template <class Archive, class Row>
void row_fields(Archive& archive, Row& row) {
    base::field_up_to(archive, row.state, InstrumentState::delisted);
    base::field_up_to(archive, row.reason, model::HaltReason::extended);
    archive(row.since_ns, row.by_other, row.limit_state_command, row.limit_state_ns, row.tick,
            row.reference);
    base::field_optional(archive, row.bands,
                         [&](auto& bands) { archive(bands.lower, bands.upper); });
    archive(row.bands_ns);
}

}  // namespace

void MarketView::begin(const views::RecordView& record) {
    if (first_event_ns_ == 0) first_event_ns_ = record.timestamp_ns;
    last_event_ns_ = record.timestamp_ns;
}

void MarketView::apply(const views::RecordView&, const views::AnyEvent& event) {
    event.visit<Events>([this](const auto& known) { on(known); });
}

void MarketView::end(const views::RecordView& record) {
    if (!record.ends_command()) return;
    if (own_request_ == model::RequestId{}) return;
    answered_ = std::exchange(own_request_, {});
    refused_in_a_row_ = std::exchange(own_refused_, false) ? refused_in_a_row_ + 1 : 0;
}

/// Whether it is one of the scheduler's.
bool MarketView::note_request(model::RequestId id) {
    if (model::gateway_of(id) != gateway_number) return false;
    own_request_ = id;
    return true;
}

void MarketView::on(const codec::TradeExecuted& event) {
    if (!follow_prices_) return;
    InstrumentRow& row = instruments_[event.instrument];
    row.mean.add(last_event_ns_, event.price);
    row.reference = event.price;
}

void MarketView::on(const codec::InstrumentUpdated& event) {
    changed_ = true;
    const auto [found, listed] = instruments_.try_emplace(event.instrument);
    InstrumentRow& row = found->second;
    row.tick = event.tick_size;
    row.reference = event.reference_price;
    const bool own = note_request(event.request_id);
    const bool extended = event.reason == model::HaltReason::extended && row.reason != event.reason;
    row.reason = event.reason;
    if (!listed && row.state == event.state && !extended) return;
    row.by_other = !own && !listed;
    enter(row, event);
}

void MarketView::enter(InstrumentRow& row, const codec::InstrumentUpdated& event) {
    if (!row.by_other && event.state == InstrumentState::trading &&
        row.state == InstrumentState::opening_auction)
        auction_ends_.opening_ns = last_event_ns_;
    if (!row.by_other && event.state == InstrumentState::post_close)
        auction_ends_.closing_ns = last_event_ns_;
    row.state = event.state;
    row.since_ns = last_event_ns_;
    if (event.state == InstrumentState::trading) return;
    row.limit_state_command = 0;  // over without an event
    row.mean.clear();
}

void MarketView::on(const codec::LimitStateChanged& event) {
    changed_ = true;
    InstrumentRow& row = instruments_[event.instrument];
    row.limit_state_command = event.entered != 0 ? event.command_sequence.value() : 0;
    row.limit_state_ns = last_event_ns_;
}

void MarketView::on(const codec::LimitBandsSet& event) {
    changed_ = true;
    note_request(event.request_id);
    InstrumentRow& row = instruments_[event.instrument];
    row.bands_ns = last_event_ns_;
    row.bands.reset();
    if (event.upper != model::Price{0}) row.bands = LimitBands{event.lower, event.upper};
}

void MarketView::on(const codec::SharesSplit& event) {
    InstrumentRow& row = instruments_[event.instrument];
    row.mean.clear();
    row.reference = event.reference_price;
    row.bands.reset();
    changed_ = true;
}

void MarketView::on(const codec::DayEnded& event) {
    changed_ = true;
    note_request(event.request_id);
    last_ended_day_ = event.business_date;
    for (auto& [id, row] : instruments_) row.bands.reset();
}

/// What a new exchange says of the day before is no end of a day: the first one may still come.
void MarketView::on(const codec::BusinessDateSet& event) {
    if (event.approved_by == 0) return;
    changed_ = true;
    last_ended_day_ = event.business_date;
}

void MarketView::on(const codec::CommandRejected& event) {
    if (!note_request(event.request_id)) return;
    changed_ = true;
    // A pause that comes too late is rightly refused; after any other refusal, wait a moment.
    if (event.command_template == codec::PauseOnLimitState::template_id) return;
    refused_ns_ = last_event_ns_;
    own_refused_ = true;
}

void MarketView::save(base::FieldWriter& out) const {
    out(last_ended_day_, auction_ends_.opening_ns, auction_ends_.closing_ns, first_event_ns_,
        last_event_ns_, own_request_, answered_, refused_ns_);
    out.count(instruments_.size());
    for (const auto& [id, row] : instruments_) {
        out(id);
        row_fields(out, row);
        row.mean.save(out);
    }
}

bool MarketView::load(base::FieldReader& in) {
    reset();
    in(last_ended_day_, auction_ends_.opening_ns, auction_ends_.closing_ns, first_event_ns_,
       last_event_ns_, own_request_, answered_, refused_ns_);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        model::InstrumentId id;
        in(id);
        InstrumentRow& row = instruments_[id];
        row_fields(in, row);
        row.mean.load(in);
        if (!follow_prices_) row.mean.clear();
    }
    const bool good = in.good();
    if (!good) reset();
    return good;
}

}  // namespace bw::scheduler
