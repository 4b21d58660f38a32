// The reference for latencies of mode `sync`: durable writes alone.
#pragma once

#include <string>

#include "base/histogram.hpp"
#include "base/result.hpp"
#include "platform/storage.hpp"

namespace bw::apps {

/// Measures single durable writes of 4 KiB to the disk of `directory`: a zeroed file,
/// O_DIRECT|O_DSYNC, one after another, each to the next block. Returns nanoseconds. Take it in the
/// same run as the benchmark, because the speed of a disk varies; `storage` applies the limits of
/// the run.
[[nodiscard]] base::Result<base::Histogram> measure_disk(platform::Storage& storage,
                                                         const std::string& directory);

}  // namespace bw::apps
