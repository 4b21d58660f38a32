// How a message describes itself: one Field per member, in wire order. The schema test compares
// these tables with protocol/sbe/buttonwood.xml, and `buttonwood dump` prints records by them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::codec {

enum class FieldKind : std::uint8_t {
    uint8,
    uint16,
    uint32,
    uint64,
    int64,
    price,
    quantity,
    money,
    text,
    side,
    order_type,
    time_in_force,
    instrument_state,
    halt_reason,
    account_state,
    cancel_reason,
    reject_reason,
    self_trade_prevention,
    side_selection,
    fee_rate,
    peg_kind,
    allocation,
    kill_scope,
    trade_kind,
};

struct Field {
    std::string_view name;
    FieldKind kind;
    std::size_t offset;  ///< bytes from the start of the block
    std::size_t size;    ///< bytes
};

namespace detail {

template <class T>
constexpr FieldKind kind_of() {
    if constexpr (std::is_same_v<T, model::Price>)
        return FieldKind::price;
    else if constexpr (std::is_same_v<T, model::Quantity>)
        return FieldKind::quantity;
    else if constexpr (std::is_same_v<T, model::Money>)
        return FieldKind::money;
    else if constexpr (std::is_same_v<T, model::Side>)
        return FieldKind::side;
    else if constexpr (std::is_same_v<T, model::OrderType>)
        return FieldKind::order_type;
    else if constexpr (std::is_same_v<T, model::TimeInForce>)
        return FieldKind::time_in_force;
    else if constexpr (std::is_same_v<T, model::InstrumentState>)
        return FieldKind::instrument_state;
    else if constexpr (std::is_same_v<T, model::HaltReason>)
        return FieldKind::halt_reason;
    else if constexpr (std::is_same_v<T, model::AccountState>)
        return FieldKind::account_state;
    else if constexpr (std::is_same_v<T, model::CancelReason>)
        return FieldKind::cancel_reason;
    else if constexpr (std::is_same_v<T, model::RejectReason>)
        return FieldKind::reject_reason;
    else if constexpr (std::is_same_v<T, model::SelfTradePrevention>)
        return FieldKind::self_trade_prevention;
    else if constexpr (std::is_same_v<T, model::SideSelection>)
        return FieldKind::side_selection;
    else if constexpr (std::is_same_v<T, model::FeeRate>)
        return FieldKind::fee_rate;
    else if constexpr (std::is_same_v<T, model::PegKind>)
        return FieldKind::peg_kind;
    else if constexpr (std::is_same_v<T, model::Allocation>)
        return FieldKind::allocation;
    else if constexpr (std::is_same_v<T, model::KillScope>)
        return FieldKind::kill_scope;
    else if constexpr (std::is_same_v<T, model::TradeKind>)
        return FieldKind::trade_kind;
    else if constexpr (std::is_same_v<T, std::int64_t>)
        return FieldKind::int64;
    else if constexpr (requires { T::capacity; })
        return FieldKind::text;
    else if constexpr (sizeof(T) == 8)
        return FieldKind::uint64;
    else if constexpr (sizeof(T) == 4)
        return FieldKind::uint32;
    else if constexpr (sizeof(T) == 2)
        return FieldKind::uint16;
    else
        return FieldKind::uint8;
}

}  // namespace detail

template <class Owner, class Member>
constexpr Field describe(std::string_view name, Member Owner::*, std::size_t offset) {
    return {name, detail::kind_of<Member>(), offset, sizeof(Member)};
}

}  // namespace bw::codec

/// One row of a message's field table.
#define BW_FIELD(message, member) \
    ::bw::codec::describe(#member, &message::member, offsetof(message, member))
