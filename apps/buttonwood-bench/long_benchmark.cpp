#include "buttonwood-bench/long_benchmark.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <vector>

#include "base/hash.hpp"
#include "bench/measure.hpp"
#include "buttonwood-bench/machine.hpp"
#include "buttonwood-bench/machine_stalls.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/running_node.hpp"
#include "buttonwood/runtime/temporary_directory.hpp"
#include "codec/commands.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr std::uint32_t instruments = 100;
constexpr std::uint32_t accounts = 1'000;
constexpr std::uint64_t resting = 100'000;  // orders that rest before the oldest is cancelled
constexpr std::int64_t mid_price = 10'000;
constexpr std::int64_t reach_of_crossing = 20;  // ticks beyond the middle
constexpr std::uint64_t commands_per_sample = 1'000'000;

/// Makes the n-th command of an endless day: a new order, then the cancel of the order entered
/// `resting` orders before. Every sixteenth order crosses the spread. Commands depend on n alone,
/// so nothing is stored.
class EndlessDay {
 public:
    [[nodiscard]] std::span<const std::byte> message(std::uint64_t n) {
        const std::uint64_t entered = n < resting ? n : resting + (n - resting + 1) / 2;
        if (n < resting || (n - resting) % 2 == 0) return enter(entered);
        return cancel(entered - 1 - resting);
    }

 private:
    struct Order {
        std::uint32_t account;
        std::uint32_t instrument;
        bool buys;
        std::uint64_t draw;
    };
    static Order order(std::uint64_t number) {
        const std::uint64_t draw = base::mix64(number + 1);
        return {static_cast<std::uint32_t>(draw % accounts),
                static_cast<std::uint32_t>((draw >> 16) % instruments), ((draw >> 32) & 1) != 0,
                draw >> 33};
    }

    std::span<const std::byte> enter(std::uint64_t number) {
        const Order made = order(number);
        const bool crosses = made.draw % 16 == 0;
        const auto away = static_cast<std::int64_t>(1 + (made.draw >> 4) % 200);
        const std::int64_t outward = made.buys ? -1 : 1;  // away from the other side
        new_order_.body = {};
        new_order_.body.price =
            model::Price{mid_price + outward * (crosses ? -reach_of_crossing : away)};
        new_order_.body.quantity = model::Quantity{1 + (made.draw >> 12) % 100};
        new_order_.body.account = model::AccountId{made.account + 1};
        new_order_.body.instrument = model::InstrumentId{made.instrument + 1};
        new_order_.body.side = made.buys ? model::Side::buy : model::Side::sell;
        new_order_.body.order_type = model::OrderType::limit;
        new_order_.body.time_in_force = crosses ? model::TimeInForce::ioc : model::TimeInForce::day;
        return codec::bytes_of(new_order_);
    }

    std::span<const std::byte> cancel(std::uint64_t number) {
        cancel_.body = {};
        cancel_.body.order_id = model::OrderId{number + 1};
        cancel_.body.account = model::AccountId{order(number).account + 1};
        return codec::bytes_of(cancel_);
    }

    codec::Frame<codec::NewOrder> new_order_;
    codec::Frame<codec::CancelOrder> cancel_;
};

/// Memory of this process in KiB, as reported by the kernel.
struct Memory {
    std::uint64_t anonymous = 0;
    std::uint64_t shared = 0;

    static Memory now() {
        Memory memory;
        std::ifstream status("/proc/self/status");
        for (std::string line; std::getline(status, line);) {
            if (line.starts_with("RssAnon:")) memory.anonymous = std::stoull(line.substr(8));
            if (line.starts_with("RssShmem:")) memory.shared = std::stoull(line.substr(9));
        }
        return memory;
    }
};

std::uint64_t bytes_in(const std::string& directory) {
    std::uint64_t bytes = 0;
    std::error_code gone;  // segments are created and removed meanwhile
    for (const auto& entry : std::filesystem::directory_iterator(directory, gone)) {
        const auto size = entry.file_size(gone);
        if (!gone) bytes += size;
    }
    return bytes;
}

struct Sample {
    std::uint64_t commands;
    double seconds;
    Memory memory;
    std::uint64_t shared_files;  ///< bytes
    base::Histogram latency;
};

