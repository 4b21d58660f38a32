#include "buttonwood/processes/scheduler/scheduler_agent.hpp"

#include <chrono>
#include <utility>

#include "buttonwood/runtime/view_snapshot.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

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
    return done + scheduler_.do_work();
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
