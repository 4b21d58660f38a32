// EngineAgent: reads committed commands from the command log in order, applies them, and writes the
// events to the event log. Threads: one (`core`). No other I/O.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "engine/engine.hpp"
#include "event_store/log/command_log.hpp"
#include "event_store/log/log_reader.hpp"
#include "event_store/recovery/read_ahead.hpp"
#include "event_store/store.hpp"
#include "model/enums.hpp"
#include "observe/metrics.hpp"
#include "observe/stamps.hpp"
#include "platform/clock.hpp"

namespace bw::node {

/// Appends the engine's events to the event log, stamped with their command's time and the next
/// event sequence number. During recovery, events already in the log are not written again but
/// compared byte for byte.
class EventWriter final : public engine::EventSink {
 public:
    EventWriter(event_store::EventLogWriter& log, std::uint64_t stored_events)
        : log_(log), stored_events_(stored_events) {}

    /// Begins after the `made` events of a snapshot; `stored` reads the log from there. Requires:
    /// no event was taken yet.
    void begin_after(std::uint64_t made, std::unique_ptr<event_store::ReadAhead> stored) {
        sequence_ = made;
        stored_ = std::move(stored);
    }

    /// Ends the replay: no stored event is left to compare.
    void end_comparing() { stored_.reset(); }

    void begin_command(std::uint64_t timestamp_ns) { timestamp_ns_ = timestamp_ns; }
    /// Work to do while the event log has no room and no other thread makes room; returns how much
    /// was done. Empty: wait.
    void set_while_full(std::function<std::size_t()> work) { while_full_ = std::move(work); }
    /// How to wait for room. Empty: sleep.
    void set_rest(std::function<void()> rest) { rest_ = std::move(rest); }
    void take(std::span<const std::byte> messages, bool last) override;
    /// Where to count from now on; nullptr: nowhere.
    void observe(observe::EngineMetrics* metrics) { metrics_ = metrics; }

    [[nodiscard]] std::uint64_t events() const { return sequence_; }
    /// Empty while every stored event equals the one made again; otherwise where and how they
    /// differ. Nothing is written after that.
    [[nodiscard]] const std::string& difference() const { return difference_; }

 private:
    void put(std::span<const std::byte> message, std::uint32_t note);
    void compare(std::span<const std::byte> message, std::uint32_t note);
    void count(std::uint16_t template_id, std::span<const std::byte> message);

    event_store::EventLogWriter& log_;
    std::unique_ptr<event_store::ReadAhead> stored_;
    std::uint64_t stored_events_;
    std::uint64_t sequence_ = 0;
    std::uint64_t timestamp_ns_ = 0;
    std::string difference_;
    std::function<std::size_t()> while_full_;
    observe::EngineMetrics* metrics_ = nullptr;
    std::function<void()> rest_;
};

/// All reject reasons, ascending: the cells of EngineMetrics::rejects.
[[nodiscard]] std::span<const model::RejectReason> reject_reasons();

class EngineAgent {
 public:
    static constexpr std::size_t turn_size = 256;

    /// `applied`: the last command the engine has seen.
    EngineAgent(engine::Engine& engine, EventWriter& writer, event_store::CommandLog& log,
                std::uint64_t applied)
        : engine_(engine), writer_(writer), log_(log), applied_(applied) {}

    /// Applies stored commands that follow the last one applied, at most
    /// engine::Engine::look_ahead_max. Requires: they are committed.
    void apply(std::span<const event_store::RecordView> commands);
    /// From now on do_work() applies the commands that `commands` reads, which follow the last one
    /// applied.
    void follow(std::unique_ptr<event_store::LogReader> commands) {
        commands_ = std::move(commands);
    }

    /// Applies at most turn_size committed commands; returns their number.
    std::size_t do_work();

    /// Where to count from now on, and the clock to measure with; nullptr: nowhere.
    void observe(observe::EngineMetrics* metrics, const platform::Clock* clock);

    [[nodiscard]] std::uint64_t applied_sequence() const { return applied_; }
    [[nodiscard]] const std::string& error() const { return commands_->error(); }

 private:
    std::size_t apply_committed(std::uint64_t committed);
    void note_turn(std::uint64_t begin_ns, std::size_t done);
    void note_state();

    std::array<event_store::RecordView, engine::Engine::look_ahead_max> batch_;
    engine::Engine& engine_;
    EventWriter& writer_;
    event_store::CommandLog& log_;
    std::unique_ptr<event_store::LogReader> commands_;
    std::uint64_t applied_;
    observe::EngineMetrics* metrics_ = nullptr;
    const platform::Clock* clock_ = nullptr;
    observe::Stamps stamps_;  ///< of the commands of this turn
};

}  // namespace bw::node
