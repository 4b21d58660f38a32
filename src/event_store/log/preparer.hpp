// Preparer: keeps the next segment of each log ready (durable file made and synced, shared file
// reserved and zeroed), and takes shared segments away that are completely in durable files and not
// among the newest. All of it off the writers' paths.
//
// With a thread of its own it works in pieces and pauses between them, so that commits never wait
// behind a whole segment; the fuller the active segment, the shorter the pauses, and the next one
// is ready when the active one is half full. A commit that is on its way goes first.
//
//    active segment filled   0 ────────────── 1/2 ────────────── 1
//    next segment made       0 ───────────────── 1, at the latest
//
// Threads: do_work() and run() from one thread; failing() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <stop_token>
#include <string>
#include <vector>

#include "event_store/identity.hpp"
#include "event_store/log/disk_turn.hpp"
#include "event_store/log/durable_writer.hpp"
#include "event_store/log/segment_window.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// Whether somebody waits for each write to these files: then they are filled with zeros
/// beforehand, for a write to a place that was only reserved takes the file system much longer.
[[nodiscard]] constexpr bool wants_zeros(LogKind kind, Durability mode) {
    return kind == LogKind::commands && mode == Durability::sync;
}

/// Creates the durable file of a segment: filled with zeros or reserved, and synced, under another
/// name, then renamed. `between` may pause.
[[nodiscard]] base::Result<void> create_durable_segment(
    platform::Storage& storage, const Paths& paths, LogKind kind, std::uint64_t index,
    std::size_t bytes, Durability mode,
    const platform::Storage::BetweenPieces& between = [](std::size_t) {});
/// Creates the shared file of a segment, zeroed.
[[nodiscard]] base::Result<std::unique_ptr<platform::MappedFile>> create_shared_segment(
    platform::Storage& storage, const Paths& paths, LogKind kind, std::uint64_t index,
    std::size_t bytes, const platform::Storage::BetweenPieces& between = [](std::size_t) {});

class Preparer {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        std::size_t segment_bytes;
        Durability mode;
        std::uint64_t kept_shared_segments;
        const DiskTurn* turn = nullptr;  ///< of all who use this disk; nullptr: nobody else does
    };

    Preparer(const Setup& setup, const std::vector<SegmentWindow*>& windows);

    /// Number of segments prepared or taken away, without pauses. A full disk is reported once on
    /// stderr and tried again each second: until then the log's last segment fills up and its
    /// writer says "full".
    std::size_t do_work();
    /// do_work() with pauses until `stop`.
    void run(std::stop_token stop);
    /// The newest try to prepare the next segment of one of the logs failed.
    [[nodiscard]] bool failing() const { return failing_.load(std::memory_order_relaxed); }
    /// What is counted, from now on; nullptr: nothing. Call before run().
    void observe(observe::SegmentMetrics* metrics) { metrics_ = metrics; }

 private:
    struct Log {
        SegmentWindow* window;
        /// the segment whose durable file is there, its shared one not yet
        std::uint64_t durable_made = 0;
        std::uint64_t try_again_at_ns = 0;
        bool failing = false;
    };

    [[nodiscard]] std::size_t prepare_next(Log& log);
    [[nodiscard]] base::Result<std::unique_ptr<platform::MappedFile>> make(Log& log,
                                                                           std::uint64_t index);
    void note_failure(Log& log, const std::string& message);
    void set_failing(Log& log, bool failing);
    [[nodiscard]] std::size_t retire_old(SegmentWindow& window);
    void pause_if_early(const SegmentWindow& window, std::size_t done);
    [[nodiscard]] bool is_wanted_soon(const SegmentWindow& window) const;

    Setup setup_;
    std::vector<Log> logs_;
    std::stop_token stop_;
    bool may_pause_ = false;
    observe::SegmentMetrics* metrics_ = nullptr;
    std::atomic<bool> failing_{false};
};

}  // namespace bw::event_store
