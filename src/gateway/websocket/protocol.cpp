#include "gateway/websocket/protocol.hpp"

#include <fmt/format.h>

#include "gateway/common/echo.hpp"

namespace bw::gateway::websocket {
namespace {

using common::JsonObject;

constexpr common::JsonRules rules{.what = "The message",
                                  .bytes_max = request_bytes_max,
                                  .depth_max = request_depth_max,
                                  .too_long = std::to_underlying(ErrorCode::message_too_long),
                                  .malformed = std::to_underlying(ErrorCode::malformed_json),
                                  .duplicate_field = std::to_underlying(ErrorCode::duplicate_field),
                                  .unknown_field = std::to_underlying(ErrorCode::unknown_field),
                                  .missing_field = std::to_underlying(ErrorCode::missing_field),
                                  .wrong_type = std::to_underlying(ErrorCode::bad_field),
                                  .bad_value = std::to_underlying(ErrorCode::bad_field)};

/// The value that a required string names; anything else is refused with `code`.
template <model::Tabled Enum>
std::optional<Enum> named(JsonObject& json, std::string_view name, ErrorCode code) {
    if (!json.has(name)) {
        json.refuse(
            problem(ErrorCode::missing_field, fmt::format("The member {} is required.", name)));
        return std::nullopt;
    }
    const auto text = json.text_if(name);
    const auto value = text ? model::from_name<Enum>(*text) : std::nullopt;
    if (value) return value;
    std::vector<std::string_view> words;
    for (const Enum known : model::values_of<Enum>()) words.push_back(model::name_of(known));
    json.refuse(problem(code, fmt::format("{} must be one of: {}.", name, fmt::join(words, ", ")),
                        std::string(name)));
    return std::nullopt;
}

std::string read_id(JsonObject& json) {
    std::string id = json.scalar("id");
    if (id.size() <= id_bytes_max) return id;
    json.refuse(problem(ErrorCode::bad_field,
                        fmt::format("id may have at most {} bytes.", id_bytes_max), "id"));
    return {};
}

std::optional<std::uint64_t> number_if_given(JsonObject& json, std::string_view name) {
    return json.has(name) ? std::optional(json.whole_number(name)) : std::nullopt;
}

/// What a subscription is about. Its options are for subscribe alone.
void read_subscription(JsonObject& json, Request& out) {
    const auto channel = named<Channel>(json, "channel", ErrorCode::unknown_channel);
    if (!channel) return;
    out.channel = *channel;
    const bool subscribes = out.op == Op::subscribe;
    switch (out.channel) {
        case Channel::orders:
        case Channel::executions:
            if (subscribes) out.from_sequence = number_if_given(json, "fromSequence");
            return;
        case Channel::l2:
            if (subscribes)
                out.depth = static_cast<std::uint32_t>(
                    json.signed_count("depth", 1, depth_max, depth_default));
            break;
        case Channel::candles: out.resolution = json.text_not_empty("resolution"); break;
        case Channel::l1:
        case Channel::status:
        case Channel::trades: break;
    }
    out.symbol = json.text_not_empty("symbol");
}

void read_members(JsonObject& json, Request& out) {
    out.id = read_id(json);
    const auto op = named<Op>(json, "op", ErrorCode::unknown_op);
    if (!op) return;
    out.op = *op;
    switch (out.op) {
        case Op::subscribe:
        case Op::unsubscribe: read_subscription(json, out); break;
        case Op::authenticate:
            out.key_id = json.text_not_empty("keyId");
            out.timestamp = json.text_or_digits("timestamp");
            out.nonce = json.text_or_digits("nonce");
            out.signature = json.text_not_empty("signature");
            break;
        case Op::cancel_on_disconnect: out.enabled = json.flag("enabled"); break;
        case Op::ping: break;
    }
    json.refuse_unread();
}

}  // namespace

std::string in_quotes(std::string_view text) { return '"' + common::echo_of(text) + '"'; }

std::string_view name_of(Channel channel) { return model::name_of(channel); }

RequestReader::RequestReader() : parser_(rules) {}

std::optional<Problem> RequestReader::read(std::string_view text, Request& out) {
    JsonObject json(parser_, text,
                    {"op", "id", "channel", "symbol", "depth", "resolution", "fromSequence",
                     "keyId", "timestamp", "nonce", "signature", "enabled"});
    read_members(json, out);
    return json.problem();
}

}  // namespace bw::gateway::websocket
