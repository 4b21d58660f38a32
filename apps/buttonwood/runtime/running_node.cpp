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
#include "telemetry/log.hpp"

namespace bw::apps {
namespace {

constexpr int core_niceness = -5;  // every client waits for the core thread
/// Work wakes the core thread earlier; this bounds how late it notices that storage has become
/// scarce.
constexpr std::uint64_t core_sleep_ns = 100'000'000;

/// A thread that wakes preempts only a thread with a longer slice (Linux 6.12). The writer of the
/// commands has the shortest slice the kernel accepts, so that a commit does not wait for a core
/// thread that polls; the core thread's is shorter than the default.
constexpr std::uint64_t commit_slice_ns = 100'000;
constexpr std::uint64_t core_slice_ns = 400'000;

constexpr auto drain_patience = std::chrono::seconds(3);

}  // namespace

base::Result<std::unique_ptr<RunningNode>> RunningNode::start(const Options& options,
                                                              const platform::Clock& clock,
                                                              const node::StartProgress& progress) {
    node::Node::Options node_options = options.node;
    node_options.store.start_helper = helper_starter();
    auto node = node::Node::open(node_options, clock, progress);
    if (!node) return std::unexpected(node.error());
    std::unique_ptr<RunningNode> running(new RunningNode(clock));
    running->node_ = std::move(*node);
    running->directory_ = options.node.store.directory;
    running->rings_ = options.node.gateways;
    running->stored_events_ = running->events_appended();  // replaying may have added some
    if (!options.rings_for_others)
        observe::remove_dead_counters(running->node_->store().storage(),
                                      running->node_->store().shared_directory(),
                                      options.node.store.directory);
    if (auto made = running->make_counters(options); !made) return std::unexpected(made.error());
    if (auto made = running->make_board(); !made) return std::unexpected(made.error());
    if (!options.rings_for_others)
        if (auto kept = running->keep_rings(std::min(options.own_rings, options.node.gateways));
            !kept)
            return std::unexpected(kept.error());
    running->node_->store().commands().wake_on_commit(&running->board_->board().wake_up);
    running->start_threads(options);
    if (auto published = running->board_->publish(); !published)
        return std::unexpected(published.error());
    return running;
}

/// Returns once every thread has its processor and priority: a caller that starts to spin earlier
/// could keep the others from running at all.
void RunningNode::start_threads(const Options& options) {
    const auto tasks = node_->store().background();
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
    const std::stop_callback on_stop(stop, [this] { board_->board().wake_up.wake_surely(); });
    while (!stop.stop_requested()) {
        if (turn())
            idle.worked();
        else if (idle.tired())
            sleep_until_woken(idle, stop);
        else
            idle.rest();
    }
    drain();
}

bool RunningNode::turn() {
    const bool worked = node_->do_work() > 0;
    if (worked) {
        note_position();
        board_->board().wake_readers();  // also finishes publishing
        node_->store().wake_lazy_writers();
    }
    if (!node_->failure().empty()) [[unlikely]] {
        const std::string why =
            fmt::format("the node cannot continue: {}. Stopping.", node_->failure());
        telemetry::log_event_now(telemetry::Event::process_failed, {.message = why});
        std::abort();
    }
    return worked;
}

/// Takes the commands that are still in the rings. A gateway that does not stop sending cannot
/// delay the end for ever: after `drain_patience` nothing more is taken or acknowledged.
void RunningNode::drain() {
    const auto deadline = std::chrono::steady_clock::now() + drain_patience;
    while (!node_->idle() && std::chrono::steady_clock::now() < deadline)
        if (!turn()) std::this_thread::yield();
    while (!node_->applied_everything())
        if (node_->finish_work() == 0) std::this_thread::yield();
}

void RunningNode::note_position() {
    const auto [appended, committed] = commands();
    const auto [command_room, event_room] = room();
    board_->board().publish({.commands_appended = appended,
                             .commands_committed = committed,
                             .events_appended = events_appended(),
                             .command_room = command_room,
                             .event_room = event_room},
                            node_->applied_sequence());
}

void RunningNode::sleep_until_woken(Idle& idle, const std::stop_token& stop) {
    const std::uint64_t sleep_ns = node_->nothing_due_ns(clock_.realtime_ns(), core_sleep_ns);
    board_->board().wake_up.sleep_in_doubt(sleep_ns, [&] {
        const bool worked = turn();
        if (worked) idle.worked();
        return worked || stop.stop_requested();
    });
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
    node_->store().commands().wake_on_commit(nullptr);
    board_.reset();
    ring_locks_.clear();
    node_->close();
    node_->observe(nullptr, clock_);
    if (counters_) counters_->end();  // after the store, whose last writes are counted too
    const event_store::Store& store = node_->store();
    // removes it only if it is empty
    static_cast<void>(store.storage().remove(store.shared_directory()));
}

base::Result<void> RunningNode::make_counters(const Options& options) {
    const event_store::Store& store = node_->store();
    auto counters = OwnCounters::open(store.storage(), clock_,
                                      {.process = "node",
                                       .directory = options.node.store.directory,
                                       .shared_directory = store.shared_directory(),
                                       .identity = store.identity(),
                                       .durability = durability(),
                                       .names = options.names});
    if (!counters) return std::unexpected(counters.error());
    counters_ = std::move(*counters);
    node_->observe(&counters_->page(), clock_);
    return {};
}

base::Result<void> RunningNode::make_board() {
    auto made =
        node::PublishedBoard::make(node_->store().storage(), node_->store().shared_directory());
    if (!made) return std::unexpected(made.error());
    board_ = std::move(*made);
    node::Board& board = board_->board();
    board.start = {clock_.realtime_ns(), static_cast<std::uint64_t>(::getpid())};
    board.stored_commands = node_->store().recovery().commands;
    board.stored_events = stored_events_;
    const std::string mode = durability();
    std::memcpy(board.durability, mode.data(), std::min(mode.size(), sizeof board.durability - 1));
    note_position();
    return {};
}

base::Result<void> RunningNode::keep_rings(std::size_t count) {
    for (std::size_t i = 0; i < count; ++i) {
        auto lock =
            node_->store().storage().lock(node::ring_path(node_->store().shared_directory(), i));
        if (!lock) return std::unexpected(lock.error());
        ring_locks_.push_back(std::move(*lock));
    }
    return {};
}

bool RunningNode::has_gateways() const {
    for (std::size_t i = 0; i < rings_; ++i)
        if (platform::is_locked(node::ring_path(node_->store().shared_directory(), i))) return true;
    return false;
}

event_store::EventSource RunningNode::event_source() const {
    const event_store::Store& store = node_->store();
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
