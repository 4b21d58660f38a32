// CountersFile: makes the counters file of a running process and hands its page to the writers.
//
// The file is made under another name, locked, and renamed, so whoever finds it finds a complete
// file. The kernel releases the lock when the process dies, which is how readers know. The values
// stay, so the metrics of a killed exchange can be read until it starts again. Threads: create()
// and end() from one; the metrics in page() are written by one thread each.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "observe/catalogue.hpp"
#include "observe/metrics.hpp"
#include "platform/storage.hpp"

namespace bw::observe {

class CountersFile {
 public:
    struct Setup {
        std::string path;
        std::uint64_t cluster = 0;
        std::uint32_t node = 0;
        std::uint32_t process = 0;
        std::uint64_t started_ns = 0;  ///< UTC
        std::string program;           ///< version; at most 31 bytes are kept
        std::string durability;        ///< at most 15 bytes are kept
        LabelNames names;
    };

    [[nodiscard]] static base::Result<std::unique_ptr<CountersFile>> create(
        platform::Storage& storage, const Setup& setup);

    [[nodiscard]] Page& page() { return *page_; }
    /// Orderly end: records the time, leaves a copy at `last_path`, and removes the file. Requires:
    /// nobody writes cells any more.
    [[nodiscard]] base::Result<void> end(std::uint64_t now_ns, const std::string& last_path);

 private:
    CountersFile(platform::Storage& storage, std::string path)
        : storage_(storage), path_(std::move(path)) {}

    platform::Storage& storage_;
    std::string path_;
    std::unique_ptr<platform::FileLock> lock_;
    std::unique_ptr<platform::MappedFile> file_;
    Page* page_ = nullptr;
};

}  // namespace bw::observe
