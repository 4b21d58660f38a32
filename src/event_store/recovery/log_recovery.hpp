// LogRecovery: one log at the start of a store, in two steps. Both logs are judged before one of
// them is changed, so that a start that is refused leaves the folder byte for byte as it was.
//
//   judge_log ─► (all is well with both) ─► make_ready ─► the log can be continued
#pragma once

#include <cstddef>
#include <optional>

#include "event_store/log/durable_writer.hpp"
#include "event_store/recovery/recovery.hpp"

namespace bw::event_store {

/// One log as it was found, or, after make_ready(), ready to be continued.
struct RecoveredLog {
    DurableState durable;
    LogPosition end;      ///< with what shared memory has more
    bool is_new = false;  ///< it has no segment; `durable` is as if the first one were there
    Cut cut;

    /// Shared memory has more of it.
    [[nodiscard]] bool continued() const {
        return end.segment != durable.end.segment || end.offset != durable.end.offset;
    }
};

/// Reads everything that the start needs of it, and changes nothing. `found`: what a scan without a
/// limit already knows. `segment_bytes`: of its first segment, if it has none.
[[nodiscard]] base::Result<RecoveredLog> judge_log(platform::Storage& storage, const Paths& paths,
                                                   const LogIdentity& identity,
                                                   std::size_t segment_bytes,
                                                   const ScanOptions& options,
                                                   std::optional<DurableState> found);

/// Cuts it, and makes the durable files that it wants. Repeatable after a crash at any point.
[[nodiscard]] base::Result<void> make_ready(platform::Storage& storage, const Paths& paths,
                                            const LogIdentity& identity, Durability mode,
                                            const RecoveredLog& log);

}  // namespace bw::event_store
