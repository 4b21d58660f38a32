#include "buttonwood/processes/up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>

#include "buttonwood/processes/demo/demo_agent.hpp"
#include "buttonwood/processes/gateway/event_loop.hpp"
#include "buttonwood/processes/gateway/gateway_options.hpp"
#include "buttonwood/processes/gateway/market_data_thread.hpp"
#include "buttonwood/processes/gateway/network_files.hpp"
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

/// Runs the simulated participants on a thread of their own.
class DemoThread {
 public:
    static base::Result<std::unique_ptr<DemoThread>> start(RunningNode& node, const Place& place,
                                                           double rate,
                                                           const ThreadOptions& thread) {
        std::unique_ptr<DemoThread> self(new DemoThread(node, place));
        auto agent = DemoAgent::open(node, self->port_, place, rate);
        if (!agent) return std::unexpected(agent.error());
        self->agent_ = std::move(*agent);
        self->thread_ =
            platform::start_thread("demo", [raw = self.get(), thread](const std::stop_token& stop) {
                use_thread_options(thread, "the demo");
                raw->run(stop);
            });
        return self;
    }

    /// The snapshot and event from which it started.
    [[nodiscard]] const event_store::ReaderStart& began() const { return agent_->began(); }

    void stop() {
        thread_.request_stop();
        if (thread_.joinable()) thread_.join();
    }

 private:
    DemoThread(RunningNode& node, const Place& place) : port_(node.port(place.ring.value())) {}
    void run(const std::stop_token& stop) {
        while (!stop.stop_requested())
            if (agent_->turn() == 0) platform::sleep_for_ns(agent_->rest_ns());
    }

    sequencer::RingPort port_;
    std::unique_ptr<DemoAgent> agent_;
    std::jthread thread_;
};

/// Whether this exchange gets simulated participants: only if it is new or already has them.
bool wants_demo(const views::ReadModels& models) {
    if (models.sequence() == 0) return true;
    return std::ranges::any_of(models.reference_data().instruments(), [](const auto& row) {
        return demo::DemoMarket::lists(row.second.symbol.view());
    });
}

/// The exchange in one process: the node, and as threads the agents whose rows say `in_up`. The
/// gateway runs on the main thread.
class OneProcess {
 public:
    explicit OneProcess(const ExchangeOptions& options)
        : options_(options), topology_(options), bar_(std::make_unique<ProgressBar>("starting")) {}

    base::Result<void> open(const std::optional<calendar::Venue>& venue);
    /// Gives the calling thread, which serves the clients, the options of the gateway's thread.
    void become_gateway_thread();
    void print_open(const std::optional<calendar::Venue>& venue);
    /// Runs until a signal or a failure. Returns the failure, or an empty text.
    std::string serve_clients(const StopSignal& signal);
    void close();

    /// Where it listens.
    [[nodiscard]] std::string address() const {
        return fmt::format("{}://{}:{}", gateway_->scheme(), options_.of("gateway").address,
                           gateway_->port());
    }

 private:
    base::Result<void> open_node(bool with_calendar);
    base::Result<void> open_gateway();
    base::Result<void> open_market_data();
    base::Result<void> open_metrics();
    base::Result<void> open_demo();
    void print_readers();
    [[nodiscard]] const ThreadOptions& thread_of(const Place& place) const {
        return options_.thread(place.agent->table());
    }

    const ExchangeOptions& options_;
    const Topology topology_;
    const platform::SystemClock clock_;
    const std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
    std::unique_ptr<ProgressBar> bar_;  ///< while the exchange opens
    std::unique_ptr<RunningNode> node_;
    std::unique_ptr<SchedulerThread> scheduler_;
    std::optional<sequencer::RingPort> gateway_port_;
    std::unique_ptr<GatewayAgent> gateway_;
    std::unique_ptr<MarketDataThread> market_data_;
    std::unique_ptr<MetricsThread> metrics_;
    std::unique_ptr<DemoThread> demo_;
};

base::Result<void> OneProcess::open(const std::optional<calendar::Venue>& venue) {
    if (auto opened = open_node(venue.has_value()); !opened) return opened;
    const Place& place = topology_.at("scheduler");
    auto scheduler =
        SchedulerThread::start(*node_, place, scheduler_options(venue), thread_of(place));
    if (!scheduler) return std::unexpected(scheduler.error());
    scheduler_ = std::move(*scheduler);
    if (auto opened = open_gateway(); !opened) return opened;
    if (auto opened = open_market_data(); !opened) return opened;
    if (auto opened = open_metrics(); !opened) return opened;
    if (auto opened = open_demo(); !opened) return opened;
    bar_.reset();
    return {};
}

base::Result<void> OneProcess::open_node(bool with_calendar) {
    const auto setup = node_options(options_, with_calendar);
    if (!setup) return std::unexpected(setup.error());
    auto node = RunningNode::start(*setup, clock_, progress_on(*bar_));
    if (!node) return std::unexpected(node.error());
    node_ = std::move(*node);
    return {};
}

