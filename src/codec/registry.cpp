#include "codec/registry.hpp"

#include <fmt/format.h>

#include <iterator>

#include "base/decimal.hpp"

namespace bw::codec {
namespace {

template <class Message>
constexpr auto table_of = Message::fields();

template <class... Message>
constexpr auto info_table(std::tuple<Message...>*) {
    return std::array{
        MessageInfo{Message::name, Message::template_id, sizeof(Message), table_of<Message>}...};
}

using AllMessages = decltype(std::tuple_cat(AllCommands{}, AllEvents{}));
constexpr auto messages = info_table(static_cast<AllMessages*>(nullptr));

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

std::string decimal_or_null(std::int64_t units) {
    if (units == model::no_price.value()) return "null";
    return "\"" + base::format_decimal(units) + "\"";
}

template <class Enum>
std::string enum_text(const std::byte* at) {
    return quoted(model::name_of(load<Enum>(at)));
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
        case FieldKind::price:
        case FieldKind::money: return decimal_or_null(load<std::int64_t>(at));
        case FieldKind::text: return text_of(field, at);
        case FieldKind::side: return enum_text<model::Side>(at);
        case FieldKind::order_type: return enum_text<model::OrderType>(at);
        case FieldKind::time_in_force: return enum_text<model::TimeInForce>(at);
        case FieldKind::instrument_state: return enum_text<model::InstrumentState>(at);
        case FieldKind::halt_reason: return enum_text<model::HaltReason>(at);
        case FieldKind::account_state: return enum_text<model::AccountState>(at);
        case FieldKind::cancel_reason: return enum_text<model::CancelReason>(at);
        case FieldKind::reject_reason: return enum_text<model::RejectReason>(at);
        case FieldKind::self_trade_prevention: return enum_text<model::SelfTradePrevention>(at);
        case FieldKind::side_selection: return enum_text<model::SideSelection>(at);
        case FieldKind::fee_rate: return std::to_string(load<std::int32_t>(at));
        case FieldKind::peg_kind: return enum_text<model::PegKind>(at);
        case FieldKind::allocation: return enum_text<model::Allocation>(at);
        case FieldKind::kill_scope: return enum_text<model::KillScope>(at);
        case FieldKind::trade_kind: return enum_text<model::TradeKind>(at);
    }
    return "null";
}

std::string hex_of(std::span<const std::byte> bytes) {
    std::string out;
    for (std::byte b : bytes)
        fmt::format_to(std::back_inserter(out), "{:02x}", static_cast<unsigned>(b));
    return out;
}

}  // namespace

std::span<const MessageInfo> all_messages() { return messages; }

const MessageInfo* find_message(std::uint16_t template_id) {
    for (const MessageInfo& info : messages)
        if (info.template_id == template_id) return &info;
    return nullptr;
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
    for (const Field& field : info->fields) {
        if (field.name.starts_with("reserved")) continue;
        fmt::format_to(std::back_inserter(out), ",\"{}\":{}", field.name,
                       value_of(field, block.data() + field.offset));
    }
    return out;
}

}  // namespace bw::codec
