#pragma once

#include <cstdint>
#include <string>

#include "platform/storage.hpp"

namespace bw::apps {

struct BenchOptions {
    std::string benchmark;
    std::string stream;
    unsigned repetitions = 5;
    double rate = 215'000;
    std::string directory;  ///< empty: temporary
    std::string shared_directory = platform::default_shared_directory;
    bool busy_spin = false;
};

/// `buttonwood bench matcher|engine|pipeline --stream FILE`: one JSON object on standard output. Returns the exit status.
int run_bench(const BenchOptions& options);

}  // namespace bw::apps
