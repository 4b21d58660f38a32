#include "buttonwood-bench/restart_benchmark.hpp"

#include <fmt/format.h>

#include <ctime>
#include <memory>
#include <vector>

#include "base/hash.hpp"
#include "bench/measure.hpp"
#include "bench/stream_generator.hpp"
#include "buttonwood-bench/bench_client.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood/runtime/helper_thread.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/temporary_directory.hpp"
#include "node/node.hpp"
#include "node/snapshots.hpp"

namespace bw::apps {
namespace {

constexpr std::uint32_t symbols = 500;  // 2,000 resting orders each
constexpr std::uint32_t users_of_symbol = 200;

/// A trading day in which all accounts trade one instrument.
bench::EncodedStream make_stream(std::uint64_t commands) {
    bench::Stream stream = bench::generate_stream(
        {.shape = bench::StreamShape::day, .symbols = symbols, .commands = commands});
    for (bench::StreamCommand& command : stream.commands)
        command.user = static_cast<std::uint32_t>(command.symbol * users_of_symbol +
                                                  base::mix64(command.id) % users_of_symbol);
    return bench::encode_for_exchange(stream);
}

/// Of the exchange as it stands. Requires: it rests.
base::Result<std::uint64_t> write_snapshot(RunningNode& running, const std::string& directory) {
    event_store::Store& store = running.store();
    const std::uint64_t last = running.node().applied_sequence();
    auto reader = store.open_reader(event_store::LogKind::commands, last);
    if (!reader) return std::unexpected(reader.error());
    const event_store::RecordView* record = (*reader)->poll();
    if (record == nullptr) return base::error("the newest command cannot be read back");
    node::Snapshots snapshots(store.storage(), directory, store.identity());
    return snapshots.write(running.node().engine(),
                           {last, store.events().appended_sequence(), record->timestamp_ns,
                            event_store::hash_of(*record)});
}

/// The exchange whose starts are measured, at the time of its snapshot.
struct PreparedExchange {
    std::uint64_t snapshot_bytes;
    std::uint32_t orders;
    std::uint32_t accounts;
};

base::Result<PreparedExchange> prepare_exchange(const std::string& directory,
                                                const bench::EncodedStream& stream,
                                                const BenchOptions& options) {
    auto client = BenchClient::open_in(directory, stream, options, event_store::Durability::memory);
    if (!client) return std::unexpected(client.error());
    (*client)->send_all(0, stream.untimed);
    const auto bytes = write_snapshot((*client)->running_node(), directory);
    if (!bytes) return std::unexpected(bytes.error());
    const auto figures = (*client)->running_node().node().engine().figures();
    (*client)->send_all(stream.untimed, stream.size());
    if (!(*client)->error().empty()) return base::error((*client)->error());
    return PreparedExchange{*bytes, figures.open_orders, figures.accounts};
}

struct Start {
    double total_ms;
    double cpu_ms;  ///< of the process, including helper threads
    node::StartTimes parts;
    double state_hash_ms;  ///< alone, of the state at the end
};

base::Result<Start> measure_start(const std::string& directory, const BenchOptions& options) {
    node::Node::Options node_options;
    node_options.store.directory = directory;
    node_options.store.shared_directory = options.shared_directory;
    node_options.store.mode = options.mode;
    node_options.gateways = 1;
    node_options.day_end_ns = std::nullopt;
    node_options.store.start_helper = helper_starter();
    const platform::SystemClock clock;
    const std::uint64_t begin = bench::monotonic_ns();
    const std::clock_t cpu_begin = std::clock();
    auto node = node::Node::open(node_options, clock);
    if (!node) return std::unexpected(node.error());
    const auto total = static_cast<double>(bench::monotonic_ns() - begin) / 1e6;
    const auto cpu = static_cast<double>(std::clock() - cpu_begin) * 1e3 / CLOCKS_PER_SEC;
    if ((*node)->snapshot_sequence() == 0)
        return base::error(fmt::format(
            "the snapshot was passed over: {}",
            (*node)->passed_over().empty() ? "there is none" : (*node)->passed_over().front()));
    const std::uint64_t hash_begin = bench::monotonic_ns();
    static_cast<void>((*node)->engine().state_hash());
    const auto hash_ms = static_cast<double>(bench::monotonic_ns() - hash_begin) / 1e6;
    (*node)->close();
    return Start{total, cpu, (*node)->start_times(), hash_ms};
}

std::string describe(const PreparedExchange& exchange, const Start& start, std::uint64_t tail,
                     const BenchOptions& options) {
    const auto ms = [](std::uint64_t ns) { return static_cast<double>(ns) / 1e6; };
    return fmt::format(
        R"({{"benchmark":"restart","repetitions":{},"resting_orders":{},"accounts":{},"snapshot_bytes":{},"tail_commands":{},"page_cache":"warm","start_ms":{:.0f},"start_cpu_ms":{:.0f},"logs_ms":{:.0f},"snapshot_ms":{:.0f},"replay_ms":{:.0f},"state_hash_ms":{:.0f},"replay_commands_per_second":{:.0f},{}}})",
        options.repetitions, exchange.orders, exchange.accounts, exchange.snapshot_bytes, tail,
        start.total_ms, start.cpu_ms, ms(start.parts.logs_ns), ms(start.parts.snapshot_ns),
        ms(start.parts.replay_ns), start.state_hash_ms,
        static_cast<double>(tail) * 1e9 / static_cast<double>(start.parts.replay_ns),
        machine_json(options.placement));
}

}  // namespace

base::Result<std::string> run_restart(const BenchOptions& options) {
    const TemporaryDirectory directory(options.directory);
    if (directory.path().empty())
        return base::error("no temporary folder can be made; name one with --data");
    ProgressBar progress("making the exchange");
    progress.show(0, 1);
    std::uint64_t tail = 0;
    base::Result<PreparedExchange> exchange;
    {
        const bench::EncodedStream stream = make_stream(options.commands);
        tail = stream.size() - stream.untimed;
        exchange = prepare_exchange(directory.path(), stream, options);
    }
    if (!exchange) return std::unexpected(exchange.error());
    progress.rename("starting");
    std::vector<Start> starts;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        progress.show(i, options.repetitions);
        auto start = measure_start(directory.path(), options);
        if (!start) return std::unexpected(start.error());
        starts.push_back(*start);
    }
    std::sort(starts.begin(), starts.end(),
              [](const Start& a, const Start& b) { return a.total_ms < b.total_ms; });
    return describe(*exchange, starts[starts.size() / 2], tail, options);
}

}  // namespace bw::apps
