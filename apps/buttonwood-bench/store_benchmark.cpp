#include "buttonwood-bench/store_benchmark.hpp"

#include <fmt/format.h>

#include <array>
#include <cstring>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "bench/measure.hpp"
#include "bench/published_count.hpp"
#include "buttonwood-bench/disk_reference.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/temporary_directory.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "event_store/store.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

using event_store::AppendResult;
using event_store::Durability;
using event_store::LogKind;
using event_store::Store;

constexpr std::size_t record_bytes = 64;
constexpr std::size_t message_bytes = record_bytes - sizeof(event_store::RecordHeader);
constexpr std::size_t batch_max = 256;  // as the sequencer appends
constexpr std::size_t small_segment_bytes = 64 << 20;
constexpr std::size_t large_segment_bytes = 256 << 20;
/// Fits into one large segment.
constexpr std::uint64_t burst_records = large_segment_bytes / record_bytes - 64;

/// A thread that reads the log as it grows.
class Follower {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<Follower>> start(const Store& store,
                                                                       const Placement& placement) {
        auto reader = store.open_reader(LogKind::commands, 1);
        if (!reader) return std::unexpected(reader.error());
        std::unique_ptr<Follower> follower(new Follower(std::move(*reader)));
        follower->thread_ = platform::start_thread(
            "follower", [self = follower.get(), placement](const std::stop_token& stop) {
                static_cast<void>(placement.place(Placement::Role::client));
                self->run(stop);
            });
        return follower;
    }
    ~Follower() { thread_ = {}; }

    [[nodiscard]] std::uint64_t seen() const { return seen_.get(); }

 private:
    explicit Follower(std::unique_ptr<event_store::LogReader> reader)
        : reader_(std::move(reader)) {}

    void run(const std::stop_token& stop) {
        std::array<event_store::RecordView, 64> batch;
        while (!stop.stop_requested()) {
            const std::size_t count = reader_->poll_batch(batch);
            if (count == 0)
                platform::sleep_for_ns(20'000);
            else
                seen_.publish(batch[count - 1].sequence);
        }
    }

    std::unique_ptr<event_store::LogReader> reader_;
    bench::PublishedCount seen_;  ///< newest sequence read
    std::jthread thread_;
};

/// A fresh store with its threads; the calling thread acts as its sequencer.
class Bench {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<Bench>> open(const BenchOptions& options,
                                                                   Durability mode,
                                                                   std::size_t segment_bytes) {
        std::unique_ptr<Bench> bench(new Bench(options.directory));
        if (bench->directory_.path().empty())
            return base::error("no temporary folder can be made; name one with --data");
        event_store::StoreOptions store_options;
        store_options.directory = bench->directory_.path();
        store_options.shared_directory = options.shared_directory;
        store_options.mode = mode;
        store_options.segment_bytes = segment_bytes;
        if (options.disk.any())
            store_options.storage = &bench->limited_storage_.emplace(
                platform::system_storage(), options.disk, options.shared_directory);
        auto store = Store::open(store_options);
        if (!store) return std::unexpected(store.error());
        bench->store_ = std::move(*store);
        auto follower = Follower::start(*bench->store_, options.placement);
        if (!follower) return std::unexpected(follower.error());
        bench->follower_ = std::move(*follower);
        const auto tasks = bench->store_->background();
        const auto threads = options.placement.background(mode);
        for (std::size_t i = 0; i < tasks.size(); ++i)
            bench->background_.push_back(platform::start_thread(
                tasks[i].name, [task = tasks[i], thread = threads[i]](const std::stop_token& stop) {
                    platform::use_niceness(task.niceness);
                    use_thread_options(thread, task.name);
                    task.run(stop);
                }));
        bench->fill_batch();
        return bench;
    }

    ~Bench() {
        follower_.reset();
        for (auto& thread : background_) thread.request_stop();
        background_.clear();
        if (store_) store_->close();
    }

