// Converts the OpenAPI document of the REST API, a YAML file, to JSON. Both are served.
#pragma once

#include <string>
#include <string_view>

namespace bw::gateway::rest {

/// Unquoted true, false, null and unsigned whole numbers keep their types; every other scalar
/// becomes a string. Throws YAML::Exception when `yaml` is malformed.
[[nodiscard]] std::string yaml_to_json(std::string_view yaml);

}  // namespace bw::gateway::rest
