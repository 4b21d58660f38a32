// CandleSeries: the candles of one instrument at one resolution, a fold over its trades. Candles
// without a trade do not exist.
#pragma once

#include <array>
#include <vector>

#include "base/fields.hpp"
#include "views/market/calendar.hpp"
#include "views/market/ring.hpp"

namespace bw::views::market {

/// How many candles are kept at each resolution; the time they cover if every one of them has a
/// trade: two days of minutes, a week of 5 minutes, a month of 15 minutes, a quarter of hours, 5
/// years, 10 years, 20 years.
inline constexpr std::array<std::size_t, resolution_count> candle_depths{2'880, 2'016, 2'976, 2'208,
                                                                         1'830, 522,   240};

class CandleSeries {
 public:
    explicit CandleSeries(Resolution resolution)
        : resolution_(resolution), candles_(candle_depths[static_cast<std::size_t>(resolution)]) {}

    /// Trades come in order of time; one that is stamped before the current candle counts in it.
    /// Sums stop at their maximum.
    void add(const TradeRow& trade);

    /// Oldest first, those that start in [start_ns, end_ns), the latest `limit` of them.
    [[nodiscard]] std::vector<Candle> query(std::uint64_t start_ns, std::uint64_t end_ns,
                                            std::size_t limit) const;

    [[nodiscard]] const Candle* newest() const {
        return candles_.empty() ? nullptr : &candles_.newest();
    }

    void save(base::FieldWriter& out) const;
    /// Requires: no trade was added.
    void load(base::FieldReader& in);

 private:
    [[nodiscard]] std::size_t first_from(std::uint64_t start_ns) const;

    Resolution resolution_;
    std::uint64_t current_end_ns_ = 0;
    Ring<Candle> candles_;
};

}  // namespace bw::views::market
