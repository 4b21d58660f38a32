// CommandLog: the one door to the ordered, durable list of commands. Today behind it: the local log
// (modes sync and memory). A replicated log has the same face; nothing outside may know the
// difference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "event_store/log/record.hpp"
#include "platform/wake_up.hpp"

namespace bw::event_store {

/// A command that was given its place: sequence numbers of a batch are contiguous and continue the
/// log.
struct StampedCommand {
    std::uint64_t sequence;
    std::uint64_t timestamp_ns;
    std::span<const std::byte> message;
};

enum class AppendResult : std::uint8_t {
    accepted,  ///< in the log; durable when committed() reaches it
    /// no room now (disk or segment limit): nothing was taken; try again or refuse at the border
    full,
    not_leader,  ///< another node orders commands now
};

enum class Role : std::uint8_t { leader, follower, candidate };

/// Takes and installs images of the state behind the log; called by the log at a record boundary.
class SnapshotHooks {
 public:
    virtual ~SnapshotHooks() = default;
    virtual void make_snapshot(std::uint64_t sequence) = 0;
    virtual void install_snapshot(std::uint64_t sequence) = 0;
};

/// Threads: append, poll and the setters from the sequencer's thread; committed_sequence() and
/// role() from any.
class CommandLog {
 public:
    virtual ~CommandLog() = default;

    /// Takes the whole batch or nothing. Never blocks on a disk.
    [[nodiscard]] virtual AppendResult append(std::span<const StampedCommand> batch) = 0;
    /// Highest sequence that is as durable as the mode promises; only records up to here may be
    /// acted on.
    [[nodiscard]] virtual std::uint64_t committed_sequence() const = 0;
    /// Highest sequence appended.
    [[nodiscard]] virtual std::uint64_t appended_sequence() const = 0;
    [[nodiscard]] virtual Role role() const = 0;
    virtual void set_snapshot_hooks(SnapshotHooks* hooks) = 0;
    /// `waiter` is woken when committed_sequence() rises. Called before the first append; nullptr:
    /// nobody waits.
    virtual void wake_on_commit(platform::WakeUp* waiter) = 0;
    /// One turn of the log's own duties; how much was done.
    virtual std::size_t do_work() = 0;
};

}  // namespace bw::event_store
