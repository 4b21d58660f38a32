// Every message of the schema, and what can be done with one whose type is known only at run time.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "codec/fields.hpp"
#include "codec/generated/registry.hpp"
#include "codec/header.hpp"

namespace bw::codec {

/// What an untyped reader needs to know of one message.
struct MessageInfo {
    std::string_view name;
    std::uint16_t template_id = 0;
    std::size_t block_length = 0;
    std::span<const Field> fields;
};

/// `block_length` is the schema's: the struct must have it.
template <class Message, std::size_t block_length>
constexpr MessageInfo info_of(std::span<const Field> fields) {
    static_assert(sizeof(Message) == block_length);
    return {Message::name, Message::template_id, sizeof(Message), fields};
}

/// Commands first, then events, by template id.
[[nodiscard]] std::span<const MessageInfo> all_messages();

/// What may follow a command in its record.
[[nodiscard]] std::span<const MessageInfo> all_attachments();

/// A message or an attachment; nullptr for a template this schema version does not know.
[[nodiscard]] const MessageInfo* find_message(std::uint16_t template_id);

/// The name of an enumeration's value, "unknown" for a number that is none. Empty when `kind` is no
/// enumeration.
[[nodiscard]] std::string_view enumerator_name(FieldKind kind, std::uint16_t value);

/// `"name":value,...` of the message in `bytes` (header and block), prices and money as decimal
/// strings. A newer, longer block is printed as far as it is known; an unknown template prints its
/// number and its bytes in hex. The attributes of an order are a member `attributes`.
[[nodiscard]] std::string to_json_members(std::span<const std::byte> bytes);

namespace detail {

template <class Message, class Messages>
inline constexpr bool is_one_of = false;
template <class Message, class... Messages>
inline constexpr bool is_one_of<Message, std::tuple<Messages...>> =
    (std::is_same_v<Message, Messages> || ...);

}  // namespace detail

/// Calls `visitor(const Message&)` with the message in `bytes` if it is one of `Messages` (a
/// std::tuple). False when it is another one, the template is unknown or the block is too short.
///
/// One switch over the template id finds the type, and the message is read where it lies (see
/// view()): it lives as long as `bytes` do, and at most as long as the call.
template <class Messages, class Visitor>
bool visit(std::span<const std::byte> bytes, Visitor&& visitor) {
    MessageHeader header;
    if (!read_header(bytes, header)) return false;
    return with_message_type(header.template_id, [&]<class M>(std::type_identity<M>) {
        if constexpr (detail::is_one_of<M, Messages>) {
            M spare;
            const M* message = view(bytes, spare);
            if (message == nullptr) return false;
            visitor(*message);
            return true;
        } else {
            return false;
        }
    });
}

}  // namespace bw::codec
