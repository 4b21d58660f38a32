// LogBegin: where a log begins after retention has removed its oldest segments. Without the file
// the log begins with segment 1. A segment below the begin was removed on purpose; a missing
// segment above it is damage.
//
//   DIR/commands/begin, DIR/events/begin      128 bytes, replaced as a whole
//
// The begin holds everything that the next record must continue (CRC, sequence, time, chain of
// seals), so the remaining records cannot be exchanged unnoticed.
#pragma once

#include <cstdint>

#include "event_store/archive/seal.hpp"
#include "event_store/identity.hpp"
#include "event_store/log/hash.hpp"
#include "event_store/recovery/scan.hpp"

namespace bw::event_store {

struct LogBegin {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t node;
    std::uint32_t kind;
    std::uint32_t previous_crc;  ///< of the last record removed
    std::uint64_t cluster;
    std::uint64_t index;              ///< of the first segment that is kept
    std::uint64_t first_sequence;     ///< of its first record
    std::uint64_t last_timestamp_ns;  ///< of the record before
    std::uint64_t commands_before;    ///< events: number of commands whose last event was removed
    /// Retention is about to remove the records below this sequence: a reader that registers for
    /// them is too late. Equal to `first_sequence` while nothing is being removed.
    std::uint64_t leaving_before;
    Hash chain;  ///< of the last segment removed
    std::uint64_t reserved[2];
    std::uint32_t reserved_too;
    std::uint32_t crc;  ///< of everything before, seeded with the log's seed

    /// The position before the first kept record, as a position in the removed segment before it.
    [[nodiscard]] LogPosition position() const {
        return {index - 1, 0, first_sequence, last_timestamp_ns, previous_crc};
    }
};
static_assert(sizeof(LogBegin) == 128);

/// The begin of a log from which nothing was removed.
[[nodiscard]] LogBegin whole_log(const LogIdentity& identity);
/// The begin after removal of one more segment, the one that `seal` describes.
[[nodiscard]] LogBegin begin_behind(const LogBegin& begin, const Seal& seal);

/// Returns whole_log() if there is no file. Error: the file is damaged, foreign or of a newer
/// format, or cannot be read.
[[nodiscard]] base::Result<LogBegin> read_begin(platform::Storage& storage, const Paths& paths,
                                                const LogIdentity& identity);
/// Durable when it returns.
[[nodiscard]] base::Result<void> write_begin(platform::Storage& storage, const Paths& paths,
                                             const LogIdentity& identity, LogBegin begin);

/// Message for a reader that wants records from `wanted` on of a log that begins with `first`.
[[nodiscard]] std::string no_longer_kept(const Paths& paths, LogKind kind, std::uint64_t wanted,
                                         std::uint64_t first);

}  // namespace bw::event_store
