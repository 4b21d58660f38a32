// The class by which a request is counted. The set of classes is fixed: nothing that a client sends
// adds one.
#pragma once

#include <string_view>

#include "observe/metrics.hpp"

namespace bw::gateway::rest {

/// `path` without its query.
[[nodiscard]] inline observe::RequestClass class_of(std::string_view method,
                                                    std::string_view path) {
    using observe::RequestClass;
    if (path.starts_with("/v1/operator/")) return RequestClass::operations;
    if (path.starts_with("/marketdata/")) return RequestClass::market_data;
    if (!path.starts_with("/v1/")) return RequestClass::other;
    if (method == "GET" || method == "HEAD") return RequestClass::query;
    if (method == "DELETE") return RequestClass::cancel;
    return RequestClass::order;
}

}  // namespace bw::gateway::rest
