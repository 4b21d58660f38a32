// MarketView: the data of all public subscriptions. For each instrument it caches the encoded
// ticker, the top of the book and the tails of frames, which are built at most once per change for
// all subscribers. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "gateway/websocket/frame_tail.hpp"
#include "gateway/websocket/protocol.hpp"
#include "gateway/websocket/topic.hpp"
#include "views/market/market_data.hpp"

namespace bw::gateway::websocket {

/// Notices kept per instrument for new subscribers and slow readers.
inline constexpr std::size_t notices_kept = 100;
/// Renames of an instrument that a slow reader can miss and still learn the symbol it knew.
inline constexpr std::size_t former_symbols_kept = 16;

/// Price levels as they were sent.
struct SentDepth {
    using Levels = std::vector<std::pair<model::Price, model::Quantity>>;
    Levels bids, asks;

    friend bool operator==(const SentDepth&, const SentDepth&) = default;
};

/// What was sent on the channel `status`.
struct SentStatus {
    std::string status;  ///< encoded
    bool storage_scarce = false;
    std::uint64_t notices = 0;  ///< all up to this one

    friend bool operator==(const SentStatus&, const SentStatus&) = default;
};

/// The notices of an instrument, encoded: changes of state, ends of auctions, busts and so on.
struct Notices {
    std::uint64_t count = 0;
    std::deque<std::string> latest;  ///< at most notices_kept, oldest first

    void add(std::string notice) {
        latest.push_back(std::move(notice));
        if (latest.size() > notices_kept) latest.pop_front();
        ++count;
    }
};

/// A symbol that an instrument had until the command whose last event this is.
struct FormerSymbol {
    std::uint64_t event_sequence;
    std::string symbol;
};

struct InstrumentView {
    model::InstrumentId id;
    std::string symbol;
    std::deque<FormerSymbol> former_symbols;  ///< at most former_symbols_kept, oldest first
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason reason = model::HaltReason::none;
    std::uint64_t trade_count = 0;  ///< up to the latest complete command
    Topic l1, l2, trades, status;
    Notices notices;

    bool ticker_stale = true;
    std::uint64_t ticker_version = 0;  ///< ticker_clock() at the last change of the text
    std::string ticker_json;
    bool depth_stale = true;
    views::market::Depth depth;  ///< depth_max levels

    FrameTails<std::uint64_t> l1_tails;  ///< sent: ticker_clock()
    std::map<std::size_t, FrameTails<std::shared_ptr<const SentDepth>>> l2_tails;  ///< by levels
    FrameTails<std::uint64_t> trades_tails;  ///< sent: trade_count
    std::map<views::market::Resolution, FrameTails<std::optional<views::market::Candle>>>
        candles_tails;  ///< sent: the last one
    FrameTails<std::shared_ptr<const SentStatus>> status_tails;

    /// Whether the symbol has changed since a frame that was sent at this event; never if none was.
    [[nodiscard]] bool is_renamed_since(std::uint64_t sent_at) const {
        return !former_symbols.empty() && sent_at < former_symbols.back().event_sequence;
    }
    /// The symbol in that frame; the present one if none was sent.
    [[nodiscard]] const std::string& symbol_at(std::uint64_t sent_at) const;
    /// Notes the symbol before a change.
    void add_former_symbol(std::uint64_t event_sequence, std::string before);
};

class MarketView {
 public:
    explicit MarketView(const views::market::MarketData& market) : market_(market) {}

    /// Adds the instrument, or updates its state and symbol.
    InstrumentView& update(const codec::InstrumentUpdated& event);
    /// nullptr: not listed.
    [[nodiscard]] InstrumentView* find(model::InstrumentId id);
    [[nodiscard]] InstrumentView* find(std::string_view symbol);
    [[nodiscard]] const std::vector<std::unique_ptr<InstrumentView>>& instruments() const {
        return listed_;
    }
    [[nodiscard]] const views::market::MarketData& market() const { return market_; }

    /// The state that comes from events. After load(), cached text is built again.
    void save(base::FieldWriter& out) const;
    /// Requires: there is no instrument yet.
    void load(base::FieldReader& in);
    /// Requires: there is no subscription.
    void reset();

    /// Brings ticker_json up to date; ticker_version increases when the text changes.
    void refresh_ticker(InstrumentView& view);
    [[nodiscard]] const views::market::Depth& fresh_depth(InstrumentView& view);
    [[nodiscard]] std::uint64_t ticker_clock() const { return ticker_clock_; }

    std::uint64_t event_sequence = 0;  ///< last event of the latest complete command
    std::uint64_t timestamp_ns = 0;    ///< of that command
    bool storage_scarce = false;       ///< new orders are refused: the logs have little room
    Topic all_tickers;
    FrameTails<std::uint64_t> all_tickers_tails;  ///< sent: ticker_clock()

 private:
    const views::market::MarketData& market_;
    std::vector<std::unique_ptr<InstrumentView>> listed_;  // by id - 1: ids are dense
    std::uint64_t ticker_clock_ = 0;
};

}  // namespace bw::gateway::websocket
