// Retention: removes the oldest sealed segments of a log when they are older, or the log is larger,
// than the policy allows; in the background, one at a time. A segment is removed only if it lies
// completely below the floor (what a start of the store needs) and no registered reader needs any
// of it. Only the hard limit overrides readers; nothing overrides the floor.
//
//   1. announce the removal durably in `begin`     readers that register later see it
//   2. read the registrations                      if an earlier reader needs the segment: withdraw
//   3. move `begin` durably                        the segment is gone from here on
//   4. remove the file                             after a crash, the next start removes it
//
// The seals stay, so the chain of hashes can be followed from the first segment ever.
//
// Threads: do_work() from one thread; set_floor() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "event_store/archive/log_begin.hpp"
#include "event_store/archive/reader_registry.hpp"
#include "event_store/archive/sealer.hpp"
#include "event_store/log/segment_window.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"

namespace bw::event_store {

/// Limits for each log. 0: no such limit; all 0: everything is kept.
struct RetentionPolicy {
    std::uint64_t keep_ns = 0;     ///< segments whose last record is older may be removed
    std::uint64_t keep_bytes = 0;  ///< the oldest may be removed while the log's files have more
    std::uint64_t max_bytes = 0;   ///< as keep_bytes, but regardless of registered readers

    [[nodiscard]] bool keeps_everything() const {
        return keep_ns == 0 && keep_bytes == 0 && max_bytes == 0;
    }
};

class Retention {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        RetentionPolicy policy;
        std::uint64_t kept_shared_segments;
        const SegmentWindow& window;
        const Sealer& sealer;
        LogBegin begin;
    };

    explicit Retention(const Setup& setup)
        : setup_(setup), registry_(setup.storage, setup.paths), begin_(setup.begin) {}

    /// Removes at most one segment and returns 1, or returns 0. After a turn without removal it
    /// checks again only after a second. A failure is a line of the log once and retried.
    std::size_t do_work();
    /// Records below `sequence` may be removed. 0, the initial value: none.
    void set_floor(std::uint64_t sequence) { floor_.store(sequence, std::memory_order_relaxed); }

 private:
    [[nodiscard]] base::Result<bool> remove_oldest();
    [[nodiscard]] base::Result<const Seal*> oldest_seal();
    [[nodiscard]] base::Result<std::uint64_t> kept_bytes();
    [[nodiscard]] base::Result<bool> reader_needs(std::uint64_t last_sequence);
    [[nodiscard]] base::Result<bool> leave(const Seal& seal, bool hard);
    [[nodiscard]] base::Result<bool> announce(const Seal& seal, bool hard);
    [[nodiscard]] base::Result<void> take_back();
    [[nodiscard]] base::Result<void> remove(const Seal& seal);
    void report_overtaken_readers(const Seal& seal) const;
    [[nodiscard]] base::Result<void> write(const LogBegin& begin);
    [[nodiscard]] bool too_old(const Seal& seal) const;
    [[nodiscard]] const LogIdentity& identity() const { return setup_.window.identity(); }

    Setup setup_;
    ReaderRegistry registry_;
    LogBegin begin_;
    std::optional<Seal> oldest_;  ///< seal of the first segment, once read
    std::uint64_t bytes_ = 0;  ///< size of the log's files when `counted_` was the newest segment
    std::uint64_t counted_ = 0;
    std::uint64_t look_again_at_ns_ = 0;
    bool reported_ = false;
    std::atomic<std::uint64_t> floor_{0};
};

}  // namespace bw::event_store
