// An instrument as matching keeps it: what every order touches (Instrument), and what only some do
// (Listing). Records without functions that change them; Instruments owns them.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

#include "base/checked.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"
#include "order_book/book_side.hpp"
#include "risk/limits.hpp"

namespace bw::matching {

/// Exact division of prices by the tick size: a multiplication with its inverse (Granlund and
/// Montgomery, Division by Invariant Integers using Multiplication, 1994).
class TickDivider {
 public:
    TickDivider() = default;
    TickDivider(model::Price tick, model::Price max_price)
        : tick_(static_cast<std::uint64_t>(tick.value())),
          max_price_(static_cast<std::uint64_t>(max_price.value())),
          shift_(static_cast<std::uint32_t>(std::bit_width(tick_)) - 1),
          inverse_(static_cast<std::uint64_t>(((base::uint128{1} << (63 + shift_)) + tick_ - 1) /
                                              tick_)) {}
    /// Rounds down. The inverse is too large by less than tick / 2^(63 + shift): exact below 2^62.
    [[nodiscard]] order_book::Tick operator()(model::Price price) const {
        const auto twice = static_cast<std::uint64_t>(price.value()) * 2;
        return static_cast<order_book::Tick>(
            static_cast<std::uint64_t>((base::uint128{inverse_} * twice) >> 64) >> shift_);
    }
    /// From 0.0001 to the highest price of the instrument.
    [[nodiscard]] bool admits(model::Price price) const {
        return static_cast<std::uint64_t>(price.value()) - 1 < max_price_;
    }
    [[nodiscard]] model::Price max_price() const {
        return model::Price{static_cast<std::int64_t>(max_price_)};
    }
    [[nodiscard]] bool divides(model::Price price) const {
        return (*this)(price)*tick_ == static_cast<std::uint64_t>(price.value());
    }

 private:
    std::uint64_t tick_ = 1;
    std::uint64_t max_price_ = 0;
    std::uint32_t shift_ = 0;  ///< 2^shift is the largest power of two that is at most the tick
    std::uint64_t inverse_ = std::uint64_t{1} << 63;  ///< 2^(63 + shift) / tick, rounded up
};

/// Ticks by price: rows with rising prices and ticks. Each tick is a multiple of the instrument's
/// tick size, by which the book is addressed, and each row begins at a multiple of its own tick.
class TickTable {
 public:
    static constexpr std::size_t rows_max = 4;
    struct Row {
        std::int64_t from;
        std::int64_t tick;
    };

    [[nodiscard]] std::int64_t tick_at(std::int64_t price, model::Price tick_size) const {
        std::int64_t tick = tick_size.value();
        for (std::uint32_t i = 0; i < rows; ++i)
            if (price >= row[i].from) tick = row[i].tick;
        return tick;
    }
    [[nodiscard]] model::Price round_down(std::int64_t price, model::Price tick_size) const {
        return model::Price{price - price % tick_at(price, tick_size)};
    }
    /// At most the first price of the next row, which is valid whatever the tick before it.
    [[nodiscard]] model::Price round_up(std::int64_t price, model::Price tick_size) const {
        const std::int64_t tick = tick_at(price, tick_size);
        std::int64_t rounded = (price + tick - 1) / tick * tick;
        for (std::uint32_t i = rows; i-- > 0;)
            if (row[i].from > price) rounded = std::min(rounded, row[i].from);
        return model::Price{rounded};
    }
    [[nodiscard]] bool valid(model::Price price, model::Price tick_size) const {
        return price.value() % tick_at(price.value(), tick_size) == 0;
    }

    std::array<Row, rows_max> row{};
    std::uint32_t rows = 0;
};

/// Bits of Instrument::special: reasons to leave the plain path.
enum Special : std::uint8_t {
    special_matching = 1,   ///< dark or iceberg orders, bands, an allocation other than price-time
    special_following = 2,  ///< stop, pegged or trailing orders, limit bands
    special_prices = 4,     ///< tick table, limit bands, dark book
};

struct Instrument {
    order_book::Book book;  ///< displayed orders
    model::Price reference;
    model::Price last_price;  ///< 0: none
    model::Price tick_size;
    model::Quantity lot_size;
    risk::OrderLimits order_limits;
    TickDivider ticks;
    model::Ppm collar;
    std::uint32_t currency;  ///< index into currencies
    model::InstrumentState state;
    model::HaltReason halt_reason;
    std::uint8_t special;  ///< bits of Special
    bool traded;           ///< since the last end of a day
    model::Symbol symbol;

    /// What following orders look at: the last price, before the first trade the reference.
    [[nodiscard]] model::Price basis() const {
        return last_price.value() != 0 ? last_price : reference;
    }
};

/// Stop orders of an instrument. The best level is the next to be triggered: the lowest stop price
/// of the buys, the highest of the sells.
struct StopBook {
    order_book::BookSide<model::Side::sell> buys;
    order_book::BookSide<model::Side::buy> sells;
};

struct Listing {
    order_book::Book dark;  ///< hidden and pegged orders; of a dark book all
    StopBook stops;
    order_book::Book waiting;  ///< at_close, all at one tick: only their age counts
    std::uint32_t followers;   ///< pegged and trailing stop orders
    std::uint32_t icebergs;    ///< in the lit book
    TickTable table;
    model::Price static_reference;
    model::Price limit_lower;  ///< 0: no limit bands
    model::Price limit_upper;
    model::Price bid;  ///< reference quote of a dark book; 0: none
    model::Price ask;
    /// price of the closing auction since the last end of a day; 0: none
    model::Price closing_auction;
    model::Ppm static_band;
    model::Ppm dynamic_band;
    std::uint32_t lead_account;  ///< index
    model::Ppm lead_share;
    model::Allocation allocation;
    bool in_limit_state;
    model::Side limit_state_side;
    bool followed_valid;  ///< the three below are what the followers were last aligned with
    model::SequenceNumber limit_state_since;
    model::Price followed_basis;
    order_book::Tick followed_bid;
    order_book::Tick followed_ask;

    [[nodiscard]] bool has_bands() const {
        return static_band.value() != 0 || dynamic_band.value() != 0;
    }
    [[nodiscard]] bool has_limit_bands() const { return limit_upper.value() != 0; }
    [[nodiscard]] model::Price midpoint() const {
        return model::Price{(bid.value() + ask.value()) / 2};
    }
};

/// The ticks within both price bands: those of the static and of the moving reference.
struct ExecutionRange {
    order_book::Tick lowest = 0;
    order_book::Tick highest = order_book::no_tick;

    [[nodiscard]] bool contains(order_book::Tick tick) const {
        return tick >= lowest && tick <= highest;
    }
};

/// In what may an order be entered, does it wait, does it trade?
[[nodiscard]] constexpr bool is_auction(model::InstrumentState state) {
    return state == model::InstrumentState::opening_auction ||
           state == model::InstrumentState::volatility_auction ||
           state == model::InstrumentState::closing_auction;
}

}  // namespace bw::matching
