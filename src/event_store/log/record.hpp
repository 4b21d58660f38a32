// Record: one command or one event, in the same layout in shared memory and on disk.
//
//    0 u32 length         whole record in bytes, a multiple of 8; the commit word: stored last,
//                         with release order; 0 = nothing here yet
//    4 u32 crc            CRC32C, seeded with the log's own seed, of bytes [0,4) and [8,length)
//    8 u32 previous_crc   crc of the record before (chain); the log's seed for the first
//   12 u32 note           commands: how many earlier records were not known durable when this one
//                         was stamped (saturating);
//                         events: bit 0 is set in the last event of its command
//   16 u64 sequence       1-based, contiguous over segments
//   24 u64 timestamp_ns   UTC, of the command; all events of a command carry the command's
//   32    message         SBE header (8 bytes) and block
//
// The seed derives from the log's identity (cluster, node, kind), so a record of another log is
// never valid here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bw::event_store {

/// Bit of the note of an event.
inline constexpr std::uint32_t note_last_event_of_command = 1;
[[nodiscard]] constexpr bool ends_command(std::uint32_t note) {
    return (note & note_last_event_of_command) != 0;
}

struct RecordHeader {
    std::uint32_t length;
    std::uint32_t crc;
    std::uint32_t previous_crc;
    std::uint32_t note;
    std::uint64_t sequence;
    std::uint64_t timestamp_ns;

    [[nodiscard]] bool ends_command() const { return event_store::ends_command(note); }
};
static_assert(sizeof(RecordHeader) == 32);

/// A record as delivered to readers; `message` points into the mapped segment and is valid until
/// the reader moves on.
struct RecordView {
    std::uint64_t sequence = 0;
    std::uint64_t timestamp_ns = 0;
    std::uint32_t note = 0;
    std::span<const std::byte> message;

    /// For an event: it is the last one of its command, so the effects of the command are complete.
    /// Not meaningful for a command, whose note differs.
    [[nodiscard]] bool ends_command() const { return event_store::ends_command(note); }
};

}  // namespace bw::event_store
