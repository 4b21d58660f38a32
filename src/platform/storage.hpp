// Storage: file operations as the event store needs them, and nothing more. All access to disks and
// shared-memory files goes through this interface, so that tests can put a disk behind it that is
// full, fails, or forgets what was not synced.
//
// Errors: base::Result with the path and the system's reason. A full disk is an error when space is
// reserved, never a signal later: mapped files are reserved completely before they are mapped.
// Threads: a Storage may be used from any thread; a file object from one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace bw::platform {

inline constexpr std::size_t disk_block =
    4096;  ///< unit of direct writes: offset, size and address are multiples of it

/// Heap memory aligned to disk_block, zeroed at creation.
class AlignedBuffer {
 public:
    explicit AlignedBuffer(std::size_t size);

    [[nodiscard]] std::byte* data() const { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::span<std::byte> first(std::size_t count) const {
        return {bytes_.get(), count};
    }

 private:
    struct Free {
        void operator()(std::byte* bytes) const;
    };
    std::unique_ptr<std::byte, Free> bytes_;
    std::size_t size_;
};

/// A lock held while this object lives; the kernel releases it when the process dies.
class FileLock {
 public:
    virtual ~FileLock() = default;
};

/// A file mapped shared; unmapped by the destructor.
class MappedFile {
 public:
    virtual ~MappedFile() = default;
    [[nodiscard]] std::span<std::byte> writable() const { return bytes_; }
    [[nodiscard]] std::span<const std::byte> bytes() const { return bytes_; }

 protected:
    std::span<std::byte> bytes_;
};

enum class WriteMode : std::uint8_t {
    /// on the medium when write_at returns (O_DIRECT|O_DSYNC, or write + fdatasync where direct I/O
    /// is refused)
    durable,
    /// on the medium after sync(). Bypasses the kernel's cache (O_DIRECT) where possible: writeback
    /// threads would run at moments of their own and delay others
    deferred,
};

/// A file of fixed size, written in whole blocks. A short write is an error.
class BlockFile {
 public:
    virtual ~BlockFile() = default;
    /// Requires: offset, size and address of `blocks` are multiples of disk_block.
    [[nodiscard]] virtual base::Result<void> write_at(std::uint64_t offset,
                                                      std::span<const std::byte> blocks) = 0;
    [[nodiscard]] virtual base::Result<void> sync() = 0;
};

class Storage {
 public:
    virtual ~Storage() = default;

    /// Creates the missing ones; their names are durable when it returns.
    [[nodiscard]] virtual base::Result<void> create_directories(const std::string& path) = 0;
    /// Names of the entries, sorted; without "." and "..".
    [[nodiscard]] virtual base::Result<std::vector<std::string>> list(
        const std::string& directory) = 0;
    [[nodiscard]] virtual bool exists(const std::string& path) = 0;
    [[nodiscard]] virtual base::Result<std::uint64_t> file_size(const std::string& path) = 0;
    /// Removes a file, or an empty directory.
    [[nodiscard]] virtual base::Result<void> remove(const std::string& path) = 0;
    [[nodiscard]] virtual base::Result<void> rename(const std::string& from,
                                                    const std::string& to) = 0;
    /// Makes creations, renames and removals inside `directory` durable.
    [[nodiscard]] virtual base::Result<void> sync_directory(const std::string& directory) = 0;

    /// Up to `size` bytes from `offset`; fewer only at the end of the file.
    [[nodiscard]] virtual base::Result<std::vector<std::byte>> read(const std::string& path,
                                                                    std::uint64_t offset,
                                                                    std::size_t size) = 0;
    /// The same into the caller's memory, for readers of many files; returns the number of bytes.
    [[nodiscard]] virtual base::Result<std::size_t> read_into(const std::string& path,
                                                              std::uint64_t offset,
                                                              std::span<std::byte> out);
    /// Drops what the system has cached of the file from `offset` on, so that the next read asks
    /// the disk again. Best effort; a storage without a cache does nothing.
    virtual void forget_cached(const std::string&, std::uint64_t /*offset*/) {}
    /// Replaces the file as a whole and durably: after a crash it is the old one or the new one.
    [[nodiscard]] virtual base::Result<void> write_file(const std::string& path,
                                                        std::span<const std::byte> bytes) = 0;
    using Append = std::function<base::Result<void>(std::span<const std::byte>)>;
    /// The same for a file written piece by piece, never whole in memory. If `fill` fails, nothing
    /// is replaced.
    [[nodiscard]] virtual base::Result<void> write_file_in_parts(
        const std::string& path, const std::function<base::Result<void>(const Append&)>& fill);

    /// Removes or restores the permission to write a file: a guard against mistakes, not against
    /// root. A storage without permissions does nothing.
    [[nodiscard]] virtual base::Result<void> set_read_only(const std::string&, bool) { return {}; }

    /// An error when another process holds it.
    [[nodiscard]] virtual base::Result<std::unique_ptr<FileLock>> lock(const std::string& path) = 0;

