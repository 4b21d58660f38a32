#include "buttonwood/runtime/running_node.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <latch>
#include <thread>

#include "base/assert.hpp"
#include "buttonwood/runtime/helper_thread.hpp"
#include "buttonwood/runtime/thread_options.hpp"
#include "observe/exchange_metrics.hpp"
#include "platform/file_lock.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr int core_niceness = -5;  // every client waits for the core
/// Work wakes the core earlier; this bounds how late a timer can be.
constexpr std::uint64_t core_sleep_ns = 1'000'000;

/// A thread that wakes preempts only a thread with a longer slice (Linux 6.12). The writer of the
/// commands has the shortest slice the kernel accepts, so that a commit does not wait for a core
/// that polls; the core's is shorter than the default.
constexpr std::uint64_t commit_slice_ns = 100'000;
constexpr std::uint64_t core_slice_ns = 400'000;

constexpr auto drain_patience = std::chrono::seconds(3);

}  // namespace

base::Result<std::unique_ptr<RunningNode>> RunningNode::start(const Options& options,
                                                              const platform::Clock& clock,
                                                              const node::StartProgress& progress) {
    node::Node::Options core_options = options.core;
    core_options.store.start_helper = helper_starter();
    auto core = node::Node::open(core_options, clock, progress);
    if (!core) return std::unexpected(core.error());
    std::unique_ptr<RunningNode> running(new RunningNode(clock));
    running->core_ = std::move(*core);
    running->directory_ = options.core.store.directory;
    running->rings_ = options.core.gateways;
    running->stored_events_ = running->events_appended();  // replaying may have added some
    if (!options.rings_for_others)
        observe::remove_dead_counters(running->core_->store().storage(),
                                      running->core_->store().shared_directory(),
                                      options.core.store.directory);
    if (auto made = running->make_counters(options); !made) return std::unexpected(made.error());
    if (auto made = running->make_board(); !made) return std::unexpected(made.error());
    if (!options.rings_for_others)
        if (auto kept = running->keep_rings(std::min(options.own_rings, options.core.gateways));
            !kept)
            return std::unexpected(kept.error());
    running->core_->store().commands().wake_on_commit(&running->board_->board().wake_up);
    running->start_threads(options);
    if (auto published = running->board_->publish(); !published)
        return std::unexpected(published.error());
    return running;
}

/// Returns once every thread has its processor and priority: a caller that starts to spin earlier
/// could keep the others from running at all.
void RunningNode::start_threads(const Options& options) {
    const auto tasks = core_->store().background();
    BW_ASSERT(tasks.size() == options.background.size());
    const auto placed = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(tasks.size()) + 1);
    for (std::size_t i = 0; i < tasks.size(); ++i)
        background_.push_back(platform::start_thread(
            tasks[i].name,
            [task = tasks[i], placed, thread = options.background[i]](const std::stop_token& stop) {
                if (!thread.nice && !thread.fifo) platform::use_niceness(task.niceness);
                if (!thread.fifo) platform::use_slice(task.niceness < 0 ? commit_slice_ns : 0);
                use_thread_options(thread, task.name);
                placed->count_down();
                task.run(stop);
            }));
    core_thread_ = platform::start_thread(
        "core", [this, placed, thread = options.thread](const std::stop_token& stop) {
            platform::use_precise_sleep();
            if (!thread.nice && !thread.fifo) platform::use_niceness(core_niceness);
            if (!thread.fifo) platform::use_slice(core_slice_ns);
            use_thread_options(thread, "the core");
            placed->count_down();
            run_core(stop, thread.idle.value_or(IdleStrategy::back_off));
        });
    placed->wait();
}

void RunningNode::run_core(const std::stop_token& stop, IdleStrategy strategy) {
    Idle idle(strategy);
    while (!stop.stop_requested()) {
        if (turn())
            idle.worked();
        else if (idle.tired())
            sleep_until_woken(idle);
        else
            idle.rest();
    }
    drain();
}

bool RunningNode::turn() {
    const bool worked = core_->do_work() > 0;
    if (worked) note_position();
    if (!core_->failure().empty()) [[unlikely]] {
        fmt::print(stderr, "buttonwood: the core cannot continue: {}. Stopping.\n",
                   core_->failure());
        std::abort();
    }
    return worked;
}

