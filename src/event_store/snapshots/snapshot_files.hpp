// SnapshotFiles: saved states as files in DIR/snapshots, one kind of state per object. The payload
// is opaque bytes.
//
//   DIR/snapshots/NNNNNNNNNNNNNNNNNNNN<suffix>       N = the last command that the state knows
//
//   | header, 88 bytes | chunk | chunk | … |          chunk: u32 crc, u32 length, bytes (1 MiB but
//                                                     for the last)
//
// The CRCs are seeded with kind, cluster, node and sequence, those of chunks also with the chunk's
// number: so a file of another exchange, a misplaced chunk and a changed byte are all detected.
// Files are written and read chunk by chunk; the memory used is one chunk.
//
// Threads: one per object. Several processes may write snapshots of the same folder.
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

/// The place of a state in the logs.
struct SnapshotPlace {
    std::uint64_t sequence = 0;      ///< last command applied
    std::uint64_t events = 0;        ///< number of the last event made
    std::uint64_t timestamp_ns = 0;  ///< of that command
    /// Hash of the record that ties the state to the history of the log: the record of the last
    /// command, or of its last event.
    std::uint64_t record_hash = 0;
};

[[nodiscard]] std::uint64_t hash_of(const RecordView& record);

struct SnapshotHeader {
    std::uint64_t magic;
    std::uint32_t version;
    std::uint32_t node;
    std::uint64_t cluster;
    SnapshotPlace place;
    std::uint64_t state_hash;  ///< 0: this kind of state has no hash
    std::uint64_t payload_bytes;
    std::uint64_t chunks;
    std::uint32_t reserved;
    std::uint32_t crc;  ///< of the bytes before
};
static_assert(sizeof(SnapshotHeader) == 88 &&
              std::has_unique_object_representations_v<SnapshotHeader>);

struct SnapshotKind {
    std::uint64_t magic;
    std::uint32_t version;  ///< written by this program, and the newest that it reads
    /// part of the seed of the CRCs, so that no chunk of another kind is valid
    std::uint64_t salt;
    std::string_view suffix;
};

/// The payload of one file. Delivers only checked bytes.
class SnapshotPayload final : public base::ByteSource {
 public:
    [[nodiscard]] const SnapshotHeader& header() const { return header_; }
    /// Checks `size` bytes of the payload from `offset` on. Error: names file and position.
    [[nodiscard]] base::Result<void> check(std::uint64_t offset, std::uint64_t size);
    /// Sets the position of the next read.
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
    std::uint64_t chunk_ = UINT64_MAX;  // the chunk in buffer_
    std::vector<std::byte> buffer_;     // with its head
};

class SnapshotFiles {
 public:
    SnapshotFiles(platform::Storage& storage, const std::string& directory,
                  const Identity& identity, const SnapshotKind& kind)
        : storage_(storage),
          directory_(directory + "/snapshots"),
          identity_(identity),
          kind_(kind) {}

    /// Sequence numbers of the existing files, newest first; empty if the folder does not exist.
    [[nodiscard]] base::Result<std::vector<std::uint64_t>> list() const;
    [[nodiscard]] std::string path(std::uint64_t sequence) const;

    /// Writes a file under a temporary name, syncs and renames it: after a crash it exists
    /// completely or not at all. `fill` writes the `payload_bytes` bytes of the payload. Returns
    /// the size of the file in bytes.
    [[nodiscard]] base::Result<std::uint64_t> write(
        const SnapshotPlace& place, std::uint64_t state_hash, std::uint64_t payload_bytes,
        const std::function<void(base::ByteSink&)>& fill);
    /// Reads the header only.
    [[nodiscard]] base::Result<SnapshotPlace> read_place(std::uint64_t sequence) const;
    /// Opens a file after checking its header and size.
    [[nodiscard]] base::Result<SnapshotPayload> open(std::uint64_t sequence) const;
    [[nodiscard]] base::Result<void> remove(std::uint64_t sequence);
    /// Removes unfinished files of killed writers, up to the newest complete file. A running writer
    /// is beyond that file, or too late: its snapshot is then no longer needed, and its rename
    /// fails.
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
