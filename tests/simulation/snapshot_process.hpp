// SnapshotProcess: the process beside the exchange that writes snapshots, as `buttonwood snapshot`
// does: the newest good snapshot, the commands after it, a new snapshot, read back, old ones
// removed. It may die inside any of its storage operations. And what must follow: which snapshot
// the next start has to use.
#pragma once

#include <cstdint>
#include <functional>
#include <set>

#include "node/node.hpp"
#include "simulation/ledger.hpp"
#include "simulation/sim_storage.hpp"
#include "simulation/situations.hpp"

namespace bw::simulation {

class SnapshotProcess {
 public:
    static constexpr std::size_t kept = 2;

    SnapshotProcess(SimStorage& storage, const Ledger& ledger, Situations& situations,
                    const engine::Limits& limits)
        : storage_(storage), ledger_(ledger), situations_(situations), limits_(limits) {}

    /// One act of it, from start to end. `faults()` counts the faults so far: an error without one
    /// is a violation. Throws Died.
    void run(const event_store::Identity& identity, const std::function<std::uint64_t()>& faults);

    /// After a start whose commands the ledger knows. `reads_failed`: what was read during this
    /// start was not always what is on the disk.
    void check_start(node::Node& core, bool reads_failed);

 private:
    struct Replica;
    [[nodiscard]] bool write(node::Snapshots& snapshots, const Replica& replica);
    [[nodiscard]] bool belongs_to_this_history(const node::SnapshotPlace& place) const;
    void check_passed_over(const node::Snapshots& snapshots,
                           const node::SnapshotPlace& began) const;
    void check_folder(const node::Snapshots& snapshots) const;

    SimStorage& storage_;
    const Ledger& ledger_;
    Situations& situations_;
    engine::Limits limits_;
    std::set<std::uint64_t> finished_;  ///< promised to be there until they are removed
};

}  // namespace bw::simulation
