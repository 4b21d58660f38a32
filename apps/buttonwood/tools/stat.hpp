// `buttonwood stat`: the counters, gauges and latencies of an exchange.
#pragma once

#include <cstdint>
#include <string>

#include "platform/storage.hpp"

namespace bw::apps {

struct StatOptions {
    std::string directory = "data";
    std::string shared_directory = platform::default_shared_directory;
    std::string file;  ///< counters file, instead of that of the folder
    bool all = false;  ///< also metrics that are zero
    bool json = false;
    bool watch = false;
    double interval_s = 1;
    std::uint32_t times = 0;  ///< 0: no end
};

/// Prints the metrics of a running or dead exchange. Returns the exit status.
int run_stat(const StatOptions& options);

}  // namespace bw::apps
