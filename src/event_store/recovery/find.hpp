// Finding the segment, and the record inside it, where a reader begins: by sequence or by time.
// Looks at as many headers as a binary search needs, and inside a sealed segment at its sparse
// index.
#pragma once

#include <cstdint>

#include "event_store/archive/log_begin.hpp"
#include "event_store/identity.hpp"
#include "event_store/recovery/scan.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// The header of a durable segment, if it is valid.
[[nodiscard]] bool read_durable_header(platform::Storage& storage, const Paths& paths,
                                       const LogIdentity& identity, std::uint64_t index,
                                       SegmentHeader& out);

/// A position at or before the record with `sequence`; if that does not exist yet, in the newest
/// segment. Error: no longer kept, or nothing can be read.
[[nodiscard]] base::Result<LogPosition> find_sequence(platform::Storage& storage,
                                                      const Paths& paths,
                                                      const LogIdentity& identity,
                                                      std::uint64_t sequence);
/// A position at or before the first record at or after a time, not before the first that is kept.
[[nodiscard]] base::Result<LogPosition> find_time(platform::Storage& storage, const Paths& paths,
                                                  const LogIdentity& identity,
                                                  std::uint64_t timestamp_ns);

}  // namespace bw::event_store