class LongRun {
 public:
    static base::Result<std::unique_ptr<LongRun>> start(const BenchOptions& options) {
        std::unique_ptr<LongRun> run(new LongRun(options));
        if (run->directory_.path().empty())
            return base::error("no temporary folder can be made; name one with --data");
        RunningNode::Options node_options;
        node_options.node.store.directory = run->directory_.path();
        node_options.node.store.shared_directory = options.shared_directory;
        node_options.node.store.mode = options.mode;
        if (options.disk.any())
            node_options.node.store.storage = &run->limited_storage_.emplace(
                platform::system_storage(), options.disk, options.shared_directory);
        node_options.node.gateways = 1;
        node_options.node.day_end_ns = std::nullopt;
        node_options.thread = options.placement.core(options.busy_spin);
        node_options.background = options.placement.background(options.mode);
        auto node = RunningNode::start(node_options, run->clock_);
        if (!node) return std::unexpected(node.error());
        run->node_ = std::move(*node);
        auto events = run->node_->store().open_reader(event_store::LogKind::events, 1);
        if (!events) return std::unexpected(events.error());
        run->events_ = std::move(*events);
        run->port_ = std::make_unique<sequencer::RingPort>(run->node_->port(0));
        run->list_and_fund();
        return run;
    }

    ~LongRun() { node_->stop(); }

    base::Result<void> go(ProgressBar& progress) {
        begin_ns_ = bench::monotonic_ns() + 10'000'000;
        PacedClient pace(options_.placement, options_.mode);
        std::uint64_t next = 0;
        while (done_ < options_.commands) {
            const std::uint64_t now = bench::monotonic_ns();
            if (pace.may_send(done_ == next))
                while (next < options_.commands && due(next) <= now && send(next)) ++next;
            read();
            pace.rest_if(done_ == next);
            progress.show_sometimes(done_, options_.commands);
            if (!events_->error().empty()) return base::error(events_->error());
        }
        return {};
    }

    [[nodiscard]] const std::vector<Sample>& samples() const { return samples_; }

 private:
    explicit LongRun(const BenchOptions& options)
        : options_(options), directory_(options.directory) {}

    [[nodiscard]] std::uint64_t due(std::uint64_t n) const {
        return begin_ns_ + static_cast<std::uint64_t>(static_cast<double>(n) * 1e9 / options_.rate);
    }

    bool send(std::uint64_t n) { return port_->try_send(day_.message(n)); }

    /// Reads at most one batch.
    void read() {
        std::uint64_t seen = 0;
        for (unsigned i = 0; i < 256; ++i) {
            const event_store::RecordView* record = events_->poll();
            if (record == nullptr) return;
            if (!record->ends_command()) continue;
            if (set_up_left_ != 0) {
                --set_up_left_;
                continue;
            }
            if (seen == 0) seen = bench::monotonic_ns();
            latency_.record(seen - due(done_));
            ++done_;
            if (done_ % commands_per_sample == 0 || done_ == options_.commands) take_sample();
        }
    }

    void take_sample() {
        samples_.push_back({done_, static_cast<double>(bench::monotonic_ns() - begin_ns_) / 1e9,
                            Memory::now(), bytes_in(node_->store().shared_directory()), latency_});
        latency_ = {};
    }

    template <class Message>
    void set_up(const Message& body) {
        codec::Frame<Message> frame;
        frame.body = body;
        ++set_up_left_;
        while (!port_->try_send(codec::bytes_of(frame))) read();
    }

    void list_and_fund() {
        const model::Currency currency = *model::Currency::from("USD");
        for (std::uint32_t i = 0; i < instruments; ++i) {
            codec::ConfigureInstrument listing{};
            listing.tick_size = model::Price{1};
            listing.lot_size = model::Quantity{1};
            listing.reference_price = model::Price{mid_price};
            listing.max_order_quantity = model::unlimited_quantity;
            listing.max_order_value = model::unlimited_money;
            listing.currency = currency;
            listing.symbol = *model::Symbol::from(fmt::format("S{}", i));
            set_up(listing);
        }
        for (std::uint32_t a = 0; a < accounts; ++a) {
            codec::OpenAccount opening{};
            opening.reference = *model::ClientOrderId::from(fmt::format("user-{}", a));
            set_up(opening);
            codec::MoveCash deposit{};
            deposit.amount = model::Money{4'000'000'000'000'000'000 / accounts};
            deposit.account = model::AccountId{a + 1};
            deposit.currency = currency;
            set_up(deposit);
            fund_shares(a);
        }
        while (set_up_left_ != 0) read();
    }

