#pragma once

#include <string>

#include "base/histogram.hpp"
#include "base/result.hpp"
#include "platform/storage.hpp"

namespace bw::apps {

/// What one durable write of 4 KiB takes on the disk of `directory`, alone: zeroed file,
/// O_DIRECT|O_DSYNC, one after the other, each at the next block. The measure of everything that
/// waits for that disk; `storage` has the limits of the run. Taken in the same run, because disks
/// have better and worse minutes.
[[nodiscard]] base::Result<base::Histogram> measure_disk(platform::Storage& storage,
                                                         const std::string& directory);

}  // namespace bw::apps
