// Replaying the command log of a data folder into a fresh engine, for the tools `replay` and
// `verify`. Reads the folder of a running or of a stopped exchange; changes nothing.
//
//   oldest_engine ─► replay_log ─► ReplaySummary
//                        └─ ReplaySink: hashes the events, compares them with stored ones
//
// Threads: the calling one, and a helper thread that reads ahead.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "base/hash.hpp"
#include "base/result.hpp"
#include "buttonwood/tools/log_tool_options.hpp"
#include "engine/engine.hpp"
#include "event_store/recovery/read_ahead.hpp"
#include "node/snapshots.hpp"

namespace bw::apps {

/// The result of replaying a command log.
struct ReplaySummary {
    std::uint64_t after = 0;     ///< replayed from the snapshot of this command; 0: from nothing
    std::uint64_t commands = 0;  ///< replayed
    std::uint64_t events = 0;    ///< number of the last event made, counted from event 1 of the log
    std::uint64_t compared = 0;  ///< events that are equal to those of the event log
    std::uint64_t state_hash = 0;
    std::uint64_t event_hash = 0;
    double seconds = 0;  ///< reading, checking, applying and hashing
    [[nodiscard]] double commands_per_second() const {
        return seconds > 0 ? static_cast<double>(commands) / seconds : 0;
    }
};

/// Hashes the events of a replay and, after compare_with(), compares them with stored events.
class ReplaySink final : public engine::EventSink {
 public:
    /// Compares the events from event `first` on with those of `stored`, whose next event is
    /// `first`. `stored` must outlive the replay.
    void compare_with(event_store::ReadAhead* stored, std::uint64_t first) {
        stored_ = stored;
        next_compared_ = first;
    }
    /// Sets the number of the last event before the replay.
    void begin_after(std::uint64_t events) { events_ = events; }
    void begin_command(std::uint64_t timestamp_ns) { timestamp_ns_ = timestamp_ns; }
    void take(std::span<const std::byte> messages, bool last) override;

    [[nodiscard]] std::uint64_t events() const { return events_; }
    [[nodiscard]] std::uint64_t compared() const { return compared_; }
    /// The replay made more events than are stored.
    [[nodiscard]] bool stored_ended() const { return stored_ended_; }
    [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }
    /// The first event that differs, both versions as JSON; empty: none.
    [[nodiscard]] const std::string& difference() const { return difference_; }

 private:
    void add(std::span<const std::byte> message, bool ends_command);
    void compare(std::span<const std::byte> message, bool ends_command);

    event_store::ReadAhead* stored_ = nullptr;
    bool stored_ended_ = false;
    std::uint64_t events_ = 0;
    std::uint64_t compared_ = 0;
    std::uint64_t next_compared_ = 1;
    std::uint64_t timestamp_ns_ = 0;
    base::RunningHash hash_;
    std::string difference_;
};

/// The engine from which all kept commands can be replayed: an empty one or, if the beginning of
/// the log was removed, that of the oldest snapshot that belongs to the log. Error: there is none.
[[nodiscard]] base::Result<node::PlacedEngine> oldest_engine(const LogToolOptions& options,
                                                             engine::EventSink& sink);

/// Applies all commands after `placed` and reports progress; `total`: how many are expected, 0:
/// unknown. Error: a record cannot be read, or an event differs from the stored one.
[[nodiscard]] base::Result<ReplaySummary> replay_log(const LogToolOptions& options,
                                                     ReplaySink& sink, node::PlacedEngine placed,
                                                     std::uint64_t total);

}  // namespace bw::apps
