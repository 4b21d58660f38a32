// The API's contract: one YAML file, served as it is and as JSON.
#pragma once

#include <string>
#include <string_view>

namespace bw::gateway::rest {

/// YAML to JSON: plain true, false, null and numbers become those; everything quoted is a string.
/// Throws YAML::Exception when malformed.
[[nodiscard]] std::string yaml_to_json(std::string_view yaml);

}  // namespace bw::gateway::rest
