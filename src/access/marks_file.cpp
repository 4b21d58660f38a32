#include "access/marks_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/assert.hpp"

namespace bw::access {
namespace {

constexpr std::size_t map_bytes = (keys_max + 1) * mark_slot_bytes;
constexpr std::uint64_t slots_per_growth = 4096 / mark_slot_bytes;

using BootId = std::array<std::byte, 16>;

/// Of this start of the machine. Zero where the kernel does not say.
BootId boot_id() {
    BootId id{};
    char text[36];  // 8-4-4-4-12 hex digits
    const int fd = ::open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) return id;
    const ssize_t got = ::read(fd, text, sizeof text);
    ::close(fd);
    std::size_t digits = 0;
    for (ssize_t i = 0; i < got; ++i) {
        const char c = text[i];
        if (c == '-' || digits == 2 * id.size()) continue;
        const int value = c <= '9' ? c - '0' : c - 'a' + 10;
        id[digits / 2] = (id[digits / 2] << 4) | static_cast<std::byte>(value & 15);
        ++digits;
    }
    return id;
}

/// Excludes other processes that open or extend the file.
class Locked {
 public:
    explicit Locked(int fd) : fd_(fd) {
        while (::flock(fd_, LOCK_EX) != 0) BW_ASSERT(errno == EINTR);
    }
    ~Locked() { ::flock(fd_, LOCK_UN); }
    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

 private:
    int fd_;
};

}  // namespace

std::unexpected<base::Error> MarksFile::failed(const char* what) const {
    return base::error(
        fmt::format("cannot {} {}: {}; check the directory, its permissions and the free space",
                    what, path_.string(), std::strerror(errno)));
}

base::Result<std::unique_ptr<MarksFile>> MarksFile::open(const std::filesystem::path& path,
                                                         std::uint64_t now_ms,
                                                         std::uint64_t accepted_from_ms) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    std::unique_ptr<MarksFile> file(new MarksFile(path, fd));
    if (fd < 0) return file->failed("open");
    const Locked locked(fd);
    if (auto mapped = file->map(); !mapped) return std::unexpected(mapped.error());
    if (auto begun = file->begin(now_ms, accepted_from_ms); !begun)
        return std::unexpected(begun.error());
    return file;
}

MarksFile::~MarksFile() {
    if (memory_ != nullptr) ::munmap(memory_, map_bytes);
    if (fd_ >= 0) ::close(fd_);
}

base::Result<void> MarksFile::map() {
    void* memory = ::mmap(nullptr, map_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, 0);
    if (memory == MAP_FAILED) return failed("map");
    memory_ = memory;
    return {};
}

/// Requires: this process has the lock.
base::Result<void> MarksFile::begin(std::uint64_t now_ms, std::uint64_t accepted_from_ms) {
    struct stat status{};
    if (::fstat(fd_, &status) != 0) return failed("examine");
    if (auto grown = grow(1); !grown) return grown;
    MarksHeader& head = header();
    const bool is_new = head.magic == 0;  // of a start that ended here too
    if (is_new) new (memory_) MarksHeader{.magic = 0};
    if ((!is_new && head.magic != marks_magic) || head.slot_bytes != mark_slot_bytes)
        return base::error(fmt::format(
            "{} is not a file of marks; move it away, then requests signed before the next start "
            "are refused once",
            path_.string()));
    if (head.version > marks_version)
        return base::error(
            fmt::format("{} is of format {}, this program knows formats up to {}. Use the newer "
                        "program that wrote it.",
                        path_.string(), head.version, marks_version));
    const BootId boot = boot_id();
    const bool goes_on = !is_new && boot != BootId{} && head.boot == boot &&
                         head.inode == static_cast<std::uint64_t>(status.st_ino);
    if (goes_on) return {};
    head.accepted_from_ms.raise(is_new ? std::max(now_ms, accepted_from_ms) : now_ms);
    forget_budgets();
    head.boot = boot;
    head.inode = status.st_ino;
    head.magic = marks_magic;
    return {};
}

/// Their times are of the clock of another start of the machine.
void MarksFile::forget_budgets() {
    for (std::uint64_t row = 1; row < slots_; ++row) at(row)->budgets().reset();
}

/// Requires: this process has the lock.
base::Result<void> MarksFile::grow(std::uint64_t slots) {
    struct stat status{};
    if (::fstat(fd_, &status) != 0) return failed("examine");
    const auto size = static_cast<std::uint64_t>(status.st_size);
    const std::uint64_t wanted =
        (slots + slots_per_growth - 1) / slots_per_growth * slots_per_growth * mark_slot_bytes;
    constexpr std::array<char, slots_per_growth * mark_slot_bytes> zeros{};
    for (std::uint64_t at = size; at < wanted;) {
        const std::uint64_t rest = std::min<std::uint64_t>(zeros.size(), wanted - at);
        const ssize_t written = ::pwrite(fd_, zeros.data(), rest, static_cast<off_t>(at));
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return failed("extend");
        at += static_cast<std::uint64_t>(written);
    }
    slots_ = std::max(size, wanted) / mark_slot_bytes;
    return {};
}

base::Result<KeyMarks*> MarksFile::slot(std::uint64_t row, std::uint64_t key,
                                        std::uint64_t now_ms) {
    if (row == 0 || row > keys_max)
        return base::error(fmt::format("{} has room for {} keys; key {} is not among them",
                                       path_.string(), keys_max, row));
    if (row < slots_ && at(row)->is_of(key)) return at(row);
    const Locked locked(fd_);
    if (row >= slots_)
        if (auto grown = grow(row + 1); !grown) return std::unexpected(grown.error());
    KeyMarks* marks = at(row);
    marks->assign(key, now_ms);
    return marks;
}

}  // namespace bw::access
