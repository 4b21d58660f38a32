// Store: the event store of one node: the command log (the source of truth), the event log (derived
// from it), and the directory that holds both.
//
//   sequencer ─► commands() ─► shared segments ─► readers
//                                   └─► durable writer ─► DIR/commands
//   engine ────► events() ───► shared segments ─► readers
//                                   └─► durable writer ─► DIR/events
//
// Use: open(), which recovers; start a thread for each of background(); append; stop those threads;
// close(). A store that is destroyed without close() leaves the state of a killed process, and the
// next open() recovers everything.
//
// Threads: commands() from the sequencer's thread, events() from the engine's, open_reader() from
// any.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>

#include "event_store/archive/keeper.hpp"
#include "event_store/log/durable_writer.hpp"
#include "event_store/log/local_log.hpp"
#include "event_store/log/log_reader.hpp"
#include "event_store/log/log_writer.hpp"
#include "event_store/log/preparer.hpp"
#include "event_store/recovery/recovery.hpp"
#include "event_store/recovery/verify.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"
#include "platform/storage.hpp"
#include "platform/thread.hpp"

namespace bw::event_store {

/// What open() found and did.
struct RecoveryReport {
    bool created = false;        ///< the directory was empty
    std::uint64_t commands = 0;  ///< in the log now
    std::uint64_t events = 0;
    /// length of an interrupted write at the end; it held nothing acknowledged
    std::uint64_t commands_cut_bytes = 0;
    std::uint64_t events_cut_bytes = 0;      ///< the engine makes these events again
    std::uint64_t commands_from_memory = 0;  ///< found only in shared memory, and kept
    std::uint64_t events_from_memory = 0;
    std::uint64_t first_command = 1;  ///< the first kept command
    std::uint64_t first_event = 1;
    /// in both logs: only their seals were checked
    std::uint64_t trusted_segments = 0;
    std::uint64_t epoch = 0;  ///< number of this start; 0 when before_first_change is called
};

struct StoreOptions {
    std::string directory;
    std::string shared_directory = platform::default_shared_directory;
    Durability mode = Durability::sync;
    std::size_t segment_bytes =
        64 * 1024 * 1024;  ///< size of new segments; a multiple of 4096, at least min_segment_bytes
    /// newest segments that stay in shared memory; at least 2
    std::uint64_t kept_shared_segments = 4;
    std::uint32_t node = 1;     ///< of a new directory; that of an existing one must be the same
    RetentionPolicy retention;  ///< applies to each log; the default keeps everything
    /// The start does not read the records of sealed segments completely below these sequences,
    /// because a snapshot covers them. 0: it reads everything.
    std::uint64_t trusted_before_command = 0;
    std::uint64_t trusted_before_event = 0;
    platform::Storage* storage = nullptr;    ///< nullptr: this machine's
    const platform::Clock* clock = nullptr;  ///< nullptr: this machine's
    platform::Random* random = nullptr;      ///< nullptr: this machine's
    /// Called when everything is judged and nothing is changed yet; an error refuses the start.
    std::function<base::Result<void>(const RecoveryReport&)> before_first_change;
    /// Starts helper threads: open() then checks both logs at once, and a replay reads ahead.
    platform::HelperStarter start_helper;
};

/// The writer of the event log; used by the engine's thread.
class EventLogWriter {
 public:
    EventLogWriter(SegmentWindow& window, const LogPosition& at) : writer_(window, at) {}

    /// Appends one event. Returns false, and appends nothing, if there is no room at present (the
    /// disk is full, or the next segment is still being prepared): retry later.
    [[nodiscard]] bool append(std::uint64_t sequence, std::uint64_t timestamp_ns,
                              std::uint32_t note, std::span<const std::byte> message) {
        return writer_.try_append(sequence, timestamp_ns, note, message);
    }
    bool begin_next_segment() { return writer_.begin_next_segment(); }
    [[nodiscard]] std::uint64_t appended_sequence() const { return writer_.appended_sequence(); }
    [[nodiscard]] std::uint64_t sure_room() const { return writer_.sure_room(); }
    [[nodiscard]] std::uint64_t appended_bytes() const { return writer_.appended_bytes(); }

