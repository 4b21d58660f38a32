// Preparer: keeps the next segment of each log ready (durable file zeroed and synced, shared file reserved
// and zeroed), and takes shared segments away that are completely in durable files and not among the newest.
// All of it off the writers' paths.
// Threads: do_work() and run() from one thread.
#pragma once

#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "event_store/identity.hpp"
#include "event_store/segment_window.hpp"
#include "observe/figures.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// Creates the durable file of a segment: zeroed and synced under another name, then renamed.
[[nodiscard]] base::Result<void> create_durable_segment(platform::Storage& storage,
                                                        const Paths& paths, LogKind kind,
                                                        std::uint64_t index, std::size_t bytes);
/// Creates the shared file of a segment, zeroed.
[[nodiscard]] base::Result<std::unique_ptr<platform::MappedFile>> create_shared_segment(
    platform::Storage& storage, const Paths& paths, LogKind kind, std::uint64_t index,
    std::size_t bytes);

class Preparer {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        std::size_t segment_bytes;
        std::uint64_t kept_shared_segments;
    };

    Preparer(const Setup& setup, std::vector<SegmentWindow*> windows)
        : setup_(setup), windows_(std::move(windows)) {}

    /// Number of segments prepared or taken away. A full disk is reported once on stderr and tried again each
    /// second: until then the log's last segment fills up and its writer says "full".
    std::size_t do_work();
    void run(std::stop_token stop);
    /// What is counted, from now on; nullptr: nothing. Call before run().
    void observe(observe::SegmentFigures* figures) { figures_ = figures; }

 private:
    [[nodiscard]] std::size_t prepare_next(SegmentWindow& window);
    [[nodiscard]] std::size_t retire_old(SegmentWindow& window);

    Setup setup_;
    std::vector<SegmentWindow*> windows_;
    std::uint64_t try_again_at_ns_ = 0;
    bool reported_ = false;
    observe::SegmentFigures* figures_ = nullptr;
};

}  // namespace bw::event_store
