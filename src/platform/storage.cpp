#include "platform/storage.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "base/assert.hpp"
#include "platform/clock.hpp"
#include "platform/thread.hpp"

namespace bw::platform {
namespace {

using base::Result;

std::unexpected<base::Error> system_error(const char* what, const std::string& path, int code) {
    return base::error(fmt::format("cannot {} {}: {}", what, path, std::strerror(code)));
}

/// Of a file that is made in pieces: small enough that a commit behind one waits well below a
/// millisecond.
constexpr std::size_t piece_bytes = 32 * 1024;

/// Of a file that is written in parts, a snapshot: no more than this goes to the disk at once.
constexpr std::size_t part_bytes = 64 * 1024;

/// A file descriptor that closes itself.
class Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const { return number_; }
    [[nodiscard]] bool valid() const { return number_ >= 0; }

 private:
    int number_;
};

Result<Descriptor> open_file(const std::string& path, int flags) {
    Descriptor file(::open(path.c_str(), flags | O_CLOEXEC, 0640));
    if (!file.valid()) return system_error("open", path, errno);
    return file;
}

Result<void> write_all(int file, const std::string& path, std::uint64_t offset,
                       std::span<const std::byte> bytes) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written == static_cast<ssize_t>(bytes.size())) return {};
    const std::string what = fmt::format("write {} bytes at offset {} of", bytes.size(), offset);
    return system_error(what.c_str(), path, written < 0 ? errno : ENOSPC);
}

/// Sends [begin, end) of a file to the disk, then leaves the disk to others for as long as that
/// took: a whole snapshot sent at its end would delay every commit. Makes nothing durable.
void send_gently(int file, std::uint64_t begin, std::uint64_t end) {
    const SystemClock clock;
    const std::uint64_t begin_ns = clock.monotonic_ns();
    ::sync_file_range(
        file, static_cast<off64_t>(begin), static_cast<off64_t>(end - begin),
        SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER);
    sleep_for_ns(clock.monotonic_ns() - begin_ns);
}

Result<void> reserve(int file, const std::string& path, std::size_t size) {
    const int code = ::posix_fallocate(file, 0, static_cast<off_t>(size));
    if (code == 0) return {};
    return system_error(fmt::format("reserve {} bytes for", size).c_str(), path, code);
}

/// Brings the pages of new memory in; the kernel makes them zeros as it does. Page by page, so that
/// the thread can be interrupted between two of them also where the kernel itself cannot.
void touch(std::span<std::byte> memory) {
    for (std::size_t at = 0; at < memory.size(); at += disk_block)
        *const_cast<volatile std::byte*>(&memory[at]) = std::byte{0};
}

class PosixLock final : public FileLock {
 public:
    explicit PosixLock(Descriptor file) : file_(std::move(file)) {}

 private:
    Descriptor file_;
};

class PosixMapping final : public MappedFile {
 public:
    PosixMapping(void* address, std::size_t size) {
        bytes_ = {static_cast<std::byte*>(address), size};
    }
    ~PosixMapping() override { ::munmap(bytes_.data(), bytes_.size()); }
    PosixMapping(const PosixMapping&) = delete;
    PosixMapping& operator=(const PosixMapping&) = delete;
};

Result<std::unique_ptr<MappedFile>> map(int file, const std::string& path, std::size_t size,
                                        int protection, int extra_flags) {
    if (size == 0) return system_error("map (the file is empty)", path, EINVAL);
    void* address = ::mmap(nullptr, size, protection, MAP_SHARED | extra_flags, file, 0);
    if (address == MAP_FAILED) return system_error("map", path, errno);
    return std::make_unique<PosixMapping>(address, size);
}

Result<std::unique_ptr<MappedFile>> map_existing(const std::string& path, int flags,
                                                 int protection) {
    auto file = open_file(path, flags);
    if (!file) return std::unexpected(file.error());
    struct stat status{};
    if (::fstat(file->get(), &status) != 0) return system_error("stat", path, errno);
    return map(file->get(), path, static_cast<std::size_t>(status.st_size), protection, 0);
}

