// NodeAccess: an agent's interface to the node apart from its ring: log, positions, room, and
// counters. Implemented for a node in the same process (RunningNode) and in another one
// (RemoteNode). Threads: the agent's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "event_store/log/log_reader.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "platform/wake_up.hpp"

namespace bw::apps {

/// Positions of the command log.
struct CommandPosition {
    std::uint64_t appended = 0;
    std::uint64_t committed = 0;
};

/// Bytes that the logs can take even if the disk fails.
struct StorageRoom {
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
};

class NodeAccess {
 public:
    virtual ~NodeAccess() = default;

    [[nodiscard]] virtual base::Result<std::unique_ptr<event_store::LogReader>> open_reader(
        event_store::LogKind kind, std::uint64_t first_sequence) const = 0;
    /// The event log and its snapshots, for the start of a reader.
    [[nodiscard]] virtual event_store::EventSource event_source() const = 0;
    /// Number of events stored when the node started; no client waits for those.
    [[nodiscard]] virtual std::uint64_t stored_events() const = 0;
    [[nodiscard]] virtual std::uint64_t events_appended() const = 0;
    [[nodiscard]] virtual CommandPosition commands() const = 0;
    [[nodiscard]] virtual StorageRoom room() const = 0;
    [[nodiscard]] virtual std::string durability() const = 0;
    /// False while no node runs: the log does not grow then, and polling it costs more.
    [[nodiscard]] virtual bool node_is_there() const = 0;
    /// How long an agent may sleep that is woken by events: it bounds how late it notices that the
    /// node has died, or that it shall end.
    [[nodiscard]] virtual std::uint64_t longest_sleep_ns() const = 0;
    /// Woken when there are new events; nullptr: nobody wakes, the reader polls. Valid for one
    /// turn.
    [[nodiscard]] virtual platform::WakeUp* wake_up_of(std::size_t reader) = 0;
    /// The counters of this process; each thread writes its own part.
    [[nodiscard]] virtual observe::Page& metrics() = 0;
    [[nodiscard]] virtual const platform::Clock& clock() const = 0;
};

}  // namespace bw::apps
