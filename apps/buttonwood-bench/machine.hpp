#pragma once

#include <string>

#include "bench/limited_storage.hpp"
#include "buttonwood-bench/placement.hpp"

namespace bw::apps {

/// "machine":{…}: on what and under which conditions a benchmark ran, as a member of its JSON
/// object.
[[nodiscard]] std::string machine_json(const Placement& placement,
                                       const bench::DiskLimits& disk = {});

}  // namespace bw::apps
