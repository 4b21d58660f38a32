// Preparer: prepares the next segment of each log (durable file created and synced, shared file
// reserved and zeroed), and removes shared segments that are completely in durable files and not
// among the newest. So the writers never do it.
//
// In a thread of its own it sleeps until a log asks for its next segment. It works in pieces and
// pauses between them, so that commits never wait behind a whole segment. The fuller the active
// segment, the shorter the pauses: the next one is ready when the active one is five eighths full.
// Announced commits go first.
//
//    active segment filled   0 ─── 1/8 ─────────────── 5/8 ───────── 1
//    next segment made             0 ───────────────── 1, at the latest
//
// Threads: do_work() and run() from one thread; failing() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
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
#include "platform/wake_up.hpp"

namespace bw::event_store {

/// True if commits wait for writes to these files. They are then filled with zeros in advance: a
/// write to a region that is only reserved takes the file system much longer.
[[nodiscard]] constexpr bool wants_zeros(LogKind kind, Durability mode) {
    return kind == LogKind::commands && mode == Durability::sync;
}

/// A segment whose files do not exist yet.
struct NewSegment {
    LogKind kind;
    std::uint64_t index;
    std::size_t bytes;  ///< size of each of its files
};

/// Creates the durable file of a segment: zeroed if wants_zeros(), otherwise only reserved; synced
/// under a temporary name, then renamed. Calls `between` after each piece; it may pause.
[[nodiscard]] base::Result<void> create_durable_segment(
    platform::Storage& storage, const Paths& paths, const NewSegment& segment, Durability mode,
    const platform::Storage::BetweenPieces& between = [](std::size_t) {});
/// Creates and maps the shared-memory file of a segment, zeroed. Calls `between` after each piece.
[[nodiscard]] base::Result<std::unique_ptr<platform::MappedFile>> create_shared_segment(
    platform::Storage& storage, const Paths& paths, const NewSegment& segment,
    const platform::Storage::BetweenPieces& between = [](std::size_t) {});

class Preparer {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        std::size_t segment_bytes;
        Durability mode;
        std::uint64_t kept_shared_segments;
        /// shared by all users of this disk; nullptr: there are no others
        const DiskTurn* turn = nullptr;
    };

    Preparer(const Setup& setup, const std::vector<SegmentWindow*>& windows);

    /// Prepares and removes segments without pauses. Returns their number. A full disk is reported
    /// once in the log of the process and retried each second; until then the last segment of the
    /// log fills up and its writer returns "full".
    std::size_t do_work();
    /// Calls do_work() with pauses until `stop`.
    void run(std::stop_token stop);
    /// The latest attempt to prepare the next segment of one of the logs failed.
    [[nodiscard]] bool failing() const { return failing_.load(std::memory_order_relaxed); }
    /// Where to count segments; nullptr: nowhere. Call before run().
    void observe(observe::SegmentMetrics* metrics) { metrics_ = metrics; }

 private:
    struct Log {
        SegmentWindow* window;
        /// the segment whose durable file exists but whose shared one does not yet
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
    std::shared_ptr<platform::WakeUp> wake_up_ = std::make_shared<platform::WakeUp>();
    std::vector<Log> logs_;
    std::stop_token stop_;
    bool may_pause_ = false;
    observe::SegmentMetrics* metrics_ = nullptr;
    std::atomic<bool> failing_{false};
};

}  // namespace bw::event_store
