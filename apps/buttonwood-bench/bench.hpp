// The subcommands of `buttonwood bench` and their options.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"
#include "bench/limited_storage.hpp"
#include "buttonwood-bench/placement.hpp"
#include "event_store/log/durable_writer.hpp"
#include "platform/storage.hpp"

namespace bw::apps {

struct BenchOptions {
    std::string benchmark;
    std::string stream;
    unsigned repetitions = 5;
    double rate = 215'000;
    std::string directory;  ///< empty: a temporary one
    std::string shared_directory = platform::default_shared_directory;
    bench::DiskLimits disk;  ///< limits of a simulated slow disk; all 0: none
    bool busy_spin = false;
    Placement placement;
    event_store::Durability mode = event_store::Durability::memory;  ///< for store and long
    std::uint64_t commands = 10'000'000;  ///< for store, restart and long
    std::string samples;                  ///< for long: CSV file, one line per interval
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

/// Prints the JSON object, or the error. Returns the exit status.
int show(const base::Result<std::string>& result);

/// `buttonwood bench bounds`, `memory`, `store`, `restart` and `long`, which need no stream. Print
/// one JSON object; return the exit status.
int run_bench_without_stream(const BenchOptions& options);

/// `buttonwood bench matcher|engine|pipeline --stream FILE`. Prints one JSON object; returns the
/// exit status.
int run_bench(const BenchOptions& options);

}  // namespace bw::apps
