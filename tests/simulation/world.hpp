// World: a whole exchange on one simulated machine, in one thread, from one seed.
//
//   clients ─► SimGateway ─► ring ─► Node (sequencer, log, engine) ─► event log
//                                      │                                       └─► SimGateway,
//                                      │                            MarketReader, OutsideReader
//                                      │ DurableWriter, Preparer: one turn at a time
//                                      ▼
//                                   SimStorage, SimClock, SimRandom
//
//   other clients ◄─► Border (SimNetwork, SessionGateway) ─► ring, event log:
//                     as above, by gateways made of the real parts
//
// A life: it is set up without faults; then everything in the options may fail while the invariants
// are checked; then, without faults, all work must finish; then a cold restart; then a replay from
// the first command. A Violation describes the invariant that did not hold.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "node/node.hpp"
#include "simulation/border.hpp"
#include "simulation/gateway.hpp"
#include "simulation/power_cut_rule.hpp"
#include "simulation/readers.hpp"
#include "simulation/rot.hpp"
#include "simulation/snapshot_process.hpp"

namespace bw::simulation {

struct RunReport {
    std::uint64_t trace = 0;  ///< hash of all steps
    std::uint64_t steps = 0;
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
    std::uint64_t lives = 0;
    std::uint64_t simulated_ns = 0;
    std::uint64_t operations = 0;  ///< storage operations
    std::uint64_t commands_sent = 0;
    std::uint64_t faults_drawn = 0;  ///< number of faults drawn
    std::array<std::uint64_t, fault_class_count> faults{};
    Situations situations;
};

/// Thrown when the process ends itself because it could not write.
struct Stopped : std::runtime_error {
    using std::runtime_error::runtime_error;
};

class World final : private FaultSource {
 public:
    explicit World(const SeedOptions& options);
    ~World() override;
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    /// Runs the whole life. Throws Violation. `journal`, if given, receives what was sent and what
    /// failed, as text.
    void run(std::vector<std::string>* journal = nullptr);
    /// May also be called after a violation; then covers the run up to it.
    [[nodiscard]] RunReport report() const;

 private:
    enum class Agent : std::uint8_t {
        core,
        command_disk,
        event_disk,
        segments,
        market,
        outside,
        gateway
    };

    // world.cpp: the phases
    void set_up();
    void endure();
    void come_to_rest();
    void cold_restart();
    void close();
    void replay();
    void step(bool serving);
    void take_turn(bool serving);
    std::size_t work(std::size_t agent, bool serving);
    std::size_t work_of_the_core();
    std::size_t work_of_the_command_disk();
    void note_opened_segments();
    std::size_t work_of_the_keeper();
    void pass_time();
    [[nodiscard]] std::unique_ptr<Border> make_border();
    std::size_t work_at_the_border(std::uint32_t gateway);
    void note_committed();
    void check_everything();
    [[nodiscard]] bool settled() const;
    [[nodiscard]] std::string unsettled() const;  ///< what is still to be done; empty: nothing
    void note_waiting(std::uint64_t committed);
    [[nodiscard]] std::uint64_t marked_sequence() const;
    [[nodiscard]] bool durable_and_marked() const;
    void trace(std::uint64_t what, std::uint64_t value);

