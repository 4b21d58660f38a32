// Scanning: which records of a segment are good, and what the first bad one means. Pure functions
// over bytes, shared by recovery, verification and readers, so that they all apply the same rules.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "event_store/log/format.hpp"

namespace bw::event_store {

/// A position in a log between two records: everything needed to check or to write the next one.
struct LogPosition {
    std::uint64_t segment = 0;  ///< index; 0 = before the first segment
    std::uint64_t offset = 0;   ///< in the segment
    std::uint64_t next_sequence = 1;
    std::uint64_t last_timestamp_ns = 0;
    std::uint32_t previous_crc = 0;

    [[nodiscard]] std::uint64_t last_sequence() const { return next_sequence - 1; }
};

/// The position before the first record of a segment whose header is valid.
[[nodiscard]] LogPosition start_of(const SegmentHeader& header, std::uint64_t last_timestamp_ns);

/// The record at `at` if it is valid and continues the log there: CRC, chain, contiguous sequence,
/// time not going back.
[[nodiscard]] std::optional<RecordHeader> next_record(std::span<const std::byte> segment,
                                                      const LogPosition& at, std::uint32_t seed);

/// Moves `at` past a record that next_record() returned.
inline void advance(LogPosition& at, const RecordHeader& record) {
    at.offset += record.length;
    at.next_sequence = record.sequence + 1;
    at.last_timestamp_ns = record.timestamp_ns;
    at.previous_crc = record.crc;
}

/// Calls `visit(header, bytes of the record)` for every good record from `at` on, and moves `at`
/// past the last one.
template <class Visitor>
void scan_records(std::span<const std::byte> segment, LogPosition& at, std::uint32_t seed,
                  Visitor&& visit) {
    while (const auto record = next_record(segment, at, seed)) {
        visit(*record, segment.data() + at.offset);
        advance(at, *record);
    }
}

/// Walks from `at` to `end`, a position reached earlier in the same log. False: the bytes have
/// another history.
[[nodiscard]] bool walk_to(std::span<const std::byte> segment, const LogPosition& end,
                           LogPosition& at, std::uint32_t seed);

/// Number of bytes from `offset` to the last byte that is not zero: 0 for a log that ends cleanly
/// there.
[[nodiscard]] std::size_t residue(std::span<const std::byte> segment, std::size_t offset);

/// Offset of a record after `offset` that proves that `sequence` was durable before that record was
/// stamped (its sequence - note > `sequence`), or nothing. With a proof, bad bytes at `offset` are
/// damage, not the end of an interrupted write.
[[nodiscard]] std::optional<std::size_t> proof_of_durability(std::span<const std::byte> segment,
                                                             std::size_t offset,
                                                             std::uint64_t sequence,
                                                             std::uint32_t seed);

}  // namespace bw::event_store
