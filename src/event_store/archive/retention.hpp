// Retention: removes the oldest sealed segments of a log when they are older, or the log larger,
// than the policy says; in the background, one at a time. A segment goes only if all of it lies
// below the floor (what the owner of the store needs for a start) and no registered reader needs
// any of it. Only the hard limit passes over readers; nothing passes over the floor.
//
//   1. `begin` says durably what is leaving         a reader that registers from now on sees it
//   2. look at the registrations                    one that was there before: not this time, take
//                                                   1 back
//   3. `begin` moves durably                        from here on the segment is gone, whatever
//                                                   happens
//   4. remove the file                              what a crash leaves is removed by the next
//                                                   start
//
// The seals stay: the chain of hashes can be followed from the first segment ever.
// Threads: do_work() from one thread; the floor is set from any.
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

/// Of each log. 0: no such limit; all 0: everything is kept.
struct RetentionPolicy {
    std::uint64_t keep_ns = 0;     ///< segments whose last record is older may go
    std::uint64_t keep_bytes = 0;  ///< the oldest may go while the log's files have more
    std::uint64_t max_bytes = 0;   ///< as keep_bytes, and registered readers do not hold it up

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

    /// Removes at most one segment; looks at most once a second when there was none to remove. 1 if
    /// one was removed. A failure is said on stderr once, and tried again later.
    std::size_t do_work();
    /// Records below may go. 0, as at first: nothing may.
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
    std::optional<Seal> oldest_;  ///< seal of the first segment, once it was read
    std::uint64_t bytes_ = 0;     ///< of the log's files, when the newest was `counted_`
    std::uint64_t counted_ = 0;
    std::uint64_t look_again_at_ns_ = 0;
    bool reported_ = false;
    std::atomic<std::uint64_t> floor_{0};
};

}  // namespace bw::event_store
