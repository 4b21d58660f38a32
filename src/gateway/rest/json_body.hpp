// JsonBody: the JSON object in the body of a request (gateway/common/json_object.hpp).
#pragma once

#include <initializer_list>
#include <string_view>

#include "gateway/common/json_object.hpp"

namespace bw::gateway::rest {

/// At most 64 KiB and 16 levels.
class JsonBody : public common::JsonObject {
 public:
    /// Refuses members that are not in `known`. An empty body counts as an empty object if
    /// `may_be_empty`.
    JsonBody(std::string_view body, std::initializer_list<std::string_view> known,
             bool may_be_empty = false);
};

}  // namespace bw::gateway::rest
