// BenchCommandLine: the benchmarks with their options, and what was chosen of them.
#pragma once

#include <CLI/CLI.hpp>

#include <functional>

#include "buttonwood-bench/bench.hpp"
#include "buttonwood-bench/fan_out_benchmark.hpp"
#include "buttonwood-bench/rest_benchmark.hpp"

namespace bw::apps {

struct BenchCommandLine {
    explicit BenchCommandLine(CLI::App& app);

    void add_generate(CLI::App& command);
    void add_bench_with_stream(CLI::App& command);
    void add_bench_without_stream(CLI::App& command);
    void add_bench_store(CLI::App& command);
    void add_bench_restart(CLI::App& command);
    void add_bench_long(CLI::App& command);
    void add_bench_rest(CLI::App& command);
    void add_bench_fan_out(CLI::App& command);
    void add_exchange_process(CLI::App& kind, ExchangeProcessOptions& exchange);
    void add_placement(CLI::App& command);
    void add_disk_limits(CLI::App& kind);
    void add_repetitions(CLI::App& kind);
    void add_bench_common(CLI::App& kind);

    BenchOptions bench;
    GenerateOptions generate;
    RestBenchOptions rest;
    FanOutBenchOptions fan_out;
    /// What the chosen benchmark does; the status that the process ends with.
    std::function<int()> run;
};

}  // namespace bw::apps