base::Result<void> OneProcess::open_gateway() {
    const Place& place = topology_.at("gateway");
    gateway_port_.emplace(node_->port(place.ring.value()));
    GatewayAgent::Options of_agent = gateway_options(options_, place);
    of_agent.market_data = gateway::rest::MarketDataPlace::apart;
    auto gateway = GatewayAgent::open(of_agent, *node_, *gateway_port_, progress_on(*bar_));
    if (!gateway) return std::unexpected(gateway.error());
    gateway_ = std::move(*gateway);
    return {};
}

base::Result<void> OneProcess::open_market_data() {
    auto market_data = MarketDataThread::start(*node_, *gateway_, topology_.at("market-data"),
                                               options_, progress_on(*bar_));
    if (!market_data) return std::unexpected(market_data.error());
    market_data_ = std::move(*market_data);
    return {};
}

base::Result<void> OneProcess::open_metrics() {
    const Place& place = topology_.at("metrics");
    const AgentOptions& own = options_.of("metrics");
    if (!own.port) return {};
    auto metrics = MetricsThread::start({own.address, *own.port}, node_->store().shared_directory(),
                                        options_.directory, thread_of(place));
    if (!metrics) return std::unexpected(metrics.error());
    metrics_ = std::move(*metrics);
    return {};
}

base::Result<void> OneProcess::open_demo() {
    if (!options_.demo || !wants_demo(gateway_->models())) return {};
    const Place& place = topology_.at("demo");
    auto demo = DemoThread::start(*node_, place, options_.demo_rate, thread_of(place));
    if (!demo) return std::unexpected(demo.error());
    demo_ = std::move(*demo);
    return {};
}

/// Prints each passed-over snapshot once: all readers examine the same files.
void OneProcess::print_readers() {
    const event_store::ReaderStart& gateway = gateway_->start();
    for (const std::string& why : gateway.passed_over)
        fmt::print("passed over a snapshot of the readers: {}\n", why);
    fmt::print("{}\n{}\n{}\n", event_store::describe("gateway", gateway),
               event_store::describe("market data", market_data_->began()),
               event_store::describe("scheduler", scheduler_->began()));
    if (demo_) fmt::print("{}\n", event_store::describe("demo", demo_->began()));
}

void OneProcess::print_open(const std::optional<calendar::Venue>& venue) {
    print_recovery(*node_, options_);
    print_readers();
    print_calendar(venue, clock_.realtime_ns(), options_.day_end);
    if (options_.demo && !demo_)
        fmt::print("no simulated participants: this exchange was opened without them\n");
    if (metrics_)
        fmt::print("metrics at http://{}:{}/metrics\n", options_.of("metrics").address,
                   metrics_->port());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began_;
    fmt::print("operator keys: {}\nopen after {:.1f} s at {}://localhost:{}/ (stop with Ctrl-C)\n",
               fmt::join(gateway_->operator_key_files(), ", "), took.count(), gateway_->scheme(),
               gateway_->port());
    std::fflush(stdout);
}

void OneProcess::become_gateway_thread() {
    use_thread_options(thread_of(topology_.at("gateway")), "the gateway");
}

std::string OneProcess::serve_clients(const StopSignal& signal) {
    SnapshotSchedule snapshots(
        {.directory = options_.directory, .shared_directory = options_.shared_directory},
        std::chrono::minutes(options_.snapshot_minutes));
    RetentionFloor floor(node_->node(), options_);
    serve(
        *gateway_, thread_of(topology_.at("gateway")),
        [&] { return signal.arrived() || market_data_->failed(); },
        [&] {
            snapshots.do_work();
            floor.do_work();
        });
    return market_data_->failed() ? market_data_->failure() : gateway_->failure();
}

void OneProcess::close() {
    if (demo_) demo_->stop();
    scheduler_->stop();
    drain(*gateway_);
    market_data_.reset();
    gateway_.reset();
    metrics_.reset();
    node_->stop();
}

}  // namespace

int run_up(const ExchangeOptions& options) {
    const auto venue = load_calendar(options.calendar);
    if (!venue) return fail(venue.error().message);
    if (const auto checked = node_options(options, venue->has_value()); !checked)
        return fail(checked.error().message);  // before anything is printed
    if (const auto checked = NetworkFiles::open(options.network, options.of("gateway").address);
        !checked)
        return fail(checked.error().message);
    const StopSignal signal;
    print_head(options);
    OneProcess exchange(options);
    if (auto opened = exchange.open(*venue); !opened) return fail(opened.error().message);
    exchange.become_gateway_thread();  // before "open" is printed: then every thread has its place
    exchange.print_open(*venue);
    log_open(options, exchange.address());
    const std::string failure = exchange.serve_clients(signal);
    fmt::print("closing\n");
    exchange.close();
    if (!failure.empty()) return fail(failure);
    fmt::print("closed; the next start continues here\n");
    return 0;
}

}  // namespace bw::apps
