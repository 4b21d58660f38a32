// Node: event store, sequencer and engine, put together: the critical path of one node.
//
//   rings ─► Sequencer ─► command log ─► (committed) ─► EngineAgent ─► event log ─► readers
//
// open() recovers: it replays every command and compares the events it makes with the stored ones.
// Then one thread calls do_work(), and the store's background tasks run on threads of their own.
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
#include "node/engine_agent.hpp"
#include "node/snapshots.hpp"
#include "node/storage_guard.hpp"
#include "observe/figures.hpp"
#include "platform/clock.hpp"
#include "sequencer/gateway_ring.hpp"
#include "sequencer/sequencer.hpp"

namespace bw::node {

/// How far a start has come; `done` of `total` in units of the phase.
using StartProgress =
    std::function<void(const std::string& phase, std::uint64_t done, std::uint64_t total)>;

/// How long the parts of a start took.
struct StartTimes {
    std::uint64_t logs_ns = 0;  ///< both logs checked and ready to be continued
    /// snapshot chosen, loaded and its hash compared; memory of the engine
    std::uint64_t snapshot_ns = 0;
    std::uint64_t replay_ns = 0;  ///< the commands behind it applied, their events compared
};

class Node {
 public:
    struct Options {
        event_store::StoreOptions store;
        std::size_t gateways = 2;  ///< rings to the sequencer
        /// Time of day, UTC, at which the trading day ends; nothing: somebody else ends it.
        std::optional<std::uint64_t> day_end_ns = 0;
        engine::Limits limits{};  ///< of the engine
        /// Of sealed segments that the newest snapshot covers a start checks only the seals. False:
        /// it reads everything.
        bool trust_seals = false;
        /// How the core rests while the event log has no room. Empty: sleeps.
        std::function<void()> rest_while_full;
    };

    [[nodiscard]] static base::Result<std::unique_ptr<Node>> open(
        const Options& options, const platform::Clock& clock, const StartProgress& progress = {});

    /// One turn of sequencer, log and engine; how much was done.
    std::size_t do_work();
    /// The same without taking anything from the rings, for an orderly end.
    std::size_t finish_work();

    /// What is counted, from now on; nullptr: nothing. Call before there are threads. The clock
    /// outlives the core.
    void observe(observe::Page* page, const platform::Clock& clock);

    /// At most so many commands become durable together: 1 to Sequencer::batch_capacity.
    void limit_batch(std::size_t commands) { sequencer_->limit_batch(commands); }

    [[nodiscard]] sequencer::GatewayRing& ring(std::size_t gateway) {
        return *rings_[gateway].ring;
    }
    [[nodiscard]] event_store::Store& store() { return *store_; }
    [[nodiscard]] const engine::Engine& engine() const { return *engine_; }
    /// Empty while the core can go on; otherwise why it cannot. The caller must stop the node then.
    [[nodiscard]] const std::string& failure() const { return agent_->error(); }
    [[nodiscard]] std::uint64_t applied_sequence() const { return agent_->applied_sequence(); }
    /// What open() began with: the command its snapshot stood at (0: none), and the snapshots it
    /// passed over, with reasons.
    [[nodiscard]] std::uint64_t snapshot_sequence() const { return snapshot_.sequence; }
    [[nodiscard]] const std::vector<std::string>& passed_over() const { return passed_over_; }

    /// Lets the store remove what no kept snapshot needs any more, as far as its policy says so.
    /// Any thread.
    void allow_retention() const;
    [[nodiscard]] const StartTimes& start_times() const { return start_times_; }

    /// Everything sequenced so far has been applied. For an orderly end, after the gateways have
    /// stopped.
    [[nodiscard]] bool idle();
    /// The same, whatever may still lie in the rings.
    [[nodiscard]] bool applied_everything() const;

    /// Takes the rings away and closes the store. Requires: idle, no thread uses them any more.
    void close();

 private:
    /// A gateway's ring in a file of shared memory, so that a gateway of another process can map
    /// it.
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
    std::array<observe::AppendFigures, 2>* append_ = nullptr;
};

}  // namespace bw::node
