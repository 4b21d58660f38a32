// Scanning: which records of a segment are good, and what the first bad one means. Pure functions
// over bytes; recovery, verification and readers all judge with these, so there is one opinion
// about what a valid log is.
#pragma once

#include <cstdint>
#include <cstring>
#include <optional>
#include <span>

#include "event_store/log/format.hpp"

namespace bw::event_store {

/// Where a log stands between two records: everything needed to judge, or to write, the next one.
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

/// Steps over a record that next_record returned.
inline void advance(LogPosition& at, const RecordHeader& record) {
    at.offset += record.length;
    at.next_sequence = record.sequence + 1;
    at.last_timestamp_ns = record.timestamp_ns;
    at.previous_crc = record.crc;
}

/// Calls `visit(header, bytes of the record)` for every good record from `at` on and leaves `at`
/// behind the last one.
template <class Visitor>
void scan_records(std::span<const std::byte> segment, LogPosition& at, std::uint32_t seed,
                  Visitor&& visit) {
    while (const auto record = next_record(segment, at, seed)) {
        visit(*record, segment.data() + at.offset);
        advance(at, *record);
    }
}

/// Walks from `at` up to `end`, to where another look at the same log has come. True if they hold
/// the same history up to there.
[[nodiscard]] bool walk_to(std::span<const std::byte> segment, const LogPosition& end,
                           LogPosition& at, std::uint32_t seed);

/// Bytes from `offset` to the last byte that is not zero: 0 for a log that ends cleanly there.
[[nodiscard]] std::size_t residue(std::span<const std::byte> segment, std::size_t offset);

/// A record behind `offset` that proves `sequence` was durable before it was stamped (sequence -
/// note > `sequence`): then what is bad at `offset` is damage, not the end of an interrupted write.
/// Offset of the proof, or nothing.
[[nodiscard]] std::optional<std::size_t> proof_of_durability(std::span<const std::byte> segment,
                                                             std::size_t offset,
                                                             std::uint64_t sequence,
                                                             std::uint32_t seed);

}  // namespace bw::event_store
