// LogRecovery: the recovery of one log at the start of a store, in two steps. Both logs are judged
// before either is changed, so a refused start leaves the folder byte for byte as it was.
//
//   judge_log ─► (all is well with both) ─► make_ready ─► the log can be continued
#pragma once

#include <cstddef>
#include <optional>

#include "event_store/log/durable_writer.hpp"
#include "event_store/recovery/recovery.hpp"

namespace bw::event_store {

/// One log as found by judge_log(); after make_ready() it can be continued.
struct RecoveredLog {
    DurableState durable;
    LogPosition end;      ///< including records that are only in shared memory
    bool is_new = false;  ///< it has no segment; `durable` describes it as if the first one existed
    Cut cut;

    /// Shared memory has records that the durable files lack.
    [[nodiscard]] bool continued() const {
        return end.segment != durable.end.segment || end.offset != durable.end.offset;
    }
};

struct JudgeOptions {
    std::size_t first_segment_bytes;  ///< size of the first segment of a log that has none yet
    ScanOptions scan;
    /// Result of an earlier scan without a command limit; if it fits, the log is not scanned again.
    std::optional<DurableState> scanned;
};

/// Reads everything that the start needs of the log, and changes nothing. Error: as scan_durable(),
/// or the disk returns other bytes on a second read.
[[nodiscard]] base::Result<RecoveredLog> judge_log(platform::Storage& storage, const Paths& paths,
                                                   const LogIdentity& identity,
                                                   JudgeOptions options);

/// Cuts the log and creates the durable files that are missing. Can be repeated after a crash at
/// any point. Error: the disk.
[[nodiscard]] base::Result<void> make_ready(platform::Storage& storage, const Paths& paths,
                                            const LogIdentity& identity, Durability mode,
                                            const RecoveredLog& log);

}  // namespace bw::event_store