class PosixBlockFile final : public BlockFile {
 public:
    PosixBlockFile(Descriptor file, std::string path, bool sync_each)
        : file_(std::move(file)), path_(std::move(path)), sync_each_(sync_each) {}

    Result<void> write_at(std::uint64_t offset, std::span<const std::byte> blocks) override {
        BW_ASSERT(offset % disk_block == 0 && blocks.size() % disk_block == 0);
        BW_ASSERT(reinterpret_cast<std::uintptr_t>(blocks.data()) % disk_block == 0);
        if (auto written = write_all(file_.get(), path_, offset, blocks); !written) return written;
        return sync_each_ ? sync() : Result<void>{};
    }

    Result<void> sync() override {
        if (::fdatasync(file_.get()) != 0) return system_error("sync", path_, errno);
        return {};
    }

 private:
    Descriptor file_;
    std::string path_;
    bool sync_each_;
};

std::string parent_of(const std::string& path) {
    const std::string parent = std::filesystem::path(path).parent_path().string();
    return parent.empty() ? "." : parent;
}

}  // namespace

AlignedBuffer::AlignedBuffer(std::size_t size)
    : bytes_(static_cast<std::byte*>(::operator new(size, std::align_val_t{disk_block}))),
      size_(size) {
    std::memset(bytes_.get(), 0, size);
}

void AlignedBuffer::Free::operator()(std::byte* bytes) const {
    ::operator delete(bytes, std::align_val_t{disk_block});
}

/// Also of a directory that is there already the name is synced: whoever made it may have died
/// before he could.
Result<void> PosixStorage::create_directories(const std::string& path) {
    const std::string parent = parent_of(path);
    std::error_code code;
    if (!std::filesystem::exists(parent, code))
        if (auto made = create_directories(parent); !made) return made;
    std::filesystem::create_directories(path, code);
    if (code) return system_error("create directory", path, code.value());
    return sync_directory(parent);
}

Result<std::vector<std::string>> PosixStorage::list(const std::string& directory) {
    std::error_code code;
    std::vector<std::string> names;
    for (std::filesystem::directory_iterator at(directory, code), end; !code && at != end;
         at.increment(code))
        names.push_back(at->path().filename().string());
    if (code) return system_error("list", directory, code.value());
    std::sort(names.begin(), names.end());
    return names;
}

bool PosixStorage::exists(const std::string& path) { return ::access(path.c_str(), F_OK) == 0; }

Result<std::uint64_t> PosixStorage::file_size(const std::string& path) {
    struct stat status{};
    if (::stat(path.c_str(), &status) != 0) return system_error("stat", path, errno);
    return static_cast<std::uint64_t>(status.st_size);
}

Result<void> PosixStorage::remove(const std::string& path) {
    if (std::remove(path.c_str()) != 0) return system_error("remove", path, errno);
    return {};
}

Result<void> PosixStorage::rename(const std::string& from, const std::string& to) {
    if (::rename(from.c_str(), to.c_str()) != 0)
        return system_error(fmt::format("rename {} to", from).c_str(), to, errno);
    return {};
}

Result<void> PosixStorage::sync_directory(const std::string& directory) {
    auto file = open_file(directory, O_RDONLY | O_DIRECTORY);
    if (!file) return std::unexpected(file.error());
    if (::fsync(file->get()) != 0) return system_error("sync directory", directory, errno);
    return {};
}

Result<std::size_t> Storage::read_into(const std::string& path, std::uint64_t offset,
                                       std::span<std::byte> out) {
    auto bytes = read(path, offset, out.size());
    if (!bytes) return std::unexpected(bytes.error());
    std::copy(bytes->begin(), bytes->end(), out.begin());
    return bytes->size();
}

Result<std::vector<std::byte>> PosixStorage::read(const std::string& path, std::uint64_t offset,
                                                  std::size_t size) {
    std::vector<std::byte> bytes(size);
    const auto done = read_into(path, offset, bytes);
    if (!done) return std::unexpected(done.error());
    bytes.resize(*done);
    return bytes;
}

