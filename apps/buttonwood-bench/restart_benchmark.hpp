#pragma once

#include <string>

#include "base/result.hpp"
#include "buttonwood-bench/bench.hpp"

namespace bw::apps {

/// A start from a snapshot: makes an exchange with a million resting orders of 100,000 accounts, a
/// snapshot of it, and `options.commands` commands behind that; then opens it again and again and
/// says where the time goes. The page cache is warm. One JSON object.
[[nodiscard]] base::Result<std::string> run_restart(const BenchOptions& options);

}  // namespace bw::apps
