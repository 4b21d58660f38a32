#include "buttonwood/processes/up.hpp"

#include <fmt/format.h>

#include <chrono>
#include <optional>

#include "buttonwood/processes/demo/demo_agent.hpp"
#include "buttonwood/processes/gateway/event_loop.hpp"
#include "buttonwood/processes/gateway/gateway_options.hpp"
#include "buttonwood/processes/metrics/metrics_thread.hpp"
#include "buttonwood/processes/scheduler/scheduler_thread.hpp"
#include "buttonwood/processes/scheduler/venue.hpp"
#include "buttonwood/runtime/progress.hpp"
#include "buttonwood/runtime/retention_floor.hpp"
#include "buttonwood/runtime/startup.hpp"
#include "buttonwood/runtime/stop_signal.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "buttonwood/tools/snapshot.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

/// The demo's participants on a thread of their own.
class DemoThread {
 public:
    static base::Result<std::unique_ptr<DemoThread>> start(RunningNode& core, double rate,
                                                           const ThreadOptions& thread) {
        std::unique_ptr<DemoThread> self(new DemoThread(core));
        auto agent = DemoAgent::open(core, self->port_, rate);
        if (!agent) return std::unexpected(agent.error());
        self->agent_ = std::move(*agent);
        self->thread_ =
            platform::start_thread("demo", [raw = self.get(), thread](const std::stop_token& stop) {
                use_thread_options(thread, "the demo");
                raw->run(stop);
            });
        return self;
    }

    /// Where it began.
    [[nodiscard]] const event_store::ReaderStart& began() const { return agent_->began(); }

    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

 private:
    explicit DemoThread(RunningNode& core) : port_(core.port(demo_ring)) {}
    void run(const std::stop_token& stop) {
        while (!stop.stop_requested())
            if (agent_->turn() == 0) platform::sleep_for_ns(DemoAgent::rest_ns);
    }

    sequencer::RingPort port_;
    std::unique_ptr<DemoAgent> agent_;
    std::jthread thread_;
};

/// Simulated participants belong into a new exchange and into one that has theirs already, never
/// into somebody's own.
bool wants_demo(const views::ReadModels& models) {
    if (models.sequence() == 0) return true;
    return std::ranges::any_of(models.reference_data().instruments(), [](const auto& row) {
        return demo::DemoMarket::lists(row.second.symbol.view());
    });
}

/// What is passed over is told once: all readers look at the same files.
void print_readers(const event_store::ReaderStart& gateway,
                   const event_store::ReaderStart& scheduler, const DemoThread* demo) {
    for (const std::string& why : gateway.passed_over)
        fmt::print("passed over a snapshot of the readers: {}\n", why);
    fmt::print("{}\n{}\n", event_store::describe("gateway", gateway),
               event_store::describe("scheduler", scheduler));
    if (demo != nullptr) fmt::print("{}\n", event_store::describe("demo", demo->began()));
}

}  // namespace

int run_up(const ExchangeOptions& options) {
    const auto venue = load_calendar(options.calendar);
    if (!venue) return fail(venue.error().message);
    const auto core_setup = core_options(options, venue->has_value());
    if (!core_setup) return fail(core_setup.error().message);
    const StopSignal signal;
    const auto started = std::chrono::steady_clock::now();
    print_head(options);

    auto bar = std::make_unique<ProgressBar>("starting");
    const node::StartProgress progress = progress_on(*bar);
    const platform::SystemClock clock;
    auto core = RunningNode::start(*core_setup, clock, progress);
    if (!core) return fail(core.error().message);
    auto scheduler = SchedulerThread::start(**core, scheduler_ring, scheduler_options(*venue),
                                            options.scheduler);
    if (!scheduler) return fail(scheduler.error().message);

    sequencer::RingPort port = (*core)->port(rest_ring);
    auto gateway = GatewayAgent::open(gateway_options(options), **core, port, progress);
    if (!gateway) return fail(gateway.error().message);
    std::unique_ptr<MetricsThread> metrics;
    if (options.metrics_port) {
        auto thread = MetricsThread::start({options.metrics_address, *options.metrics_port},
                                           (*core)->store().shared_directory(), options.directory,
                                           options.metrics);
        if (!thread) return fail(thread.error().message);
        metrics = std::move(*thread);
    }
    std::unique_ptr<DemoThread> demo;
    const bool with_demo = options.demo && wants_demo((*gateway)->models());
    if (with_demo) {
        auto thread = DemoThread::start(**core, options.demo_rate, options.demo_thread);
        if (!thread) return fail(thread.error().message);
        demo = std::move(*thread);
    }

    bar.reset();
    print_recovery(**core, options);
    print_readers((*gateway)->start(), (*scheduler)->began(), demo.get());
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
    use_thread_options(options.gateway, "the gateway");
    RetentionFloor floor((*core)->core(), options);
    serve(**gateway, options.gateway, signal, [&] {
        snapshots.do_work();
        floor.do_work();
    });
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