Result<std::size_t> PosixStorage::read_into(const std::string& path, std::uint64_t offset,
                                            std::span<std::byte> out) {
    auto file = open_file(path, O_RDONLY);
    if (!file) return std::unexpected(file.error());
    std::size_t done = 0;
    while (done < out.size()) {
        const ssize_t got = ::pread(file->get(), out.data() + done, out.size() - done,
                                    static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read", path, errno);
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

/// From the beginning of the block: the kernel keeps a page of which only a part is to go.
void PosixStorage::forget_cached(const std::string& path, std::uint64_t offset) {
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.valid()) return;
    const std::uint64_t begin = offset / disk_block * disk_block;
    static_cast<void>(
        ::posix_fadvise(file.get(), static_cast<off_t>(begin), 0, POSIX_FADV_DONTNEED));
}

Result<void> PosixStorage::write_file(const std::string& path, std::span<const std::byte> bytes) {
    return write_file_in_parts(path, [bytes](const Append& append) { return append(bytes); });
}

/// For storages that know files as a whole only.
Result<void> Storage::write_file_in_parts(const std::string& path,
                                          const std::function<Result<void>(const Append&)>& fill) {
    std::vector<std::byte> whole;
    const auto append = [&whole](std::span<const std::byte> bytes) -> Result<void> {
        whole.insert(whole.end(), bytes.begin(), bytes.end());
        return {};
    };
    if (auto filled = fill(append); !filled) return filled;
    return write_file(path, whole);
}

Result<void> PosixStorage::write_file_in_parts(
    const std::string& path, const std::function<Result<void>(const Append&)>& fill) {
    const std::string fresh = path + ".new";
    {
        auto file = open_file(fresh, O_WRONLY | O_CREAT | O_TRUNC);
        if (!file) return std::unexpected(file.error());
        std::uint64_t at = 0;
        std::uint64_t sent = 0;
        const auto append = [&](std::span<const std::byte> bytes) {
            auto written = write_all(file->get(), fresh, at, bytes);
            at += bytes.size();
            if (written && at - sent >= part_bytes)
                send_gently(file->get(), std::exchange(sent, at), at);
            return written;
        };
        if (auto filled = fill(append); !filled) return filled;
        if (::fsync(file->get()) != 0) return system_error("sync", fresh, errno);
    }
    if (auto renamed = rename(fresh, path); !renamed) return renamed;
    return sync_directory(parent_of(path));
}

Result<void> PosixStorage::set_read_only(const std::string& path, bool read_only) {
    if (::chmod(path.c_str(), read_only ? 0440 : 0640) == 0) return {};
    return system_error("change the permissions of", path, errno);
}

Result<std::unique_ptr<FileLock>> PosixStorage::lock(const std::string& path) {
    auto file = open_file(path, O_RDWR | O_CREAT);
    if (!file) return std::unexpected(file.error());
    if (::flock(file->get(), LOCK_EX | LOCK_NB) == 0)
        return std::make_unique<PosixLock>(std::move(*file));
    if (errno != EWOULDBLOCK) return system_error("lock", path, errno);
    return base::error(fmt::format(
        "{} is held by another running process. Stop that process first, or use another directory.",
        path));
}

Result<std::unique_ptr<MappedFile>> PosixStorage::create_mapped(const std::string& path,
                                                                std::size_t size) {
    auto file = open_file(path, O_RDWR | O_CREAT | O_TRUNC);
    if (!file) return std::unexpected(file.error());
    if (auto reserved = reserve(file->get(), path, size); !reserved) {
        ::unlink(path.c_str());
        return std::unexpected(reserved.error());
    }
    auto mapped = map(file->get(), path, size, PROT_READ | PROT_WRITE, MAP_POPULATE);
    if (mapped) std::memset((*mapped)->writable().data(), 0, size);
    return mapped;
}

/// Without MAP_POPULATE, which would hold the process's map of memory for all pages at once: each
/// piece brings in its own.
Result<std::unique_ptr<MappedFile>> PosixStorage::create_mapped_in_pieces(
    const std::string& path, std::size_t size, const BetweenPieces& between) {
    auto file = open_file(path, O_RDWR | O_CREAT | O_TRUNC);
    if (!file) return std::unexpected(file.error());
    if (auto reserved = reserve(file->get(), path, size); !reserved) {
        ::unlink(path.c_str());
        return std::unexpected(reserved.error());
    }
    auto mapped = map(file->get(), path, size, PROT_READ | PROT_WRITE, 0);
    for (std::size_t at = 0; mapped && at < size; at += piece_bytes) {
        const std::size_t bytes = std::min(piece_bytes, size - at);
        touch((*mapped)->writable().subspan(at, bytes));
        between(at + bytes);
    }
    return mapped;
}

Result<std::unique_ptr<MappedFile>> PosixStorage::open_mapped(const std::string& path) {
    return map_existing(path, O_RDWR, PROT_READ | PROT_WRITE);
}

Result<std::unique_ptr<MappedFile>> PosixStorage::open_mapped_read_only(const std::string& path) {
    return map_existing(path, O_RDONLY, PROT_READ);
}

Result<void> Storage::create_zeroed_in_pieces(const std::string& path, std::size_t size,
                                              const BetweenPieces&) {
    return create_zeroed(path, size);
}

Result<std::unique_ptr<MappedFile>> Storage::create_mapped_in_pieces(const std::string& path,
                                                                     std::size_t size,
                                                                     const BetweenPieces&) {
    return create_mapped(path, size);
}

Result<void> Storage::create_reserved(const std::string& path, std::size_t size) {
    return create_zeroed(path, size);
}

Result<void> PosixStorage::create_reserved(const std::string& path, std::size_t size) {
    auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return std::unexpected(file.error());
    Result<void> done = reserve(file->get(), path, size);
    if (done && ::fsync(file->get()) != 0) done = system_error("sync", path, errno);
    if (!done) ::unlink(path.c_str());
    return done;
}

Result<void> PosixStorage::create_zeroed(const std::string& path, std::size_t size) {
    return create_zeroed_in_pieces(path, size, [](std::size_t) {});
}

Result<void> PosixStorage::create_zeroed_in_pieces(const std::string& path, std::size_t size,
                                                   const BetweenPieces& between) {
    auto file = open_file(path, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return std::unexpected(file.error());
    Result<void> done = reserve(file->get(), path, size);
    // Past the cache of the kernel, which would copy each piece twice and keep others waiting
    // meanwhile. Not every file system can.
    const Descriptor direct(
        size % disk_block == 0 ? ::open(path.c_str(), O_WRONLY | O_DIRECT | O_CLOEXEC) : -1);
    const AlignedBuffer zeros(std::min(piece_bytes, size));
    for (std::size_t at = 0; done && at < size; at += piece_bytes) {
        const std::size_t bytes = std::min(piece_bytes, size - at);
        done = write_all(direct.valid() ? direct.get() : file->get(), path, at, zeros.first(bytes));
        if (done && !direct.valid() && ::fdatasync(file->get()) != 0)
            done = system_error("sync", path, errno);
        if (done) between(at + bytes);
    }
    if (done && ::fsync(file->get()) != 0) done = system_error("sync", path, errno);
    if (!done) ::unlink(path.c_str());
    return done;
}

Result<std::unique_ptr<BlockFile>> PosixStorage::open_blocks(const std::string& path,
                                                             WriteMode mode) {
    const int durable = mode == WriteMode::durable ? O_DSYNC : 0;
    Descriptor direct(::open(path.c_str(), O_WRONLY | O_DIRECT | durable | O_CLOEXEC));
    if (direct.valid()) return std::make_unique<PosixBlockFile>(std::move(direct), path, false);
    if (errno != EINVAL) return system_error("open", path, errno);
    auto file = open_file(path, O_WRONLY);
    if (!file) return std::unexpected(file.error());
    return std::make_unique<PosixBlockFile>(std::move(*file), path, mode == WriteMode::durable);
}

Storage& system_storage() {
    static PosixStorage storage;
    return storage;
}

}  // namespace bw::platform
