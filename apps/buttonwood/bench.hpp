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

struct GenerateOptions {
    std::string shape = "requote";
    std::string file;
    std::uint32_t symbols = 1;
    std::uint64_t commands = 1'000'000;
    std::uint64_t seed = 1;
};

/// `buttonwood bench generate FILE`: writes a command stream. Returns the exit status.
int run_generate(const GenerateOptions& options);

/// `buttonwood bench bounds` and `memory`, which need no stream: one JSON object on standard output. Returns the exit status.
int run_bench_without_stream(const BenchOptions& options);

/// `buttonwood bench matcher|engine|pipeline --stream FILE`: one JSON object on standard output. Returns the exit status.
int run_bench(const BenchOptions& options);

}  // namespace bw::apps
