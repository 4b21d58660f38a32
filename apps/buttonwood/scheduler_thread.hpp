// SchedulerThread: the phase scheduler put together with its reader, its ring and its thread.
#pragma once

#include <cstddef>
#include <memory>
#include <thread>

#include "buttonwood/running_core.hpp"
#include "event_store/log_reader.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"
#include "scheduler/phase_scheduler.hpp"

namespace bw::apps {

class SchedulerThread {
 public:
    /// Reads every stored event and leads the market to the phase it belongs in; then goes on by itself. So before a gateway
    /// is open, nobody trades who should not.
    [[nodiscard]] static base::Result<std::unique_ptr<SchedulerThread>> start(
        RunningCore& core, std::size_t ring, const platform::Clock& clock,
        scheduler::SchedulerOptions options);
    ~SchedulerThread() { stop(); }

    void stop();

 private:
    SchedulerThread(RunningCore& core, std::size_t ring, const platform::Clock& clock,
                    scheduler::SchedulerOptions options,
                    std::unique_ptr<event_store::LogReader> events);
    [[nodiscard]] base::Result<void> settle();
    std::size_t turn();
    void run(const std::stop_token& stop);

    sequencer::RingPort port_;
    std::unique_ptr<event_store::LogReader> events_;
    std::uint64_t stored_;
    std::uint64_t applied_ = 0;
    platform::SystemRandom random_;
    scheduler::PhaseScheduler scheduler_;
    std::jthread thread_;
};

}  // namespace bw::apps
