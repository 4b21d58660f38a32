// RunningNode: a Node on its threads: one for sequencer, log and engine, and one for each
// background task of the event store. It publishes a board (node/board.hpp) for other processes.
//
// Threads: start() and stop() from one thread; the NodeAccess functions from any.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/idle.hpp"
#include "buttonwood/runtime/node_access.hpp"
#include "buttonwood/runtime/own_counters.hpp"
#include "node/board.hpp"
#include "node/node.hpp"

namespace bw::apps {

class RunningNode final : public NodeAccess {
 public:
    struct Options {
        node::Node::Options node;
        ThreadOptions thread;                     ///< of the core thread
        std::array<ThreadOptions, 4> background;  ///< in the order of the event store's tasks
        observe::LabelNames names;                ///< of rings and readers, for metrics
        /// False: the gateways are threads of this process, and other processes cannot take over
        /// rings.
        bool rings_for_others = false;
        /// If not rings_for_others: number of rings, from the first one on, that this process uses.
        std::size_t own_rings = SIZE_MAX;
    };

    [[nodiscard]] static base::Result<std::unique_ptr<RunningNode>> start(
        const Options& options, const platform::Clock& clock,
        const node::StartProgress& progress = {});
    ~RunningNode() override;

    /// The sender's end of a ring; wakes the core thread if it sleeps.
    [[nodiscard]] sequencer::RingPort port(std::size_t gateway) {
        return sequencer::RingPort(node_->ring(gateway), &board_->board().wake_up, &clock_);
    }
    [[nodiscard]] event_store::Store& store() { return node_->store(); }
    [[nodiscard]] const node::Node& node() const { return *node_; }
    [[nodiscard]] const std::string& counters_path() const { return counters_->path(); }
    /// Whether a process holds a ring.
    [[nodiscard]] bool has_gateways() const;

    [[nodiscard]] base::Result<std::unique_ptr<event_store::LogReader>> open_reader(
        event_store::LogKind kind, std::uint64_t first_sequence) const override {
        return node_->store().open_reader(kind, first_sequence);
    }
    [[nodiscard]] event_store::EventSource event_source() const override;
    [[nodiscard]] std::uint64_t stored_events() const override { return stored_events_; }
    [[nodiscard]] std::uint64_t events_appended() const override {
        return node_->store().events().appended_sequence();
    }
    [[nodiscard]] CommandPosition commands() const override {
        return {node_->store().commands().appended_sequence(),
                node_->store().commands().committed_sequence()};
    }
    [[nodiscard]] StorageRoom room() const override;
    [[nodiscard]] std::string durability() const override {
        return std::string(event_store::name_of(node_->store().mode()));
    }
    [[nodiscard]] bool node_is_there() const override { return true; }
    [[nodiscard]] std::uint64_t longest_sleep_ns() const override { return 100'000'000; }
    [[nodiscard]] platform::WakeUp* wake_up_of(std::size_t reader) override {
        return &board_->board().readers[reader];
    }
    [[nodiscard]] observe::Page& metrics() override { return counters_->page(); }
    [[nodiscard]] const platform::Clock& clock() const override { return clock_; }

    /// Lets the node process the commands in the rings, stops the threads and closes the store.
    /// Requires: no more commands are sent.
    void stop();

 private:
    explicit RunningNode(const platform::Clock& clock) : clock_(clock) {}
    [[nodiscard]] base::Result<void> make_counters(const Options& options);
    [[nodiscard]] base::Result<void> make_board();
    [[nodiscard]] base::Result<void> keep_rings(std::size_t count);
    [[nodiscard]] bool turn();
    void drain();
    void note_position();
    void sleep_until_woken(Idle& idle, const std::stop_token& stop);
    void start_threads(const Options& options);
    void run_core(const std::stop_token& stop, IdleStrategy strategy);

    const platform::Clock& clock_;
    std::string directory_;
    std::size_t rings_ = 0;
    std::uint64_t stored_events_ = 0;
    std::unique_ptr<OwnCounters> counters_;
    std::unique_ptr<node::Node> node_;
    std::unique_ptr<node::PublishedBoard> board_;
    std::vector<std::unique_ptr<platform::FileLock>> ring_locks_;
    std::jthread core_thread_;
    std::vector<std::jthread> background_;
    bool stopped_ = false;
};

}  // namespace bw::apps
