// Where the readers of the event log start: from the newest snapshot of the readers that belongs to
// the log, or from event 1.
//
//   DIR/snapshots/N.views ─► load ─► readers ◄─ the events after it ◄─ event log
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "event_store/identity.hpp"
#include "event_store/log/log_reader.hpp"
#include "event_store/snapshots/view_snapshots.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// The event log of an exchange and the folder with its snapshots.
struct EventSource {
    platform::Storage& storage;
    std::string directory;
    Identity identity;
    std::uint64_t stored = 0;  ///< events known to be in the log
    std::function<base::Result<std::unique_ptr<LogReader>>(std::uint64_t first)> open;
};

struct ReaderStart {
    SnapshotPlace place;  ///< the readers include everything up to here; zeros: nothing was loaded
    std::vector<std::string> passed_over;
    std::uint64_t stored = 0;            ///< events in the log at the start
    std::unique_ptr<LogReader> records;  ///< reads from the event after `place` on
};

/// Loads the newest good snapshot into the readers, or resets them. Error: the log does not
/// continue from there.
[[nodiscard]] base::Result<ReaderStart> start_readers(const EventSource& source,
                                                      std::span<const ViewSection> sections,
                                                      const LoadProgress& progress = {});

/// A line for the operator: "gateway: began with the snapshot of event N, read M events".
[[nodiscard]] std::string describe(const std::string& reader, const ReaderStart& start);

}  // namespace bw::event_store