    void fund_shares(std::uint32_t account) {
        for (std::uint32_t i = 0; i < instruments; ++i) {
            codec::MoveShares shares{};
            shares.quantity = 1'000'000'000'000;
            shares.account = model::AccountId{account + 1};
            shares.instrument = model::InstrumentId{i + 1};
            set_up(shares);
        }
    }

    const BenchOptions& options_;
    TemporaryDirectory directory_;
    platform::SystemClock clock_;
    std::optional<bench::LimitedStorage> limited_storage_;
    std::unique_ptr<RunningNode> node_;
    std::unique_ptr<event_store::LogReader> events_;
    std::unique_ptr<sequencer::RingPort> port_;
    EndlessDay day_;
    std::uint64_t begin_ns_ = 0;
    std::uint64_t set_up_left_ = 0;
    std::uint64_t done_ = 0;
    base::Histogram latency_;
    std::vector<Sample> samples_;
};

base::Result<void> write_csv(const std::string& path, const std::vector<Sample>& samples) {
    std::FILE* file = std::fopen(path.c_str(), "w");
    if (file == nullptr) return base::error(fmt::format("cannot write {}", path));
    fmt::print(file,
               "commands,seconds,anonymous_kib,shared_kib,shared_files_kib,p50_ns,p99_ns,"
               "p99.9_ns,max_ns\n");
    for (const Sample& s : samples)
        fmt::print(file, "{},{:.3f},{},{},{},{},{},{},{}\n", s.commands, s.seconds,
                   s.memory.anonymous, s.memory.shared, s.shared_files / 1024,
                   s.latency.quantile(0.5), s.latency.quantile(0.99), s.latency.quantile(0.999),
                   s.latency.max());
    if (std::fclose(file) != 0) return base::error(fmt::format("cannot write {}", path));
    return {};
}

/// Medians over a part of the run.
std::string part_json(std::span<const Sample> part) {
    std::vector<std::uint64_t> p50, p99, anonymous, shared;
    for (const Sample& s : part) {
        p50.push_back(s.latency.quantile(0.5));
        p99.push_back(s.latency.quantile(0.99));
        anonymous.push_back(s.memory.anonymous);
        shared.push_back(s.shared_files / 1024);
    }
    return fmt::format(R"({{"p50_ns":{},"p99_ns":{},"anonymous_kib":{},"shared_files_kib":{}}})",
                       bench::median(p50), bench::median(p99), bench::median(anonymous),
                       bench::median(shared));
}

}  // namespace

base::Result<std::string> run_long(const BenchOptions& options) {
    const base::Histogram stalls = measure_machine_stalls(options.placement);
    auto run = LongRun::start(options);
    if (!run) return std::unexpected(run.error());
    if (const auto placed = options.placement.place(Placement::Role::client); !placed)
        return std::unexpected(placed.error());
    ProgressBar progress("long run");
    if (auto gone = (*run)->go(progress); !gone) return std::unexpected(gone.error());
    const std::vector<Sample>& samples = (*run)->samples();
    if (!options.samples.empty())
        if (auto written = write_csv(options.samples, samples); !written)
            return std::unexpected(written.error());
    const std::size_t tenth = std::max<std::size_t>(1, samples.size() / 10);
    return fmt::format(
        R"({{"benchmark":"long","durability":"{}","commands":{},"rate":{:.0f},"seconds":{:.1f},"first_tenth":{},"last_tenth":{},"machine_stalls_ns":{},{}}})",
        event_store::name_of(options.mode), options.commands, options.rate, samples.back().seconds,
        part_json(std::span(samples).first(tenth)), part_json(std::span(samples).last(tenth)),
        bench::latency_json(stalls), machine_json(options.placement, options.disk));
}

}  // namespace bw::apps
