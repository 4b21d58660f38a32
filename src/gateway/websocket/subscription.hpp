// Subscription: one client's place in one channel. It remembers what it sent last and makes the
// next frame when asked, from the state as it then is: a slow reader gets fewer, larger steps and
// never a queue.
//
// Frames are numbered from 1 without gaps per subscription; a snapshot replaces everything before
// it, an update adds to it.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gateway/websocket/json.hpp"
#include "gateway/websocket/market_view.hpp"
#include "gateway/websocket/protocol.hpp"
#include "views/reports/reports.hpp"

namespace bw::gateway::websocket {

/// Trades a new subscription is shown.
inline constexpr std::size_t snapshot_trades = 100;
/// A reader that is further behind than this gets a new snapshot instead of the trades it missed.
inline constexpr std::size_t update_trades_max = 1'000;
inline constexpr std::size_t snapshot_candles = 200;
inline constexpr std::size_t update_candles_max = 200;

class Subscription {
 public:
    Subscription(std::uint64_t connection, Topic& topic);
    virtual ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// The next frame, or nothing when the client has everything. Frames follow as long as there
    /// are any.
    [[nodiscard]] virtual std::optional<std::string> next() = 0;
    /// Why the client must be cut off, if it may not fall behind like this.
    [[nodiscard]] virtual bool is_too_slow(std::size_t /*queue_bytes_max*/) const { return false; }

    [[nodiscard]] std::uint64_t connection() const { return connection_; }
    void set_pending();
    void set_idle();

 private:
    std::uint64_t connection_;
    Topic& topic_;
    bool is_pending_ = true;          // a new one has its first frame to fetch
    Topic::Members::iterator place_;  // in topic_.pending or topic_.idle
};

/// The head that all public frames share, and their numbering.
class PublicSubscription : public Subscription {
 public:
    PublicSubscription(std::uint64_t connection, Topic& topic, MarketView& market, Channel channel,
                       std::string symbol);

 protected:
    [[nodiscard]] ObjectWriter head(bool snapshot);
    [[nodiscard]] bool sent_nothing() const { return sequence_ == 0; }
    MarketView& market_;

 private:
    Channel channel_;
    std::string symbol_;
    std::uint64_t sequence_ = 0;  // of the frame sent last
};

/// Tickers of one instrument, or of all ("*"): an update carries those that changed, whole.
class TickerSubscription final : public PublicSubscription {
 public:
    TickerSubscription(std::uint64_t connection, MarketView& market, InstrumentView* one);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    void add_if_changed(InstrumentView& view, std::string& list);
    InstrumentView* one_;
    std::uint64_t sent_version_ = 0;
};

/// The first `depth` price levels: an update carries the levels that are not as they were; quantity
/// "0" removes one.
class DepthSubscription final : public PublicSubscription {
 public:
    DepthSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view,
                      std::size_t depth);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    using Levels = std::vector<std::pair<model::Price, model::Quantity>>;
    [[nodiscard]] Levels top(const std::vector<views::market::LevelRow>& rows) const;
    [[nodiscard]] static std::string changes(const Levels& before, const Levels& after,
                                             bool descending);
    InstrumentView& view_;
    std::size_t depth_;
    Levels bids_, asks_;  // as sent
};

class TradesSubscription final : public PublicSubscription {
 public:
    TradesSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    InstrumentView& view_;
    std::uint64_t seen_ = 0;  // trades of the instrument up to the frame sent last
};

/// The latest candles; an update carries those that changed or are new, whole.
class CandlesSubscription final : public PublicSubscription {
 public:
    CandlesSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view,
                        views::market::Resolution resolution);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    [[nodiscard]] std::vector<views::market::Candle> news(std::size_t limit) const;
    InstrumentView& view_;
    views::market::Resolution resolution_;
    std::optional<views::market::Candle> last_;  // as sent
};

/// In which phase the instrument is, and what was announced about it; an update carries the status
/// whole.
class StatusSubscription final : public PublicSubscription {
 public:
    StatusSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    InstrumentView& view_;
    std::uint64_t seen_ = 0;   // notices of the instrument up to the frame sent last
    std::string sent_status_;  // as encoded
    bool sent_scarce_ = false;
};

/// Whose subscription, to which stream, and with whom it waits for it.
struct PrivatePlace {
    std::uint64_t connection;
    Topic& topic;
    views::StreamKey key;
};

/// An account's own reports, every one of them: nothing is conflated, who is too slow is cut off
/// and catches up by sequence.
class ReportSubscription final : public Subscription {
 public:
    ReportSubscription(const PrivatePlace& place, MarketView& market, const views::Reports& reports,
                       std::uint64_t from_sequence);
    [[nodiscard]] std::optional<std::string> next() override;
    /// Behind by more than the bytes of a queue, not counting what it asked to catch up with; or
    /// behind what is kept.
    [[nodiscard]] bool is_too_slow(std::size_t queue_bytes_max) const override;

 private:
    MarketView& market_;
    const views::Reports& reports_;
    views::StreamKey key_;
    std::uint64_t cursor_;     // sequence of the next frame
    std::uint64_t live_from_;  // sequence that was next when the subscription began
};

}  // namespace bw::gateway::websocket
