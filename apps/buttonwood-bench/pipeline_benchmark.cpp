#include "buttonwood-bench/pipeline_benchmark.hpp"

#include <fmt/format.h>

#include <memory>

#include "bench/exchange_stream.hpp"
#include "bench/measure.hpp"
#include "bench/memory_use.hpp"
#include "buttonwood-bench/bench_client.hpp"
#include "buttonwood-bench/disk_reference.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood-bench/machine_stalls.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/tools/replay.hpp"

namespace bw::apps {
namespace {

std::uint64_t process_cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}

struct Throughput {
    double commands_per_second;
    double cpu_ns_per_command;
    bench::TradeChecksum trades;
    std::uint64_t rejects;
    double replayed_per_second;
    std::string memory;  ///< JSON: page faults while the commands were sent
};

base::Result<Throughput> measure_throughput(const bench::EncodedStream& stream,
                                            const BenchOptions& options) {
    auto client = BenchClient::open(stream, options, event_store::Durability::memory);
    if (!client) return std::unexpected(client.error());
    const auto memory_before = bench::MemoryUse::now();
    const std::uint64_t start = bench::monotonic_ns();
    const std::uint64_t cpu_start = process_cpu_ns();
    (*client)->send_all(stream.untimed, stream.size());
    const auto commands = static_cast<double>(stream.size() - stream.untimed);
    const auto elapsed = static_cast<double>(bench::monotonic_ns() - start);
    const auto cpu = static_cast<double>(process_cpu_ns() - cpu_start);
    const auto memory = bench::MemoryUse::now();
    if (!(*client)->error().empty()) return base::error((*client)->error());
    (*client)->close();
    const auto replayed = replay_commands({(*client)->directory(), options.shared_directory});
    if (!replayed) return std::unexpected(replayed.error());
    return Throughput{commands * 1e9 / elapsed,        cpu / commands,
                      (*client)->trades().checksum(),  (*client)->trades().rejects(),
                      replayed->commands_per_second(), bench::memory_json(memory_before, memory)};
}

struct OpenLoop {
    base::Histogram latency;
    base::Histogram disk;  ///< mode sync: the disk alone, measured just before
};

base::Result<OpenLoop> measure_open_loop(const bench::EncodedStream& stream,
                                         const BenchOptions& options,
                                         event_store::Durability mode) {
    auto client = BenchClient::open(stream, options, mode);
    if (!client) return std::unexpected(client.error());
    OpenLoop run;
    if (mode == event_store::Durability::sync) {
        auto disk = measure_disk((*client)->storage(), (*client)->directory());
        if (!disk) return std::unexpected(disk.error());
        run.disk = *disk;
    }
    run.latency = (*client)->send_at_rate(stream.untimed, stream.size(), options.rate);
    if (!(*client)->error().empty()) return base::error((*client)->error());
    return run;
}

/// Returns the run whose p99 is the median of the repetitions.
base::Result<OpenLoop> median_open_loop(const bench::EncodedStream& stream,
                                        const BenchOptions& options, event_store::Durability mode,
                                        ProgressBar& progress) {
    std::vector<OpenLoop> runs;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        progress.show(i, options.repetitions);
        auto run = measure_open_loop(stream, options, mode);
        if (!run) return std::unexpected(run.error());
        runs.push_back(*run);
    }
    std::sort(runs.begin(), runs.end(), [](const auto& a, const auto& b) {
        return a.latency.quantile(0.99) < b.latency.quantile(0.99);
    });
    return runs[runs.size() / 2];
}

double over_disk(const OpenLoop& run) {
    return static_cast<double>(run.latency.quantile(0.5)) /
           static_cast<double>(run.disk.quantile(0.5));
}

}  // namespace

base::Result<std::string> run_pipeline(const bench::Stream& stream, const BenchOptions& options) {
    const bench::EncodedStream encoded = bench::encode_for_exchange(stream);
    const base::Histogram stalls = measure_machine_stalls(options.placement);
    if (const auto placed = options.placement.place(Placement::Role::client); !placed)
        return std::unexpected(placed.error());
    ProgressBar progress("full speed, mode memory");
    std::vector<double> rates;
    std::vector<double> cpu;
    std::vector<double> replayed;
    Throughput last{};
    for (unsigned i = 0; i < options.repetitions; ++i) {
        progress.show(i, options.repetitions);
        auto run = measure_throughput(encoded, options);
        if (!run) return std::unexpected(run.error());
        last = *run;
        rates.push_back(run->commands_per_second);
        cpu.push_back(run->cpu_ns_per_command);
        replayed.push_back(run->replayed_per_second);
    }
    progress.rename("open loop, mode memory");
    const auto memory =
        median_open_loop(encoded, options, event_store::Durability::memory, progress);
    if (!memory) return std::unexpected(memory.error());
    progress.rename("open loop, mode sync");
    const auto sync = median_open_loop(encoded, options, event_store::Durability::sync, progress);
    if (!sync) return std::unexpected(sync.error());
    return fmt::format(
        R"({{"benchmark":"pipeline","stream":"{}","commands":{},"repetitions":{},"cpu_ns_per_command":{:.1f},"commands_per_second":{:.0f},"trades":{},"rejects":{},"sequence_hash":"{:016x}","replay_commands_per_second":{:.0f},{},"rate":{:.0f},"latency_ns":{},"latency_ns_sync":{},"disk_write_4096_ns":{},"sync_over_disk_p50":{:.2f},"machine_stalls_ns":{},{}}})",
        stream.name(), encoded.size() - encoded.untimed, options.repetitions, bench::median(cpu),
        bench::median(rates), last.trades.trades, last.rejects, last.trades.sequence_hash,
        bench::median(replayed), last.memory, options.rate, bench::latency_json(memory->latency),
        bench::latency_json(sync->latency), bench::latency_json(sync->disk), over_disk(*sync),
        bench::latency_json(stalls), machine_json(options.placement, options.disk));
}

}  // namespace bw::apps
