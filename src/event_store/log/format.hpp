// The layout of a segment and its validity rules. The same layout in shared memory and on disk:
//
//    0                     4096                                              segment_bytes
//    | header, zero padded | record | record | record | 0 0 0 0 0 …          |
//
// A record never spans segments: if the next one does not fit, it goes into the next segment. Pure
// functions, no I/O. docs/internals/event-store.md has the drawings and the reasons.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "event_store/log/record.hpp"

namespace bw::event_store {

enum class LogKind : std::uint32_t { commands = 1, events = 2 };

[[nodiscard]] std::string_view name_of(LogKind kind);

inline constexpr std::uint32_t format_version = 1;
inline constexpr std::size_t segment_header_bytes = 4096;
inline constexpr std::size_t record_alignment = 8;
inline constexpr std::size_t max_record_length = 4096;
inline constexpr std::size_t max_message_bytes = max_record_length - sizeof(RecordHeader);
inline constexpr std::size_t min_segment_bytes =
    64 * 1024;  ///< a whole batch of the sequencer fits into a fresh one

/// The log that a segment belongs to. Every seed and header derives from it, so the bytes of
/// another log are never valid in this one.
struct LogIdentity {
    std::uint64_t cluster = 0;
    std::uint32_t node = 0;
    LogKind kind = LogKind::commands;

    [[nodiscard]] std::uint32_t seed() const;
};

/// The first bytes of a segment. `magic` is stored last, with release order: a zero there means
/// "prepared, not in use".
struct SegmentHeader {
    std::uint64_t magic;
    std::uint64_t cluster;
    std::uint64_t index;           ///< 1-based, contiguous
    std::uint64_t first_sequence;  ///< of the first record, even if it does not exist yet
    std::uint64_t segment_bytes;   ///< size of the whole segment
    std::uint32_t version;
    std::uint32_t node;
    std::uint32_t kind;
    /// crc of the record before the first one; the log's seed in the first segment
    std::uint32_t previous_crc;
    std::uint32_t crc;  ///< CRC32C, seeded with the log's seed, of everything above
    /// not covered by the crc; 1 in shared memory once the file was removed: reopen it by name
    std::uint32_t retired;
};
static_assert(sizeof(SegmentHeader) == 64);

inline constexpr std::uint64_t segment_magic =
    0x31474553'444F4F57ull;  // "WOODSEG1" as it lies in the file

enum class HeaderState : std::uint8_t { valid, unused, foreign, newer_version, damaged };

[[nodiscard]] SegmentHeader make_header(const LogIdentity& identity, std::uint64_t index,
                                        std::uint64_t first_sequence, std::uint64_t segment_bytes,
                                        std::uint32_t previous_crc);
/// Copies the header out of a segment and checks it. `unused`: all bytes of the header are zero.
[[nodiscard]] HeaderState read_header(std::span<const std::byte> segment,
                                      const LogIdentity& identity, SegmentHeader& out);

/// CRC of a complete record in memory, with `length` in place of its commit word, which may not be
/// stored yet.
[[nodiscard]] std::uint32_t record_crc(std::uint32_t seed, const std::byte* record,
                                       std::uint32_t length);

/// The commit word at `record`, with acquire order; pairs with store_length of the writer in any
/// process.
[[nodiscard]] inline std::uint32_t load_length(const std::byte* record) {
    return __atomic_load_n(reinterpret_cast<const std::uint32_t*>(record), __ATOMIC_ACQUIRE);
}
inline void store_length(std::byte* record, std::uint32_t length) {
    __atomic_store_n(reinterpret_cast<std::uint32_t*>(record), length, __ATOMIC_RELEASE);
}

[[nodiscard]] constexpr bool plausible_length(std::uint32_t length, std::size_t room) {
    return length >= sizeof(RecordHeader) && length % record_alignment == 0 &&
           length <= max_record_length && length <= room;
}

/// The record at `offset` if its length is plausible and its CRC matches, whatever its place in the
/// log.
[[nodiscard]] std::optional<RecordHeader> self_valid_record(std::span<const std::byte> segment,
                                                            std::size_t offset, std::uint32_t seed);

[[nodiscard]] RecordView view_of(const std::byte* record, const RecordHeader& header);

/// `NNNNNNNNNN.log`, its seal `NNNNNNNNNN.seal`, and the shared-memory name
/// `commands-NNNNNNNNNN.seg`.
[[nodiscard]] std::string durable_name(std::uint64_t index);
[[nodiscard]] std::string seal_name(std::uint64_t index);
[[nodiscard]] std::string shared_name(LogKind kind, std::uint64_t index);
/// The index in a durable name; nothing for any other name.
[[nodiscard]] std::optional<std::uint64_t> index_of_durable_name(std::string_view name);
[[nodiscard]] std::optional<std::uint64_t> index_of_seal_name(std::string_view name);

}  // namespace bw::event_store
