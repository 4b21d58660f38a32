// The closed lists of values: those of the messages, which protocol/sbe/buttonwood.xml defines, and
// two more of our own. Numbers are on the wire and in the log: never change one, only add.
#pragma once

#include <array>
#include <cstdint>

#include "model/enum_table.hpp"
#include "model/generated/enums.hpp"

namespace bw::model {

[[nodiscard]] constexpr Side opposite(Side side) {
    return static_cast<Side>(static_cast<std::uint8_t>(side) ^ 1);
}

/// Bits of NewOrder::instructions.
enum class Instruction : std::uint8_t {
    post_only = 1,
    hidden = 2,
};

/// What has become of an order; in no message, but folded from the events.
enum class OrderStatus : std::uint8_t {
    accepted = 0,
    partially_filled = 1,
    filled = 2,
    cancelled = 3,
    rejected = 4,
    expired = 5,
};

template <>
struct EnumTable<OrderStatus> {
    static constexpr auto rows = std::to_array<EnumRow<OrderStatus>>({
        {OrderStatus::accepted, "new", "Open, and nothing of it has traded."},
        {OrderStatus::partially_filled, "partially_filled", "Open, and some of it has traded."},
        {OrderStatus::filled, "filled", "All of it has traded."},
        {OrderStatus::cancelled, "cancelled", "Closed before all of it had traded."},
        {OrderStatus::rejected, "rejected", "Refused: it never entered the exchange."},
        {OrderStatus::expired, "expired", "Closed at the end of its time in force."},
    });
};

}  // namespace bw::model
