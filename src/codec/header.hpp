// SBE 1.0 message header, as a composite of our own schema: 8 bytes, little endian.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>

namespace bw::codec {

static_assert(std::endian::native == std::endian::little,
              "the codec maps little-endian bytes directly");

inline constexpr std::uint16_t schema_id = 1;
inline constexpr std::uint16_t schema_version = 2;

struct MessageHeader {
    std::uint16_t block_length;
    std::uint16_t template_id;
    std::uint16_t schema;
    std::uint16_t version;
};
static_assert(sizeof(MessageHeader) == 8);

/// A message as it lies in a ring, a record or a buffer: header, then block. Blocks are multiples
/// of 8 bytes.
template <class Message>
struct Frame {
    MessageHeader header{sizeof(Message), Message::template_id, schema_id, Message::version};
    Message body{};
};

/// Header and largest block: what one slot of a ring takes.
inline constexpr std::size_t max_message_size = 120;
/// A command and what follows it (codec/attachments.hpp): two slots of a ring.
inline constexpr std::size_t max_command_size = 160;

template <class Message>
[[nodiscard]] std::span<const std::byte> bytes_of(const Frame<Message>& frame) {
    static_assert(
        std::is_trivially_copyable_v<Message> && std::has_unique_object_representations_v<Message>,
        "no padding: the bytes are hashed, stored and compared");
    static_assert(sizeof(Message) % 8 == 0 && sizeof(frame) == 8 + sizeof(Message) &&
                  sizeof(frame) <= max_message_size);
    return std::as_bytes(std::span(&frame, 1));
}

enum class DecodeError : std::uint8_t {
    none = 0,
    short_header,
    wrong_schema,
    wrong_template,
    short_block,
    truncated
};

/// The header of `bytes`, or nothing when fewer than 8 bytes are there.
[[nodiscard]] inline bool read_header(std::span<const std::byte> bytes, MessageHeader& out) {
    if (bytes.size() < sizeof(MessageHeader)) return false;
    std::memcpy(&out, bytes.data(), sizeof out);
    return true;
}

/// Whether `bytes` are a whole message of this kind.
/// SBE rules: the received blockLength says how far to step; a longer block of a newer version is
/// read as far as we know it; a block shorter than this version promises is refused. (No field has
/// a later sinceVersion than its message.)
template <class Message>
[[nodiscard]] DecodeError check(std::span<const std::byte> bytes) {
    MessageHeader header;
    if (!read_header(bytes, header)) return DecodeError::short_header;
    if (header.schema != schema_id) return DecodeError::wrong_schema;
    if (header.template_id != Message::template_id) return DecodeError::wrong_template;
    if (header.block_length < sizeof(Message)) return DecodeError::short_block;
    if (bytes.size() < sizeof header + header.block_length) return DecodeError::truncated;
    return DecodeError::none;
}

/// Copies the block of `bytes` into `out`, if check() finds nothing wrong.
template <class Message>
[[nodiscard]] DecodeError decode(std::span<const std::byte> bytes, Message& out) {
    const DecodeError error = check<Message>(bytes);
    if (error == DecodeError::none)
        std::memcpy(&out, bytes.data() + sizeof(MessageHeader), sizeof out);
    return error;
}

/// The block of `bytes` where it lies, or nullptr if check() finds something wrong. Where it lies
/// badly (off its alignment) it is copied into `spare`. A copy that is read at once, in pieces
/// other than it was written, waits until every store before it has left the processor; on the
/// critical path that was 50 ns a command.
template <class Message>
[[nodiscard]] const Message* view(std::span<const std::byte> bytes, Message& spare) {
    static_assert(std::is_trivially_copyable_v<Message>);
    if (check<Message>(bytes) != DecodeError::none) return nullptr;
    const std::byte* block = bytes.data() + sizeof(MessageHeader);
    if (reinterpret_cast<std::uintptr_t>(block) % alignof(Message) == 0) [[likely]]
        return reinterpret_cast<const Message*>(block);
    std::memcpy(&spare, block, sizeof spare);
    return &spare;
}

}  // namespace bw::codec
