#include "buttonwood/processes/scheduler/scheduler_thread.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <utility>

#include "buttonwood/runtime/thread_options.hpp"
#include "platform/thread.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {

base::Result<std::unique_ptr<SchedulerThread>> SchedulerThread::start(
    RunningNode& node, const Place& place, scheduler::SchedulerOptions options,
    const ThreadOptions& thread) {
    std::unique_ptr<SchedulerThread> self(new SchedulerThread(node, place));
    auto agent = SchedulerAgent::open(node, self->port_, place, std::move(options));
    if (!agent) return std::unexpected(agent.error());
    self->agent_ = std::move(*agent);
    if (auto settled = self->agent_->settle([] { return true; }); !settled)
        return std::unexpected(settled.error());
    self->thread_ =
        platform::start_thread("schedule", [raw = self.get(), thread](const std::stop_token& stop) {
            use_thread_options(thread, "the scheduler");
            raw->run(stop);
        });
    return self;
}

void SchedulerThread::run(const std::stop_token& stop) {
    const std::stop_callback on_stop(stop, [this] { wake_up_->wake_surely(); });
    while (!stop.stop_requested()) {
        if (agent_->turn() == 0) agent_->rest([&] { return stop.stop_requested(); });
        if (!agent_->failure().empty()) [[unlikely]] {
            const std::string why =
                fmt::format("the scheduler cannot continue: {}. Stopping.", agent_->failure());
            telemetry::log_event_now(telemetry::Event::process_failed, {.message = why});
            std::abort();  // no market is better than one whose phases have stopped
        }
    }
}

void SchedulerThread::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace bw::apps
