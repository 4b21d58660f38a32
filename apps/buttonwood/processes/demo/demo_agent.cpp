#include "buttonwood/processes/demo/demo_agent.hpp"

#include <type_traits>
#include <utility>

#include "buttonwood/runtime/view_snapshot.hpp"
#include "codec/registry.hpp"

namespace bw::apps {
namespace {

constexpr std::size_t events_per_turn = 4'096;

}  // namespace

DemoAgent::DemoAgent(NodeAccess& node, sequencer::CommandPort& port, const Place& place,
                     double rate)
    : watch_(node, place.reader.value()),
      market_(port, node.clock(), {.gateway = place.request_space, .commands_per_second = rate}) {}

base::Result<std::unique_ptr<DemoAgent>> DemoAgent::open(NodeAccess& node,
                                                         sequencer::CommandPort& port,
                                                         const Place& place, double rate) {
    std::unique_ptr<DemoAgent> agent(new DemoAgent(node, port, place, rate));
    auto began = event_store::start_readers(node.event_source(), demo_sections(agent->market_));
    if (!began) return std::unexpected(began.error());
    agent->began_ = std::move(*began);
    agent->applied_ = agent->began_.place.events;
    agent->has_something_ = agent->applied_ != 0;
    agent->has_demo_ = agent->market_.lists_something();
    return agent;
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
        const event_store::RecordView* record = began_.records->poll();
        if (record == nullptr) break;
        if (record->sequence <= began_.stored && !has_demo_) note(*record);
        views::fold(*record, market_);
        watch_.applied(*record);
        applied_ = record->sequence;
        ++done;
    }
    if (done > 0) watch_.end_turn(done < events_per_turn);
    if (caught_up() && wanted()) done += market_.do_work();
    return done;
}

}  // namespace bw::apps
