#include "codec/registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/decimal.hpp"
#include "codec/attachments.hpp"

namespace bw::codec {
namespace {

template <class T>
T load(const std::byte* at) {
    T value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (unsigned char c : text) {
        if (c == '"' || c == '\\')
            out += fmt::format("\\{}", static_cast<char>(c));
        else if (c < 0x20 || c >= 0x7F)
            out += fmt::format("\\u{:04x}", c);
        else
            out += static_cast<char>(c);
    }
    return out + "\"";
}

std::string decimal(std::int64_t units) { return '"' + base::format_decimal(units) + '"'; }

std::string decimal_or_null(std::int64_t units) {
    return units == model::no_price.value() ? "null" : decimal(units);
}

std::string enum_text(const Field& field, const std::byte* at) {
    const std::uint16_t number = field.size == 1 ? load<std::uint8_t>(at) : load<std::uint16_t>(at);
    return quoted(enumerator_name(field.kind, number));
}

std::string text_of(const Field& field, const std::byte* at) {
    const std::string_view raw(reinterpret_cast<const char*>(at), field.size);
    return quoted(raw.substr(0, raw.find('\0')));
}

std::string value_of(const Field& field, const std::byte* at) {
    switch (field.kind) {
        case FieldKind::uint8: return std::to_string(load<std::uint8_t>(at));
        case FieldKind::uint16: return std::to_string(load<std::uint16_t>(at));
        case FieldKind::uint32: return std::to_string(load<std::uint32_t>(at));
        case FieldKind::uint64:
        case FieldKind::quantity: return std::to_string(load<std::uint64_t>(at));
        case FieldKind::int64: return std::to_string(load<std::int64_t>(at));
        case FieldKind::price: return decimal_or_null(load<std::int64_t>(at));
        case FieldKind::money: return decimal(load<std::int64_t>(at));
        case FieldKind::text: return text_of(field, at);
        case FieldKind::fee_rate: return std::to_string(load<std::int32_t>(at));
        default: return enum_text(field, at);
    }
}

std::string hex_of(std::span<const std::byte> bytes) {
    std::string out;
    for (std::byte b : bytes)
        fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned>(b));
    return out;
}

/// Calls `put(name, value as JSON)` for each field but the fillers.
template <class Put>
void for_each_value(const MessageInfo& info, std::span<const std::byte> block, Put put) {
    for (const Field& field : info.fields)
        if (!field.name.starts_with("reserved"))
            put(field.name, value_of(field, block.data() + field.offset));
}

std::string attributes_json(std::span<const std::byte> message) {
    const MessageInfo* info = find_message(OrderAttributes::template_id);
    std::string out;
    for_each_value(*info, message.subspan(sizeof(MessageHeader)),
                   [&out](std::string_view name, const std::string& value) {
                       out += fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", name, value);
                   });
    return fmt::format(",\"attributes\":{{{}}}", out);
}

}  // namespace

const MessageInfo* find_message(std::uint16_t template_id) {
    const auto found_in = [&](std::span<const MessageInfo> messages) -> const MessageInfo* {
        const auto found =
            std::ranges::lower_bound(messages, template_id, {}, &MessageInfo::template_id);
        return found != messages.end() && found->template_id == template_id ? &*found : nullptr;
    };
    const MessageInfo* message = found_in(all_messages());
    return message != nullptr ? message : found_in(all_attachments());
}

std::string to_json_members(std::span<const std::byte> bytes) {
    MessageHeader header;
    if (!read_header(bytes, header))
        return fmt::format("\"message\":\"unreadable\",\"bytes\":\"{}\"", hex_of(bytes));
    const std::size_t there =
        std::min<std::size_t>(header.block_length, bytes.size() - sizeof header);
    const auto block = bytes.subspan(sizeof header, there);
    const MessageInfo* info =
        header.schema == schema_id ? find_message(header.template_id) : nullptr;
    if (info == nullptr || block.size() < info->block_length)
        return fmt::format(
            "\"message\":\"unknown\",\"template\":{},\"schema\":{},\"version\":{},\"bytes\":\"{}\"",
            header.template_id, header.schema, header.version, hex_of(block));
    std::string out = fmt::format("\"message\":\"{}\"", info->name);
    for_each_value(*info, block, [&out](std::string_view name, const std::string& value) {
        fmt::format_to(std::back_inserter(out), ",\"{}\":{}", name, value);
    });
    if (attributes_of(bytes)) out += attributes_json(behind_first(bytes));
    return out;
}

}  // namespace bw::codec
