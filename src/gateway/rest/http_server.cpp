#include "gateway/rest/http_server.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include "gateway/rest/front.hpp"
#include "gateway/rest/request_class.hpp"
#include "gateway/rest/websocket_clients.hpp"
#include "platform/clock.hpp"

namespace bw::gateway::rest {
namespace {

const platform::SystemClock steady;  // of budgets and metrics; no command sees it

/// The share of one I/O thread.
net::LoopOptions share_of(const net::LoopOptions& all, std::size_t threads) {
    net::LoopOptions share = all;
    const auto part = [threads](std::size_t number) { return (number + threads - 1) / threads; };
    share.connections_max = part(all.connections_max);
    share.connections_reserved = part(all.connections_reserved);
    share.addresses.connections_max = part(all.addresses.connections_max);
    share.buffered_bytes_max = part(all.buffered_bytes_max);
    return share;
}

}  // namespace

class HttpServer::State {
 public:
    State(Api& the_api, websocket::Hub& hub, const HttpServerOptions& the_options)
        : options(the_options), api_(the_api), hub_(hub), clients_(hub, fronts, options.metrics) {
        api_.set_on_complete([this](Token token, const Response& response, std::uint64_t sequence) {
            completed(token, response, sequence);
        });
    }
    ~State() { api_.set_on_complete(nullptr); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;

    base::Result<void> listen() {
        auto opened = net::Listener::open(options.address, options.port, options.buffers);
        if (!opened) return std::unexpected(opened.error());
        listener = std::move(*opened);
        const std::size_t loops = std::max(1u, options.io_threads);
        const net::LoopOptions share = share_of(options.loop, loops);
        for (unsigned number = 0; number < loops; ++number) {
            auto front = Front::open(
                number, {listener, options.certificate, options.rules, options.wake_up}, share);
            if (!front) return std::unexpected(front.error());
            fronts.push_back(std::move(*front));
        }
        return {};
    }

    std::size_t do_work() {
        std::size_t done = 0;
        if (options.io_threads == 0)
            for (const auto& front : fronts) done += front->do_work();
        done += take_from_clients();
        done += clients_.serve(options.turn_ns);
        done += api_.expire();
        for (const auto& front : fronts) front->end_posts();
        if (options.metrics != nullptr) note_connections();
        return done;
    }

    void stop() {
        hub_.stop();
        listener.stop();
        for (const auto& front : fronts) {
            front->post({.kind = ToClient::Kind::stop});
            front->end_posts();
        }
    }

    HttpServerOptions options;
    net::Listener listener;
    std::vector<std::unique_ptr<Front>> fronts;

 private:
    /// A request until it is answered.
    struct Waiting {
        observe::RequestClass request_class;
        std::uint64_t begun_ns;
        bool signed_in;
        RequestFacts facts;
    };

    /// Goes on with the I/O thread behind the one served last, so that each has its turn.
    std::size_t take_from_clients() {
        const std::uint64_t end_ns = steady.monotonic_ns() + options.turn_ns;
        std::size_t done = 0;
        for (std::size_t idle = 0; idle < fronts.size();) {
            auto message = fronts[next_front_]->from_clients().take();
            next_front_ = (next_front_ + 1) % fronts.size();
            idle = message ? 0 : idle + 1;
            if (!message) continue;
            take(*message);
            ++done;
            if (steady.monotonic_ns() >= end_ns) break;
        }
        return done;
    }

    void take(FromClient& message) {
        switch (message.kind) {
            case FromClient::Kind::nothing: return;
            case FromClient::Kind::request: return handle(message);
            case FromClient::Kind::closed:
                api_.abandon(message.connection);
                waiting_.erase(message.connection);
                return clients_.take(message);
            case FromClient::Kind::opened:
            case FromClient::Kind::message:
            case FromClient::Kind::drained: return clients_.take(message);
        }
    }

    void handle(const FromClient& message) {
        Request& request = message.request->request();
        const Waiting waiting{.request_class = class_of(request.method, request.path),
                              .begun_ns = steady.monotonic_ns(),
                              .signed_in = false,
                              .facts = {.address = request.address, .trace = request.trace}};
        auto [entry, inserted] = waiting_.emplace(message.connection, waiting);
        request.facts = &entry->second.facts;
        const auto response = api_.handle(request, message.connection);
        entry->second.signed_in = message.request->signed_in();
        if (response) completed(message.connection, *response, 0);
    }

    void completed(Token token, const Response& response, std::uint64_t sequence) {
        const auto node = waiting_.extract(token);
        if (node.empty()) return;
        const Waiting& waiting = node.mapped();
        const Answered answered{.status = response.status,
                                .took_ns = steady.monotonic_ns() - waiting.begun_ns,
                                .sequence = sequence};
        count(waiting, answered);
        log_answer(waiting.facts, answered, options.slow_request_ns);
        fronts[net::loop_of(token)]->post({.kind = ToClient::Kind::answer,
                                           .connection = token,
                                           .signed_in = waiting.signed_in,
                                           .answer = response});
    }

    void count(const Waiting& waiting, const Answered& answered) {
        if (options.metrics == nullptr) return;
        options.metrics->count_request(waiting.request_class, answered.status);
        options.metrics->request_time[static_cast<std::size_t>(waiting.request_class)].record(
            answered.took_ns);
    }

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
        metrics.waiting_requests.set(api_.waiting());
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

    Api& api_;
    websocket::Hub& hub_;
    WebsocketClients clients_;
    std::unordered_map<Token, Waiting> waiting_;
    std::size_t next_front_ = 0;
    Totals counted_;  // added to the metrics
    RefusedConnections refused_;
};

HttpServer::HttpServer(Api& api, websocket::Hub& hub, const HttpServerOptions& options)
    : state_(std::make_unique<State>(api, hub, options)) {}
HttpServer::~HttpServer() = default;
base::Result<void> HttpServer::listen() { return state_->listen(); }
std::uint16_t HttpServer::port() const { return state_->listener.port(); }
std::size_t HttpServer::do_work() { return state_->do_work(); }
std::size_t HttpServer::do_io(unsigned thread) { return state_->fronts[thread]->do_work(); }
void HttpServer::wait_for_io(unsigned thread, std::uint64_t most_ns) {
    state_->fronts[thread]->wait(most_ns);
}
void HttpServer::wake_io(unsigned thread) { state_->fronts[thread]->wake(); }
void HttpServer::stop() { state_->stop(); }
std::size_t HttpServer::connections() const {
    std::size_t open = 0;
    for (const auto& front : state_->fronts) open += front->metrics().open.value();
    return open;
}

}  // namespace bw::gateway::rest
