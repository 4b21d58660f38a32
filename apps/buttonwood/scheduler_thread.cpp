#include "buttonwood/scheduler_thread.hpp"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <utility>

#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr auto settle_patience = std::chrono::seconds(60);
constexpr std::size_t events_per_turn = 65'536;
constexpr std::uint64_t rest_ns = 1'000'000;  // bounds how late a phase can be

}  // namespace

SchedulerThread::SchedulerThread(RunningCore& core, std::size_t ring, const platform::Clock& clock,
                                 scheduler::SchedulerOptions options)
    : port_(core.port(ring)),
      watch_(core.figures().readers[ring], core.store(), clock),
      scheduler_(port_, clock, random_, std::move(options)) {}

base::Result<std::unique_ptr<SchedulerThread>> SchedulerThread::start(
    RunningCore& core, std::size_t ring, const platform::Clock& clock,
    scheduler::SchedulerOptions options) {
    std::unique_ptr<SchedulerThread> self(
        new SchedulerThread(core, ring, clock, std::move(options)));
    auto began =
        event_store::start_readers(event_source(core), scheduler_sections(self->scheduler_.view()));
    if (!began) return std::unexpected(began.error());
    self->began_ = std::move(*began);
    self->applied_ = self->began_.place.events;
    if (auto settled = self->settle(); !settled) return std::unexpected(settled.error());
    self->thread_ = platform::start_thread(
        "schedule", [raw = self.get()](const std::stop_token& stop) { raw->run(stop); });
    return self;
}

/// Reads what is there, then decides; how much was done.
std::size_t SchedulerThread::turn() {
    std::size_t done = 0;
    while (const event_store::RecordView* record = began_.records->poll()) {
        scheduler_.apply(*record);
        watch_.applied(*record);
        applied_ = record->sequence;
        if (++done == events_per_turn) break;
    }
    if (done > 0) watch_.end_turn(done < events_per_turn);
    if (done == events_per_turn) return done;
    if (applied_ < began_.stored) return done;
    return done + scheduler_.do_work();
}

base::Result<void> SchedulerThread::settle() {
    auto deadline = std::chrono::steady_clock::now() + settle_patience;
    while (true) {
        const bool worked = turn() > 0;
        if (!began_.records->error().empty()) return base::error(began_.records->error());
        if (!worked && applied_ >= began_.stored && !scheduler_.is_waiting()) return {};
        if (applied_ < began_.stored) deadline = std::chrono::steady_clock::now() + settle_patience;
        if (std::chrono::steady_clock::now() > deadline)
            return base::error("the market does not reach the phase it belongs in");
        if (!worked) platform::sleep_for_ns(rest_ns);
    }
}

void SchedulerThread::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        if (turn() == 0) platform::sleep_for_ns(rest_ns);
        if (!began_.records->error().empty()) [[unlikely]] {
            fmt::print(stderr, "buttonwood: the scheduler cannot go on: {}. Stopping.\n",
                       began_.records->error());
            std::abort();  // a market whose phases stand still is worse than none
        }
    }
}

void SchedulerThread::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace bw::apps
