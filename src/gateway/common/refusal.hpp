// Refusals of the exchange as problems: which member of the request is meant, and what it should
// have been. The exchange says a reason only; one reason of several commands can mean something
// else in each.
#pragma once

#include <cstdint>

#include "gateway/common/problem.hpp"
#include "model/enums.hpp"

namespace bw::gateway::common {

/// `command_template`: of the command that was refused.
[[nodiscard]] Problem refusal_of(model::RejectReason reason, std::uint16_t command_template);

}  // namespace bw::gateway::common
