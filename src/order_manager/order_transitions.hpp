// What may happen to an order, and what it is afterwards: the one table that the engine, the views
// and the reporter obey.
//
//                   ┌──────────── execute_part ───────────┐
//                   │                                     ▼
//   entered ─► accepted ──────────── execute_rest ──► partially_filled ─► filled
//      │          └── cancel, expire ─► cancelled, expired ◄─┘
//      └─► rejected
//
// Filled, cancelled, expired and rejected are final. That a trade is busted or corrected moves
// money and shares and leaves the orders as they traded.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "model/enums.hpp"

namespace bw::order_manager {

/// What an event does to an order that was accepted.
enum class Transition : std::uint8_t {
    execute_part,  ///< a trade that leaves some of it open
    execute_rest,  ///< a trade that leaves nothing open
    reduce,
    replace,
    condition,  ///< its display quantity, stop price or peg are told, right after its acceptance
    trigger,    ///< a stop order becomes a market or limit order
    refresh,    ///< an iceberg order shows its next part
    cancel,
    expire,
};
inline constexpr std::size_t transition_count = 9;

inline constexpr std::size_t status_count = 6;

namespace detail {

using model::OrderStatus;
using Row = std::array<std::optional<OrderStatus>, transition_count>;

inline constexpr auto a = OrderStatus::accepted;
inline constexpr auto p = OrderStatus::partially_filled;
inline constexpr auto f = OrderStatus::filled;
inline constexpr auto c = OrderStatus::cancelled;
inline constexpr auto e = OrderStatus::expired;
inline constexpr std::nullopt_t never = std::nullopt;
inline constexpr Row final_row{};

/// By status, in the order of its numbers; columns in the order of Transition.
// clang-format off
inline constexpr std::array<Row, status_count> status_after{{
    //                    part rest reduce replace condition trigger refresh cancel expire
    /* accepted */  Row{{ p,   f,   a,     a,      a,        a,      never,  c,     e }},
    /* partially */ Row{{ p,   f,   p,     p,      never,    never,  p,      c,     e }},
    /* filled */    final_row,
    /* cancelled */ final_row,
    /* rejected */  final_row,
    /* expired */   final_row,
}};
// clang-format on

}  // namespace detail

/// The status after `transition`; nothing if an order of this status cannot go through it.
[[nodiscard]] constexpr std::optional<model::OrderStatus> status_after(model::OrderStatus status,
                                                                       Transition transition) {
    return detail::status_after[static_cast<std::size_t>(status)]
                               [static_cast<std::size_t>(transition)];
}

[[nodiscard]] constexpr bool is_allowed(model::OrderStatus status, Transition transition) {
    return status_after(status, transition).has_value();
}

/// Open orders can still trade, and hold cash or shares.
[[nodiscard]] constexpr bool is_open(model::OrderStatus status) {
    return status == model::OrderStatus::accepted || status == model::OrderStatus::partially_filled;
}

}  // namespace bw::order_manager
