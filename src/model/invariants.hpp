// The invariants of the exchange's state: what holds between any two commands, whatever was sent.
// One row each: name and sentence. The parts of the core check those they can see (their
// `verify`), Engine::verify_invariants() checks them all.
//
// A broken one is a fault of the exchange: `require` stops the process and names it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/assert.hpp"

namespace bw::model {

enum class Invariant : std::uint8_t {
    levels_in_order,
    no_empty_level,
    level_total,
    links_agree,
    order_at_its_tick,
    directory_agrees,
    no_order_of_nothing,
    iceberg_shows_a_part,
    followers_and_icebergs_counted,
    book_not_crossed,
    no_stop_due,
    hold_of_an_order,
    held_cash,
    cash_covers_holds,
    held_shares,
    shares_cover_holds,
    open_quantity_and_value,
    open_orders_counted,
    orders_in_pool,
    cash_conserved,
    shares_conserved,
    count,
};

struct InvariantRow {
    const char* name;
    const char* sentence;
};

inline constexpr std::array<InvariantRow, static_cast<std::size_t>(Invariant::count)> invariants{{
    {"levels_in_order", "The levels of a queue come strictly best first."},
    {"no_empty_level", "A price level has at least one order."},
    {"level_total", "A level's quantity is what its orders have remaining."},
    {"links_agree", "Neighbours, level, side and place of an order agree with where it is."},
    {"order_at_its_tick", "An order rests at its limit, a stop order at its stop price."},
    {"directory_agrees", "The directory finds each open order in its slot, and its owner."},
    {"no_order_of_nothing", "An open order has something remaining."},
    {"iceberg_shows_a_part", "A resting iceberg order displays something, at most its part."},
    {"followers_and_icebergs_counted", "An instrument counts its followers and icebergs."},
    {"book_not_crossed", "In trading no bid reaches an ask, dark orders included."},
    {"no_stop_due", "In trading no stop order is left that the last price triggers."},
    {"hold_of_an_order", "A buy holds limit x remaining and the largest fee of it."},
    {"held_cash", "Held cash of an account is what its open buys hold, per currency."},
    {"cash_covers_holds", "Cash: total >= held >= 0."},
    {"held_shares", "Held shares of a position are what its open sells have remaining."},
    {"shares_cover_holds", "Shares: total >= held."},
    {"open_quantity_and_value", "A position counts quantity and value of its open orders."},
    {"open_orders_counted", "An account counts its open orders."},
    {"orders_in_pool", "The pool has no order that is not open."},
    {"cash_conserved", "Cash of all accounts + fees = deposits - withdrawals, per currency."},
    {"shares_conserved", "Shares of all positions = shares issued, per instrument."},
}};

/// Stops the process and names the invariant unless it holds.
constexpr void require(Invariant invariant, bool holds) {
    if (!holds) [[unlikely]]
        base::assertion_failed(invariants[static_cast<std::size_t>(invariant)].name,
                               "model/invariants.hpp", static_cast<int>(invariant));
}

}  // namespace bw::model
