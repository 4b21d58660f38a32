#include "buttonwood/processes/scheduler/scheduler_agent.hpp"

#include <fmt/format.h>

#include <chrono>
#include <utility>

#include "buttonwood/runtime/view_snapshot.hpp"
#include "platform/thread.hpp"
#include "telemetry/log.hpp"

namespace bw::apps {
namespace {

using telemetry::Event;
using telemetry::log_event;

constexpr auto settle_patience = std::chrono::seconds(60);
constexpr std::size_t events_per_turn = 65'536;
constexpr std::uint64_t rest_ns = 1'000'000;  // upper bound of a phase's delay

}  // namespace

SchedulerAgent::SchedulerAgent(NodeAccess& node, sequencer::CommandPort& port, const Place& place,
                               scheduler::SchedulerOptions options)
    : node_(node),
      reader_(place.reader.value()),
      watch_(node, reader_),
      scheduler_(port, node.clock(), random_, std::move(options)) {}

base::Result<std::unique_ptr<SchedulerAgent>> SchedulerAgent::open(
    NodeAccess& node, sequencer::CommandPort& port, const Place& place,
    scheduler::SchedulerOptions options) {
    std::unique_ptr<SchedulerAgent> agent(
        new SchedulerAgent(node, port, place, std::move(options)));
    auto began = event_store::start_readers(node.event_source(),
                                            scheduler_sections(agent->scheduler_.view()));
    if (!began) return std::unexpected(began.error());
    agent->began_ = std::move(*began);
    agent->applied_ = agent->began_.place.events;
    return agent;
}

std::size_t SchedulerAgent::turn() {
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
    note_outage_once();
    const std::size_t sent = scheduler_.do_work();
    tell_hindrance();
    return done + sent;
}

/// A scheduler that starts beside a running node, or after one that has decided already, finds
/// newer events than the node did.
void SchedulerAgent::note_outage_once() {
    if (std::exchange(has_begun_, true)) return;
    if (applied_ > 0 && applied_ == node_.stored_events()) scheduler_.note_outage();
}

void SchedulerAgent::tell_hindrance() {
    const scheduler::Hindrance now = scheduler_.hindrance();
    if (now == told_) return;
    told_ = now;
    node_.metrics().scheduler.hindrance.set(static_cast<std::uint64_t>(now));
    switch (now) {
        case scheduler::Hindrance::none: log_event(Event::schedule_free); break;
        case scheduler::Hindrance::days_ahead:
            log_event(Event::schedule_hindered,
                      {.message = fmt::format(
                           "The last day that ended is {}, later than the next one of the "
                           "calendar: no day ends until then. POST "
                           "/v1/operator/market/businessDate leads back.",
                           scheduler_.view().last_ended_day())});
            break;
        case scheduler::Hindrance::refused:
            log_event(Event::schedule_hindered,
                      {.message = "The exchange refuses the scheduler's commands, one after the "
                                  "other."});
            break;
    }
}

void SchedulerAgent::rest(const std::function<bool()>& stops) {
    platform::sleep_for_ns(rest_ns);
    if (turn() > 0) return;
    const std::uint64_t most_ns = scheduler_.nothing_due_ns(node_.longest_sleep_ns());
    platform::WakeUp* const events = node_.wake_up_of(reader_);
    if (events == nullptr) return platform::sleep_for_ns(rest_ns);
    events->sleep(most_ns, [&] { return turn() > 0 || stops(); });
}

base::Result<void> SchedulerAgent::settle(const std::function<bool()>& goes_on) {
    auto deadline = std::chrono::steady_clock::now() + settle_patience;
    while (goes_on()) {
        const bool worked = turn() > 0;
        if (!began_.records->error().empty()) return base::error(began_.records->error());
        if (!worked && applied_ >= began_.stored && !scheduler_.is_waiting()) return {};
        if (applied_ < began_.stored) deadline = std::chrono::steady_clock::now() + settle_patience;
        if (std::chrono::steady_clock::now() > deadline)
            return base::error("the market does not reach the phase it belongs in");
        if (!worked) platform::sleep_for_ns(rest_ns);
    }
    return base::error(
        "the market was not led to its phase: the node is gone, or a stop was asked for");
}

}  // namespace bw::apps
