// Recovery: judges the content of a data directory without changing it, and makes the cut after
// which a log can be continued.
//
// The first bad record of the command log is either the end of an interrupted write (a crash tail:
// nothing acknowledged is in it, so it may be cut) or damage (durable data is lost: the store
// refuses, because a shorter log would silently drop acknowledged commands). Proofs of damage are
// the mark, a later record stamped after the bad one was durable, and a later segment. The event
// log is derived: everything after its last good record is cut, and the engine makes it again.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event_store/archive/log_begin.hpp"
#include "event_store/identity.hpp"
#include "event_store/log/commit_mark.hpp"
#include "event_store/recovery/scan.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

using Progress = std::function<void(std::uint64_t bytes_done, std::uint64_t bytes_total)>;
using RecordVisitor = std::function<void(const RecordView&)>;

/// The durable part of a log as found.
struct DurableState {
    LogPosition end;  ///< after the last good record; segment 0 if the log has no segment
    std::uint64_t segment_bytes = 0;  ///< of the segment at `end`
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;                    ///< of the good records
    std::uint64_t torn_bytes = 0;               ///< bytes after `end`, to be cut
    std::optional<std::uint32_t> behind_end{};  ///< crc_behind(); nothing: not read
    /// events: `end` is after the last event of the newest command; later events lost their command
    bool limited = false;
    std::uint64_t commands = 0;    ///< events: number of commands whose last event is there
    std::uint64_t unfinished = 0;  ///< events: records after the last event of a command
    /// segment files after the one at `end`: prepared in advance, or (events) to be made again
    std::vector<std::uint64_t> surplus;
    std::vector<std::uint64_t> surplus_seals;  ///< events: seals of segments that are made again
    /// files of segments whose removal by retention was interrupted
    std::vector<std::uint64_t> removed;
    std::uint64_t trusted_segments = 0;  ///< segments not read, see ScanOptions::trusted_before
    LogBegin begin{};
};

inline constexpr std::uint64_t no_limit = ~std::uint64_t{0};

struct ScanOptions {
    Progress progress;
    RecordVisitor visit;  ///< called for each good record; every segment is then read
    /// Only the events of the first `command_limit` commands are accepted: after a power cut in
    /// mode `memory` the event log may be ahead of the command log, and events of lost commands are
    /// cut.
    std::uint64_t command_limit = no_limit;
    /// For a segment that lies completely below this sequence only header and seal are checked, not
    /// the records; the remaining segments are judged as if they had been read. A segment without a
    /// valid seal is read anyway.
    std::uint64_t trusted_before = 0;
};

/// Reads and judges every durable segment. Error: damage, foreign or newer files, or the disk.
[[nodiscard]] base::Result<DurableState> scan_durable(platform::Storage& storage,
                                                      const Paths& paths,
                                                      const LogIdentity& identity,
                                                      const ScanOptions& options = {});

/// Applies `command_limit` to the result of a scan without limit. False: that result is not enough,
/// scan the log again with the limit.
[[nodiscard]] bool limit_to(DurableState& events, std::uint64_t command_limit);

/// The end of the log including records in shared memory, if a process died before it wrote
/// everything; `durable.end` if there are none. Ignores shared memory of another history.
[[nodiscard]] LogPosition follow_shared(platform::Storage& storage, const Paths& paths,
                                        const LogIdentity& identity, const DurableState& durable,
                                        const RecordVisitor& visit);

/// CRC of the bytes from `offset` on that a record could occupy: equal for two reads that agree on
/// the end of the log.
[[nodiscard]] std::uint32_t crc_behind(std::span<const std::byte> segment, std::uint64_t offset);

/// What a cut will write; read before anything is changed.
struct Cut {
    /// the last segment exists and is restored to its form after a normal write
    bool mends = false;
    bool short_file = false;  ///< its file was truncated
    /// Bytes of the last segment up to `state.end`, if they are to be written again to the disk or
    /// to shared memory.
    std::vector<std::byte> kept;
};

/// Plans the cut and changes nothing. `wants_kept`: read Cut::kept in any case. Error: the disk
/// returns other bytes than during the scan.
///
/// In the command log, a record after the end or a used segment counts as absent only if two reads
/// agree: a single wrong read looks the same.
[[nodiscard]] base::Result<Cut> plan_cut(platform::Storage& storage, const Paths& paths,
                                         const LogIdentity& identity, const DurableState& state,
                                         bool wants_kept);

/// Checks the segments that the cut removes. Error: one of the command log is in use.
[[nodiscard]] base::Result<void> check_surplus(platform::Storage& storage, const Paths& paths,
                                               const LogIdentity& identity,
                                               const DurableState& state);

/// Removes everything after `state.end`, durably. Can be repeated after a crash at any point.
[[nodiscard]] base::Result<void> cut(platform::Storage& storage, const Paths& paths,
                                     const LogIdentity& identity, const DurableState& state,
                                     const Cut& plan);

}  // namespace bw::event_store
