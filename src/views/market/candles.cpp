#include "views/market/candles.hpp"

#include <algorithm>
#include <limits>

#include "base/checked.hpp"
#include "views/market/fields.hpp"

namespace bw::views::market {
namespace {

template <class Amount>
void add_saturating(Amount& sum, Amount more) {
    using Rep = typename Amount::rep;
    sum = Amount{base::checked_add<Rep>(sum.value(), more.value())
                     .value_or(std::numeric_limits<Rep>::max())};
}

Candle opened_by(const TradeRow& trade, std::uint64_t start_ns) {
    Candle candle;
    candle.start_ns = start_ns;
    candle.open = candle.high = candle.low = trade.price;
    return candle;
}

}  // namespace

void CandleSeries::add(const TradeRow& trade) {
    if (candles_.empty() || trade.timestamp_ns >= current_end_ns_) {
        const Span span = span_of(resolution_, trade.timestamp_ns);
        current_end_ns_ = span.end_ns;
        candles_.push(opened_by(trade, span.start_ns));
    }
    Candle& candle = candles_.newest();
    candle.high = std::max(candle.high, trade.price);
    candle.low = std::min(candle.low, trade.price);
    candle.close = trade.price;
    add_saturating(candle.volume, trade.quantity);
    add_saturating(candle.turnover,
                   model::notional(trade.price, trade.quantity).value_or(model::unlimited_money));
    ++candle.trades;
}

std::size_t CandleSeries::first_from(std::uint64_t start_ns) const {
    std::size_t low = 0;
    std::size_t high = candles_.size();
    while (low < high) {
        const std::size_t middle = low + (high - low) / 2;
        if (candles_[middle].start_ns < start_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

std::vector<Candle> CandleSeries::query(std::uint64_t start_ns, std::uint64_t end_ns,
                                        std::size_t limit) const {
    const std::size_t end = first_from(end_ns);
    std::size_t begin = std::min(first_from(start_ns), end);
    if (end - begin > limit) begin = end - limit;
    std::vector<Candle> out;
    out.reserve(end - begin);
    for (std::size_t i = begin; i < end; ++i) out.push_back(candles_[i]);
    return out;
}

void CandleSeries::save(base::FieldWriter& out) const {
    out(current_end_ns_);
    out.count(candles_.size());
    for (std::size_t i = 0; i < candles_.size(); ++i) candle_fields(out, candles_[i]);
}

void CandleSeries::load(base::FieldReader& in) {
    in(current_end_ns_);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Candle candle;
        candle_fields(in, candle);
        candles_.push(candle);
    }
}

}  // namespace bw::views::market
