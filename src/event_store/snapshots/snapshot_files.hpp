// SnapshotFiles: states at a place in the logs as files in DIR/snapshots, one kind of state per
// object. Knows bytes, not what they mean.
//
//   DIR/snapshots/NNNNNNNNNNNNNNNNNNNN<suffix>       N = the last command that the state knows
//
//   | header, 88 bytes | chunk | chunk | … |          chunk: u32 crc, u32 length, bytes (1 MiB but
//                                                     for the last)
//
// The CRC of the header and of each chunk begins with kind, cluster, node and sequence, that of a
// chunk also with its number: a file of another exchange, a chunk in another place or a changed
// byte is found. Written and read chunk by chunk: memory is one chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/fields.hpp"
#include "base/result.hpp"
#include "event_store/identity.hpp"
#include "event_store/log/record.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// Where in the logs a state stands.
struct SnapshotPlace {
    std::uint64_t sequence = 0;      ///< last command applied
    std::uint64_t events = 0;        ///< events made so far
    std::uint64_t timestamp_ns = 0;  ///< of that command
    /// Of the record that ties the state to the log's history: of that command, or of its last
    /// event.
    std::uint64_t record_hash = 0;
};

[[nodiscard]] std::uint64_t hash_of(const RecordView& record);

struct SnapshotHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t node;
    std::uint64_t cluster;
    SnapshotPlace place;
    std::uint64_t state_hash;  ///< 0: the kind has none
    std::uint64_t payload_bytes;
    std::uint64_t chunks;
    std::uint32_t reserved;
    std::uint32_t crc;  ///< of the bytes before
};
static_assert(sizeof(SnapshotHeader) == 88 &&
              std::has_unique_object_representations_v<SnapshotHeader>);

struct SnapshotKind {
    std::uint64_t magic;
    std::uint32_t version;  ///< newest that this program reads and the one it writes
    std::uint64_t salt;     ///< of the CRCs, so that no chunk of another kind is valid
    std::string_view suffix;
};

/// The bytes of one file. Nothing is given that was not checked.
class SnapshotPayload final : public base::ByteSource {
 public:
    [[nodiscard]] const SnapshotHeader& header() const { return header_; }
    /// Whether the bytes of the payload from `offset` on are sound, as far as `size` reaches. The
    /// error names file and place.
    [[nodiscard]] base::Result<void> check(std::uint64_t offset, std::uint64_t size);
    /// The next read begins there.
    void seek(std::uint64_t offset) { at_ = offset; }
    [[nodiscard]] std::uint64_t position() const { return at_; }
    [[nodiscard]] bool at_end() const { return at_ == header_.payload_bytes; }
    [[nodiscard]] bool read(std::span<std::byte> out) override;

 private:
    friend class SnapshotFiles;
    SnapshotPayload(platform::Storage& storage, std::string path, const SnapshotHeader& header,
                    std::function<std::uint32_t(std::uint64_t chunk)> seed)
        : storage_(storage), path_(std::move(path)), header_(header), seed_(std::move(seed)) {}
    [[nodiscard]] base::Result<void> use_chunk(std::uint64_t number);

    platform::Storage& storage_;
    std::string path_;
    SnapshotHeader header_;
    std::function<std::uint32_t(std::uint64_t chunk)> seed_;
    std::uint64_t at_ = 0;
    std::uint64_t chunk_ = UINT64_MAX;  // that is in buffer_
    std::vector<std::byte> buffer_;     // its head and its bytes
};

class SnapshotFiles {
 public:
    SnapshotFiles(platform::Storage& storage, const std::string& directory,
                  const Identity& identity, const SnapshotKind& kind)
        : storage_(storage),
          directory_(directory + "/snapshots"),
          identity_(identity),
          kind_(kind) {}

    /// Sequence numbers of those that are there, newest first. None if there is no folder.
    [[nodiscard]] base::Result<std::vector<std::uint64_t>> list() const;
    [[nodiscard]] std::string path(std::uint64_t sequence) const;

    /// Writes it under another name, syncs, renames: after a crash it is there wholly or not at
    /// all. `fill` writes the `payload_bytes` bytes of the payload. How many bytes the file has.
    [[nodiscard]] base::Result<std::uint64_t> write(
        const SnapshotPlace& place, std::uint64_t state_hash, std::uint64_t payload_bytes,
        const std::function<void(base::ByteSink&)>& fill);
    /// Header only.
    [[nodiscard]] base::Result<SnapshotPlace> read_place(std::uint64_t sequence) const;
    /// Header and size are sound.
    [[nodiscard]] base::Result<SnapshotPayload> open(std::uint64_t sequence) const;
    [[nodiscard]] base::Result<void> remove(std::uint64_t sequence);
    /// Removes what killed writers left, up to the newest file. Another writer is ahead of it, or
    /// too late: what it writes is not needed any more, and its rename fails.
    [[nodiscard]] base::Result<void> remove_unfinished();

 private:
    using Fill = std::function<base::Result<void>(const platform::Storage::Append&)>;
    [[nodiscard]] base::Result<void> put(const std::string& path, const Fill& fill);
    [[nodiscard]] base::Result<SnapshotHeader> check_header(const std::vector<std::byte>& bytes,
                                                            std::uint64_t sequence) const;
    [[nodiscard]] std::uint32_t seed(std::uint64_t sequence, std::uint64_t chunk) const;

    platform::Storage& storage_;
    std::string directory_;
    Identity identity_;
    SnapshotKind kind_;
};

}  // namespace bw::event_store