/// Takes the commands that are still in the rings. A gateway that does not stop sending cannot
/// delay the end for ever: after `drain_patience` nothing more is taken or acknowledged.
void RunningNode::drain() {
    const auto deadline = std::chrono::steady_clock::now() + drain_patience;
    while (!core_->idle() && std::chrono::steady_clock::now() < deadline)
        if (!turn()) std::this_thread::yield();
    while (!core_->applied_everything())
        if (core_->finish_work() == 0) std::this_thread::yield();
}

void RunningNode::note_position() {
    const auto [appended, committed] = commands();
    const auto [command_room, event_room] = room();
    board_->board().publish({.commands_appended = appended,
                             .commands_committed = committed,
                             .events_appended = events_appended(),
                             .command_room = command_room,
                             .event_room = event_room},
                            core_->applied_sequence());
}

void RunningNode::sleep_until_woken(Idle& idle) {
    platform::WakeUp& wake_up = board_->board().wake_up;
    wake_up.begin();
    if (turn()) {
        wake_up.cancel();
        idle.worked();
    } else {
        wake_up.wait(core_sleep_ns);
    }
}

void RunningNode::stop() {
    if (stopped_) return;
    stopped_ = true;
    if (core_thread_.joinable()) {
        core_thread_.request_stop();
        core_thread_.join();
    }
    for (auto& thread : background_) thread.request_stop();
    background_.clear();
    core_->store().commands().wake_on_commit(nullptr);
    board_.reset();
    ring_locks_.clear();
    core_->close();
    core_->observe(nullptr, clock_);
    if (counters_) counters_->end();  // after the store, whose last writes are counted too
    const event_store::Store& store = core_->store();
    // removes it only if it is empty
    static_cast<void>(store.storage().remove(store.shared_directory()));
}

base::Result<void> RunningNode::make_counters(const Options& options) {
    const event_store::Store& store = core_->store();
    auto counters = OwnCounters::open(store.storage(), clock_,
                                      {.process = "core",
                                       .directory = options.core.store.directory,
                                       .shared_directory = store.shared_directory(),
                                       .identity = store.identity(),
                                       .durability = durability(),
                                       .names = options.names});
    if (!counters) return std::unexpected(counters.error());
    counters_ = std::move(*counters);
    core_->observe(&counters_->page(), clock_);
    return {};
}

base::Result<void> RunningNode::make_board() {
    auto made =
        node::PublishedBoard::make(core_->store().storage(), core_->store().shared_directory());
    if (!made) return std::unexpected(made.error());
    board_ = std::move(*made);
    node::Board& board = board_->board();
    board.start = {clock_.realtime_ns(), static_cast<std::uint64_t>(::getpid())};
    board.stored_commands = core_->store().recovery().commands;
    board.stored_events = stored_events_;
    const std::string mode = durability();
    std::memcpy(board.durability, mode.data(), std::min(mode.size(), sizeof board.durability - 1));
    note_position();
    return {};
}

base::Result<void> RunningNode::keep_rings(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        auto lock =
            core_->store().storage().lock(node::ring_path(core_->store().shared_directory(), i));
        if (!lock) return std::unexpected(lock.error());
        ring_locks_.push_back(std::move(*lock));
    }
    return {};
}

bool RunningNode::has_gateways() const {
    for (std::size_t i = 0; i < rings_; ++i)
        if (platform::is_locked(node::ring_path(core_->store().shared_directory(), i))) return true;
    return false;
}

event_store::EventSource RunningNode::event_source() const {
    const event_store::Store& store = core_->store();
    return {
        store.storage(), directory_, store.identity(), stored_events_,
        [this](std::uint64_t first) { return open_reader(event_store::LogKind::events, first); }};
}

StorageRoom RunningNode::room() const {
    const auto& [commands, events] = counters_->page().append;
    return {commands.sure_room.value(), events.sure_room.value()};
}

RunningNode::~RunningNode() { stop(); }

}  // namespace bw::apps
