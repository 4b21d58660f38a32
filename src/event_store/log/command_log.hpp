// CommandLog: the interface of the ordered, durable log of commands. LocalLog implements it for a
// single node, in the modes sync and memory. The interface leaves room for a replicated log:
// callers handle AppendResult::not_leader and do not depend on the implementation.
//
// Threads: append(), do_work() and wake_on_commit() from the sequencer's thread; the other
// functions from any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "event_store/log/record.hpp"
#include "platform/wake_up.hpp"

namespace bw::event_store {

/// A command with its place in the log. The sequence numbers of a batch are contiguous and continue
/// the log.
struct StampedCommand {
    std::uint64_t sequence;
    std::uint64_t timestamp_ns;
    std::span<const std::byte> message;
};

enum class AppendResult : std::uint8_t {
    accepted,  ///< in the log; durable once committed_sequence() reaches it
    /// No room (the disk or the segment is full). Nothing was appended; retry later or refuse.
    full,
    not_leader,  ///< another node orders the commands
};

enum class Role : std::uint8_t { leader, follower, candidate };

class CommandLog {
 public:
    virtual ~CommandLog() = default;

    /// Appends the whole batch or nothing. Never blocks on a disk.
    [[nodiscard]] virtual AppendResult append(std::span<const StampedCommand> batch) = 0;
    /// The newest sequence that is as durable as the mode promises. Only records up to it may be
    /// acted on.
    [[nodiscard]] virtual std::uint64_t committed_sequence() const = 0;
    /// The newest sequence appended.
    [[nodiscard]] virtual std::uint64_t appended_sequence() const = 0;
    [[nodiscard]] virtual Role role() const = 0;
    /// Wakes `waiter` whenever committed_sequence() rises; nullptr: nothing to wake. Call it before
    /// the first append.
    virtual void wake_on_commit(platform::WakeUp* waiter) = 0;
    /// One turn of the log's own background work. Returns the amount of work done; 0: none.
    virtual std::size_t do_work() = 0;
};

}  // namespace bw::event_store
