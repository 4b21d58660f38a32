// What follows a command in its record, as a message of its own behind it:
//
//    | header | NewOrder | header | OrderAttributes |
//
// A reader that knows nothing of attachments reads the command and stops at its end, as SBE has it
// for what lies behind a block. An order without attributes is one message: the same bytes, the
// same slot of the ring and the same record as before there were any. The engine never looks at
// them; whoever reports reads them from the command log (docs/decisions/0026).
//
// What is behind a command and is no attachment counts as nothing: commands come from outside, and
// what the engine does with one does not depend on what is behind it.
#pragma once

#include <optional>
#include <span>

#include "codec/commands.hpp"
#include "codec/generated/attachments.hpp"
#include "codec/header.hpp"

namespace bw::codec {

/// An order and what reports need to know of it, as one command.
struct AttributedOrder {
    Frame<NewOrder> order;
    Frame<OrderAttributes> attributes;
};
static_assert(sizeof(AttributedOrder) == max_command_size);

[[nodiscard]] inline std::span<const std::byte> bytes_of(const AttributedOrder& command) {
    return std::as_bytes(std::span(&command, 1));
}

/// What lies behind the first message of `bytes`; empty when nothing does, or it is not all there.
[[nodiscard]] inline std::span<const std::byte> behind_first(std::span<const std::byte> bytes) {
    MessageHeader header;
    if (!read_header(bytes, header)) return {};
    const std::size_t size = sizeof header + header.block_length;
    return size < bytes.size() ? bytes.subspan(size) : std::span<const std::byte>();
}

/// The attributes of the order in `command`; nothing when it has none, or is no order.
[[nodiscard]] inline std::optional<OrderAttributes> attributes_of(
    std::span<const std::byte> command) {
    OrderAttributes attributes;
    if (check<NewOrder>(command) != DecodeError::none ||
        decode(behind_first(command), attributes) != DecodeError::none)
        return std::nullopt;
    return attributes;
}

}  // namespace bw::codec
