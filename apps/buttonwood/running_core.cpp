#include "buttonwood/running_core.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <cstdlib>
#include <latch>

#include "buttonwood/beside.hpp"
#include "buttonwood/version.hpp"
#include "observe/format.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr unsigned spins_before_yield = 200;
constexpr unsigned yields_before_sleep = 400;
constexpr int core_niceness = -5;  // every client waits for the core
constexpr std::uint64_t first_sleep_ns = 20'000;
constexpr std::uint64_t longest_sleep_ns = 500'000;
constexpr std::uint64_t core_sleep_ns =
    1'000'000;  // it is woken earlier when there is work; this bounds how late a timer can be

void place(const Placement& placement, Placement::Role role) {
    if (const auto placed = placement.place(role); !placed)
        fmt::print(stderr, "buttonwood: {}\n", placed.error().message);
}

void pause() {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

}  // namespace

bool Idle::tired() const { return !busy_ && turns_ >= yields_before_sleep; }

/// Sleeps grow by a tenth: a loop that was busy lately answers within microseconds, one that has been idle for long costs nothing.
void Idle::rest() {
    ++turns_;
    if (turns_ < spins_before_yield) return pause();
    if (!tired()) return std::this_thread::yield();
    const std::uint64_t sleeps = turns_ - yields_before_sleep;
    platform::sleep_for_ns(
        std::min(longest_sleep_ns, first_sleep_ns + sleeps * (first_sleep_ns / 10)));
}

base::Result<std::unique_ptr<RunningCore>> RunningCore::start(
    const Options& options, const platform::Clock& clock, const exchange::StartProgress& progress) {
    exchange::Core::Options core_options = options.core;
    core_options.store.beside = beside();
    auto core = exchange::Core::open(core_options, clock, progress);
    if (!core) return std::unexpected(core.error());
    std::unique_ptr<RunningCore> running(new RunningCore(clock));
    running->core_ = std::move(*core);
    running->directory_ = options.core.store.directory;
    if (auto made = running->make_counters(options); !made) return std::unexpected(made.error());
    running->core_->store().commands().wake_on_commit(&running->wake_up_);
    running->start_threads(options);
    return running;
}

/// Returns when every thread is where it belongs: a caller in real time that went on to spin could keep them from ever getting there.
void RunningCore::start_threads(const Options& options) {
    const std::span tasks = core_->store().background();
    const auto placed = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(tasks.size()) + 1);
    for (const auto& task : tasks)
        background_.push_back(platform::start_thread(
            task.name, [task, placed, placement = options.placement](const std::stop_token& stop) {
                platform::use_niceness(task.niceness);
                place(placement, Placement::Role::background);
                placed->count_down();
                task.run(stop);
            }));
    core_thread_ = platform::start_thread(
        "core", [this, placed, placement = options.placement,
                 busy_spin = options.busy_spin](const std::stop_token& stop) {
            platform::use_precise_sleep();
            platform::use_niceness(core_niceness);
            place(placement, Placement::Role::core);
            placed->count_down();
            run_core(stop, busy_spin);
        });
    placed->wait();
}

void RunningCore::run_core(const std::stop_token& stop, bool busy_spin) {
    Idle idle(busy_spin);
    while (!stop.stop_requested() || !core_->idle()) {
        if (core_->do_work() > 0)
            idle.worked();
        else if (idle.tired())
            sleep_until_woken(idle);
        else
            idle.rest();
        if (!core_->failure().empty()) [[unlikely]] {
            fmt::print(stderr, "buttonwood: the core cannot go on: {}. Stopping.\n",
                       core_->failure());
            std::abort();
        }
    }
}

void RunningCore::sleep_until_woken(Idle& idle) {
    wake_up_.begin();
    if (core_->do_work() > 0) {
        wake_up_.cancel();
        idle.worked();
    } else {
        wake_up_.wait(core_sleep_ns);
    }
}

void RunningCore::stop() {
    if (stopped_) return;
    stopped_ = true;
    if (core_thread_.joinable()) {
        core_thread_.request_stop();
        core_thread_.join();
    }
    for (auto& thread : background_) thread.request_stop();
    background_.clear();
    core_->close();
    end_counters();
}

base::Result<void> RunningCore::make_counters(const Options& options) {
    event_store::Store& store = core_->store();
    counters_path_ = store.shared_directory() + "/" + observe::file_name;
    last_counters_path_ = options.core.store.directory + "/" + observe::last_file_name;
    std::vector<std::string> reasons;
    for (const model::RejectReason reason : exchange::reject_reasons())
        reasons.emplace_back(model::name_of(reason));
    auto counters = observe::CountersFile::create(
        store.storage(), {.path = counters_path_,
                          .cluster = store.identity().cluster,
                          .node = store.identity().node,
                          .process = static_cast<std::uint32_t>(::getpid()),
                          .started_ns = clock_.realtime_ns(),
                          .program = version,
                          .durability = std::string(event_store::name_of(store.mode())),
                          .names = {options.gateway_names, options.gateway_names, reasons}});
    if (!counters) return std::unexpected(counters.error());
    counters_ = std::move(*counters);
    core_->observe(&counters_->page(), clock_);
    return {};
}

/// After the store, whose last writes count too. Figures are nice to have: that they cannot be kept is said and stops nothing.
void RunningCore::end_counters() {
    if (!counters_) return;
    core_->observe(nullptr, clock_);
    if (auto ended = counters_->end(clock_.realtime_ns(), last_counters_path_); !ended)
        fmt::print(stderr, "buttonwood: {}\n", ended.error().message);
    const event_store::Store& store = core_->store();
    static_cast<void>(store.storage().remove(store.shared_directory()));  // empty now
}

RunningCore::~RunningCore() { stop(); }

}  // namespace bw::apps
