// MarketView: what all public subscriptions are answered from: per instrument the encoded ticker,
// the top of the book and the number of trades, each made once per change however many read it.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "base/fields.hpp"
#include "codec/events.hpp"
#include "gateway/websocket/topic.hpp"
#include "views/market/market_data.hpp"

namespace bw::gateway::websocket {

inline constexpr std::size_t depth_max = 100;

/// Notices kept per instrument for those who come, or come back, late.
inline constexpr std::size_t notices_kept = 100;

/// What was announced about an instrument: changes of state, auctions that ended, busts and the
/// like, encoded.
struct Notices {
    std::uint64_t count = 0;
    std::deque<std::string> latest;  ///< at most notices_kept, oldest first

    void add(std::string notice) {
        latest.push_back(std::move(notice));
        if (latest.size() > notices_kept) latest.pop_front();
        ++count;
    }
};

struct InstrumentView {
    model::InstrumentId id;
    std::string symbol;
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason reason = model::HaltReason::none;
    std::uint64_t trade_count = 0;  ///< up to the latest complete command
    Topic l1, l2, trades, status;
    Notices notices;

    bool ticker_stale = true;
    std::uint64_t ticker_version = 0;  ///< of all tickers' changes; a later change has a larger one
    std::string ticker_json;
    bool depth_stale = true;
    views::market::Depth depth;  ///< depth_max levels
};

class MarketView {
 public:
    explicit MarketView(const views::market::MarketData& market) : market_(market) {}

    /// Lists the instrument or takes note of its new state and symbol.
    InstrumentView& update(const codec::InstrumentUpdated& event);
    /// nullptr: not listed.
    [[nodiscard]] InstrumentView* find(model::InstrumentId id);
    [[nodiscard]] InstrumentView* find(std::string_view symbol);
    [[nodiscard]] const std::vector<std::unique_ptr<InstrumentView>>& instruments() const {
        return listed_;
    }
    [[nodiscard]] const views::market::MarketData& market() const { return market_; }

    /// What came from events; what was encoded of it is encoded again.
    void save(base::FieldWriter& out) const;
    /// Requires: nothing is here.
    void load(base::FieldReader& in);
    /// Requires: nobody is subscribed.
    void reset();

    /// The ticker as it is now, encoded; its version rises when the text changes.
    void refresh_ticker(InstrumentView& view);
    [[nodiscard]] const views::market::Depth& fresh_depth(InstrumentView& view);
    [[nodiscard]] std::uint64_t ticker_clock() const { return ticker_clock_; }

    std::uint64_t event_sequence = 0;  ///< last event of the latest complete command
    std::uint64_t timestamp_ns = 0;    ///< of that command
    bool storage_scarce = false;       ///< entries are refused: the logs have little room
    Topic all_tickers;

 private:
    const views::market::MarketData& market_;
    std::vector<std::unique_ptr<InstrumentView>> listed_;  // by id - 1: ids are dense
    std::uint64_t ticker_clock_ = 0;
};

}  // namespace bw::gateway::websocket