 private:
    LogWriter writer_;
};

/// A background loop: give it a thread, or call do_work() in turns.
struct BackgroundTask {
    const char* name;
    int niceness;  ///< of its thread; depends on whether anything waits for the task
    std::function<void(std::stop_token)> run;
    /// one turn, without waiting; returns the amount of work done
    std::function<std::size_t()> do_work;
};

class Store {
 public:
    /// Locks, checks and recovers the directory; creates it if it is missing or empty. Error: the
    /// message names the file, the problem and what to do; nothing was changed.
    [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(const StoreOptions& options,
                                                                   const Progress& progress = {});
    ~Store();

    [[nodiscard]] CommandLog& commands();
    [[nodiscard]] EventLogWriter& events();
    /// The background tasks, independent of each other. Each needs a thread; stop them before
    /// close().
    [[nodiscard]] std::span<const BackgroundTask> background() const;
    /// One turn of the background tasks in the calling thread. Returns the amount of work done. For
    /// the time before their threads exist: commands recovered from shared memory become committed,
    /// and full logs get their next segment.
    std::size_t do_background_work();
    [[nodiscard]] base::Result<std::unique_ptr<LogReader>> open_reader(
        LogKind kind, std::uint64_t first_sequence) const;
    /// The first sequence that a log holds: 1, or a later one after retention. Any thread.
    [[nodiscard]] base::Result<std::uint64_t> oldest_sequence(LogKind kind) const;
    /// Registers a reader of this store or continues its registration; see RegisteredReader. Any
    /// thread.
    [[nodiscard]] base::Result<RegisteredReader> register_reader(
        const std::string& name, LogKind kind, std::uint64_t first_sequence) const;

    /// Opens the next segment of a log early; for tests of segment changes. False: not possible at
    /// present, see LogWriter::begin_next_segment(). From the thread that appends.
    bool begin_next_segment(LogKind kind);

    /// Records below these sequences may be removed, if the policy allows it and no registered
    /// reader needs them; a start must not need them. 0, the initial value: none of that log. Any
    /// thread.
    void set_retention_floor(std::uint64_t command, std::uint64_t event);

    /// Writes and syncs everything, writes the mark, and removes the shared segments. Requires:
    /// background threads and writers have stopped.
    void close();

    [[nodiscard]] const RecoveryReport& recovery() const;
    [[nodiscard]] const Identity& identity() const;
    /// The node's folder in shared memory, which also holds the rings of its gateways. Exists from
    /// open() to close(). Remove the rings before close().
    [[nodiscard]] const std::string& shared_directory() const;
    [[nodiscard]] platform::Storage& storage() const;
    [[nodiscard]] Durability mode() const;
    /// For the sequencer: a new command must not have an earlier timestamp.
    [[nodiscard]] std::uint64_t last_command_timestamp_ns() const;
    /// For metrics: the newest command that survives a power cut.
    [[nodiscard]] std::uint64_t durable_command_sequence() const;
    /// Bytes of the records appended since open(). From the thread that appends.
    [[nodiscard]] std::uint64_t appended_bytes(LogKind kind) const;
    /// Bytes that a log can take even if the disk fails. From the thread that appends.
    [[nodiscard]] std::uint64_t sure_room(LogKind kind) const;
    /// Bytes of each log that are reserved for records that must always be accepted: half a
    /// segment.
    [[nodiscard]] std::uint64_t reserve() const;
    /// The latest attempt to prepare the next segment of one of the logs failed: disk or shared
    /// memory is full. Any thread.
    [[nodiscard]] bool preparation_fails() const;
    /// Wakes the lazy writers; without it they look every 50 ms. Call after appending to the logs.
    /// Requires: WakeUp::finish_publishing() was called.
    void wake_lazy_writers();
    /// Where the background tasks count; nullptr: nowhere. Call before they have threads.
    void observe(observe::Page* page);

 private:
    class Parts;
    explicit Store(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// Opens a reader on a directory that this process does not own, of a running or of a stopped
/// exchange. Changes nothing.
[[nodiscard]] base::Result<std::unique_ptr<LogReader>> open_log(
    const std::string& directory, LogKind kind, std::uint64_t first_sequence,
    const std::string& shared_directory = platform::default_shared_directory);

/// As open_log(), from the first kept record at or after a time (nanoseconds since 1970, UTC).
[[nodiscard]] base::Result<std::unique_ptr<LogReader>> open_log_at_time(
    const std::string& directory, LogKind kind, std::uint64_t timestamp_ns,
    const std::string& shared_directory = platform::default_shared_directory);
/// The first sequence that a log holds: 1, or a later one after retention.
[[nodiscard]] base::Result<std::uint64_t> oldest_sequence(const std::string& directory,
                                                          LogKind kind);

}  // namespace bw::event_store
