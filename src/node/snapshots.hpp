// Snapshots: files with the engine's state at a sequence number, so that a start replays only the
// commands after it.
//
//   DIR/snapshots/NNNNNNNNNNNNNNNNNNNN.snapshot      N = the last command applied
//
// File layout: event_store/snapshots/snapshot_files.hpp. After loading, the state must have the
// hash that was written.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "event_store/snapshots/snapshot_files.hpp"
#include "event_store/snapshots/view_snapshots.hpp"
#include "platform/storage.hpp"

namespace bw::node {

/// Here, record_hash is that of the last command.
using event_store::SnapshotPlace;

/// An engine and its place in the logs.
struct PlacedEngine {
    std::unique_ptr<engine::Engine> engine;
    SnapshotPlace place;
};

class Snapshots {
 public:
    Snapshots(platform::Storage& storage, const std::string& directory,
              const event_store::Identity& identity);

    /// Sequence numbers of the existing snapshots, newest first. None if there is no folder.
    [[nodiscard]] base::Result<std::vector<std::uint64_t>> list() const { return files_.list(); }
    [[nodiscard]] std::string path(std::uint64_t sequence) const { return files_.path(sequence); }
    /// True if the readers' views of the same moment exist too.
    [[nodiscard]] bool has_views(std::uint64_t sequence) const {
        return views_.read_place(sequence).has_value();
    }

    /// Writes under another name, syncs, renames: after a crash the file exists completely or not
    /// at all.
    [[nodiscard]] base::Result<std::uint64_t> write(const engine::Engine& engine,
                                                    const SnapshotPlace& place);
    /// Header only.
    [[nodiscard]] base::Result<SnapshotPlace> read_place(std::uint64_t sequence) const {
        return files_.read_place(sequence);
    }
    /// Checks everything that needs no engine: header, size, every byte of the state.
    [[nodiscard]] base::Result<SnapshotPlace> check(std::uint64_t sequence) const;
    /// On error, which names the file and what is wrong with it, the engine must not be used.
    [[nodiscard]] base::Result<SnapshotPlace> load(std::uint64_t sequence,
                                                   engine::Engine& engine) const;
    /// Removes all but the newest `keep` snapshots, and the unfinished files of killed writers.
    [[nodiscard]] base::Result<void> prune(std::size_t keep);

 private:
    event_store::SnapshotFiles files_;
    event_store::ViewSnapshots views_;
};

/// Which records the logs have.
struct LogExtent {
    std::uint64_t first_command = 1;
    std::uint64_t first_event = 1;
    std::uint64_t last_command = 0;
    std::uint64_t last_event = 0;
};

/// Loads the newest good snapshot that belongs to this log; without one, makes a fresh engine at
/// place 0. Reports each snapshot passed over, with the reason, to `passed_over`.
/// `record_at(sequence)` gives the command's record hash, or 0 if the log does not have it. Of
/// `logs`, only the ends matter.
[[nodiscard]] PlacedEngine engine_from_snapshot(
    const Snapshots& snapshots, const std::function<std::unique_ptr<engine::Engine>()>& make_engine,
    const LogExtent& logs, const std::function<std::uint64_t(std::uint64_t sequence)>& record_at,
    const std::function<void(const std::string&)>& passed_over);

/// Checks that logs that begin with these records can be continued from one of the snapshots; the
/// error says why not. Called before a start changes anything. `record_at` as above.
[[nodiscard]] base::Result<void> check_that_logs_reach_back(
    const Snapshots& snapshots, const std::string& directory, const LogExtent& logs,
    const std::function<std::uint64_t(std::uint64_t sequence)>& record_at);

/// Up to where the logs may be shortened so that a start from every kept snapshot remains possible.
/// 0: not at all.
struct RetentionFloor {
    std::uint64_t commands = 0;
    std::uint64_t events = 0;

    bool operator==(const RetentionFloor&) const = default;
};

/// The floor set by the oldest snapshot that belongs to this log. Its own command stays (it ties
/// the snapshot to the log), and so does its last event; events may go only if the readers' views
/// of that moment exist. `record_at` as above.
[[nodiscard]] RetentionFloor retention_floor(
    const Snapshots& snapshots,
    const std::function<std::uint64_t(std::uint64_t sequence)>& record_at);

/// Place of the newest snapshot whose header can be read; 0 without one.
[[nodiscard]] SnapshotPlace newest_place(const Snapshots& snapshots);

}  // namespace bw::node
