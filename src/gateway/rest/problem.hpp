// Refusals as RFC 9457 problems, and the table of all error codes of the REST API.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "gateway/common/problem.hpp"
#include "gateway/rest/message.hpp"

namespace bw::gateway::rest {

using common::ApiCode;
using common::Problem;
using common::problem;

struct ErrorCode {
    std::uint16_t code;
    std::string_view name;
    std::uint16_t status;
};

/// All codes, ascending. A test compares them with x-error-codes of openapi.yaml.
[[nodiscard]] std::span<const ErrorCode> error_codes();
[[nodiscard]] const ErrorCode& error_code(std::uint16_t code);

/// With `status`, or the status of its code if that is 0.
[[nodiscard]] Response to_response(const Problem& problem, std::uint16_t status = 0);

}  // namespace bw::gateway::rest
