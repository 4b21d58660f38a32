// Seal: describes a complete segment with its hash, so that any later change of a byte is detected.
// One small file for each sealed segment, kept for ever, even after the segment itself is removed.
//
//   DIR/commands/0000000003.log     the segment, read-only from now on
//   DIR/commands/0000000003.seal    | Seal, 168 bytes | place | place | … |
//
//   chain of segment n = hash of (chain of segment n-1, all fields of seal n before its chain)
//
// The CRCs of the records detect accidents and identify the record. Someone who changes a record
// and recomputes all CRCs cannot reproduce the hash; if they make new seals too, the newest chain
// value changes: the *head* of the log, which an operator may have noted elsewhere.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "event_store/identity.hpp"
#include "event_store/log/hash.hpp"
#include "event_store/recovery/scan.hpp"

namespace bw::event_store {

struct Seal {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t node;
    std::uint32_t kind;
    std::uint32_t last_crc;  ///< of the last record
    std::uint64_t cluster;
    std::uint64_t index;
    std::uint64_t first_sequence;
    std::uint64_t last_sequence;
    std::uint64_t first_timestamp_ns;
    std::uint64_t last_timestamp_ns;
    std::uint64_t segment_bytes;
    std::uint64_t records_end;  ///< offset behind the last record
    /// events: number of commands whose last event is in this segment
    std::uint64_t commands_ended;
    Hash hash;   ///< of the whole file, with zeros in place of the header's field `retired`
    Hash chain;  ///< covers the log's history up to the end of this segment
    std::uint32_t places;  ///< number of places that follow
    std::uint32_t crc;     ///< of everything before and of the places; seeded with the log's seed
};
static_assert(sizeof(Seal) == 168);

/// One entry of the sparse index, so that a reader need not scan a segment from its beginning. The
/// index has the records first_sequence + 4096, + 8192 and so on; an entry holds everything needed
/// to check the record there.
struct SealedPlace {
    std::uint64_t offset;
    std::uint64_t last_timestamp_ns;  ///< of the record before
    std::uint32_t previous_crc;
    std::uint32_t reserved;
};
static_assert(sizeof(SealedPlace) == 24);

inline constexpr std::uint64_t records_between_places = 4096;
inline constexpr std::uint32_t seal_version = 1;

enum class SealState : std::uint8_t { valid, missing, damaged, foreign, newer_version };

struct SealFile {
    SealState state = SealState::missing;
    Seal seal{};
    std::vector<SealedPlace> places;
};

/// Reads and checks the file of a seal; the result is in `state`. Error: the disk.
[[nodiscard]] base::Result<SealFile> read_seal(platform::Storage& storage, const Paths& paths,
                                               const LogIdentity& identity, std::uint64_t index);
/// Durable when it returns. After a crash the file is the old one (or missing) or the new one.
[[nodiscard]] base::Result<void> write_seal(platform::Storage& storage, const Paths& paths,
                                            const LogIdentity& identity, const SealFile& file);

/// The value that `seal.chain` must have if `previous` is the chain of the segment before (zeros
/// for segment 1).
[[nodiscard]] Hash chain_of(const Hash& previous, const Seal& seal);

/// The message for a seal of another node or of a newer program.
[[nodiscard]] base::Error refusal(const std::string& path, const SealFile& file);

/// The position after the last record of a sealed segment.
[[nodiscard]] LogPosition end_of(const Seal& seal);
/// The last place at or before `sequence`, or before the first record at or after a time; nothing:
/// scan from the beginning of the segment.
[[nodiscard]] std::optional<LogPosition> place_of_sequence(const SealFile& file,
                                                           std::uint64_t sequence);
[[nodiscard]] std::optional<LogPosition> place_before_time(const SealFile& file,
                                                           std::uint64_t timestamp_ns);

/// Reads a segment in pieces, so that each step is short, and makes its seal.
class SealMaker {
 public:
    SealMaker(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
              std::uint64_t index);

    static constexpr std::size_t piece_bytes_max = 64 * 1024;
    /// Reads the next piece, at most `piece_bytes` long. Returns true after the last one. Error:
    /// the file cannot be read, or the segment is not valid from some byte on.
    [[nodiscard]] base::Result<bool> step(std::size_t piece_bytes = piece_bytes_max);
    /// The last step() failed because the content is wrong, not because a read failed.
    [[nodiscard]] bool content_is_wrong() const { return content_is_wrong_; }
    /// Returns the seal. Requires: step() has returned true.
    [[nodiscard]] SealFile finish(const Hash& previous_chain);

 private:
    [[nodiscard]] base::Result<void> take_header(std::span<std::byte> piece);
    void take_record(const RecordHeader& record);
    [[nodiscard]] std::unexpected<base::Error> wrong(std::string what);
    [[nodiscard]] base::Result<void> take_records(std::span<const std::byte> piece,
                                                  std::size_t begin_before);

    platform::Storage& storage_;
    std::string path_;
    LogIdentity identity_;
    std::uint64_t index_;
    std::vector<std::byte> buffer_;
    std::uint64_t offset_ = 0;  ///< of the next piece
    bool content_is_wrong_ = false;
    bool ended_ = false;  ///< only zeros follow the last record
    LogPosition at_;
    Hasher hasher_;
    SealFile made_;
};

}  // namespace bw::event_store
