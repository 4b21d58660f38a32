#include "buttonwood/demo_agent.hpp"

#include <type_traits>
#include <utility>

#include "buttonwood/places.hpp"
#include "codec/registry.hpp"

namespace bw::apps {
namespace {

constexpr std::size_t events_per_turn = 4'096;

}  // namespace

DemoAgent::DemoAgent(CoreAccess& core, sequencer::CommandPort& port, double rate,
                     std::unique_ptr<event_store::LogReader> events)
    : events_(std::move(events)),
      watch_(core, demo_ring),
      stored_(core.stored_events()),
      market_(port, core.clock(), {.commands_per_second = rate}) {}

base::Result<std::unique_ptr<DemoAgent>> DemoAgent::open(CoreAccess& core,
                                                         sequencer::CommandPort& port,
                                                         double rate) {
    auto events = core.open_reader(event_store::LogKind::events, 1);
    if (!events) return std::unexpected(events.error());
    return std::unique_ptr<DemoAgent>(new DemoAgent(core, port, rate, std::move(*events)));
}

void DemoAgent::note(const event_store::RecordView& record) {
    codec::visit<codec::AllEvents>(record.message, [this](const auto& event) {
        using Event = std::remove_cvref_t<decltype(event)>;
        if constexpr (std::is_same_v<Event, codec::InstrumentUpdated>) {
            has_something_ = true;
            has_demo_ = has_demo_ || demo::DemoMarket::lists(event.symbol.view());
        } else if constexpr (std::is_same_v<Event, codec::AccountUpdated>) {
            has_something_ = true;
        }
    });
}

std::size_t DemoAgent::turn() {
    std::size_t done = 0;
    while (done < events_per_turn) {
        const event_store::RecordView* record = events_->poll();
        if (record == nullptr) break;
        if (record->sequence <= stored_ && !has_demo_) note(*record);
        market_.apply(*record);
        watch_.applied(*record);
        applied_ = record->sequence;
        ++done;
    }
    if (done > 0) watch_.end_turn(done < events_per_turn);
    if (caught_up() && wanted()) done += market_.do_work();
    return done;
}

}  // namespace bw::apps
