#include "buttonwood/processes/gateway/gateway_agent.hpp"

#include <fmt/format.h>

#include "buttonwood/runtime/version.hpp"

namespace bw::apps {
namespace {

constexpr std::size_t events_per_turn = 1024;
/// While requests wait or no node runs: bounds how late an answer expires and a node is seen.
constexpr std::uint64_t short_sleep_ns = 10'000'000;
constexpr std::uint64_t read_interval_without_node_ns = 20'000'000;

/// Authenticator of a process that serves public data only: it has no keys.
class NoKeys final : public access::Authenticator {
 public:
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest&) override {
        return std::unexpected(access::AuthenticationError{
            access::Refusal::forbidden, "This address serves public market data only."});
    }
};

}  // namespace

GatewayAgent::GatewayAgent(const Options& options, NodeAccess& node, sequencer::CommandPort& port)
    : node_(node),
      port_(port),
      reader_(options.reader),
      watch_(node, options.reader),
      models_(
          [this](model::SequenceNumber number) { return command(number); },
          {.scope = options.public_only ? views::Scope::public_data : views::Scope::everything}) {}

base::Result<std::unique_ptr<GatewayAgent>> GatewayAgent::open(
    const Options& options, NodeAccess& node, sequencer::CommandPort& port,
    const node::StartProgress& progress) {
    const platform::Clock& clock = node.clock();
    std::unique_ptr<GatewayAgent> agent(new GatewayAgent(options, node, port));
    auto network = NetworkFiles::open(options.network, options.http.address, options.process);
    if (!network) return std::unexpected(network.error());
    agent->network_ = std::move(*network);
    if (auto opened = agent->open_keys(options); !opened) return std::unexpected(opened.error());

    gateway::websocket::HubOptions hub_options;
    hub_options.gateway = options.api.gateway;
    hub_options.connections_max = options.http.loop.connections_max;
    views::ReadModels& models = agent->models_;
    const gateway::websocket::HubParts hub_parts{models.market(), models.reports_if_any(),
                                                 *agent->authenticator_, agent->port_, clock};
    agent->hub_ = std::make_unique<gateway::websocket::Hub>(hub_parts, hub_options);
    const gateway::rest::ApiParts parts{models,
                                        *agent->authenticator_,
                                        agent->key_writer_.get(),
                                        agent->port_,
                                        clock,
                                        [self = agent.get()] { return self->status(); }};
    gateway::rest::ApiOptions api_options = options.api;
    api_options.metrics = &node.metrics().gateway;
    agent->api_ = std::make_unique<gateway::rest::Api>(parts, api_options);

    const auto loading = [&](std::uint64_t done, std::uint64_t total) {
        if (progress) progress("loading the views", done, total);
    };
    auto start =
        event_store::start_readers(node.event_source(), models.sections(*agent->hub_), loading);
    if (!start) return std::unexpected(start.error());
    agent->start_ = std::move(*start);
    const std::uint64_t stored = agent->start_.stored;
    while (models.sequence() < stored && agent->read_events(65'536) > 0)
        if (progress) progress("rebuilding the views", models.sequence(), stored);
    if (!agent->failure().empty()) return base::error(agent->failure());

    gateway::rest::HttpServerOptions http_options = options.http;
    http_options.metrics = &node.metrics().gateway;
    http_options.wake_up = &agent->wake_up_;
    http_options.certificate = agent->network_->certificate();
    http_options.rules = &agent->network_->rules();
    agent->server_ =
        std::make_unique<gateway::rest::HttpServer>(*agent->api_, *agent->hub_, http_options);
    if (auto listening = agent->server_->listen(); !listening)
        return std::unexpected(listening.error());
    agent->io_threads_.emplace(*agent->server_, http_options.io_threads, options.io_thread);
    return agent;
}

base::Result<void> GatewayAgent::open_keys(const Options& options) {
    if (options.public_only) {
        authenticator_ = std::make_unique<NoKeys>();
        return {};
    }
    const platform::Clock& clock = node_.clock();
    auto keys = access::KeyStore::open(options.directory, random_, clock, options.operators);
    if (!keys) return std::unexpected(keys.error());
    keys_ = std::move(*keys);
    authenticator_ = std::make_unique<access::HmacAuthenticator>(*keys_, clock);
    key_writer_ = std::make_unique<access::KeyWriter>(*keys_, &wake_up_);
    key_thread_.emplace(*key_writer_);
    return {};
}

std::size_t GatewayAgent::read_events(std::size_t most) {
    std::size_t count = 0;
    while (count < most) {
        const event_store::RecordView* record = start_.records->poll();
        if (record == nullptr) break;
        models_.apply(*record, *hub_, *api_);
        watch_.applied(*record);
        ++count;
    }
    if (count > 0) watch_.end_turn(count < most);
    return count;
}

std::size_t GatewayAgent::do_work() {
    node_.metrics().process.heartbeat_ns.set(node_.clock().realtime_ns());
    network_->do_work(node_.clock().monotonic_ns());
    const std::size_t read = worth_reading() ? read_events(events_per_turn) : 0;
    return read + api_->answer_created_keys() + server_->do_work();
}

std::size_t GatewayAgent::sleep() {
    platform::WakeUp* events = node_.wake_up_of(reader_);
    wake_up_.begin();
    if (events != nullptr) events->begin();
    const std::size_t done = do_work();
    const bool soon = waiting() || !node_.node_is_there();
    const std::uint64_t most_ns = soon ? short_sleep_ns : node_.longest_sleep_ns();
    if (done == 0 && events != nullptr)
        platform::WakeUp::wait_for_either(wake_up_, *events, most_ns);
    else if (done == 0)
        wake_up_.wait(most_ns);
    wake_up_.cancel();
    if (events != nullptr) events->cancel();
    return done;
}

/// Limits polling while no node runs: nothing new arrives, and a poll then searches for files.
bool GatewayAgent::worth_reading() {
    if (node_.node_is_there()) return true;
    const std::uint64_t now_ns = node_.clock().monotonic_ns();
    if (now_ns < next_read_ns_) return false;
    next_read_ns_ = now_ns + read_interval_without_node_ns;
    return true;
}

/// Reads a command from the log when the event of its proposal is applied; proposals are rare.
std::vector<std::byte> GatewayAgent::command(model::SequenceNumber number) const {
    const auto reader = node_.open_reader(event_store::LogKind::commands, number.value());
    if (!reader) return {};
    const event_store::RecordView* record = (*reader)->poll();
    if (record == nullptr) return {};
    return {record->message.begin(), record->message.end()};
}

gateway::rest::NodeStatus GatewayAgent::status() const {
    const auto [appended, committed] = node_.commands();
    const auto [command_room, event_room] = node_.room();
    const std::string durability = node_.durability();
    return {.version = version,
            .durability = durability,
            .commands_appended = appended,
            .commands_committed = committed,
            .promise = std::string(event_store::promise_of(durability)),
            .command_room = command_room,
            .event_room = event_room};
}

}  // namespace bw::apps
