#include "buttonwood/up.hpp"

#include "buttonwood/snapshot.hpp"

#include <fmt/format.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>

#include "buttonwood/calendar.hpp"
#include "buttonwood/gateway_agent.hpp"
#include "buttonwood/metrics_thread.hpp"
#include "buttonwood/progress.hpp"
#include "buttonwood/reader_watch.hpp"
#include "buttonwood/running_core.hpp"
#include "buttonwood/scheduler_thread.hpp"
#include "buttonwood/version.hpp"
#include "demo/demo_market.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr std::size_t rest_ring = 0;
constexpr std::size_t demo_ring = 1;
constexpr std::size_t scheduler_ring = 2;
constexpr std::array<const char*, 3> ring_names{"rest", "demo", "schedule"};
constexpr auto stop_patience = std::chrono::seconds(3);

/// SIGINT and SIGTERM as something the main loop can ask for. Blocked before any thread is made, so they reach nobody else.
class StopSignal {
 public:
    StopSignal() {
        sigset_t set;
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        sigprocmask(SIG_BLOCK, &set, nullptr);
        descriptor_ = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
        std::signal(SIGPIPE, SIG_IGN);
    }
    ~StopSignal() { close(descriptor_); }
    StopSignal(const StopSignal&) = delete;
    StopSignal& operator=(const StopSignal&) = delete;
    [[nodiscard]] bool arrived() const {
        signalfd_siginfo info{};
        return read(descriptor_, &info, sizeof info) == sizeof info;
    }

 private:
    int descriptor_;
};

/// The demo's participants on a thread of their own.
class DemoThread {
 public:
    static base::Result<std::unique_ptr<DemoThread>> start(RunningCore& core,
                                                           const platform::Clock& clock,
                                                           double rate) {
        auto events = core.store().open_reader(event_store::LogKind::events, 1);
        if (!events) return std::unexpected(events.error());
        return std::unique_ptr<DemoThread>(new DemoThread(core, clock, rate, std::move(*events)));
    }

    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

 private:
    DemoThread(RunningCore& core, const platform::Clock& clock, double rate,
               std::unique_ptr<event_store::LogReader> events)
        : port_(core.port(demo_ring)),
          events_(std::move(events)),
          watch_(core.figures().readers[demo_ring], core.store(), clock),
          stored_(core.store().recovery().events),
          market_(port_, clock, {.commands_per_second = rate}) {
        thread_ =
            platform::start_thread("demo", [this](const std::stop_token& stop) { run(stop); });
    }

    void run(const std::stop_token& stop) {
        std::uint64_t applied = 0;
        while (!stop.stop_requested()) {
            std::size_t done = 0;
            while (const event_store::RecordView* record = events_->poll()) {
                market_.apply(*record);
                watch_.applied(*record);
                applied = record->sequence;
                if (++done % 4096 == 0 && stop.stop_requested()) return;
            }
            if (done > 0) watch_.end_turn(true);
            if (applied >= stored_) done += market_.do_work();
            if (done == 0) platform::sleep_for_ns(1'000'000);
        }
    }

    sequencer::RingPort port_;
    std::unique_ptr<event_store::LogReader> events_;
    ReaderWatch watch_;
    std::uint64_t stored_;
    demo::DemoMarket market_;
    std::jthread thread_;
};

int fail(const std::string& message) {
    fmt::print(stderr, "buttonwood: {}\n", message);
    return 1;
}

/// Simulated participants belong into a new exchange and into one that has theirs already, never into somebody's own.
bool wants_demo(const gateway::session::ExchangeView& view) {
    if (view.sequence() == 0) return true;
    return std::ranges::any_of(view.instruments(), [](const auto& row) {
        return demo::DemoMarket::lists(row.second.symbol.view());
    });
}

base::Result<std::uint64_t> time_of_day_ns(const std::string& text) {
    const auto digit = [&](std::size_t i) {
        return i < text.size() && text[i] >= '0' && text[i] <= '9' ? text[i] - '0' : 100;
    };
    const int hours = digit(0) * 10 + digit(1);
    const int minutes = digit(3) * 10 + digit(4);
    if (text.size() != 5 || text[2] != ':' || hours > 23 || minutes > 59)
        return base::error(fmt::format("--day-end {}: is not a time of day hh:mm (UTC)", text));
    return (static_cast<std::uint64_t>(hours) * 60 + static_cast<std::uint64_t>(minutes)) *
           60'000'000'000u;
}

/// The calendar of the exchange, if it has one.
base::Result<std::optional<calendar::Venue>> load_calendar(const std::string& file) {
    if (file.empty()) return std::nullopt;
    auto venue = calendar::load_venue(file);
    if (!venue) return std::unexpected(venue.error());
    return std::move(*venue);
}

scheduler::SchedulerOptions scheduler_options(const std::optional<calendar::Venue>& venue) {
    if (!venue) return {};
    return {venue->calendar, venue->automatics};
}

void print_calendar(const std::optional<calendar::Venue>& venue, std::uint64_t now_ns,
                    const std::string& day_end) {
    if (venue)
        fmt::print("calendar: {}\n", describe_now(*venue, now_ns));
    else
        fmt::print("calendar: none, always trading; the day ends at {} UTC\n", day_end);
}

void print_recovery(const event_store::RecoveryReport& report, const std::string& directory) {
    if (report.created)
        fmt::print("new exchange in {}\n", directory);
    else
        fmt::print("recovered {} commands and {} events from {}\n", report.commands, report.events,
                   directory);
    if (report.commands_cut_bytes > 0)
        fmt::print(
            "cut an interrupted write of {} bytes at the end of the command log; none of it was "
            "acknowledged\n",
            report.commands_cut_bytes);
    if (report.commands_from_memory > 0)
        fmt::print("took {} commands over from shared memory\n", report.commands_from_memory);
}

