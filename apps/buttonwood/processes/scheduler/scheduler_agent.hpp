// SchedulerAgent: the phase scheduler put together with its reader and its ring. An agent of one
// thread.
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
    static constexpr std::uint64_t rest_ns = 1'000'000;  ///< bounds how late a phase can be

    [[nodiscard]] static base::Result<std::unique_ptr<SchedulerAgent>> open(
        NodeAccess& core, sequencer::CommandPort& port, const Place& place,
        scheduler::SchedulerOptions options);

    /// Reads every stored event and leads the market to the phase it belongs in; so before a
    /// gateway is open, nobody trades who should not. `goes_on`: asked in every turn; false ends it
    /// with an error.
    [[nodiscard]] base::Result<void> settle(const std::function<bool()>& goes_on);
    /// Reads what is there, then decides; how much was done.
    std::size_t turn();
    /// Empty while all is well.
    [[nodiscard]] const std::string& failure() const { return began_.records->error(); }
    /// Where it began.
    [[nodiscard]] const event_store::ReaderStart& began() const { return began_; }

 private:
    SchedulerAgent(NodeAccess& core, sequencer::CommandPort& port, const Place& place,
                   scheduler::SchedulerOptions options);

    event_store::ReaderStart began_;
    ReaderWatch watch_;
    std::uint64_t applied_ = 0;
    platform::SystemRandom random_;
    scheduler::PhaseScheduler scheduler_;
};

}  // namespace bw::apps
