#include "gateway/rest/problem.hpp"

#include <algorithm>
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

constexpr std::uint16_t status_of(ApiCode code) {
    switch (code) {
        case ApiCode::malformed_http:
        case ApiCode::malformed_json:
        case ApiCode::unknown_field:
        case ApiCode::missing_field:
        case ApiCode::wrong_type:
        case ApiCode::duplicate_field:
        case ApiCode::bad_value:
        case ApiCode::bad_parameter: return 400;
        case ApiCode::body_too_large: return 413;
        case ApiCode::headers_too_large: return 431;
        case ApiCode::unsupported_media_type: return 415;
        case ApiCode::unknown_route: return 404;
        case ApiCode::method_not_allowed: return 405;
        case ApiCode::request_too_slow: return 408;
        case ApiCode::stale_cursor: return 409;
        case ApiCode::not_authenticated:
        case ApiCode::bad_signature:
        case ApiCode::stale_timestamp:
        case ApiCode::replayed_nonce: return 401;
        case ApiCode::forbidden: return 403;
        case ApiCode::rate_limited: return 429;
        case ApiCode::exchange_busy:
        case ApiCode::no_answer:
        case ApiCode::too_many_connections:
        case ApiCode::storage_failed: return 503;
    }
    return 500;  // no code is left
}

template <class Code>
void add_codes(std::vector<ErrorCode>& codes) {
    for (const Code code : model::values_of<Code>())
        codes.push_back({static_cast<std::uint16_t>(code), model::name_of(code), status_of(code)});
}

std::vector<ErrorCode> all_codes() {
    std::vector<ErrorCode> codes;
    add_codes<ApiCode>(codes);
    add_codes<RejectReason>(codes);
    std::erase_if(codes, [](const ErrorCode& code) { return code.code == 0; });
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

Response to_response(const Problem& problem, std::uint16_t status) {
    const ErrorCode& code = error_code(problem.code);
    Response response;
    response.status = status != 0 ? status : code.status;
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
