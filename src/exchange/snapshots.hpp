// Snapshots: the engine's state at a sequence number as files, so that a start needs only the commands after it.
//
//   DIR/snapshots/NNNNNNNNNNNNNNNNNNNN.snapshot      N = the last command applied
//
//   | header, 88 bytes | chunk | chunk | … |          chunk: u32 crc, u32 length, bytes (1 MiB but for the last)
//
// The CRC of the header and of each chunk begins with cluster, node and sequence, that of a chunk also with its number: a file of another
// exchange, a chunk in another place or a changed byte is found. After loading, the hash of the state must be the one that was written.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "engine/engine.hpp"
#include "event_store/identity.hpp"
#include "event_store/record.hpp"
#include "platform/storage.hpp"

namespace bw::exchange {

/// Where in the logs a snapshot stands.
struct SnapshotPlace {
    std::uint64_t sequence = 0;      ///< last command applied
    std::uint64_t events = 0;        ///< events made so far
    std::uint64_t timestamp_ns = 0;  ///< of that command
    std::uint64_t command_hash =
        0;  ///< of that command's record: ties the snapshot to the log's history
};

[[nodiscard]] std::uint64_t hash_of(const event_store::RecordView& record);

/// An engine with a place in the logs.
struct PlacedEngine {
    std::unique_ptr<engine::Engine> engine;
    SnapshotPlace place;
};

class Snapshots {
 public:
    Snapshots(platform::Storage& storage, std::string directory,
              const event_store::Identity& identity)
        : storage_(storage), directory_(std::move(directory) + "/snapshots"), identity_(identity) {}

    /// Sequence numbers of those that are there, newest first. None if there is no folder.
    [[nodiscard]] base::Result<std::vector<std::uint64_t>> list() const;
    [[nodiscard]] std::string path(std::uint64_t sequence) const;

    /// Writes it under another name, syncs, renames: after a crash it is there wholly or not at all.
    [[nodiscard]] base::Result<std::uint64_t> write(const engine::Engine& engine,
                                                    const SnapshotPlace& place);
    /// Header only.
    [[nodiscard]] base::Result<SnapshotPlace> read_place(std::uint64_t sequence) const;
    /// The error names the file and what is wrong with it; the engine must not be used then.
    [[nodiscard]] base::Result<SnapshotPlace> load(std::uint64_t sequence,
                                                   engine::Engine& engine) const;
    /// Removes all but the newest `keep`, and unfinished files of killed writers up to the newest one. Another writer is ahead of it, or
    /// too late: what it writes is not needed any more, and its rename fails.
    [[nodiscard]] base::Result<void> prune(std::size_t keep);

 private:
    struct Header;
    [[nodiscard]] base::Result<Header> check_header(const std::vector<std::byte>& bytes,
                                                    std::uint64_t sequence) const;
    [[nodiscard]] base::Result<void> remove_unfinished(std::uint64_t newest);
    [[nodiscard]] std::uint32_t seed(std::uint64_t sequence, std::uint64_t chunk) const;

    platform::Storage& storage_;
    std::string directory_;
    event_store::Identity identity_;
};

/// The newest good snapshot that belongs to this log, loaded; without one a fresh engine at place 0. What was passed over, and why, is
/// told to `passed_over`. `record_at(sequence)` gives the command's record hash, or 0 if the log does not have it.
[[nodiscard]] PlacedEngine engine_from_snapshot(
    const Snapshots& snapshots, const std::function<std::unique_ptr<engine::Engine>()>& make_engine,
    std::uint64_t last_command, std::uint64_t last_event,
    const std::function<std::uint64_t(std::uint64_t sequence)>& record_at,
    const std::function<void(const std::string&)>& passed_over);

}  // namespace bw::exchange
