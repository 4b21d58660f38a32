// DurableWriter: copies the records appended in shared memory to the log's durable files. One write
// is in flight; records that arrive meanwhile form the next one (group commit). The last, partial
// block is padded with zeros and written again next time.
//
//    shared    | header | r | r | r | r | r | 0 0 0
//                        ────────┬───────
//    bounce buffer       | blocks of 4096, the last one zero padded | ──► same offset of the file
//
// A commit (command log, mode sync) is written as soon as there are records. Everything else is
// lazy: written in pieces that DiskTurn sizes and, with commits on the same disk, only in its
// turns. The amount of unwritten data decides how long it waits for a turn; from lazy_lag_max on it
// does not wait:
//
//    not written    0 ──────────── 1/2 ──────────── 1 MiB
//    patience    1 ms ─────────── 0.5 ms ────────── none
//
// A failed write or sync stops the process: the kernel may have dropped the data and forgotten the
// error, so a retry proves nothing.
//
// Threads: do_work(), run() and finish() from one thread; durable_sequence() from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "event_store/epoch.hpp"
#include "event_store/identity.hpp"
#include "event_store/log/commit_mark.hpp"
#include "event_store/log/disk_turn.hpp"
#include "event_store/log/segment_window.hpp"
#include "event_store/recovery/scan.hpp"
#include "observe/metrics.hpp"
#include "observe/stamps.hpp"
#include "platform/clock.hpp"
#include "platform/storage.hpp"
#include "platform/wake_up.hpp"

namespace bw::event_store {

enum class Durability : std::uint8_t {
    sync,    ///< committed = on the disk of this machine; survives power loss
    memory,  ///< committed = in shared memory; survives a kill of the process, not of the machine
};

[[nodiscard]] std::string_view name_of(Durability mode);
/// What an acknowledged command survives, as text for the operator.
[[nodiscard]] std::string_view promise_of(Durability mode);
[[nodiscard]] std::string_view promise_of(std::string_view mode_name);

class DurableWriter {
 public:
    struct Setup {
        platform::Storage& storage;
        const platform::Clock& clock;
        const Paths& paths;
        SegmentWindow& window;
        Durability mode;    ///< how each write is made; the event log is always `memory`
        LogPosition start;  ///< end of the durable part
        std::optional<CommitMark> mark;  ///< the command log has one
        /// checked against the disk whenever a segment is opened
        const Epoch* epoch = nullptr;
        /// shared by all users of this disk; nullptr: there are no others
        DiskTurn* turn = nullptr;
    };

    /// Opens the durable file at `setup.start`.
    [[nodiscard]] static base::Result<std::unique_ptr<DurableWriter>> open(Setup setup);

    /// Makes at most one write. Returns the number of bytes written; 0: nothing to do.
    std::size_t do_work();
    /// One turn of a loop: do_work(); if there was nothing to write and the log has rested long
    /// enough, writes the mark. Returns the number of bytes written.
    std::size_t do_turn();
    /// Calls do_turn() until `stop`. Sleeps when there is nothing to do; wake_up().wake() ends the
    /// sleep.
    void run(std::stop_token stop);
    /// Writes and syncs everything appended, and writes the mark. Requires: no more appends.
    void finish();

    [[nodiscard]] platform::WakeUp& wake_up() { return wake_up_; }
    /// Wakes `waiter` after each write in mode `sync` that has become durable. Call before run().
    void wake_when_durable(platform::WakeUp* waiter) { waiter_ = waiter; }
    /// Where to count writes; nullptr: nowhere. Call before run().
    void observe(observe::DiskMetrics* metrics);

    /// Everything up to this sequence survives a power cut. In mode `memory` it moves only when the
    /// log rests and when a segment is full.
    [[nodiscard]] std::uint64_t durable_sequence() const {
        return durable_.load(std::memory_order_acquire);
    }

 private:
    explicit DurableWriter(Setup setup);

    void open_segment(std::uint64_t index);
    [[nodiscard]] std::uint64_t collect_end();
    void write_range(std::uint64_t end);
    [[nodiscard]] bool move_to_next_segment();
    void rest();
    void sync_and_mark();
    void publish_durable();
    void write_in_turn(std::uint64_t end);
    [[nodiscard]] std::size_t write_bytes_max() const;
    [[nodiscard]] std::uint64_t unwritten_bytes() const;
    void pause_lazily(std::size_t bytes);
    [[nodiscard]] std::uint64_t sleep_ns_sync() const;
    void note_write(std::uint64_t took_ns, std::uint64_t bytes);

    Setup setup_;
    std::unique_ptr<platform::BlockFile> file_;
    platform::AlignedBuffer bounce_;
    const std::byte* base_ = nullptr;
    std::size_t size_ = 0;
    LogPosition written_;    // end of the records written to the file
    LogPosition collected_;  // end of the records that the next write covers
    std::uint64_t marked_sequence_ = 0;
    std::uint64_t resting_since_ns_ = 0;
    platform::WakeUp* waiter_ = nullptr;
    observe::DiskMetrics* metrics_ = nullptr;
    observe::Stamps stamps_;  ///< of the commands that the next write covers
    platform::WakeUp wake_up_;
    alignas(64) std::atomic<std::uint64_t> durable_;
};

}  // namespace bw::event_store
