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
            access::Refusal::forbidden, "Only public market data is served here."});
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
          {.scope = options.public_only ? views::Scope::public_data : views::Scope::everything}),
      wake_up_(options.door != nullptr ? &options.door->market_data_wake_up_ : &own_wake_up_),
      door_(options.door) {}

base::Result<std::unique_ptr<GatewayAgent>> GatewayAgent::open(
    const Options& options, NodeAccess& node, sequencer::CommandPort& port,
    const node::StartProgress& progress) {
    std::unique_ptr<GatewayAgent> agent(new GatewayAgent(options, node, port));
    if (options.door == nullptr) {
        auto network = NetworkFiles::open(options.network, options.http.address);
        if (!network) return std::unexpected(network.error());
        agent->network_ = std::move(*network);
    }
    if (auto opened = agent->open_keys(options); !opened) return std::unexpected(opened.error());
    agent->make_rooms(options);
    if (auto read = agent->read_stored_events(progress); !read)
        return std::unexpected(read.error());
    if (options.door != nullptr) {
        agent->room_ = options.door->server_->open_market_data(*agent->api_, *agent->hub_,
                                                               &node.metrics().gateway);
        return agent;
    }
    if (auto opened = agent->open_sockets(options); !opened) return std::unexpected(opened.error());
    return agent;
}

void GatewayAgent::make_rooms(const Options& options) {
    if (door_ == nullptr)
        gate_ = std::make_unique<gateway::rest::Gate>(*authenticator_, node_.clock(), random_,
                                                      options.gate);
    const bool market_data = options.market_data == gateway::rest::MarketDataPlace::here;
    gateway::websocket::HubOptions hub_options;
    hub_options.public_channels = market_data;
    hub_options.gateway = options.api.gateway;
    hub_options.connections_max = options.http.loop.connections_max;
    const gateway::websocket::HubParts hub_parts{models_.market(), models_.reports_if_any(),
                                                 *authenticator_, port_, node_.clock()};
    hub_ = std::make_unique<gateway::websocket::Hub>(hub_parts, hub_options);
    gateway::rest::ApiOptions api_options = options.api;
    api_options.market_data = market_data;
    api_options.metrics = &node_.metrics().gateway;
    const gateway::rest::ApiParts parts{models_, gate(),        key_writer_.get(),
                                        port_,   node_.clock(), [this] { return status(); }};
    api_ = std::make_unique<gateway::rest::Api>(parts, api_options);
}

base::Result<void> GatewayAgent::read_stored_events(const node::StartProgress& progress) {
    const auto loading = [&](std::uint64_t done, std::uint64_t total) {
        if (progress) progress("loading the views", done, total);
    };
    auto start = event_store::start_readers(node_.event_source(), models_.sections(*hub_), loading);
    if (!start) return std::unexpected(start.error());
    start_ = std::move(*start);
    const std::uint64_t stored = start_.stored;
    while (models_.sequence() < stored && read_events(65'536) > 0)
        if (progress) progress("rebuilding the views", models_.sequence(), stored);
    if (!failure().empty()) return base::error(failure());
    return {};
}

base::Result<void> GatewayAgent::open_sockets(const Options& options) {
    gateway::rest::HttpServerOptions http = options.http;
    http.market_data = options.market_data;
    http.metrics = &node_.metrics().gateway;
    http.wake_up = &own_wake_up_;
    http.market_data_wake_up = &market_data_wake_up_;
    http.certificate = network_->certificate();
    http.rules = &network_->rules();
    server_ = std::make_unique<gateway::rest::HttpServer>(gate(), *api_, *hub_, http);
    if (auto listening = server_->listen(); !listening) return listening;
    io_threads_.emplace(*server_, http.io_threads, options.io_thread);
    return {};
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
    key_writer_ = std::make_unique<access::KeyWriter>(*keys_, wake_up_);
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
    const std::size_t read = worth_reading() ? read_events(events_per_turn) : 0;
    if (room_) return read + room_->do_work();
    network_->do_work(node_.clock().monotonic_ns());
    return read + api_->answer_created_keys() + server_->do_work();
}

std::size_t GatewayAgent::sleep() {
    platform::WakeUp* events = node_.wake_up_of(reader_);
    wake_up_->begin();
    if (events != nullptr) events->begin();
    const std::size_t done = do_work();
    const bool soon = waiting() || !node_.node_is_there();
    const std::uint64_t most_ns = soon ? short_sleep_ns : node_.longest_sleep_ns();
    if (done == 0 && events != nullptr)
        platform::WakeUp::wait_for_either(*wake_up_, *events, most_ns);
    else if (done == 0)
        wake_up_->wait(most_ns);
    wake_up_->cancel();
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
