#include "buttonwood/pipeline_benchmark.hpp"

#include <fmt/format.h>

#include <memory>

#include "bench/exchange_stream.hpp"
#include "bench/measure.hpp"
#include "buttonwood/log_tools.hpp"
#include "buttonwood/progress.hpp"
#include "buttonwood/running_core.hpp"
#include "buttonwood/temporary_directory.hpp"

namespace bw::apps {
namespace {

std::uint64_t process_cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}

/// One exchange in a fresh folder, and this thread as its only client: it sends the stream and reads the events.
class Client {
 public:
    static base::Result<std::unique_ptr<Client>> open(const bench::EncodedStream& stream,
                                                      const BenchOptions& options,
                                                      event_store::Durability mode) {
        std::unique_ptr<Client> client(new Client(stream, options.directory));
        if (client->directory_.path().empty())
            return base::error("no temporary folder can be made; name one with --data");
        RunningCore::Options core_options;
        core_options.core.store.directory = client->directory_.path();
        core_options.core.store.shared_directory = options.shared_directory;
        core_options.core.store.mode = mode;
        core_options.core.gateways = 1;
        if (options.busy_spin) core_options.idle = IdleStrategy::spin;
        auto core = RunningCore::start(core_options, client->clock_);
        if (!core) return std::unexpected(core.error());
        client->core_ = std::move(*core);
        auto events = client->core_->store().open_reader(event_store::LogKind::events, 1);
        if (!events) return std::unexpected(events.error());
        client->events_ = std::move(*events);
        client->port_ = std::make_unique<sequencer::RingPort>(client->core_->port(0));
        client->send_all(0, stream.untimed);
        return client;
    }

    ~Client() {
        if (core_) core_->stop();
    }

    /// Closes the exchange and replays the commands it stored.
    [[nodiscard]] base::Result<ReplaySummary> close_and_replay(
        const std::string& shared_directory) {
        core_->stop();
        return replay_commands({directory_.path(), shared_directory});
    }

    /// As fast as the pipeline takes them, until the last event is read.
    void send_all(std::size_t from, std::size_t to) {
        for (std::size_t i = from; i < to; ++i) {
            while (!port_->try_send(stream_.message(i))) read([](std::size_t) {});
            if (i % 128 == 0) read([](std::size_t) {});
        }
        while (completed_ < to && events_->error().empty()) read([](std::size_t) {});
    }

    /// At `rate` per second from now on, each command at its own time whether or not the ones before are done (open loop).
    [[nodiscard]] base::Histogram send_at_rate(std::size_t from, std::size_t to, double rate) {
        base::Histogram latency;
        const std::uint64_t start = bench::monotonic_ns() + 10'000'000;
        const auto due = [&](std::size_t i) {
            return start + static_cast<std::uint64_t>(static_cast<double>(i - from) * 1e9 / rate);
        };
        std::size_t next = from;
        while (completed_ < to && events_->error().empty()) {
            const std::uint64_t now = bench::monotonic_ns();
            while (next < to && due(next) <= now && port_->try_send(stream_.message(next))) ++next;
            std::uint64_t seen = 0;
            read([&](std::size_t command) {
                if (seen == 0) seen = bench::monotonic_ns();
                latency.record(seen - due(command));
            });
        }
        return latency;
    }

    [[nodiscard]] const bench::TradeReader& trades() const { return trades_; }
    [[nodiscard]] const std::string& error() const { return events_->error(); }

 private:
    Client(const bench::EncodedStream& stream, const std::string& parent)
        : stream_(stream), directory_(parent), trades_(stream) {}

    /// Reads what is there, at most a batch; `on_done(i)` when the last event of message i was read.
    template <class OnDone>
    void read(OnDone&& on_done) {
        for (unsigned i = 0; i < 256; ++i) {
            const event_store::RecordView* record = events_->poll();
            if (record == nullptr) return;
            trades_.read(record->message);
            if (record->note == event_store::note_last_event_of_command) on_done(completed_++);
        }
    }

    const bench::EncodedStream& stream_;
    TemporaryDirectory directory_;
    platform::SystemClock clock_;
    std::unique_ptr<RunningCore> core_;
    std::unique_ptr<event_store::LogReader> events_;
    std::unique_ptr<sequencer::RingPort> port_;
    bench::TradeReader trades_;
    std::size_t completed_ = 0;
};

struct Throughput {
    double commands_per_second;
    double cpu_ns_per_command;
    bench::TradeChecksum trades;
    std::uint64_t rejects;
    double replayed_per_second;
};

base::Result<Throughput> measure_throughput(const bench::EncodedStream& stream,
                                            const BenchOptions& options) {
    auto client = Client::open(stream, options, event_store::Durability::memory);
    if (!client) return std::unexpected(client.error());
    const std::uint64_t start = bench::monotonic_ns();
    const std::uint64_t cpu_start = process_cpu_ns();
    (*client)->send_all(stream.untimed, stream.size());
    const auto commands = static_cast<double>(stream.size() - stream.untimed);
    const auto elapsed = static_cast<double>(bench::monotonic_ns() - start);
    const auto cpu = static_cast<double>(process_cpu_ns() - cpu_start);
    if (!(*client)->error().empty()) return base::error((*client)->error());
    const auto replayed = (*client)->close_and_replay(options.shared_directory);
    if (!replayed) return std::unexpected(replayed.error());
    return Throughput{commands * 1e9 / elapsed, cpu / commands, (*client)->trades().checksum(),
                      (*client)->trades().rejects(), replayed->commands_per_second()};
}

base::Result<base::Histogram> measure_open_loop(const bench::EncodedStream& stream,
                                                const BenchOptions& options,
                                                event_store::Durability mode) {
    auto client = Client::open(stream, options, mode);
    if (!client) return std::unexpected(client.error());
    base::Histogram latency = (*client)->send_at_rate(stream.untimed, stream.size(), options.rate);
    if (!(*client)->error().empty()) return base::error((*client)->error());
    return latency;
}

/// The run whose p99 is the median of the repetitions.
base::Result<base::Histogram> median_open_loop(const bench::EncodedStream& stream,
                                               const BenchOptions& options,
                                               event_store::Durability mode,
                                               ProgressBar& progress) {
    std::vector<base::Histogram> runs;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        progress.show(i, options.repetitions);
        auto run = measure_open_loop(stream, options, mode);
        if (!run) return std::unexpected(run.error());
        runs.push_back(*run);
    }
    std::sort(runs.begin(), runs.end(),
              [](const auto& a, const auto& b) { return a.quantile(0.99) < b.quantile(0.99); });
    return runs[runs.size() / 2];
}

}  // namespace

base::Result<std::string> run_pipeline(const bench::Stream& stream, const BenchOptions& options) {
    const bench::EncodedStream encoded = bench::encode_for_exchange(stream);
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
        R"({{"benchmark":"pipeline","stream":"{}","commands":{},"repetitions":{},"cpu_ns_per_command":{:.1f},"commands_per_second":{:.0f},"trades":{},"rejects":{},"sequence_hash":"{:016x}","replay_commands_per_second":{:.0f},"rate":{:.0f},"latency_ns":{},"latency_ns_sync":{}}})",
        stream.name(), encoded.size() - encoded.untimed, options.repetitions, bench::median(cpu),
        bench::median(rates), last.trades.trades, last.rejects, last.trades.sequence_hash,
        bench::median(replayed), options.rate, bench::latency_json(*memory),
        bench::latency_json(*sync));
}

}  // namespace bw::apps
