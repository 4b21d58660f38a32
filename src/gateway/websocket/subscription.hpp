// Subscription: a client's subscription to one channel. It keeps what it sent last, and next()
// builds the frame that leads from there to the current state. So a slow reader gets fewer and
// larger updates, and no queue grows.
//
// The frames of a subscription are numbered from 1 without gaps. A snapshot replaces everything
// before it; an update changes it. One thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/websocket/json.hpp"
#include "gateway/websocket/market_view.hpp"
#include "gateway/websocket/protocol.hpp"
#include "views/reports/reports.hpp"

namespace bw::gateway::websocket {

/// Number of trades in a snapshot.
inline constexpr std::size_t snapshot_trades = 100;
/// A reader that is further behind gets a new snapshot instead of the trades it missed.
inline constexpr std::size_t update_trades_max = 1'000;
inline constexpr std::size_t snapshot_candles = 200;
inline constexpr std::size_t update_candles_max = 200;

class Subscription {
 public:
    Subscription(std::uint64_t connection, Topic& topic);
    virtual ~Subscription();
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;

    /// The next frame, or nothing when the client has been sent everything.
    [[nodiscard]] virtual std::optional<std::string> next() = 0;
    /// Whether nothing will ever follow what was sent.
    [[nodiscard]] virtual bool is_over() const { return false; }
    /// Whether the client is so far behind that it must be closed.
    [[nodiscard]] virtual bool is_too_slow(std::size_t /*queue_bytes_max*/) const { return false; }

    [[nodiscard]] std::uint64_t connection() const { return connection_; }
    void set_pending();
    void set_idle();

 private:
    std::uint64_t connection_;
    Topic& topic_;
    bool is_pending_ = true;          // a new subscription has its first frame to send
    Topic::Members::iterator place_;  // in topic_.pending or topic_.idle
};

/// Base of all public subscriptions: numbers the frames and writes their common members. It follows
/// its instrument, not the symbol: the first frame after a rename says both, if with no news else.
/// A delisted instrument has a last frame.
class PublicSubscription : public Subscription {
 public:
    /// `one`: its instrument; nullptr: all.
    PublicSubscription(std::uint64_t connection, Topic& topic, MarketView& market, Channel channel,
                       const InstrumentView* one);
    [[nodiscard]] bool is_over() const override {
        return one_ != nullptr && one_->state == model::InstrumentState::delisted && !must_send();
    }

 protected:
    /// The tail with the members that every public frame has.
    [[nodiscard]] JsonWriter tail() const;
    /// The next frame, if there is something to send: the client's numbers before a tail of
    /// `tails`, made by `build` if it is not there. `sent` is then what the client has.
    template <class Sent, class Build>
    [[nodiscard]] std::optional<std::string> next_of(FrameTails<Sent>& tails, Sent& sent,
                                                     Build&& build);
    [[nodiscard]] bool sent_nothing() const { return sequence_ == 0; }
    /// Whether a frame is due even without news.
    [[nodiscard]] bool must_send() const {
        return sent_nothing() || (one_ != nullptr && one_->is_renamed_since(sent_at_));
    }
    [[nodiscard]] std::uint64_t sent_at() const { return sent_at_; }
    MarketView& market_;

 private:
    [[nodiscard]] std::string frame(bool snapshot, std::string_view tail);

    Channel channel_;
    const InstrumentView* one_;
    std::uint64_t sequence_ = 0;            // of the frame sent last
    std::uint64_t sent_at_ = nothing_sent;  // the market's event sequence in that frame
};

template <class Sent, class Build>
std::optional<std::string> PublicSubscription::next_of(FrameTails<Sent>& tails, Sent& sent,
                                                       Build&& build) {
    const FrameTail<Sent>& tail = tails.get(sent_at_, market_.event_sequence, build);
    if (tail.text.empty()) return std::nullopt;
    sent = tail.sent;
    return frame(tail.snapshot, tail.text);
}

/// Ticker of one instrument, or of all ("*"). An update has the complete tickers that changed.
class TickerSubscription final : public PublicSubscription {
 public:
    TickerSubscription(std::uint64_t connection, MarketView& market, InstrumentView* one);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    [[nodiscard]] FrameTail<std::uint64_t> build() const;
    void add_if_changed(InstrumentView& view, std::string& list) const;
    [[nodiscard]] std::string renames() const;
    InstrumentView* one_;
    std::uint64_t sent_version_ = 0;
};

/// The best `depth` price levels of each side. An update has the levels that changed; quantity "0"
/// removes a level.
class DepthSubscription final : public PublicSubscription {
 public:
    DepthSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view,
                      std::size_t depth);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    [[nodiscard]] FrameTail<std::shared_ptr<const SentDepth>> build() const;
    [[nodiscard]] SentDepth::Levels top(const std::vector<views::market::LevelRow>& rows) const;
    [[nodiscard]] static std::string changes(const SentDepth::Levels& before,
                                             const SentDepth::Levels& after, bool descending);
    InstrumentView& view_;
    std::size_t depth_;
    std::shared_ptr<const SentDepth> sent_;
};

class TradesSubscription final : public PublicSubscription {
 public:
    TradesSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    [[nodiscard]] FrameTail<std::uint64_t> build() const;
    InstrumentView& view_;
    std::uint64_t seen_ = 0;  // trades of the instrument up to the frame sent last
};

/// The latest candles. An update has the complete candles that changed or are new.
class CandlesSubscription final : public PublicSubscription {
 public:
    CandlesSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view,
                        views::market::Resolution resolution);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    [[nodiscard]] FrameTail<std::optional<views::market::Candle>> build() const;
    [[nodiscard]] std::vector<views::market::Candle> changed(std::size_t limit) const;
    InstrumentView& view_;
    views::market::Resolution resolution_;
    std::optional<views::market::Candle> last_;  // as sent
};

/// Trading state and notices of an instrument. An update has the complete status and the new
/// notices.
class StatusSubscription final : public PublicSubscription {
 public:
    StatusSubscription(std::uint64_t connection, MarketView& market, InstrumentView& view);
    [[nodiscard]] std::optional<std::string> next() override;

 private:
    [[nodiscard]] FrameTail<std::shared_ptr<const SentStatus>> build() const;
    InstrumentView& view_;
    std::shared_ptr<const SentStatus> sent_;
};

/// The client, topic and stream of a private subscription.
struct PrivatePlace {
    std::uint64_t connection;
    Topic& topic;
    views::StreamKey key;
};

/// The reports of an account, each of them: nothing is conflated. A client that is too slow is
/// closed; it can subscribe again from its last sequence.
class ReportSubscription final : public Subscription {
 public:
    ReportSubscription(const PrivatePlace& place, MarketView& market, const views::Reports& reports,
                       std::uint64_t from_sequence);
    [[nodiscard]] std::optional<std::string> next() override;
    /// Behind by more than the bytes of a queue, not counting earlier reports that it requested; or
    /// its next report is no longer kept.
    [[nodiscard]] bool is_too_slow(std::size_t queue_bytes_max) const override;

 private:
    MarketView& market_;
    const views::Reports& reports_;
    views::StreamKey key_;
    std::uint64_t cursor_;     // sequence of the next frame
    std::uint64_t live_from_;  // sequence that was next when the subscription began
};

}  // namespace bw::gateway::websocket