    // world_lives.cpp: starts and ends of the process
    void start();
    [[nodiscard]] base::Result<void> try_to_open();
    void open_readers();
    void start_session_gateway(std::uint32_t i);
    void check_recovery();
    void survive(const Died& died);
    void survive(const Stopped& stopped);
    void bury();
    void leave_half_a_record();
    void rest_of_the_core();
    void try_rot();
    void settle_the_lie();
    void start_after_the_lie(Situation found);
    void rest_until_marked();
    void make_snapshot();
    // world_faults.cpp: what fails, and when
    [[nodiscard]] Verdict judge(const StorageOperation& operation) override;
    [[nodiscard]] Verdict draw_verdict(const StorageOperation& operation);
    [[nodiscard]] bool draw_death(const StorageOperation& operation);
    [[nodiscard]] Verdict draw_lie(const StorageOperation& operation);
    [[nodiscard]] ReadVerdict judge_read(const std::string& path, std::uint64_t offset,
                                         std::span<const std::byte> bytes) override;
    [[nodiscard]] ReadVerdict draw_bad_read(const std::string& path, std::uint64_t offset,
                                            std::span<const std::byte> bytes);
    [[nodiscard]] bool misread_before(const std::string& path, std::uint64_t first,
                                      std::uint64_t last);
    void note_situation(const StorageOperation& operation);
    void pass_disk_time(const std::string& path, std::size_t bytes, bool writes);
    void faults_between_steps();
    void strike_clock();
    void strike_border();
    [[nodiscard]] bool slow_turn(std::size_t agent);
    // world_rare.cpp: what is no fault and seldom happens
    void roll_now_and_then();
    [[nodiscard]] bool lazy_turn(std::size_t agent);
    [[nodiscard]] std::uint64_t slow_ns(const std::string& what);
    [[nodiscard]] std::uint64_t faults_so_far() const;
    [[nodiscard]] std::uint64_t faults_that_may_refuse() const;
    [[nodiscard]] std::optional<std::uint64_t> draw(FaultClass kind, std::uint64_t one_in);
    /// Draws whether a fault happens; `what()` says it in words, if somebody wants to read them.
    template <class What>
    [[nodiscard]] bool strikes(FaultClass kind, std::uint64_t one_in, What&& what) {
        const auto number = draw(kind, one_in);
        if (number && context_.journal != nullptr)
            context_.journal->push_back(
                fmt::format("fault {} ({}), step {}: {}", *number, name_of(kind), steps_, what()));
        return number.has_value();
    }

    SeedOptions options_;
    Random schedule_;
    Random faults_random_;
    Random snapshot_random_;
    Random rare_random_;
    Random network_random_;
    SimClock clock_;
    SimRandom machine_random_;
    mutable SimStorage storage_;
    engine::Limits limits_;
    Ledger ledger_;
    Situations situations_;
    RunContext context_;
    base::RunningHash trace_;
    std::vector<std::unique_ptr<Client>> clients_;
    std::vector<std::unique_ptr<SimGateway>> gateways_;
    std::unique_ptr<Border> border_;  ///< if there are session gateways

    std::unique_ptr<node::Node> core_;
    std::unique_ptr<event_store::LogReader> committed_;  ///< the ledger's own reader
    MarketReader market_;
    SnapshotProcess snapshots_;
    std::unique_ptr<OutsideReader> outside_;
    std::optional<event_store::Identity> identity_;

    std::vector<std::uint64_t> paused_until_;
    std::uint64_t start_ns_ = 0;
    std::uint64_t stepped_ns_ = 0;  ///< total of all steps of the clock
    std::uint64_t steps_ = 0;
    std::uint64_t appended_ = 0;  ///< commands, committed or not
    PowerCutRule rule_;           ///< in mode `memory`
    std::uint64_t seals_written_ = 0;
    std::uint64_t opened_segment_ = 0;  ///< of the commands: the newest segment noted for the rule
    std::uint64_t waits_ = 0;           ///< turns in a row in which the core waited for room
    bool faults_on_ = false;
    bool running_ = false;         ///< the process is open, not starting
    bool in_start_ = false;        ///< the process is starting
    bool in_snapshot_ = false;     ///< the active process is the snapshot writer
    std::uint64_t bad_reads_ = 0;  ///< in this start
    bool cable_is_new_ = false;    ///< no read is bad any more in this start
    /// blocks of files misread in this start
    std::set<std::pair<std::string, std::uint64_t>> misread_;
    /// since when commands after `waiting_behind_` are appended and not committed
    std::uint64_t waiting_since_ns_ = 0;
    std::uint64_t waiting_behind_ = 0;
    bool power_was_lost_ = false;
    bool lie_told_ = false;
    Situation lie_{};
    std::uint64_t lie_at_step_ = 0;
    std::uint64_t full_until_ns_ = 0;
    std::uint64_t deaths_ = 0;
    std::uint64_t fault_number_ = 0;
    std::size_t next_crash_point_ = 0;
    std::array<std::uint64_t, fault_class_count> fault_counts_{};
};

}  // namespace bw::simulation
