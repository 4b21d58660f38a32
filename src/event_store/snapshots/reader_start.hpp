// Where the readers of the event log begin: with the newest snapshot of the readers that belongs to
// the log, or with event 1.
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
    std::uint64_t stored = 0;  ///< events that are there for certain
    std::function<base::Result<std::unique_ptr<LogReader>>(std::uint64_t first)> open;
};

struct ReaderStart {
    SnapshotPlace place;  ///< the readers know everything up to here; zeros: nothing
    std::vector<std::string> passed_over;
    std::uint64_t stored = 0;            ///< events there were
    std::unique_ptr<LogReader> records;  ///< from the event after the place
};

/// Brings the readers to the place of the newest good snapshot. An error when the log does not go
/// on from there.
[[nodiscard]] base::Result<ReaderStart> start_readers(const EventSource& source,
                                                      std::span<const ViewSection> sections,
                                                      const LoadProgress& progress = {});

/// For whoever watches the start: "gateway: began with the snapshot of event N, read M events".
[[nodiscard]] std::string describe(const std::string& reader, const ReaderStart& start);

}  // namespace bw::event_store