    /// Creates (or replaces) a file of `size` zero bytes, all of them reserved and resident, mapped
    /// for reading and writing.
    [[nodiscard]] virtual base::Result<std::unique_ptr<MappedFile>> create_mapped(
        const std::string& path, std::size_t size) = 0;
    [[nodiscard]] virtual base::Result<std::unique_ptr<MappedFile>> open_mapped(
        const std::string& path) = 0;
    /// As open_mapped, but read-only (writable() must not be used).
    [[nodiscard]] virtual base::Result<std::unique_ptr<MappedFile>> open_mapped_read_only(
        const std::string& path) = 0;

    /// Creates (or replaces) a file of `size` zero bytes that are written, not only reserved, and
    /// durable.
    [[nodiscard]] virtual base::Result<void> create_zeroed(const std::string& path,
                                                           std::size_t size) = 0;
    /// Creates (or replaces) a file of `size` zero bytes whose space is reserved durably: later
    /// writes need no new space, but the first one to a place costs more than after
    /// create_zeroed(). A storage that cannot reserve writes zeros.
    [[nodiscard]] virtual base::Result<void> create_reserved(const std::string& path,
                                                             std::size_t size);
    [[nodiscard]] virtual base::Result<std::unique_ptr<BlockFile>> open_blocks(
        const std::string& path, WriteMode mode) = 0;

    /// Called between the pieces while a large file is made, with the bytes done so far; may wait.
    using BetweenPieces = std::function<void(std::size_t done)>;
    /// Like create_zeroed and create_mapped, but reserves all space first and then makes the bytes
    /// in pieces: others that use the same disk and memory wait for one piece at most. A simulated
    /// storage makes the file at once.
    [[nodiscard]] virtual base::Result<void> create_zeroed_in_pieces(const std::string& path,
                                                                     std::size_t size,
                                                                     const BetweenPieces& between);
    [[nodiscard]] virtual base::Result<std::unique_ptr<MappedFile>> create_mapped_in_pieces(
        const std::string& path, std::size_t size, const BetweenPieces& between);
};

/// The machine's files.
class PosixStorage final : public Storage {
 public:
    [[nodiscard]] base::Result<void> create_directories(const std::string& path) override;
    [[nodiscard]] base::Result<std::vector<std::string>> list(
        const std::string& directory) override;
    [[nodiscard]] bool exists(const std::string& path) override;
    [[nodiscard]] base::Result<std::uint64_t> file_size(const std::string& path) override;
    [[nodiscard]] base::Result<void> remove(const std::string& path) override;
    [[nodiscard]] base::Result<void> rename(const std::string& from,
                                            const std::string& to) override;
    [[nodiscard]] base::Result<void> sync_directory(const std::string& directory) override;
    [[nodiscard]] base::Result<std::size_t> read_into(const std::string& path, std::uint64_t offset,
                                                      std::span<std::byte> out) override;
    [[nodiscard]] base::Result<std::vector<std::byte>> read(const std::string& path,
                                                            std::uint64_t offset,
                                                            std::size_t size) override;
    void forget_cached(const std::string& path, std::uint64_t offset) override;
    [[nodiscard]] base::Result<void> write_file(const std::string& path,
                                                std::span<const std::byte> bytes) override;
    [[nodiscard]] base::Result<void> write_file_in_parts(
        const std::string& path,
        const std::function<base::Result<void>(const Append&)>& fill) override;
    [[nodiscard]] base::Result<void> set_read_only(const std::string& path,
                                                   bool read_only) override;
    [[nodiscard]] base::Result<std::unique_ptr<FileLock>> lock(const std::string& path) override;
    [[nodiscard]] base::Result<std::unique_ptr<MappedFile>> create_mapped(
        const std::string& path, std::size_t size) override;
    [[nodiscard]] base::Result<std::unique_ptr<MappedFile>> open_mapped(
        const std::string& path) override;
    [[nodiscard]] base::Result<std::unique_ptr<MappedFile>> open_mapped_read_only(
        const std::string& path) override;
    [[nodiscard]] base::Result<void> create_zeroed(const std::string& path,
                                                   std::size_t size) override;
    [[nodiscard]] base::Result<void> create_reserved(const std::string& path,
                                                     std::size_t size) override;
    [[nodiscard]] base::Result<std::unique_ptr<BlockFile>> open_blocks(const std::string& path,
                                                                       WriteMode mode) override;
    [[nodiscard]] base::Result<void> create_zeroed_in_pieces(const std::string& path,
                                                             std::size_t size,
                                                             const BetweenPieces& between) override;
    [[nodiscard]] base::Result<std::unique_ptr<MappedFile>> create_mapped_in_pieces(
        const std::string& path, std::size_t size, const BetweenPieces& between) override;
};

/// This machine's storage, used by everybody who is not given another one.
[[nodiscard]] Storage& system_storage();

/// The folder in which processes of one machine share memory through files.
inline constexpr const char* default_shared_directory = "/dev/shm";

}  // namespace bw::platform
