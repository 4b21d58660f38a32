// What the naive exchange keeps: accounts, instruments, orders, trades and proposals as plain
// structs.
#pragma once

#include <array>
#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/checked.hpp"
#include "codec/registry.hpp"

namespace bw::differential {

using base::int128;

struct Balance {
    int128 total = 0;
    int128 held = 0;
    [[nodiscard]] int128 available() const { return total - held; }
};

struct FeeRates {
    std::int32_t maker = 0;
    std::int32_t taker = 0;
    std::int32_t auction = 0;
};

struct Account {
    model::AccountState state = model::AccountState::active;
    model::Quantity max_order_quantity = model::unlimited_quantity;
    model::Money max_order_value = model::unlimited_money;
    model::Quantity max_daily_quantity = model::unlimited_quantity;
    model::Money max_daily_value = model::unlimited_money;
    std::uint32_t max_open_orders = model::unlimited_count;
    model::ClientOrderId reference;
    model::SelfTradePrevention self_trade_mode = model::SelfTradePrevention::none;
    std::uint32_t self_trade_group = 0;
    std::uint32_t firm = 0;
    std::uint32_t fee_tier = 0;
    std::set<std::uint64_t> open;  ///< its open orders
};

/// Where an accepted order is.
enum class Place : std::uint8_t { incoming, unpriced, lit, dark, stop, waiting, parked, closed };

struct Order {
    std::uint64_t id = 0;
    std::uint32_t account = 0;
    std::uint32_t instrument = 0;
    model::Side side{};
    model::OrderType type{};
    model::TimeInForce time_in_force{};
    model::PegKind peg{};
    std::uint8_t instructions = 0;
    std::uint32_t expire_date = 0;
    std::int64_t price = 0;  ///< as sent; no_price of orders that have none
    std::int64_t limit = 0;
    std::int64_t stop_price = 0;
    std::int64_t offset = 0;
    std::uint64_t remaining = 0;
    std::uint64_t executed = 0;  ///< in trades
    std::uint64_t min_quantity = 0;
    std::uint64_t display_quantity = 0;
    std::uint64_t displayed = 0;  ///< of an iceberg order in the book
    FeeRates fees;
    Place place = Place::incoming;
    std::int64_t at = 0;  ///< the price of its queue, in the book or among the stop orders
};

/// Prices, or stop prices, by how soon their turn comes; at one price the oldest first.
using Levels = std::map<std::int64_t, std::list<std::uint64_t>>;

struct TickRow {
    std::int64_t from = 0;
    std::int64_t tick = 0;
};

struct Instrument {
    codec::ConfigureInstrument terms{};
    std::int64_t reference = 0;
    std::int64_t static_reference = 0;
    std::optional<std::int64_t> last_price;
    model::InstrumentState state = model::InstrumentState::trading;
    model::HaltReason halt_reason = model::HaltReason::none;
    std::vector<TickRow> tick_table;
    std::uint32_t static_band = 0;
    std::uint32_t dynamic_band = 0;
    std::int64_t lower_limit = 0;  ///< both limits are 0 if there are none
    std::int64_t upper_limit = 0;
    std::optional<model::Side> limit_state;
    std::uint64_t limit_state_since = 0;  ///< the command that caused the latest LimitStateChanged
    model::Allocation allocation = model::Allocation::price_time;
    std::uint32_t lead_account = 0;
    std::uint32_t lead_share = 0;
    std::int64_t quote_bid = 0;  ///< 0: no quote
    std::int64_t quote_ask = 0;
    bool traded_today = false;
    std::optional<std::int64_t> closing_auction_price;
    std::uint64_t last_match_before_split = 0;
    std::vector<std::uint32_t> holders;  ///< accounts, in the order in which their positions came

    std::array<Levels, 2> lit, dark, stops;  ///< by side
    /// market orders that take part in an auction without a price, oldest first
    std::array<std::list<std::uint64_t>, 2> unpriced;
    std::array<std::list<std::uint64_t>, 2> waiting;
    std::array<std::set<std::uint64_t>, 2> parked;
    std::set<std::uint64_t> pegged, trailing;  ///< all that are open
};

struct Traded {
    int128 quantity = 0;
    int128 value = 0;
};

struct Trade {
    std::uint32_t instrument = 0;
    std::uint32_t buyer = 0;
    std::uint32_t seller = 0;
    std::int64_t price = 0;
    std::uint64_t quantity = 0;
    int128 buyer_fee = 0;
    int128 seller_fee = 0;
    bool busted = false;
};

struct Proposal {
    std::variant<codec::ReleaseKillSwitch, codec::BustTrade, codec::CorrectTrade, codec::SetRuleSet,
                 codec::EndDayEarly, codec::SetBusinessDate>
        command;
    std::uint32_t made_by = 0;
};

/// What an auction finds.
struct AuctionResult {
    std::int64_t price = 0;
    int128 volume = 0;
    int128 surplus = 0;
};

struct BookEntry {
    model::Side side{};
    std::int64_t price = 0;
    std::uint64_t order = 0;
    std::uint64_t remaining = 0;
    friend bool operator==(const BookEntry&, const BookEntry&) = default;
};

}  // namespace bw::differential
