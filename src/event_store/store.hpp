// Store: the event store of one node: the command log (the truth), the event log (derived), and the
// directory that keeps them.
//
//   sequencer ─► commands() ─► shared segments ─► readers
//                                   └─► durable writer ─► DIR/commands
//   engine ────► events() ───► shared segments ─► readers
//                                   └─► durable writer ─► DIR/events
//
// Use: open() recovers; start a thread for each of background(); append; stop those threads;
// close(). A store that is destroyed without close() is left as a killed process leaves it: the
// next open() recovers everything. Threads: commands() from the sequencer's thread, events() from
// the engine's; open_reader() from any.
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

/// What open() found and did; for the operator.
struct RecoveryReport {
    bool created = false;        ///< the directory was empty
    std::uint64_t commands = 0;  ///< in the log now
    std::uint64_t events = 0;
    /// an interrupted write at the end; held nothing that was acknowledged
    std::uint64_t commands_cut_bytes = 0;
    std::uint64_t events_cut_bytes = 0;      ///< will be made again by the engine
    std::uint64_t commands_from_memory = 0;  ///< found in shared memory only, kept
    std::uint64_t events_from_memory = 0;
    std::uint64_t first_command = 1;  ///< that is kept
    std::uint64_t first_event = 1;
    /// of both logs: their seals were checked, their records not read
    std::uint64_t trusted_segments = 0;
    std::uint64_t epoch = 0;  ///< number of this start; not yet known to before_first_change
};

struct StoreOptions {
    std::string directory;
    std::string shared_directory = platform::default_shared_directory;
    Durability mode = Durability::sync;
    std::size_t segment_bytes =
        64 * 1024 * 1024;  ///< of new segments; a multiple of 4096, at least min_segment_bytes
    std::uint64_t kept_shared_segments = 4;  ///< newest ones that stay in shared memory; at least 2
    std::uint32_t node = 1;     ///< of a new directory; an existing one must have the same
    RetentionPolicy retention;  ///< of each log; at first everything is kept
    /// A start does not read the records of sealed segments wholly below these sequences (a
    /// snapshot covers them); 0: it reads everything.
    std::uint64_t trusted_before_command = 0;
    std::uint64_t trusted_before_event = 0;
    platform::Storage* storage = nullptr;    ///< nullptr: this machine's
    const platform::Clock* clock = nullptr;  ///< nullptr: this machine's
    platform::Random* random = nullptr;      ///< nullptr: this machine's
    /// Asked when everything was judged and nothing was changed yet; an error refuses the start.
    std::function<base::Result<void>(const RecoveryReport&)> before_first_change;
    /// Lets open() check both logs at once, and whoever replays read ahead.
    platform::HelperStarter start_helper;
};

/// The engine's end of the event log.
class EventLogWriter {
 public:
    EventLogWriter(SegmentWindow& window, const LogPosition& at) : writer_(window, at) {}

    /// False: no room now (disk full, or the next segment is still being prepared); nothing was
    /// taken, try again.
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

/// A loop that needs a thread of its own, or somebody who calls do_work().
struct BackgroundTask {
    const char* name;
    int niceness;  ///< what it asks for: somebody may be waiting for it, or nobody ever is
    std::function<void(std::stop_token)> run;
    std::function<std::size_t()> do_work;  ///< one turn, without waiting; how much was done
};

class Store {
 public:
    /// Locks, checks and recovers the directory (creating it when it is missing or empty). The
    /// error says what is wrong with which file and what to do; nothing is changed then.
    [[nodiscard]] static base::Result<std::unique_ptr<Store>> open(const StoreOptions& options,
                                                                   const Progress& progress = {});
    ~Store();

    [[nodiscard]] CommandLog& commands();
    [[nodiscard]] EventLogWriter& events();
    /// Each wants a thread; they are independent of each other. Stop them before close().
    [[nodiscard]] std::span<const BackgroundTask> background() const;
    /// One turn of the same duties in the caller's thread; how much was done. For the time before
    /// there are threads: commands taken over from shared memory become committed, full logs get
    /// their next segment.
    std::size_t do_background_work();
    [[nodiscard]] base::Result<std::unique_ptr<LogReader>> open_reader(
        LogKind kind, std::uint64_t first_sequence) const;
    /// Where a log begins: 1, or what retention left. Any thread.
    [[nodiscard]] base::Result<std::uint64_t> oldest_sequence(LogKind kind) const;
    /// Registers a reader of this store, or takes its registration up again; see ReaderRegistry.
    /// Any thread.
    [[nodiscard]] base::Result<RegisteredReader> register_reader(
        const std::string& name, LogKind kind, std::uint64_t first_sequence) const;

    /// Opens the next segment of a log before the present one is full, as a test of what comes with
    /// it wants. False: not now (LogWriter::begin_next_segment). The thread that appends.
    bool begin_next_segment(LogKind kind);

    /// Records below may be removed, if the policy says so and no registered reader needs them:
    /// what a start does not need any more. 0, as at first: nothing of that log may. Any thread.
    void set_retention_floor(std::uint64_t command, std::uint64_t event);

    /// Writes and syncs everything, marks it, and takes the shared segments away. Requires:
    /// background threads and writers have stopped.
    void close();

    [[nodiscard]] const RecoveryReport& recovery() const;
    [[nodiscard]] const Identity& identity() const;
    /// Folder of this node's shared memory, for the rings of its gateways. Exists from open() to
    /// close(), which wants it emptied of them.
    [[nodiscard]] const std::string& shared_directory() const;
    [[nodiscard]] platform::Storage& storage() const;
    [[nodiscard]] Durability mode() const;
    /// For the sequencer: no new command may be stamped earlier.
    [[nodiscard]] std::uint64_t last_command_timestamp_ns() const;
    /// For metrics: what survives the loss of power now.
    [[nodiscard]] std::uint64_t durable_command_sequence() const;
    /// Bytes of the records appended since open(). The thread that appends.
    [[nodiscard]] std::uint64_t appended_bytes(LogKind kind) const;
    /// Bytes that a log takes whatever becomes of the disk. The thread that appends.
    [[nodiscard]] std::uint64_t sure_room(LogKind kind) const;
    /// Bytes of each log that are kept for what must always be taken: half a segment.
    [[nodiscard]] std::uint64_t reserve() const;
    /// The newest try to make the next segment of one of the logs failed: disk or shared memory is
    /// full. Any thread.
    [[nodiscard]] bool preparation_fails() const;
    /// What the background tasks count, from now on. Call before they have threads. nullptr:
    /// nothing.
    void observe(observe::Page* page);

 private:
    class Parts;
    explicit Store(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

/// A reader on a directory that this process does not own: of a running exchange or of a stopped
/// one. Changes nothing.
[[nodiscard]] base::Result<std::unique_ptr<LogReader>> open_log(
    const std::string& directory, LogKind kind, std::uint64_t first_sequence,
    const std::string& shared_directory = platform::default_shared_directory);

/// The same, from the first record at or after a time (nanoseconds since 1970, UTC) that is kept.
[[nodiscard]] base::Result<std::unique_ptr<LogReader>> open_log_at_time(
    const std::string& directory, LogKind kind, std::uint64_t timestamp_ns,
    const std::string& shared_directory = platform::default_shared_directory);
/// Where a log begins: 1, or what retention left.
[[nodiscard]] base::Result<std::uint64_t> oldest_sequence(const std::string& directory,
                                                          LogKind kind);

}  // namespace bw::event_store
