// MarketData: books, trades, candles and tickers, rebuilt from events only. One thread; apply() in sequence order, queries between.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "event_store/record.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::market_data {

struct LevelRow {
    model::Price price;
    model::Quantity quantity;
    std::uint32_t orders = 0;
    friend bool operator==(const LevelRow&, const LevelRow&) = default;
};

/// Best first on both sides. `sequence`: the event after which this was the book.
struct Depth {
    std::uint64_t sequence = 0;
    std::vector<LevelRow> bids;
    std::vector<LevelRow> asks;
};

struct TradeRow {
    model::MatchNumber match_number;
    std::uint64_t timestamp_ns = 0;
    model::Price price;
    model::Quantity quantity;
    model::Side taker_side = model::Side::buy;
};

/// Widths of a candle. Days, weeks (from Monday) and months are UTC calendar units.
enum class Resolution : std::uint8_t {
    minute_1,
    minute_5,
    minute_15,
    hour_1,
    day_1,
    week_1,
    month_1
};

/// "1m" "5m" "15m" "1h" "1d" "1w" "1M".
[[nodiscard]] std::optional<Resolution> resolution_from(std::string_view text);
[[nodiscard]] std::string_view name_of(Resolution resolution);

struct Candle {
    std::uint64_t start_ns = 0;
    model::Price open, high, low, close;
    model::Quantity volume;
    model::Money turnover;
    std::uint32_t trades = 0;
    friend bool operator==(const Candle&, const Candle&) = default;
};

struct Ticker {
    std::optional<LevelRow> bid, ask;
    std::optional<TradeRow> last;
    std::optional<model::Price> open, high, low;  ///< of the UTC day of the last event
    model::Quantity volume;                       ///< of that day
    model::Money turnover;
};

class MarketData {
 public:
    MarketData();
    ~MarketData();
    MarketData(const MarketData&) = delete;
    MarketData& operator=(const MarketData&) = delete;

    /// Requires: records in sequence order from 1. Queries answer for the state after the last event of the latest complete
    /// command; the events of a command that is not complete yet do not show.
    void apply(const event_store::RecordView& record);

    [[nodiscard]] std::optional<model::InstrumentId> find(std::string_view symbol) const;
    [[nodiscard]] std::optional<Depth> depth(model::InstrumentId instrument,
                                             std::size_t levels) const;
    [[nodiscard]] std::optional<Ticker> ticker(model::InstrumentId instrument) const;
    /// Newest first, at most `limit`; kept: the latest 10,000 of each instrument.
    [[nodiscard]] std::vector<TradeRow> trades(model::InstrumentId instrument,
                                               std::size_t limit) const;
    /// Oldest first, those that start in [start_ns, end_ns), the latest `limit` of them. Minutes without a trade have no candle.
    [[nodiscard]] std::vector<Candle> candles(model::InstrumentId instrument, Resolution resolution,
                                              std::uint64_t start_ns, std::uint64_t end_ns,
                                              std::size_t limit) const;

 private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bw::market_data
