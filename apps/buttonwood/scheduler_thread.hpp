// SchedulerThread: the phase scheduler put together with its reader, its ring and its thread.
#pragma once

#include <cstddef>
#include <memory>
#include <thread>

#include "buttonwood/reader_watch.hpp"
#include "buttonwood/running_core.hpp"
#include "buttonwood/view_snapshot.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"
#include "scheduler/phase_scheduler.hpp"

namespace bw::apps {

class SchedulerThread {
 public:
    /// Learns every stored event, from the newest snapshot of the readers on, and leads the market to the phase it belongs in; then goes on by itself. So before a gateway
    /// is open, nobody trades who should not.
    [[nodiscard]] static base::Result<std::unique_ptr<SchedulerThread>> start(
        RunningCore& core, std::size_t ring, const platform::Clock& clock,
        scheduler::SchedulerOptions options);
    ~SchedulerThread() { stop(); }

    void stop();
    /// Where it began.
    [[nodiscard]] const event_store::ReaderStart& began() const { return began_; }

 private:
    SchedulerThread(RunningCore& core, std::size_t ring, const platform::Clock& clock,
                    scheduler::SchedulerOptions options);
    [[nodiscard]] base::Result<void> settle();
    std::size_t turn();
    void run(const std::stop_token& stop);

    sequencer::RingPort port_;
    event_store::ReaderStart began_;
    ReaderWatch watch_;
    std::uint64_t applied_ = 0;
    platform::SystemRandom random_;
    scheduler::PhaseScheduler scheduler_;
    std::jthread thread_;
};

}  // namespace bw::apps
