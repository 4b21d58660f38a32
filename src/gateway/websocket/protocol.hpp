// Requests of WebSocket clients, read from one text frame each, and their error codes. Layouts:
// protocol/websocket/asyncapi.yaml.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "gateway/common/json_object.hpp"
#include "model/enum_table.hpp"

namespace bw::gateway::websocket {

/// Stable codes of error replies, listed in asyncapi.yaml. This protocol has 6xxx; an error of
/// authentication has the code of the authenticator.
enum class ErrorCode : std::uint16_t {
    malformed_json = 6001,
    message_too_long = 6002,
    duplicate_field = 6003,
    unknown_field = 6004,
    missing_field = 6005,
    bad_field = 6006,
    unknown_op = 6007,
    unknown_channel = 6008,
    unknown_symbol = 6009,
    already_subscribed = 6010,
    not_subscribed = 6011,
    too_many_subscriptions = 6012,
    not_authenticated = 6013,
    no_account = 6014,
    sequence_too_old = 6015,
    sequence_not_reached = 6016,
    already_authenticated = 6017,
    too_many_messages = 6018,
};

/// WebSocket close codes of this protocol (4000-4999 are for applications).
inline constexpr std::uint16_t close_too_many_errors = 4001;
inline constexpr std::uint16_t close_slow_reader = 4008;

inline constexpr std::size_t request_bytes_max = 4096;
inline constexpr std::size_t request_depth_max = 4;  ///< of JSON nesting
inline constexpr std::size_t id_bytes_max = 128;
inline constexpr int depth_default = 10, depth_max = 100;  ///< price levels of channel l2

enum class Op : std::uint8_t { subscribe, unsubscribe, authenticate, ping, cancel_on_disconnect };
enum class Channel : std::uint8_t { l1, l2, trades, candles, orders, executions, status };

}  // namespace bw::gateway::websocket

template <>
struct bw::model::EnumTable<bw::gateway::websocket::ErrorCode> {
    using ErrorCode = bw::gateway::websocket::ErrorCode;
    static constexpr auto rows = std::to_array<EnumRow<ErrorCode>>({
        {ErrorCode::malformed_json, "malformed_json", {}},
        {ErrorCode::message_too_long, "message_too_long", {}},
        {ErrorCode::duplicate_field, "duplicate_field", {}},
        {ErrorCode::unknown_field, "unknown_field", {}},
        {ErrorCode::missing_field, "missing_field", {}},
        {ErrorCode::bad_field, "bad_field", {}},
        {ErrorCode::unknown_op, "unknown_op", {}},
        {ErrorCode::unknown_channel, "unknown_channel", {}},
        {ErrorCode::unknown_symbol, "unknown_symbol", {}},
        {ErrorCode::already_subscribed, "already_subscribed", {}},
        {ErrorCode::not_subscribed, "not_subscribed", {}},
        {ErrorCode::too_many_subscriptions, "too_many_subscriptions", {}},
        {ErrorCode::not_authenticated, "not_authenticated", {}},
        {ErrorCode::no_account, "no_account", {}},
        {ErrorCode::sequence_too_old, "sequence_too_old", {}},
        {ErrorCode::sequence_not_reached, "sequence_not_reached", {}},
        {ErrorCode::already_authenticated, "already_authenticated", {}},
        {ErrorCode::too_many_messages, "too_many_messages", {}},
    });
};

template <>
struct bw::model::EnumTable<bw::gateway::websocket::Op> {
    using Op = bw::gateway::websocket::Op;
    static constexpr auto rows = std::to_array<EnumRow<Op>>({
        {Op::subscribe, "subscribe", {}},
        {Op::unsubscribe, "unsubscribe", {}},
        {Op::authenticate, "authenticate", {}},
        {Op::ping, "ping", {}},
        {Op::cancel_on_disconnect, "cancel_on_disconnect", {}},
    });
};

template <>
struct bw::model::EnumTable<bw::gateway::websocket::Channel> {
    using Channel = bw::gateway::websocket::Channel;
    static constexpr auto rows = std::to_array<EnumRow<Channel>>({
        {Channel::l1, "l1", {}},
        {Channel::l2, "l2", {}},
        {Channel::trades, "trades", {}},
        {Channel::candles, "candles", {}},
        {Channel::orders, "orders", {}},
        {Channel::executions, "executions", {}},
        {Channel::status, "status", {}},
    });
};

namespace bw::gateway::websocket {

/// What a client has sent, for a sentence that names it. Requires: `text` is UTF-8.
[[nodiscard]] std::string in_quotes(std::string_view text);

/// "l1", "l2", ...
[[nodiscard]] std::string_view name_of(Channel channel);

using common::Problem;
[[nodiscard]] inline Problem problem(ErrorCode code, std::string detail, std::string field = {}) {
    return common::problem(std::to_underlying(code), std::move(detail), std::move(field));
}

struct Request {
    std::string id;  ///< as JSON, for the reply; empty: not given
    Op op = Op::ping;
    Channel channel = Channel::l1;
    std::string symbol, resolution;       ///< empty: not given
    std::uint32_t depth = depth_default;  ///< of channel l2: price levels per side
    std::optional<std::uint64_t> from_sequence;
    std::string key_id, timestamp, nonce, signature;
    bool enabled = false;  ///< cancel_on_disconnect
};

/// Reads requests. One thread.
class RequestReader {
 public:
    RequestReader();
    /// Fills `out`, or returns why the request is refused. `out.id` is set whenever the text has a
    /// valid id, also in a refused request.
    [[nodiscard]] std::optional<Problem> read(std::string_view text, Request& out);

 private:
    common::JsonParser parser_;
};

}  // namespace bw::gateway::websocket
