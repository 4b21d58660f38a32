// SchedulerThread: runs the scheduler on a thread of its own in the process of the node.
#pragma once

#include <memory>
#include <thread>

#include "buttonwood/processes/scheduler/scheduler_agent.hpp"
#include "buttonwood/runtime/exchange_options.hpp"
#include "buttonwood/runtime/running_node.hpp"

namespace bw::apps {

class SchedulerThread {
 public:
    /// Brings the market into its scheduled phase, then starts the thread. Error: the event log
    /// cannot be read.
    [[nodiscard]] static base::Result<std::unique_ptr<SchedulerThread>> start(
        RunningNode& node, const Place& place, scheduler::SchedulerOptions options,
        const ThreadOptions& thread);
    ~SchedulerThread() { stop(); }

    void stop();
    /// The snapshot and event from which it started.
    [[nodiscard]] const event_store::ReaderStart& began() const { return agent_->began(); }

 private:
    SchedulerThread(RunningNode& node, const Place& place)
        : port_(node.port(place.ring.value())), wake_up_(node.wake_up_of(place.reader.value())) {}
    void run(const std::stop_token& stop);

    sequencer::RingPort port_;
    platform::WakeUp* wake_up_;  ///< of its reader
    std::unique_ptr<SchedulerAgent> agent_;
    std::jthread thread_;
};

}  // namespace bw::apps