void print_snapshot(RunningCore& core) {
    for (const std::string& why : core.core().passed_over())
        fmt::print("passed over a snapshot: {}\n", why);
    if (core.core().snapshot_sequence() != 0)
        fmt::print("began with the snapshot of command {}\n", core.core().snapshot_sequence());
}

void serve(GatewayAgent& gateway, SnapshotSchedule& snapshots, const StopSignal& signal) {
    Idle idle(false);
    while (!signal.arrived() && gateway.failure().empty()) {
        snapshots.do_work();
        if (gateway.do_work() > 0)
            idle.worked();
        else
            idle.rest();
    }
}

/// Requests under way get their answers, then the connections close.
void drain(GatewayAgent& gateway) {
    gateway.stop();
    const auto deadline = std::chrono::steady_clock::now() + stop_patience;
    Idle idle(false);
    while ((gateway.waiting() || !gateway.stopped()) &&
           std::chrono::steady_clock::now() < deadline) {
        if (gateway.do_work() > 0)
            idle.worked();
        else
            idle.rest();
    }
}

}  // namespace

int run_up(const UpOptions& options) {
    const auto day_end = time_of_day_ns(options.day_end);
    if (!day_end) return fail(day_end.error().message);
    const auto venue = load_calendar(options.calendar);
    if (!venue) return fail(venue.error().message);
    const StopSignal signal;
    const auto started = std::chrono::steady_clock::now();
    fmt::print("Buttonwood {}\ndurability: {} ({})\n", version, event_store::name_of(options.mode),
               event_store::promise_of(options.mode));
    std::fflush(stdout);

    auto bar = std::make_unique<ProgressBar>("starting");
    const exchange::StartProgress progress = [&](const std::string& phase, std::uint64_t done,
                                                 std::uint64_t total) {
        bar->rename(phase);
        bar->show(done, total);
    };
    const platform::SystemClock clock;
    RunningCore::Options core_options;
    core_options.core.store.directory = options.directory;
    core_options.core.store.shared_directory = options.shared_directory;
    core_options.core.store.mode = options.mode;
    core_options.core.store.segment_bytes = options.segment_mib * 1024 * 1024;
    core_options.gateway_names.assign(ring_names.begin(), ring_names.end());
    core_options.core.gateways = ring_names.size();
    core_options.core.day_end_ns.reset();
    if (!*venue) core_options.core.day_end_ns = *day_end;
    core_options.busy_spin = options.busy_spin;
    auto core = RunningCore::start(core_options, clock, progress);
    if (!core) return fail(core.error().message);
    auto scheduler =
        SchedulerThread::start(**core, scheduler_ring, clock, scheduler_options(*venue));
    if (!scheduler) return fail(scheduler.error().message);

    GatewayAgent::Options gateway_options{.directory = options.directory,
                                          .operators = options.operators,
                                          .ring = rest_ring,
                                          .http = {},
                                          .api = {}};
    gateway_options.http.address = options.address;
    gateway_options.http.port = options.http_port;
    const gateway::session::Rate rate{options.rate_limit, options.rate_limit * 2};
    gateway_options.api.orders = gateway_options.api.cancels = gateway_options.api.queries = rate;
    auto gateway = GatewayAgent::open(gateway_options, **core, clock, progress);
    if (!gateway) return fail(gateway.error().message);
    std::unique_ptr<MetricsThread> metrics;
    if (options.metrics_port) {
        auto thread =
            MetricsThread::start({options.metrics_address, *options.metrics_port}, **core);
        if (!thread) return fail(thread.error().message);
        metrics = std::move(*thread);
    }
    std::unique_ptr<DemoThread> demo;
    const bool with_demo = options.demo && wants_demo((*gateway)->view());
    if (with_demo) {
        auto thread = DemoThread::start(**core, clock, options.demo_rate);
        if (!thread) return fail(thread.error().message);
        demo = std::move(*thread);
    }

    bar.reset();
    print_recovery((*core)->store().recovery(), options.directory);
    print_snapshot(**core);
    if ((*core)->figures().engine.storage_scarce.value() != 0)
        fmt::print(
            "storage: scarce, orders are refused until there is room for the next log segments\n");
    print_calendar(*venue, clock.realtime_ns(), options.day_end);
    if (options.demo && !with_demo)
        fmt::print("no simulated participants: this exchange was opened without them\n");
    if (metrics)
        fmt::print("metrics at http://{}:{}/metrics\n", options.metrics_address, metrics->port());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    fmt::print(
        "operator keys: {}\nopen after {:.1f} s at http://localhost:{}/ (stop with Ctrl-C)\n",
        fmt::join((*gateway)->operator_key_files(), ", "), took.count(), (*gateway)->port());
    std::fflush(stdout);

    SnapshotSchedule snapshots(
        {.directory = options.directory, .shared_directory = options.shared_directory},
        std::chrono::minutes(options.snapshot_minutes));
    serve(**gateway, snapshots, signal);
    const std::string failure = (*gateway)->failure();
    fmt::print("closing\n");
    if (demo) demo->stop();
    (*scheduler)->stop();
    drain(**gateway);
    gateway->reset();
    metrics.reset();
    (*core)->stop();
    if (!failure.empty()) return fail(failure);
    fmt::print("closed; the next start continues here\n");
    return 0;
}

}  // namespace bw::apps
