// SchedulerAgent: the phase scheduler with its event reader and its ring. Threads: one.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "buttonwood/runtime/node_access.hpp"
#include "buttonwood/runtime/reader_watch.hpp"
#include "buttonwood/runtime/topology.hpp"
#include "event_store/snapshots/reader_start.hpp"
#include "platform/random.hpp"
#include "scheduler/phase_scheduler.hpp"
#include "sequencer/command_port.hpp"

namespace bw::apps {

class SchedulerAgent {
 public:
    [[nodiscard]] static base::Result<std::unique_ptr<SchedulerAgent>> open(
        NodeAccess& node, sequencer::CommandPort& port, const Place& place,
        scheduler::SchedulerOptions options);

    /// Reads every stored event and brings the market into its scheduled phase; called before a
    /// gateway opens, so that nobody trades in the wrong phase. Calls `goes_on` in every turn; if
    /// it returns false, settle() ends with an error.
    [[nodiscard]] base::Result<void> settle(const std::function<bool()>& goes_on);
    /// Reads the available events, then decides. Returns the amount of work done.
    std::size_t turn();
    /// Call it after a turn without work. Rests for a moment, so that a busy exchange need not wake
    /// it for each command; then sleeps until there are events, something is due, or `stops`.
    void rest(const std::function<bool()>& stops);
    /// Why it cannot continue; empty: no failure.
    [[nodiscard]] const std::string& failure() const { return began_.records->error(); }
    /// The snapshot and event from which it started.
    [[nodiscard]] const event_store::ReaderStart& began() const { return began_; }

 private:
    SchedulerAgent(NodeAccess& node, sequencer::CommandPort& port, const Place& place,
                   scheduler::SchedulerOptions options);
    void note_outage_once();
    void tell_hindrance();

    NodeAccess& node_;
    std::size_t reader_;
    event_store::ReaderStart began_;
    ReaderWatch watch_;
    std::uint64_t applied_ = 0;
    platform::SystemRandom random_;
    scheduler::PhaseScheduler scheduler_;
    scheduler::Hindrance told_ = scheduler::Hindrance::none;
    bool has_begun_ = false;
};

}  // namespace bw::apps
