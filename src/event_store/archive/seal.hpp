// Seal: what a complete segment was when it was finished, so that every later change of a byte is
// found. One small file beside each sealed segment, kept for ever, even when the segment itself has
// been removed.
//
//   DIR/commands/0000000003.log     the segment, read-only from now on
//   DIR/commands/0000000003.seal    | Seal, 168 bytes | place | place | … |
//
//   chain of segment n = hash of (chain of segment n-1, all fields of seal n before its chain)
//
// The CRCs of the records find accidents and name the record. Whoever changes a record and computes
// all CRCs anew cannot also keep the hash; whoever makes new seals too changes the newest chain
// value, the *head* of the log, which an operator may have noted elsewhere.
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
    std::uint64_t records_end;     ///< offset behind the last record
    std::uint64_t commands_ended;  ///< events: commands whose last event is in here
    Hash hash;             ///< of the whole file, with zeros in the header's field `retired`
    Hash chain;            ///< the log's history up to the end of this segment
    std::uint32_t places;  ///< how many follow
    std::uint32_t crc;     ///< of everything before, and of the places; seeded with the log's seed
};
static_assert(sizeof(Seal) == 168);

/// The sparse index: each 4096th record of the segment, so that a reader need not walk from its
/// beginning. It holds all that is needed to check the record there.
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

/// Judges the file of a seal. Error: the disk.
[[nodiscard]] base::Result<SealFile> read_seal(platform::Storage& storage, const Paths& paths,
                                               const LogIdentity& identity, std::uint64_t index);
/// Durable when it returns; after a crash the file is the old one (or none) or the new one.
[[nodiscard]] base::Result<void> write_seal(platform::Storage& storage, const Paths& paths,
                                            const LogIdentity& identity, const SealFile& file);

/// What `seal.chain` must be when `previous` is the chain of the segment before (zeros for segment
/// 1).
[[nodiscard]] Hash chain_of(const Hash& previous, const Seal& seal);

/// Why a seal of another node or of a newer program is refused; for people.
[[nodiscard]] base::Error refusal(const std::string& path, const SealFile& file);

/// The position behind the last record of a sealed segment.
[[nodiscard]] LogPosition end_of(const Seal& seal);
/// The last place at or before `sequence`, or before the first record at or after a time; nothing:
/// begin with the segment.
[[nodiscard]] std::optional<LogPosition> place_of_sequence(const SealFile& file,
                                                           std::uint64_t sequence);
[[nodiscard]] std::optional<LogPosition> place_before_time(const SealFile& file,
                                                           std::uint64_t timestamp_ns);

/// Reads a segment in pieces and makes its seal. A piece takes a few milliseconds.
class SealMaker {
 public:
    SealMaker(platform::Storage& storage, const Paths& paths, const LogIdentity& identity,
              std::uint64_t index);

    static constexpr std::size_t piece_bytes_max = 64 * 1024;
    /// Takes the next piece, at most `piece_bytes` long. True: that was the last one. Error: the
    /// segment is not valid from some byte on.
    [[nodiscard]] base::Result<bool> step(std::size_t piece_bytes = piece_bytes_max);
    /// The error of step() says what is on the disk, not that it could not be read.
    [[nodiscard]] bool content_is_wrong() const { return content_is_wrong_; }
    /// The seal. Requires: step() has returned true.
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
    bool ended_ = false;  ///< behind the last record there are zeros only
    LogPosition at_;
    Hasher hasher_;
    SealFile made_;
};

}  // namespace bw::event_store
