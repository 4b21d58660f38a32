// The form of a client order id and of a reference.
#pragma once

#include <algorithm>
#include <string_view>

#include "model/types.hpp"

namespace bw::gateway::common {

/// 1 to 36 of A-Z a-z 0-9 _ . -
[[nodiscard]] inline bool is_client_id(std::string_view text) {
    return !text.empty() && text.size() <= model::ClientOrderId::capacity &&
           std::ranges::all_of(text, [](char c) {
               return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '.' || c == '-';
           });
}

}  // namespace bw::gateway::common
