// The stable error codes that gateways add to model::RejectReason (1001-2999). Listed in
// protocol/rest/openapi.yaml; never renumbered.
#pragma once

#include <array>
#include <cstdint>

#include "access/authenticator.hpp"
#include "model/enum_table.hpp"

namespace bw::gateway::common {

enum class ApiCode : std::uint16_t {
    malformed_http = 1100,
    malformed_json = 1101,
    unknown_field = 1102,
    missing_field = 1103,
    wrong_type = 1104,
    duplicate_field = 1105,
    bad_value = 1106,
    bad_parameter = 1107,
    body_too_large = 1108,
    headers_too_large = 1109,
    unsupported_media_type = 1110,
    unknown_route = 1111,
    method_not_allowed = 1112,
    request_too_slow = 1113,
    stale_cursor = 1114,
    not_authenticated = static_cast<std::uint16_t>(access::Refusal::not_authenticated),
    bad_signature = static_cast<std::uint16_t>(access::Refusal::bad_signature),
    stale_timestamp = static_cast<std::uint16_t>(access::Refusal::stale_timestamp),
    replayed_nonce = static_cast<std::uint16_t>(access::Refusal::replayed_nonce),
    forbidden = static_cast<std::uint16_t>(access::Refusal::forbidden),
    rate_limited = 3101,
    exchange_busy = 3201,
    no_answer = 3202,
    too_many_connections = 3203,
    storage_failed = 3204,
};

[[nodiscard]] constexpr ApiCode api_code(access::Refusal reason) {
    return static_cast<ApiCode>(reason);
}

}  // namespace bw::gateway::common

template <>
struct bw::model::EnumTable<bw::gateway::common::ApiCode> {
    using ApiCode = bw::gateway::common::ApiCode;
    static constexpr auto rows = std::to_array<EnumRow<ApiCode>>({
        {ApiCode::malformed_http, "malformed_http", {}},
        {ApiCode::malformed_json, "malformed_json", {}},
        {ApiCode::unknown_field, "unknown_field", {}},
        {ApiCode::missing_field, "missing_field", {}},
        {ApiCode::wrong_type, "wrong_type", {}},
        {ApiCode::duplicate_field, "duplicate_field", {}},
        {ApiCode::bad_value, "bad_value", {}},
        {ApiCode::bad_parameter, "bad_parameter", {}},
        {ApiCode::body_too_large, "body_too_large", {}},
        {ApiCode::headers_too_large, "headers_too_large", {}},
        {ApiCode::unsupported_media_type, "unsupported_media_type", {}},
        {ApiCode::unknown_route, "unknown_route", {}},
        {ApiCode::method_not_allowed, "method_not_allowed", {}},
        {ApiCode::request_too_slow, "request_too_slow", {}},
        {ApiCode::stale_cursor, "stale_cursor", {}},
        {ApiCode::not_authenticated, "not_authenticated", {}},
        {ApiCode::bad_signature, "bad_signature", {}},
        {ApiCode::stale_timestamp, "stale_timestamp", {}},
        {ApiCode::replayed_nonce, "replayed_nonce", {}},
        {ApiCode::forbidden, "forbidden", {}},
        {ApiCode::rate_limited, "rate_limited", {}},
        {ApiCode::exchange_busy, "exchange_busy", {}},
        {ApiCode::no_answer, "no_answer", {}},
        {ApiCode::too_many_connections, "too_many_connections", {}},
        {ApiCode::storage_failed, "storage_failed", {}},
    });
};
