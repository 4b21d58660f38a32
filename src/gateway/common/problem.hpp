// Problem: why a request of a client is refused, in every protocol.
#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "gateway/common/api_code.hpp"
#include "model/enums.hpp"

namespace bw::gateway::common {

struct Problem {
    std::uint16_t code = 0;  ///< of ApiCode, of model::RejectReason, or of the protocol itself
    std::string detail;      ///< a sentence for the client
    std::string field;       ///< the invalid member, parameter or header
    std::uint64_t request_id = 0;
    std::uint64_t order_id = 0;
    std::string client_order_id;
    bool duplicate = false;
};

[[nodiscard]] inline Problem problem(std::uint16_t code, std::string detail,
                                     std::string field = {}) {
    Problem made;
    made.code = code;
    made.detail = std::move(detail);
    made.field = std::move(field);
    return made;
}

[[nodiscard]] inline Problem problem(ApiCode code, std::string detail, std::string field = {}) {
    return problem(static_cast<std::uint16_t>(code), std::move(detail), std::move(field));
}

[[nodiscard]] inline Problem problem(model::RejectReason reason, std::string field = {}) {
    return problem(static_cast<std::uint16_t>(reason), std::string(sentence_of(reason)),
                   std::move(field));
}

/// With a sentence that says more than that of the reason.
[[nodiscard]] inline Problem problem(model::RejectReason reason, std::string detail,
                                     std::string field) {
    return problem(static_cast<std::uint16_t>(reason), std::move(detail), std::move(field));
}

}  // namespace bw::gateway::common