    /// Appends as fast as the log accepts records. Returns records per second up to the last
    /// append.
    [[nodiscard]] double append_all(std::uint64_t records) {
        const std::uint64_t start = bench::monotonic_ns();
        for (std::uint64_t done = 0; done < records;) {
            const std::size_t count = std::min<std::uint64_t>(batch_max, records - done);
            append(count);
            done += count;
        }
        const auto elapsed = static_cast<double>(bench::monotonic_ns() - start);
        return static_cast<double>(records) * 1e9 / elapsed;
    }

    /// Time from the last append until the reader has seen everything.
    [[nodiscard]] double reader_lag_ms() const {
        const std::uint64_t start = bench::monotonic_ns();
        while (follower_->seen() < sequence_) platform::sleep_for_ns(10'000);
        return static_cast<double>(bench::monotonic_ns() - start) / 1e6;
    }

    /// Appends records at `rate` per second, each at its own time. Returns the nanoseconds from the
    /// due time until the commit.
    [[nodiscard]] base::Histogram commit_at_rate(std::uint64_t records, double rate) {
        base::Histogram latency;
        const std::uint64_t start = bench::monotonic_ns() + 10'000'000;
        const auto due = [&](std::uint64_t i) {
            return start + static_cast<std::uint64_t>(static_cast<double>(i) * 1e9 / rate);
        };
        std::uint64_t sent = 0;
        std::uint64_t done = 0;
        while (done < records) {
            const std::uint64_t now = bench::monotonic_ns();
            std::size_t count = 0;
            while (count < batch_max && sent + count < records && due(sent + count) <= now) ++count;
            if (count != 0) append(count);
            sent += count;
            const std::uint64_t committed = store_->commands().committed_sequence();
            if (committed == done) continue;
            const std::uint64_t seen = bench::monotonic_ns();
            for (; done < committed; ++done) latency.record(seen - due(done));
        }
        return latency;
    }

    [[nodiscard]] const std::string& directory() const { return directory_.path(); }
    [[nodiscard]] platform::Storage& storage() const { return store_->storage(); }

 private:
    explicit Bench(const std::string& parent) : directory_(parent) {}

    void fill_batch() {
        for (std::size_t i = 0; i < batch_max; ++i) {
            std::memset(messages_[i].data(), static_cast<int>(i + 1), message_bytes);
            batch_[i] = {0, 0, messages_[i]};
        }
    }

    void append(std::size_t count) {
        const std::uint64_t now = clock_.realtime_ns();
        last_ns_ = std::max(last_ns_, now);
        for (std::size_t i = 0; i < count; ++i) {
            batch_[i].sequence = ++sequence_;
            batch_[i].timestamp_ns = last_ns_;
        }
        while (store_->commands().append(std::span(batch_).first(count)) != AppendResult::accepted)
            platform::sleep_for_ns(10'000);  // the next segment is not ready yet
    }

    TemporaryDirectory directory_;
    platform::SystemClock clock_;
    std::optional<bench::LimitedStorage> limited_storage_;
    std::unique_ptr<Store> store_;
    std::unique_ptr<Follower> follower_;
    std::vector<std::jthread> background_;
    std::array<std::array<std::byte, message_bytes>, batch_max> messages_;
    std::array<event_store::StampedCommand, batch_max> batch_;
    std::uint64_t sequence_ = 0;
    std::uint64_t last_ns_ = 0;
};

struct MemoryFigures {
    double burst;         ///< records per second inside a prepared segment
    double burst_cpu_ns;  ///< of the appending thread, per record
    /// records per second over many segments, including preparation and disk writes
    double sustained;
    double reader_lag_ms;
};

base::Result<MemoryFigures> measure_memory(const BenchOptions& options) {
    auto large = Bench::open(options, Durability::memory, large_segment_bytes);
    if (!large) return std::unexpected(large.error());
    MemoryFigures figures{};
    const std::uint64_t cpu_begin = bench::thread_cpu_ns();
    figures.burst = (*large)->append_all(burst_records);
    figures.burst_cpu_ns = static_cast<double>(bench::thread_cpu_ns() - cpu_begin) /
                           static_cast<double>(burst_records);
    figures.reader_lag_ms = (*large)->reader_lag_ms();
    large->reset();
    auto small = Bench::open(options, Durability::memory, small_segment_bytes);
    if (!small) return std::unexpected(small.error());
    figures.sustained = (*small)->append_all(options.commands);
    static_cast<void>((*small)->reader_lag_ms());
    return figures;
}

base::Result<std::string> run_memory_mode(const BenchOptions& options) {
    ProgressBar progress("store, mode memory");
    std::vector<double> burst;
    std::vector<double> burst_cpu;
    std::vector<double> sustained;
    std::vector<double> lag;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        progress.show(i, options.repetitions);
        const auto run = measure_memory(options);
        if (!run) return std::unexpected(run.error());
        burst.push_back(run->burst);
        burst_cpu.push_back(run->burst_cpu_ns);
        sustained.push_back(run->sustained);
        lag.push_back(run->reader_lag_ms);
    }
    return fmt::format(
        R"({{"benchmark":"store","durability":"memory","record_bytes":{},"repetitions":{},"burst_records":{},"records_per_second":{:.0f},"append_cpu_ns":{:.1f},"sustained_records":{},"sustained_records_per_second":{:.0f},"reader_lag_ms":{:.2f},{}}})",
        record_bytes, options.repetitions, burst_records, bench::median(burst),
        bench::median(burst_cpu), options.commands, bench::median(sustained), bench::median(lag),
        machine_json(options.placement, options.disk));
}

struct SyncRun {
    base::Histogram commit;
    base::Histogram disk;
    [[nodiscard]] double ratio() const {
        return static_cast<double>(commit.quantile(0.5)) / static_cast<double>(disk.quantile(0.5));
    }
};

base::Result<SyncRun> measure_sync(const BenchOptions& options) {
    const auto records = static_cast<std::uint64_t>(options.rate * 3);
    auto bench = Bench::open(options, Durability::sync, small_segment_bytes);
    if (!bench) return std::unexpected(bench.error());
    auto disk = measure_disk((*bench)->storage(), (*bench)->directory());
    if (!disk) return std::unexpected(disk.error());
    return SyncRun{(*bench)->commit_at_rate(records, options.rate), *disk};
}

base::Result<std::string> run_sync_mode(const BenchOptions& options) {
    ProgressBar progress("store, mode sync");
    std::vector<SyncRun> runs;
    for (unsigned i = 0; i < options.repetitions; ++i) {
        progress.show(i, options.repetitions);
        auto run = measure_sync(options);
        if (!run) return std::unexpected(run.error());
        runs.push_back(*run);
    }
    std::sort(runs.begin(), runs.end(),
              [](const SyncRun& a, const SyncRun& b) { return a.ratio() < b.ratio(); });
    const SyncRun& middle = runs[runs.size() / 2];
    return fmt::format(
        R"({{"benchmark":"store","durability":"sync","record_bytes":{},"repetitions":{},"rate":{:.0f},"commit_ns":{},"disk_write_4096_ns":{},"commit_over_disk_p50":{:.2f},{}}})",
        record_bytes, options.repetitions, options.rate, bench::latency_json(middle.commit),
        bench::latency_json(middle.disk), middle.ratio(),
        machine_json(options.placement, options.disk));
}

}  // namespace

base::Result<std::string> run_store(const BenchOptions& options) {
    if (const auto placed = options.placement.place(Placement::Role::core); !placed)
        return std::unexpected(placed.error());
    return options.mode == Durability::sync ? run_sync_mode(options) : run_memory_mode(options);
}

}  // namespace bw::apps
