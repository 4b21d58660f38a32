#include "buttonwood-bench/bench.hpp"

#include <fmt/format.h>

#include "bench/benchmarks.hpp"
#include "bench/stream_generator.hpp"
#include "buttonwood-bench/long_benchmark.hpp"
#include "buttonwood-bench/pipeline_benchmark.hpp"
#include "buttonwood-bench/restart_benchmark.hpp"
#include "buttonwood-bench/store_benchmark.hpp"

namespace bw::apps {

int run_generate(const GenerateOptions& options) {
    const auto stream = bench::generate_stream(
        {*bench::shape_from(options.shape), options.symbols, options.commands, options.seed});
    if (auto saved = bench::save_stream(stream, options.file); !saved) {
        fmt::print(stderr, "buttonwood bench generate: {}\n", saved.error().message);
        return 1;
    }
    fmt::print("{}: {} commands after {} to fill the books\n", options.file, stream.timed().size(),
               stream.prefill().size());
    return 0;
}

int show(const base::Result<std::string>& result) {
    if (!result) {
        fmt::print(stderr, "buttonwood bench: {}\n", result.error().message);
        return 1;
    }
    fmt::print("{}\n", *result);
    return 0;
}

int run_bench_without_stream(const BenchOptions& options) {
    if (options.benchmark == "store") return show(run_store(options));
    if (options.benchmark == "long") return show(run_long(options));
    if (options.benchmark == "restart") return show(run_restart(options));
    return show(options.benchmark == "bounds" ? bench::run_bounds(options.repetitions)
                                              : bench::run_memory());
}

int run_bench(const BenchOptions& options) {
    const auto stream = bench::load_stream(options.stream);
    if (!stream) {
        fmt::print(stderr, "buttonwood bench: {}\n", stream.error().message);
        return 2;
    }
    return show(options.benchmark == "matcher"  ? bench::run_matcher(*stream, options.repetitions)
                : options.benchmark == "engine" ? bench::run_engine(*stream, options.repetitions)
                                                : run_pipeline(*stream, options));
}

}  // namespace bw::apps
