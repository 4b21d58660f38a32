#include "buttonwood/gateway_agent.hpp"

#include <fmt/format.h>

#include "buttonwood/version.hpp"

namespace bw::apps {
namespace {

constexpr std::size_t events_per_turn = 1024;

}  // namespace

base::Result<std::unique_ptr<GatewayAgent>> GatewayAgent::open(
    const Options& options, RunningCore& core, const platform::Clock& clock,
    const exchange::StartProgress& progress) {
    std::unique_ptr<GatewayAgent> agent(new GatewayAgent(core, options.ring));
    auto events = core.store().open_reader(event_store::LogKind::events, 1);
    if (!events) return std::unexpected(events.error());
    agent->events_ = std::move(*events);

    auto keys = gateway::session::KeyStore::open(options.directory, agent->random_,
                                                 clock.realtime_ns(), options.operators);
    if (!keys) return std::unexpected(keys.error());
    agent->keys_ = std::move(*keys);
    auto authenticator = gateway::session::HmacAuthenticator::open(*agent->keys_, clock);
    if (!authenticator) return std::unexpected(authenticator.error());
    agent->authenticator_ = std::move(*authenticator);

    gateway::websocket::HubOptions hub_options;
    hub_options.gateway = options.api.gateway;
    agent->hub_ = std::make_unique<gateway::websocket::Hub>(agent->market_, *agent->authenticator_,
                                                            agent->port_, clock, hub_options);
    const gateway::rest::ApiParts parts{agent->view_,
                                        agent->market_,
                                        *agent->authenticator_,
                                        *agent->keys_,
                                        agent->port_,
                                        clock,
                                        [self = agent.get()] { return self->status(); },
                                        agent->proposals_};
    gateway::rest::ApiOptions api_options = options.api;
    api_options.figures = &core.figures().gateway;
    agent->api_ = std::make_unique<gateway::rest::Api>(parts, api_options);

    const std::uint64_t stored = core.store().recovery().events;
    while (agent->view_.sequence() < stored && agent->read_events(65'536) > 0)
        if (progress) progress("rebuilding the views", agent->view_.sequence(), stored);
    if (!agent->events_->error().empty()) return base::error(agent->events_->error());

    gateway::rest::HttpServerOptions http_options = options.http;
    http_options.figures = &core.figures().gateway;
    agent->server_ =
        std::make_unique<gateway::rest::HttpServer>(*agent->api_, *agent->hub_, http_options);
    if (auto listening = agent->server_->listen(); !listening)
        return std::unexpected(listening.error());
    return agent;
}

std::size_t GatewayAgent::read_events(std::size_t most) {
    std::size_t count = 0;
    while (count < most) {
        const event_store::RecordView* record = events_->poll();
        if (record == nullptr) break;
        view_.apply(*record);
        market_.apply(*record);
        proposals_.apply(*record);
        hub_->apply(*record);
        api_->apply(*record);
        watch_.applied(*record);
        ++count;
    }
    if (count > 0) watch_.end_turn(count < most);
    return count;
}

std::size_t GatewayAgent::do_work() {
    core_.figures().process.heartbeat_ns.set(core_.clock().realtime_ns());
    return read_events(events_per_turn) + api_->expire() + server_->do_work();
}

/// From the log: proposals are few, and their commands are read when their events come by.
std::vector<std::byte> GatewayAgent::command(model::SequenceNumber number) const {
    const auto reader = core_.store().open_reader(event_store::LogKind::commands, number.value());
    if (!reader) return {};
    const event_store::RecordView* record = (*reader)->poll();
    if (record == nullptr) return {};
    return {record->message.begin(), record->message.end()};
}

gateway::rest::CoreStatus GatewayAgent::status() const {
    const event_store::Durability mode = core_.store().mode();
    const auto& [commands, events] = core_.figures().append;
    return {.version = version,
            .durability = std::string(event_store::name_of(mode)),
            .commands_appended = core_.store().commands().appended_sequence(),
            .commands_committed = core_.store().commands().committed_sequence(),
            .promise = std::string(event_store::promise_of(mode)),
            .command_room = commands.sure_room.value(),
            .event_room = events.sure_room.value()};
}

}  // namespace bw::apps
