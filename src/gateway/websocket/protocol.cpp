#include "gateway/websocket/protocol.hpp"

#include <array>

#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "gateway/common/echo.hpp"

namespace bw::gateway::websocket {
namespace {

/// The fields of all requests, as bits of a set.
enum Field : unsigned {
    field_op = 1u << 0,
    field_id = 1u << 1,
    field_channel = 1u << 2,
    field_symbol = 1u << 3,
    field_depth = 1u << 4,
    field_resolution = 1u << 5,
    field_from_sequence = 1u << 6,
    field_key_id = 1u << 7,
    field_timestamp = 1u << 8,
    field_nonce = 1u << 9,
    field_signature = 1u << 10,
    field_enabled = 1u << 11,
};

struct FieldName {
    std::string_view name;
    Field field;
};
constexpr std::array field_names{
    FieldName{"op", field_op},
    FieldName{"id", field_id},
    FieldName{"channel", field_channel},
    FieldName{"symbol", field_symbol},
    FieldName{"depth", field_depth},
    FieldName{"resolution", field_resolution},
    FieldName{"fromSequence", field_from_sequence},
    FieldName{"keyId", field_key_id},
    FieldName{"timestamp", field_timestamp},
    FieldName{"nonce", field_nonce},
    FieldName{"signature", field_signature},
    FieldName{"enabled", field_enabled},
};

std::optional<Field> field_from(std::string_view name) {
    for (const FieldName& known : field_names)
        if (known.name == name) return known.field;
    return std::nullopt;
}

/// The name of the first field in the set.
std::string quoted_name(unsigned fields) {
    for (const FieldName& known : field_names)
        if (known.field & fields) return in_quotes(known.name);
    return {};
}

/// Required and optional fields of a kind of request.
struct Shape {
    unsigned required;
    unsigned optional;
};

Shape channel_shape(Channel channel, bool subscribes) {
    switch (channel) {
        case Channel::l1:
        case Channel::status:
        case Channel::trades: return {field_symbol, 0};
        case Channel::l2: return {field_symbol, subscribes ? field_depth : 0u};
        case Channel::candles: return {field_symbol | field_resolution, 0};
        case Channel::orders:
        case Channel::executions: return {0, subscribes ? field_from_sequence : 0u};
    }
    return {0, 0};
}

Shape shape_of(const Request& request) {
    Shape shape{0, 0};
    switch (request.op) {
        case Op::subscribe: shape = channel_shape(request.channel, true); break;
        case Op::unsubscribe: shape = channel_shape(request.channel, false); break;
        case Op::authenticate:
            shape = {field_key_id | field_timestamp | field_nonce | field_signature, 0};
            break;
        case Op::cancel_on_disconnect: shape = {field_enabled, 0}; break;
        case Op::ping: break;
    }
    if (request.op == Op::subscribe || request.op == Op::unsubscribe)
        shape.required |= field_channel;
    shape.required |= field_op;
    shape.optional |= field_id;
    return shape;
}

std::optional<Problem> check_shape(const Request& request, unsigned given) {
    const Shape shape = shape_of(request);
    if (const unsigned missing = shape.required & ~given)
        return problem(ErrorCode::missing_field,
                       "The field " + quoted_name(missing) + " is missing.");
    if (const unsigned extra = given & ~(shape.required | shape.optional))
        return problem(ErrorCode::unknown_field,
                       "The field " + quoted_name(extra) + " has no meaning in this request.");
    return std::nullopt;
}

Problem bad_field(std::string_view name, std::string_view should) {
    return problem(ErrorCode::bad_field,
                   "The field " + in_quotes(name) + " " + std::string(should) + ".");
}

std::optional<Problem> read_id(simdjson::dom::element value, Request& out) {
    if (value.is_array() || value.is_object())
        return bad_field("id", "must be a string, a number, true, false or null");
    std::string id = simdjson::minify(value);
    if (id.size() > id_bytes_max) return bad_field("id", "may have at most 128 bytes");
    out.id = std::move(id);
    return std::nullopt;
}

/// A string, or a whole number in digits.
std::optional<std::string> text_of(simdjson::dom::element value) {
    if (value.is_string()) return std::string(std::string_view(value));
    if (value.is_uint64()) return std::to_string(std::uint64_t(value));
    return std::nullopt;
}

std::optional<Problem> read_text(simdjson::dom::element value, std::string_view name,
                                 std::string& out) {
    if (!value.is_string()) return bad_field(name, "must be a string");
    out = std::string(std::string_view(value));
    return out.empty() ? std::optional(bad_field(name, "may not be empty")) : std::nullopt;
}

std::optional<Problem> read_digits(simdjson::dom::element value, std::string_view name,
                                   std::string& out) {
    const auto text = text_of(value);
    if (!text || text->empty())
        return bad_field(name, "must be a whole number or a string of digits");
    out = *text;
    return std::nullopt;
}

std::optional<Problem> read_count(simdjson::dom::element value, std::string_view name,
                                  std::optional<std::uint64_t>& out) {
    const auto text = text_of(value);
    const auto number =
        text ? base::parse_unsigned(*text) : std::unexpected(base::DecimalError::malformed);
    if (!number) return bad_field(name, "must be a whole number");
    out = *number;
    return std::nullopt;
}

std::optional<Problem> read_flag(simdjson::dom::element value, std::string_view name, bool& out) {
    return value.get(out) == simdjson::SUCCESS
               ? std::nullopt
               : std::optional(bad_field(name, "must be true or false"));
}

std::optional<Problem> read_op(simdjson::dom::element value, Request& out) {
    const auto op =
        value.is_string() ? model::from_name<Op>(std::string_view(value)) : std::nullopt;
    if (!op)
        return problem(ErrorCode::unknown_op,
                       "The field \"op\" must be subscribe, unsubscribe, authenticate, ping or "
                       "cancel_on_disconnect.");
    out.op = *op;
    return std::nullopt;
}

std::optional<Problem> read_channel(simdjson::dom::element value, Request& out) {
    const auto channel =
        value.is_string() ? model::from_name<Channel>(std::string_view(value)) : std::nullopt;
    if (!channel)
        return problem(ErrorCode::unknown_channel,
                       "The channels are l1, l2, trades, candles, status, orders and executions.");
    out.channel = *channel;
    return std::nullopt;
}

std::optional<Problem> read_field(Field field, simdjson::dom::element value, Request& out) {
    switch (field) {
        case field_op: return read_op(value, out);
        case field_id: return read_id(value, out);
        case field_channel: return read_channel(value, out);
        case field_symbol: return read_text(value, "symbol", out.symbol);
        case field_depth: return read_count(value, "depth", out.depth);
        case field_resolution: return read_text(value, "resolution", out.resolution);
        case field_from_sequence: return read_count(value, "fromSequence", out.from_sequence);
        case field_key_id: return read_text(value, "keyId", out.key_id);
        case field_timestamp: return read_digits(value, "timestamp", out.timestamp);
        case field_nonce: return read_digits(value, "nonce", out.nonce);
        case field_signature: return read_text(value, "signature", out.signature);
        case field_enabled: return read_flag(value, "enabled", out.enabled);
    }
    return std::nullopt;
}

/// Reads all fields even after an error, so that the reply has the id that may follow.
std::optional<Problem> read_fields(simdjson::dom::object object, Request& out) {
    unsigned given = 0;
    std::optional<Problem> first;
    const auto note = [&first](std::optional<Problem> found) {
        if (found && !first) first = std::move(found);
    };
    for (const auto [name, value] : object) {
        const auto field = field_from(name);
        if (!field) {
            note(problem(ErrorCode::unknown_field, "There is no field " + in_quotes(name) + "."));
        } else if (given & *field) {
            note(problem(ErrorCode::duplicate_field,
                         "The field " + in_quotes(name) + " is given twice."));
        } else {
            given |= *field;
            note(read_field(*field, value, out));
        }
    }
    if (!first) first = check_shape(out, given);
    return first;
}

}  // namespace

std::string in_quotes(std::string_view text) { return '"' + common::echo_of(text) + '"'; }

std::string_view name_of(Channel channel) { return model::name_of(channel); }

RequestReader::RequestReader() : parser_(request_bytes_max) {
    const auto failed = parser_.allocate(request_bytes_max, request_depth_max);
    BW_ASSERT(failed == simdjson::SUCCESS);
}

std::optional<Problem> RequestReader::read(std::string_view text, Request& out) {
    if (text.size() > request_bytes_max)
        return problem(ErrorCode::message_too_long, "A request may have at most 4096 bytes.");
    simdjson::dom::element root;
    simdjson::dom::object object;
    if (parser_.parse(text.data(), text.size(), true).get(root) != simdjson::SUCCESS ||
        root.get(object) != simdjson::SUCCESS)
        return problem(ErrorCode::malformed_json,
                       "The message is not a JSON object of at most 4 levels in UTF-8.");
    return read_fields(object, out);
}

}  // namespace bw::gateway::websocket
