// Recovery: what a data directory holds, judged without changing anything, and the cut that makes a
// log ready to be continued.
//
// The first bad record of the command log is either the end of an interrupted write (crash tail:
// may be cut, nothing acknowledged is in it) or damage (something that was durable is gone: the
// store refuses, because a shorter log would silently drop acknowledged commands). Damage is proven
// by the mark, by a later record that was stamped after the bad one was durable, or by a later
// segment. The event log is derived: whatever follows its last good record is cut and made again by
// the engine.
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

/// The durable part of a log as it was found.
struct DurableState {
    LogPosition end;  ///< behind the last good record; segment 0 when the log has no segment yet
    std::uint64_t segment_bytes = 0;  ///< of the segment at `end`
    std::uint64_t records = 0;
    std::uint64_t bytes = 0;       ///< of the good records
    std::uint64_t torn_bytes = 0;  ///< behind `end`: to be cut
    std::uint32_t behind_end = 0;  ///< crc_behind() of it
    /// events: `end` is behind the last event of the newest command; more would have no cause
    bool limited = false;
    std::uint64_t commands = 0;    ///< events: commands whose last event is there
    std::uint64_t unfinished = 0;  ///< events: records behind the last event of a command
    /// segment files behind the one at `end`: prepared ahead, or (events) to be made again
    std::vector<std::uint64_t> surplus;
    std::vector<std::uint64_t> surplus_seals;  ///< events: of segments that are to be made again
    /// files that retention had given up when it was interrupted
    std::vector<std::uint64_t> removed;
    std::uint64_t trusted_segments = 0;  ///< not read, see ScanOptions::trusted_before
    LogBegin begin{};
};

inline constexpr std::uint64_t no_limit = ~std::uint64_t{0};

struct ScanOptions {
    Progress progress;
    RecordVisitor visit;  ///< called for each good record; then every segment is read
    /// Of the event log only the events of so many commands count: after a power cut in mode
    /// `memory` it may be ahead of the command log, and an event whose command is gone must go too.
    std::uint64_t command_limit = no_limit;
    /// Of a segment that lies wholly below this sequence only header and seal are checked, not the
    /// records: what is left is judged as if they had been read. A segment without a sound seal is
    /// read all the same.
    std::uint64_t trusted_before = 0;
};

/// Reads and judges every durable segment. Error: damage, foreign or newer files, or the disk.
[[nodiscard]] base::Result<DurableState> scan_durable(platform::Storage& storage,
                                                      const Paths& paths,
                                                      const LogIdentity& identity,
                                                      const ScanOptions& options = {});

/// Whether a scan of the event log without a limit found what one up to `command_limit` finds; then
/// it is made the same. Else the log must be scanned again, with the limit.
[[nodiscard]] bool limit_to(DurableState& events, std::uint64_t command_limit);

/// Where the log continues in shared memory behind the durable part, if a process died before it
/// wrote everything. Equal to `durable.end` when it does not. Ignores shared memory of another
/// history.
[[nodiscard]] LogPosition follow_shared(platform::Storage& storage, const Paths& paths,
                                        const LogIdentity& identity, const DurableState& durable,
                                        const RecordVisitor& visit);

/// CRC of the bytes from `offset` on that a record could occupy: equal for two reads that agree on
/// where the log ends.
[[nodiscard]] std::uint32_t crc_behind(std::span<const std::byte> segment, std::uint64_t offset);

/// What a cut will write, read before anything is changed.
struct Cut {
    bool mends = false;       ///< the last segment is there and becomes as it was written
    bool short_file = false;  ///< it lost its end
    /// Bytes of the last segment up to `state.end`, if they are to be written again, to the disk or
    /// to shared memory.
    std::vector<std::byte> kept;
};

/// Changes nothing. `wants_kept`: in any case. Error: the bytes are not those that the scan has
/// seen (the disk gave other bytes this time).
///
/// Of the command log, a record after the end or a segment in use counts as absent only if two
/// reads agree: a single wrong read looks just like it.
[[nodiscard]] base::Result<Cut> plan_cut(platform::Storage& storage, const Paths& paths,
                                         const LogIdentity& identity, const DurableState& state,
                                         bool wants_kept);

/// Error: a segment of the command log that is to be removed is in use after all.
[[nodiscard]] base::Result<void> check_surplus(platform::Storage& storage, const Paths& paths,
                                               const LogIdentity& identity,
                                               const DurableState& state);

/// Removes what lies behind `state.end`, durably. Repeatable after a crash at any point.
[[nodiscard]] base::Result<void> cut(platform::Storage& storage, const Paths& paths,
                                     const LogIdentity& identity, const DurableState& state,
                                     const Cut& plan);

}  // namespace bw::event_store
