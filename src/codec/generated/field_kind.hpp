// What a field holds, which decides how it is printed.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#pragma once

#include <cstdint>

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
    fee_rate,
    text,
    side,
    order_type,
    time_in_force,
    self_trade_prevention,
    side_selection,
    peg_kind,
    allocation,
    kill_scope,
    trade_kind,
    instrument_state,
    halt_reason,
    account_state,
    cancel_reason,
    rule_set,
    reject_reason,
    capacity,
    short_sale,
    decision_maker,
};

}  // namespace bw::codec
