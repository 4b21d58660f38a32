#include "gateway/rest/problem.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/assert.hpp"
#include "gateway/common/json_writer.hpp"

namespace bw::gateway::rest {

namespace {

using model::RejectReason;

constexpr std::uint16_t status_of(RejectReason reason) {
    switch (reason) {
        case RejectReason::unknown_account:
        case RejectReason::unknown_order:
        case RejectReason::unknown_proposal:
        case RejectReason::unknown_trade: return 404;
        case RejectReason::order_closed: return 409;
        case RejectReason::storage_scarce: return 503;
        default: return 422;
    }
}

constexpr ErrorCode row(ApiCode code, std::string_view name, std::uint16_t status) {
    return {static_cast<std::uint16_t>(code), name, status};
}

constexpr auto gateway_codes = std::to_array<ErrorCode>({
    row(ApiCode::malformed_http, "malformed_http", 400),
    row(ApiCode::malformed_json, "malformed_json", 400),
    row(ApiCode::unknown_field, "unknown_field", 400),
    row(ApiCode::missing_field, "missing_field", 400),
    row(ApiCode::wrong_type, "wrong_type", 400),
    row(ApiCode::duplicate_field, "duplicate_field", 400),
    row(ApiCode::bad_value, "bad_value", 400),
    row(ApiCode::bad_parameter, "bad_parameter", 400),
    row(ApiCode::body_too_large, "body_too_large", 413),
    row(ApiCode::headers_too_large, "headers_too_large", 431),
    row(ApiCode::unsupported_media_type, "unsupported_media_type", 415),
    row(ApiCode::unknown_route, "unknown_route", 404),
    row(ApiCode::method_not_allowed, "method_not_allowed", 405),
    row(ApiCode::request_too_slow, "request_too_slow", 408),
    row(ApiCode::not_authenticated, "not_authenticated", 401),
    row(ApiCode::bad_signature, "bad_signature", 401),
    row(ApiCode::stale_timestamp, "stale_timestamp", 401),
    row(ApiCode::replayed_nonce, "replayed_nonce", 401),
    row(ApiCode::forbidden, "forbidden", 403),
    row(ApiCode::rate_limited, "rate_limited", 429),
    row(ApiCode::exchange_busy, "exchange_busy", 503),
    row(ApiCode::no_answer, "no_answer", 503),
    row(ApiCode::too_many_connections, "too_many_connections", 503),
    row(ApiCode::storage_failed, "storage_failed", 503),
});

std::vector<ErrorCode> all_codes() {
    std::vector<ErrorCode> codes(gateway_codes.begin(), gateway_codes.end());
    for (const RejectReason reason : model::values_of<RejectReason>())
        if (reason != RejectReason::none)
            codes.push_back(
                {static_cast<std::uint16_t>(reason), name_of(reason), status_of(reason)});
    std::ranges::sort(codes, {}, &ErrorCode::code);
    return codes;
}

}  // namespace

std::span<const ErrorCode> error_codes() {
    static const std::vector<ErrorCode> codes = all_codes();
    return codes;
}

const ErrorCode& error_code(std::uint16_t code) {
    const auto codes = error_codes();
    const auto found = std::ranges::lower_bound(codes, code, {}, &ErrorCode::code);
    BW_ASSERT(found != codes.end() && found->code == code);
    return *found;
}

Problem problem(ApiCode code, std::string detail, std::string field) {
    Problem made;
    made.code = static_cast<std::uint16_t>(code);
    made.detail = std::move(detail);
    made.field = std::move(field);
    return made;
}

Problem problem(RejectReason reason, std::string field) {
    Problem made;
    made.code = static_cast<std::uint16_t>(reason);
    made.detail = sentence_of(reason);
    made.field = std::move(field);
    return made;
}

Response to_response(const Problem& problem) {
    const ErrorCode& code = error_code(problem.code);
    Response response;
    response.status = problem.status != 0 ? problem.status : code.status;
    response.content_type = "application/problem+json";
    common::JsonWriter json;
    json.begin_object()
        .member("type", "urn:buttonwood:problem:" + std::string(code.name))
        .member("title", code.name);
    json.count("status", response.status).member("detail", problem.detail).count("code", code.code);
    if (problem.request_id != 0) json.id("requestId", problem.request_id);
    if (!problem.field.empty()) json.member("field", problem.field);
    if (problem.order_id != 0) json.id("orderId", problem.order_id);
    if (!problem.client_order_id.empty()) json.member("clientOrderId", problem.client_order_id);
    if (problem.duplicate) json.flag("duplicate", true);
    response.body = json.end_object().take();
    return response;
}

}  // namespace bw::gateway::rest
