#include "gateway/rest/http_server.hpp"

#include <algorithm>
#include <utility>

#include "base/assert.hpp"
#include "gateway/rest/front.hpp"

namespace bw::gateway::rest {
namespace {

/// The share of one I/O thread.
net::LoopOptions share_of(const net::LoopOptions& all, std::size_t threads) {
    net::LoopOptions share = all;
    const auto part = [threads](std::size_t number) { return (number + threads - 1) / threads; };
    share.connections_max = part(all.connections_max);
    share.connections_reserved = part(all.connections_reserved);
    share.addresses.connections_max = part(all.addresses.connections_max);
    share.buffered_bytes_max = part(all.buffered_bytes_max);
    for (const auto rate : {&net::AddressTable::Options::refusals_per_second,
                            &net::AddressTable::Options::handshakes_per_second,
                            &net::AddressTable::Options::handshakes_burst})
        share.addresses.*rate = static_cast<std::uint32_t>(part(all.addresses.*rate));
    return share;
}

}  // namespace

class HttpServer::State {
 public:
    State(Gate& gate, Api& api, websocket::Hub& hub, const HttpServerOptions& the_options)
        : options(the_options),
          gate_(gate),
          hub_(hub),
          trading_(api, hub, fronts, room_options()) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    base::Result<void> listen() {
        auto opened = net::Listener::open(options.address, options.port, options.buffers);
        if (!opened) return std::unexpected(opened.error());
        listener = std::move(*opened);
        const std::size_t loops = std::max(1u, options.io_threads);
        const net::LoopOptions share = share_of(options.loop, loops);
        for (unsigned number = 0; number < loops; ++number) {
            const FrontParts parts{.listener = listener,
                                   .gate = gate_,
                                   .certificate = options.certificate,
                                   .rules = options.rules,
                                   .market_data = options.market_data,
                                   .wake_ups = {options.wake_up, options.market_data_wake_up}};
            auto front = Front::open(number, parts, share);
            if (!front) return std::unexpected(front.error());
            fronts.push_back(std::move(*front));
        }
        return {};
    }

    std::size_t do_work() {
        std::size_t done = 0;
        if (options.io_threads == 0)
            for (const auto& front : fronts) done += front->do_work();
        done += trading_.do_work();
        if (options.metrics != nullptr) note_connections();
        return done;
    }

    void stop() {
        hub_.stop();
        listener.stop();
        for (const auto& front : fronts) {
            front->post(Room::trading, {.kind = ToClient::Kind::stop});
            front->end_posts(Room::trading);
        }
    }

    [[nodiscard]] RoomOptions room_options() const {
        return {.room = Room::trading,
                .turn_ns = options.turn_ns,
                .slow_request_ns = options.slow_request_ns,
                .metrics = options.metrics};
    }

    HttpServerOptions options;
    net::Listener listener;
    Fronts fronts;

 private:
    /// What the I/O threads have counted, all of them together.
    struct Totals {
        std::uint64_t accepted = 0, refused = 0, denied = 0, paused = 0, malformed = 0,
                      handshakes_failed = 0;
    };

    void note_connections() {
        Totals totals;
        std::uint64_t open = 0, websockets = 0, trusted = 0, addresses = 0, buffered = 0;
        for (const auto& front : fronts) {
            const net::LoopMetrics& loop = front->metrics();
            totals.accepted += loop.accepted.value();
            totals.refused += loop.turned_away.value();
            totals.denied += loop.denied.value();
            totals.paused += loop.paused.value();
            for (const auto& fault : loop.faults) totals.malformed += fault.value();
            totals.handshakes_failed += loop.handshakes_failed.value();
            open += loop.open.value();
            websockets += loop.websockets.value();
            trusted += loop.trusted.value();
            addresses += loop.addresses.value();
            buffered += loop.buffered_bytes.value();
        }
        observe::GatewayMetrics& metrics = *options.metrics;
        metrics.http_connections.set(open - std::min(open, websockets));
        metrics.websocket_connections.set(websockets);
        metrics.trusted_connections.set(trusted);
        metrics.client_addresses.set(addresses);
        metrics.buffered_bytes.set(buffered);
        add_to_counters(metrics, totals);
    }

    /// The counters of an exchange go on from those of the gateway process before this one.
    void add_to_counters(observe::GatewayMetrics& metrics, const Totals& totals) {
        const Totals before = std::exchange(counted_, totals);
        metrics.connections_accepted.add(totals.accepted - before.accepted);
        metrics.connections_refused.add(totals.refused - before.refused);
        metrics.connections_denied.add(totals.denied - before.denied);
        metrics.requests_paused.add(totals.paused - before.paused);
        metrics.requests_malformed.add(totals.malformed - before.malformed);
        metrics.tls_handshakes_failed.add(totals.handshakes_failed - before.handshakes_failed);
        refused_.note(RefusedConnections::Reason::no_room, totals.refused);
        refused_.note(RefusedConnections::Reason::denied, totals.denied);
        refused_.note(RefusedConnections::Reason::tls_handshake, totals.handshakes_failed);
    }

    Gate& gate_;
    websocket::Hub& hub_;
    RoomServer trading_;
    Totals counted_;  // added to the metrics
    RefusedConnections refused_;
};

HttpServer::HttpServer(Gate& gate, Api& api, websocket::Hub& hub, const HttpServerOptions& options)
    : state_(std::make_unique<State>(gate, api, hub, options)) {}
HttpServer::~HttpServer() = default;
base::Result<void> HttpServer::listen() { return state_->listen(); }
std::uint16_t HttpServer::port() const { return state_->listener.port(); }
std::size_t HttpServer::do_work() { return state_->do_work(); }
std::size_t HttpServer::do_io(unsigned thread) { return state_->fronts[thread]->do_work(); }
void HttpServer::wait_for_io(unsigned thread, std::uint64_t most_ns) {
    state_->fronts[thread]->wait(most_ns);
}
void HttpServer::wake_io(unsigned thread) { state_->fronts[thread]->wake(); }
std::unique_ptr<RoomServer> HttpServer::open_market_data(Api& api, websocket::Hub& hub,
                                                         observe::GatewayMetrics* metrics) {
    BW_ASSERT(state_->options.market_data == MarketDataPlace::apart);
    RoomOptions options = state_->room_options();
    options.room = Room::market_data;
    options.metrics = metrics;
    return std::make_unique<RoomServer>(api, hub, state_->fronts, options);
}
void HttpServer::stop() { state_->stop(); }
std::size_t HttpServer::connections() const {
    std::size_t open = 0;
    for (const auto& front : state_->fronts) open += front->metrics().open.value();
    return open;
}

}  // namespace bw::gateway::rest
