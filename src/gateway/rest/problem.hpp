// Refusals as RFC 9457 problems, and the table of all error codes of the REST API.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "gateway/common/api_code.hpp"
#include "gateway/rest/message.hpp"
#include "model/enums.hpp"

namespace bw::gateway::rest {

using common::ApiCode;

struct ErrorCode {
    std::uint16_t code;
    std::string_view name;
    std::uint16_t status;
};

/// All codes, ascending. A test compares them with x-error-codes of openapi.yaml.
[[nodiscard]] std::span<const ErrorCode> error_codes();
[[nodiscard]] const ErrorCode& error_code(std::uint16_t code);

struct Problem {
    std::uint16_t code = 0;
    std::string detail;
    std::string field;  ///< the invalid member, parameter or header
    std::uint64_t request_id = 0;
    std::uint64_t order_id = 0;
    std::string client_order_id;
    bool duplicate = false;
    std::uint16_t status = 0;  ///< HTTP status; 0: the one in the table
};

[[nodiscard]] Problem problem(ApiCode code, std::string detail, std::string field = {});
[[nodiscard]] Problem problem(model::RejectReason reason, std::string field = {});

[[nodiscard]] Response to_response(const Problem& problem);

}  // namespace bw::gateway::rest
