// MarksFile: the file access.marks, mapped. Its layout is in key_marks.hpp.
//
// The marks survive a killed process: they are in the kernel's page cache. They need not be on
// disk. After a restart of the machine, and in a file that is new, a copy or from a backup, marks
// may be missing, so that requests with a timestamp before this moment are refused once.
//
// The file only grows, by written zeros: a mapped page always has its block on the disk, so that a
// full disk is an error of slot() and not a signal.
//
// Threads: slot() from one at a time; the rest from any. Several processes may have it open.
#pragma once

#include <filesystem>
#include <memory>

#include "access/key_marks.hpp"
#include "base/result.hpp"

namespace bw::access {

/// Keys that an exchange can have.
inline constexpr std::uint64_t keys_max = 1u << 20;

class MarksFile {
 public:
    /// Opens or creates the file. `now_ms`: realtime. `accepted_from_ms`: of a new file, if later
    /// than `now_ms`.
    [[nodiscard]] static base::Result<std::unique_ptr<MarksFile>> open(
        const std::filesystem::path& path, std::uint64_t now_ms, std::uint64_t accepted_from_ms);
    ~MarksFile();
    MarksFile(const MarksFile&) = delete;
    MarksFile& operator=(const MarksFile&) = delete;

    /// The marks of the key in this row of the database; valid as long as this object.
    [[nodiscard]] base::Result<KeyMarks*> slot(std::uint64_t row, std::uint64_t key,
                                               std::uint64_t now_ms);

    [[nodiscard]] std::uint64_t accepted_from_ms() const {
        return header().accepted_from_ms.value();
    }
    /// Of all gateways: the highest row committed. Rises before the key is told to its owner.
    [[nodiscard]] std::uint64_t newest_row() const { return header().newest_row.value(); }
    void announce(std::uint64_t row) { header().newest_row.raise(row); }
    /// Corrects it after a database was restored. Requires: `row` is the last one, and a
    /// transaction keeps others from adding one.
    void begin_at(std::uint64_t row) { header().newest_row.set(row); }

 private:
    MarksFile(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}
    [[nodiscard]] base::Result<void> map();
    [[nodiscard]] base::Result<void> begin(std::uint64_t now_ms, std::uint64_t accepted_from_ms);
    [[nodiscard]] base::Result<void> grow(std::uint64_t slots);
    void forget_budgets();
    [[nodiscard]] std::unexpected<base::Error> failed(const char* what) const;
    [[nodiscard]] MarksHeader& header() const { return *static_cast<MarksHeader*>(memory_); }
    [[nodiscard]] KeyMarks* at(std::uint64_t row) const {
        return static_cast<KeyMarks*>(memory_) + row;
    }

    std::filesystem::path path_;
    int fd_;
    void* memory_ = nullptr;   // address space for keys_max keys; the file backs its beginning
    std::uint64_t slots_ = 0;  // that the file has
};

}  // namespace bw::access
