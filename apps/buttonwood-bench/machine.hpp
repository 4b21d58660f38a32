// The machine on which a benchmark ran.
#pragma once

#include <string>

#include "bench/limited_storage.hpp"
#include "buttonwood-bench/placement.hpp"

namespace bw::apps {

/// "machine":{…}: hardware, load and settings of the run, as a member of its JSON object.
[[nodiscard]] std::string machine_json(const Placement& placement,
                                       const bench::DiskLimits& disk = {});

}  // namespace bw::apps
