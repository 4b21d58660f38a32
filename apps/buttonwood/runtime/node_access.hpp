// NodeAccess: what an agent needs of the core besides a ring: its log, how far it is, and cells to
// count in. In the same process or in another one: the agent does not know.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.hpp"
#include "event_store/log/log_reader.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"

namespace bw::apps {

/// How far the command log is.
struct CommandPosition {
    std::uint64_t appended = 0;
    std::uint64_t committed = 0;
};

/// Bytes that the logs will take for certain.
struct StorageRoom {
    std::uint64_t commands = 0;
    std::uint64_t events = 0;
};

class NodeAccess {
 public:
    virtual ~NodeAccess() = default;

    [[nodiscard]] virtual base::Result<std::unique_ptr<event_store::LogReader>> open_reader(
        event_store::LogKind kind, std::uint64_t first_sequence) const = 0;
    /// The event log and its snapshots, for readers that begin.
    [[nodiscard]] virtual event_store::EventSource event_source() const = 0;
    /// Events that were there when the core began: nobody waits for those.
    [[nodiscard]] virtual std::uint64_t stored_events() const = 0;
    [[nodiscard]] virtual std::uint64_t events_appended() const = 0;
    [[nodiscard]] virtual CommandPosition commands() const = 0;
    [[nodiscard]] virtual StorageRoom room() const = 0;
    [[nodiscard]] virtual std::string durability() const = 0;
    /// False while no core runs: then there is nothing new in the log either, and looking for it
    /// costs more.
    [[nodiscard]] virtual bool core_is_there() const = 0;
    /// Of this process: each thread writes its own parts.
    [[nodiscard]] virtual observe::Page& metrics() = 0;
    [[nodiscard]] virtual const platform::Clock& clock() const = 0;
};

}  // namespace bw::apps
