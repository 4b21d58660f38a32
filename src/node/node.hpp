// Node: event store, sequencer and engine combined: the critical path of one node.
//
//   rings ─► Sequencer ─► command log ─► (committed) ─► EngineAgent ─► event log ─► readers
//
// open() recovers: it loads the newest good snapshot, replays the commands after it, and compares
// the events with the stored ones. Then one thread calls do_work(), and the store's background
// tasks run on threads of their own.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "event_store/store.hpp"
#include "model/enums.hpp"
#include "node/engine_agent.hpp"
#include "node/snapshots.hpp"
#include "node/storage_guard.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "sequencer/gateway_ring.hpp"
#include "sequencer/sequencer.hpp"

namespace bw::node {

/// Progress of a start: `done` of `total`, in units of the phase.
using StartProgress =
    std::function<void(const std::string& phase, std::uint64_t done, std::uint64_t total)>;

/// Duration of the parts of a start.
struct StartTimes {
    std::uint64_t logs_ns = 0;  ///< both logs checked and ready to append
    /// snapshot chosen, loaded, and its hash compared; the engine's memory provided
    std::uint64_t snapshot_ns = 0;
    std::uint64_t replay_ns = 0;  ///< the commands after it applied, their events compared
};

class Node {
 public:
    struct Options {
        event_store::StoreOptions store;
        std::size_t gateways = 2;  ///< rings to the sequencer
        /// UTC time of day at which the trading day ends; nothing: somebody else ends it.
        std::optional<std::uint64_t> day_end_ns = 0;
        engine::Limits limits{};  ///< of the engine
        /// The trading rules that a new data folder begins with; nothing: the first ones.
        std::optional<model::RuleSet> first_rules;
        /// True: of sealed segments that the newest snapshot covers, only the seals are checked.
        /// False: everything is read.
        bool trust_seals = false;
        /// How the node rests while the event log has no room. Empty: it sleeps.
        std::function<void()> rest_while_full;
    };

    [[nodiscard]] static base::Result<std::unique_ptr<Node>> open(
        const Options& options, const platform::Clock& clock, const StartProgress& progress = {});

    /// Runs one turn of sequencer, log and engine; returns how much was done.
    std::size_t do_work();
    /// The same without taking anything from the rings; for an orderly end.
    std::size_t finish_work();

    /// Where to count from now on; nullptr: nowhere. Call before there are threads. The clock must
    /// outlive the node.
    void observe(observe::Page* page, const platform::Clock& clock);

    /// For how long nothing becomes due, unless somebody wakes the core thread; at most `most_ns`.
    [[nodiscard]] std::uint64_t nothing_due_ns(std::uint64_t realtime_ns,
                                               std::uint64_t most_ns) const;

    /// Limits how many commands become durable together: 1 to Sequencer::batch_capacity.
    void limit_batch(std::size_t commands) { sequencer_->limit_batch(commands); }

    [[nodiscard]] sequencer::GatewayRing& ring(std::size_t gateway) {
        return *rings_[gateway].ring;
    }
    [[nodiscard]] event_store::Store& store() { return *store_; }
    [[nodiscard]] const engine::Engine& engine() const { return *engine_; }
    /// Empty while the node can continue; otherwise why it cannot, and then the caller must stop
    /// the node.
    [[nodiscard]] const std::string& failure() const { return agent_->error(); }
    [[nodiscard]] std::uint64_t applied_sequence() const { return agent_->applied_sequence(); }
    /// What open() started from: the command of its snapshot (0: none), and the snapshots it passed
    /// over, with reasons.
    [[nodiscard]] std::uint64_t snapshot_sequence() const { return snapshot_.sequence; }
    [[nodiscard]] const std::vector<std::string>& passed_over() const { return passed_over_; }

    /// Allows the store to remove segments that no kept snapshot needs, as its policy says. Any
    /// thread.
    void allow_retention() const;
    [[nodiscard]] const StartTimes& start_times() const { return start_times_; }

    /// True once everything sequenced has been applied. For an orderly end, after the gateways have
    /// stopped.
    [[nodiscard]] bool idle();
    /// The same, ignoring the rings.
    [[nodiscard]] bool applied_everything() const;

    /// Removes the rings and closes the store. Requires: idle, and no thread uses them any more.
    void close();

 private:
    /// A gateway's ring in a shared-memory file, so that a gateway in another process can map it.
    struct MappedRing {
        std::string path;
        std::unique_ptr<platform::MappedFile> file;
        sequencer::GatewayRing* ring = nullptr;
    };
    [[nodiscard]] base::Result<void> make_rings(std::size_t count);
    Node() = default;
    [[nodiscard]] base::Result<void> make_engine(const Options& options);
    [[nodiscard]] base::Result<void> check_that_logs_reach_back() const;
    [[nodiscard]] Snapshots snapshots() const;
    [[nodiscard]] std::uint64_t hash_of_command(std::uint64_t sequence) const;
    [[nodiscard]] base::Result<void> commit_all() const;
    [[nodiscard]] base::Result<void> replay(const Options& options, const StartProgress& progress);
    void note_turn();
    void watch_storage();
    [[nodiscard]] StorageGuard::Room room() const;
    void begin_exchange(model::RuleSet rules, std::uint64_t now_ns);
    void add_day_end_timer(const Options& options, const platform::Clock& clock);

    std::string directory_;
    std::unique_ptr<event_store::Store> store_;
    std::vector<MappedRing> rings_;
    std::unique_ptr<EventWriter> writer_;
    std::unique_ptr<engine::Engine> engine_;
    std::unique_ptr<EngineAgent> agent_;
    std::unique_ptr<sequencer::Sequencer> sequencer_;
    std::optional<StorageGuard> guard_;
    SnapshotPlace snapshot_;
    std::vector<std::string> passed_over_;
    StartTimes start_times_;
    std::array<observe::AppendMetrics, 2>* append_ = nullptr;
};

}  // namespace bw::node
