// MarketData: books, trades, candles and tickers, rebuilt from events only. A Projection
// (views/projection/projection.hpp).
//
// Queries answer for the state after the last event of the latest complete command; the events of a
// command that is not complete yet do not show.
//
// A book holds what is displayed and nothing else: no hidden or pegged order, no reserve of an
// iceberg order, no stop order that was not triggered, no order that waits for the closing auction,
// nothing of a dark book. Market orders have no price and no level.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"
#include "views/projection/projection.hpp"

namespace bw::views::market {

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

enum class TradeState : std::uint8_t { regular, busted, corrected };
[[nodiscard]] std::string_view name_of(TradeState state);

struct TradeRow {
    model::MatchNumber match_number;
    std::uint64_t timestamp_ns = 0;
    model::Price price;  ///< the present one, if it was corrected
    model::Quantity quantity;
    model::Side taker_side = model::Side::buy;  ///< says nothing about an auction's trade
    model::TradeKind kind = model::TradeKind::continuous;
    TradeState state = TradeState::regular;
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

/// What an auction found, or would find.
struct AuctionRow {
    std::optional<model::Price> price;  ///< nothing: nobody would trade
    model::Quantity volume;
    std::int64_t surplus = 0;  ///< demand - supply at the price
    model::InstrumentState state = model::InstrumentState::trading;  ///< of the auction
    std::uint64_t timestamp_ns = 0;
};

struct ClosingRow {
    model::Price price;
    std::uint32_t business_date = 0;  ///< yyyymmdd
};

struct LimitBands {
    model::Price lower, upper;
};

struct LimitState {
    model::Side side = model::Side::buy;  ///< buy: the best bid is at the upper band
    model::SequenceNumber since;          ///< the command that caused it
};

/// In which phase the instrument is and what belongs to it.
struct Status {
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason reason = model::HaltReason::none;
    std::optional<AuctionRow> indicative;    ///< the latest of the present auction
    std::optional<AuctionRow> last_auction;  ///< the latest that ended
    std::optional<ClosingRow> closing;       ///< the latest
    std::optional<LimitBands> limit_bands;
    std::optional<LimitState> limit_state;
};

/// Orders rest and nothing trades, so the book may be crossed: pre_open, the auctions, post_close.
[[nodiscard]] bool is_collecting(model::InstrumentState state);

struct Ticker {
    std::optional<LevelRow> bid, ask;  ///< nothing while they would be no market
    std::optional<TradeRow> last;
    std::optional<model::Price> open, high, low;  ///< of the UTC day of the last event
    model::Quantity volume;                       ///< of that day
    model::Money turnover;
};

class MarketData {
 public:
    using Events =
        std::tuple<codec::OrderAccepted, codec::TradeExecuted, codec::OrderCancelled,
                   codec::OrderReduced, codec::OrderReplaced, codec::OrderConditions,
                   codec::OrderTriggered, codec::OrderRefreshed, codec::InstrumentUpdated,
                   codec::AllocationSet, codec::IndicativePrice, codec::AuctionEnded,
                   codec::LimitBandsSet, codec::LimitStateChanged, codec::ClosingPrice,
                   codec::SharesSplit, codec::TradeBusted, codec::TradeCorrected, codec::DayEnded>;

    MarketData();
    ~MarketData();
    MarketData(const MarketData&) = delete;
    MarketData& operator=(const MarketData&) = delete;

    void apply(const RecordView& record, const AnyEvent& event);
    void end(const RecordView& record);

    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();

    [[nodiscard]] std::optional<model::InstrumentId> find(std::string_view symbol) const;
    [[nodiscard]] std::optional<Depth> depth(model::InstrumentId instrument,
                                             std::size_t levels) const;
    [[nodiscard]] std::optional<Ticker> ticker(model::InstrumentId instrument) const;
    [[nodiscard]] std::optional<Status> status(model::InstrumentId instrument) const;
    /// Newest first, at most `limit`, those before match `below` (0: all); kept: the latest 10,000
    /// of each instrument.
    [[nodiscard]] std::vector<TradeRow> trades(model::InstrumentId instrument, std::size_t limit,
                                               model::MatchNumber below = {}) const;
    /// Oldest first, those that start in [start_ns, end_ns), the latest `limit` of them. Minutes
    /// without a trade have no candle.
    [[nodiscard]] std::vector<Candle> candles(model::InstrumentId instrument, Resolution resolution,
                                              std::uint64_t start_ns, std::uint64_t end_ns,
                                              std::size_t limit) const;

 private:
    class State;
    std::unique_ptr<State> state_;
};

}  // namespace bw::views::market
