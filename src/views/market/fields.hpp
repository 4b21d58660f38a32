// The rows of market data as fields. One description serves both directions, so what is written is
// what is read.
#pragma once

#include "base/fields.hpp"
#include "views/market/market_data.hpp"

namespace bw::views::market {

template <class Archive, class Trade>
void trade_fields(Archive& archive, Trade& row) {
    archive(row.match_number, row.timestamp_ns, row.price, row.quantity);
    base::field_up_to(archive, row.taker_side, model::Side::sell);
    base::field_up_to(archive, row.kind, model::TradeKind::midpoint);
    base::field_up_to(archive, row.state, TradeState::corrected);
}

template <class Archive, class Row>
void candle_fields(Archive& archive, Row& row) {
    archive(row.start_ns, row.open, row.high, row.low, row.close, row.volume, row.turnover,
            row.trades);
}

template <class Archive, class Row>
void auction_fields(Archive& archive, Row& row) {
    base::field_optional(archive, row.price, [&](auto& price) { archive(price); });
    archive(row.volume, row.surplus);
    base::field_up_to(archive, row.state, model::InstrumentState::delisted);
    archive(row.timestamp_ns);
}

template <class Archive, class Row>
void status_fields(Archive& archive, Row& row) {
    base::field_up_to(archive, row.state, model::InstrumentState::delisted);
    base::field_up_to(archive, row.reason, model::HaltReason::extended);
    const auto auction = [&](auto& there) { auction_fields(archive, there); };
    base::field_optional(archive, row.indicative, auction);
    base::field_optional(archive, row.last_auction, auction);
    base::field_optional(archive, row.closing,
                         [&](auto& closing) { archive(closing.price, closing.business_date); });
    base::field_optional(archive, row.limit_bands,
                         [&](auto& bands) { archive(bands.lower, bands.upper); });
    base::field_optional(archive, row.limit_state, [&](auto& state) {
        base::field_up_to(archive, state.side, model::Side::sell);
        archive(state.since);
    });
}

}  // namespace bw::views::market
