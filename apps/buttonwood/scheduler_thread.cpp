#include "buttonwood/scheduler_thread.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr auto settle_patience = std::chrono::seconds(60);
constexpr std::uint64_t rest_ns = 1'000'000;  // bounds how late a phase can be

}  // namespace

SchedulerThread::SchedulerThread(RunningCore& core, std::size_t ring, const platform::Clock& clock,
                                 scheduler::SchedulerOptions options,
                                 std::unique_ptr<event_store::LogReader> events)
    : port_(core.port(ring)),
      events_(std::move(events)),
      stored_(core.store().recovery().events),
      scheduler_(port_, clock, random_, std::move(options)) {}

base::Result<std::unique_ptr<SchedulerThread>> SchedulerThread::start(
    RunningCore& core, std::size_t ring, const platform::Clock& clock,
    scheduler::SchedulerOptions options) {
    auto events = core.store().open_reader(event_store::LogKind::events, 1);
    if (!events) return std::unexpected(events.error());
    std::unique_ptr<SchedulerThread> self(
        new SchedulerThread(core, ring, clock, std::move(options), std::move(*events)));
    if (auto settled = self->settle(); !settled) return std::unexpected(settled.error());
    self->thread_ = platform::start_thread(
        "schedule", [raw = self.get()](const std::stop_token& stop) { raw->run(stop); });
    return self;
}

/// Reads what is there, then decides; how much was done.
std::size_t SchedulerThread::turn() {
    std::size_t done = 0;
    while (const event_store::RecordView* record = events_->poll()) {
        scheduler_.apply(*record);
        applied_ = record->sequence;
        if (++done == 65'536) return done;
    }
    if (applied_ < stored_) return done;
    return done + scheduler_.do_work();
}

base::Result<void> SchedulerThread::settle() {
    auto deadline = std::chrono::steady_clock::now() + settle_patience;
    while (true) {
        const bool worked = turn() > 0;
        if (!events_->error().empty()) return base::error(events_->error());
        if (!worked && applied_ >= stored_ && !scheduler_.is_waiting()) return {};
        if (applied_ < stored_) deadline = std::chrono::steady_clock::now() + settle_patience;
        if (std::chrono::steady_clock::now() > deadline)
            return base::error("the market does not reach the phase it belongs in");
        if (!worked) platform::sleep_for_ns(rest_ns);
    }
}

void SchedulerThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (turn() == 0) platform::sleep_for_ns(rest_ns);
        if (!events_->error().empty()) [[unlikely]] {
            fmt::print(stderr, "buttonwood: the scheduler cannot go on: {}. Stopping.\n",
                       events_->error());
            std::abort();  // a market whose phases stand still is worse than none
        }
    }
}

void SchedulerThread::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace bw::apps
