// LimitedStorage: the files of another storage, on a disk that is slower than it is. All files lie
// on one device: a transfer waits until the bytes of those before it have passed, whoever asked for
// them. So a large write that nobody waits for delays a small one that somebody waits for, as on a
// real disk, and a slow disk can be repeated on any machine.
//
//    transfers   | 4 KiB |      256 KiB       | 4 KiB |       bandwidth: one after the other
//                          └ arrived here ──────────►|+ write_us |  latency: its own
//
// What the disk below takes counts too: an operation takes the longer of both. Shared memory is not
// limited. Threads: as of any storage, from any.
#pragma once

#include <mutex>

#include "platform/storage.hpp"

namespace bw::bench {

struct DiskLimits {
    double mb_per_s = 0;         ///< 10^6 bytes, reads and writes together; 0: not limited
    std::uint64_t write_us = 0;  ///< what a write or sync takes at least, besides its bytes
    [[nodiscard]] bool any() const { return mb_per_s != 0 || write_us != 0; }
};

/// The device: when what passes through it is done.
class LimitedDisk {
 public:
    explicit LimitedDisk(const DiskLimits& limits) : limits_(limits) {}

    /// Takes the place behind all that came before; the time (monotonic) at which the bytes have
    /// passed.
    [[nodiscard]] std::uint64_t take_place(std::size_t bytes);
    /// Sleeps until then.
    static void wait_until(std::uint64_t time_ns);
    [[nodiscard]] std::uint64_t latency_ns() const { return limits_.write_us * 1'000; }

 private:
    DiskLimits limits_;
    std::mutex mutex_;
    std::uint64_t busy_until_ns_ = 0;
};

class LimitedStorage final : public platform::Storage {
 public:
    template <class T>
    using Result = base::Result<T>;

    /// `inner` must live as long. What lies below `shared_directory` is memory.
    LimitedStorage(platform::Storage& inner, const DiskLimits& limits,
                   std::string shared_directory = platform::default_shared_directory)
        : inner_(inner), disk_(limits), shared_directory_(std::move(shared_directory)) {}

    Result<void> create_directories(const std::string& path) override;
    Result<std::vector<std::string>> list(const std::string& directory) override;
    bool exists(const std::string& path) override;
    Result<std::uint64_t> file_size(const std::string& path) override;
    Result<void> remove(const std::string& path) override;
    Result<void> rename(const std::string& from, const std::string& to) override;
    Result<void> sync_directory(const std::string& directory) override;
    Result<std::vector<std::byte>> read(const std::string& path, std::uint64_t offset,
                                        std::size_t size) override;
    Result<std::size_t> read_into(const std::string& path, std::uint64_t offset,
                                  std::span<std::byte> out) override;
    Result<void> write_file(const std::string& path, std::span<const std::byte> bytes) override;
    Result<void> write_file_in_parts(
        const std::string& path, const std::function<Result<void>(const Append&)>& fill) override;
    Result<void> set_read_only(const std::string& path, bool read_only) override;
    Result<std::unique_ptr<platform::FileLock>> lock(const std::string& path) override;
    Result<std::unique_ptr<platform::MappedFile>> create_mapped(const std::string& path,
                                                                std::size_t size) override;
    Result<std::unique_ptr<platform::MappedFile>> open_mapped(const std::string& path) override;
    Result<std::unique_ptr<platform::MappedFile>> open_mapped_read_only(
        const std::string& path) override;
    Result<void> create_zeroed(const std::string& path, std::size_t size) override;
    Result<void> create_reserved(const std::string& path, std::size_t size) override;
    Result<std::unique_ptr<platform::BlockFile>> open_blocks(const std::string& path,
                                                             platform::WriteMode mode) override;
    Result<void> create_zeroed_in_pieces(const std::string& path, std::size_t size,
                                         const BetweenPieces& between) override;
    Result<std::unique_ptr<platform::MappedFile>> create_mapped_in_pieces(
        const std::string& path, std::size_t size, const BetweenPieces& between) override;

 private:
    [[nodiscard]] bool on_disk(const std::string& path) const {
        return !path.starts_with(shared_directory_);
    }

    platform::Storage& inner_;
    LimitedDisk disk_;
    std::string shared_directory_;
};

}  // namespace bw::bench
