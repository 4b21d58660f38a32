#include "buttonwood/scheduler_agent.hpp"

#include <chrono>
#include <utility>

#include "buttonwood/places.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr auto settle_patience = std::chrono::seconds(60);
constexpr std::size_t events_per_turn = 65'536;

}  // namespace

SchedulerAgent::SchedulerAgent(CoreAccess& core, sequencer::CommandPort& port,
                               scheduler::SchedulerOptions options,
                               std::unique_ptr<event_store::LogReader> events)
    : events_(std::move(events)),
      watch_(core, scheduler_ring),
      stored_(core.stored_events()),
      scheduler_(port, core.clock(), random_, std::move(options)) {}

base::Result<std::unique_ptr<SchedulerAgent>> SchedulerAgent::open(
    CoreAccess& core, sequencer::CommandPort& port, scheduler::SchedulerOptions options) {
    auto events = core.open_reader(event_store::LogKind::events, 1);
    if (!events) return std::unexpected(events.error());
    return std::unique_ptr<SchedulerAgent>(
        new SchedulerAgent(core, port, std::move(options), std::move(*events)));
}

std::size_t SchedulerAgent::turn() {
    std::size_t done = 0;
    while (const event_store::RecordView* record = events_->poll()) {
        scheduler_.apply(*record);
        watch_.applied(*record);
        applied_ = record->sequence;
        if (++done == events_per_turn) break;
    }
    if (done > 0) watch_.end_turn(done < events_per_turn);
    if (done == events_per_turn) return done;
    if (applied_ < stored_) return done;
    return done + scheduler_.do_work();
}

base::Result<void> SchedulerAgent::settle(const std::function<bool()>& goes_on) {
    auto deadline = std::chrono::steady_clock::now() + settle_patience;
    while (goes_on()) {
        const bool worked = turn() > 0;
        if (!events_->error().empty()) return base::error(events_->error());
        if (!worked && applied_ >= stored_ && !scheduler_.is_waiting()) return {};
        if (applied_ < stored_) deadline = std::chrono::steady_clock::now() + settle_patience;
        if (std::chrono::steady_clock::now() > deadline)
            return base::error("the market does not reach the phase it belongs in");
        if (!worked) platform::sleep_for_ns(rest_ns);
    }
    return base::error(
        "the market was not led to its phase: the core is gone, or a stop was asked for");
}

}  // namespace bw::apps
