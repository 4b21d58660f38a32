// Finding the segment, and the position inside it, where a reader starts: by sequence or by time.
// Reads only the headers that a binary search needs and, in a sealed segment, the sparse index.
#pragma once

#include <cstdint>

#include "event_store/archive/log_begin.hpp"
#include "event_store/identity.hpp"
#include "event_store/recovery/scan.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// Reads the header of a durable segment. False: it is missing or not valid.
[[nodiscard]] bool read_durable_header(platform::Storage& storage, const Paths& paths,
                                       const LogIdentity& identity, std::uint64_t index,
                                       SegmentHeader& out);

/// A position at or before the record with `sequence`; if that does not exist yet, in the newest
/// segment. Error: the record is no longer kept, or no segment can be read.
[[nodiscard]] base::Result<LogPosition> find_sequence(platform::Storage& storage,
                                                      const Paths& paths,
                                                      const LogIdentity& identity,
                                                      std::uint64_t sequence);
/// A position at or before the first record at or after a time, but not before the first kept
/// record.
[[nodiscard]] base::Result<LogPosition> find_time(platform::Storage& storage, const Paths& paths,
                                                  const LogIdentity& identity,
                                                  std::uint64_t timestamp_ns);

}  // namespace bw::event_store
