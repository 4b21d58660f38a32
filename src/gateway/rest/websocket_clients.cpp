#include "gateway/rest/websocket_clients.hpp"

#include "gateway/websocket/protocol.hpp"
#include "net/websocket.hpp"
#include "platform/clock.hpp"
#include "telemetry/log.hpp"

namespace bw::gateway::rest {
namespace {

/// Frames on their way to one client; above it, the next one waits and takes up later changes.
constexpr std::uint64_t in_flight_bytes_max = 16 * 1024;

const platform::SystemClock steady;  // of budgets; no command sees it

telemetry::Facts line_about(const RequestFacts& facts, model::AccountId account) {
    return {.account = account.value(), .address = facts.address, .trace = facts.trace};
}

}  // namespace

WebsocketClients::WebsocketClients(websocket::Hub& hub,
                                   const std::vector<std::unique_ptr<Front>>& fronts, Room room,
                                   observe::GatewayMetrics* metrics)
    : hub_(hub), fronts_(fronts), room_(room), metrics_(metrics) {}

void WebsocketClients::take(const FromClient& message) {
    if (message.kind == FromClient::Kind::opened) return open(message);
    const auto found = clients_.find(message.connection);
    if (found == clients_.end()) return;
    Client& client = found->second;
    switch (message.kind) {
        case FromClient::Kind::message:
            if (client.closing) return;
            if (metrics_ != nullptr) metrics_->websocket_messages.add();
            hub_.on_text(client.hub_id, message.text);
            return;
        case FromClient::Kind::drained:
            client.drained_bytes = message.bytes;
            return serve_client(message.connection, client);
        case FromClient::Kind::closed: return close(message.connection);
        default: return;
    }
}

void WebsocketClients::open(const FromClient& message) {
    const net::ConnectionId connection = message.connection;
    const auto hub_id = hub_.connect();
    if (!hub_id)
        return post({.kind = ToClient::Kind::close,
                     .connection = connection,
                     .close_code = net::close_code::try_again_later,
                     .close_reason = "there are too many WebSocket clients"});
    clients_.emplace(connection, Client{.hub_id = *hub_id, .facts = *message.facts});
    connections_.emplace(*hub_id, connection);
}

void WebsocketClients::close(net::ConnectionId connection) {
    const auto node = clients_.extract(connection);
    connections_.erase(node.mapped().hub_id);
    const auto cancelled = hub_.disconnect(node.mapped().hub_id);
    if (cancelled)
        telemetry::log_event(telemetry::Event::cancelled_on_disconnect,
                             line_about(node.mapped().facts, *cancelled));
}

/// Goes on where the turn before ended, so that each client has its turn.
std::size_t WebsocketClients::serve(std::uint64_t turn_ns) {
    const std::uint64_t end_ns = steady.monotonic_ns() + turn_ns;
    std::size_t done = 0;
    if (served_ == ready_.size()) {
        ready_ = hub_.ready();
        served_ = 0;
    }
    while (served_ < ready_.size()) {
        const auto connection = connections_.find(ready_[served_++]);
        if (connection == connections_.end()) continue;
        serve_client(connection->second, clients_.at(connection->second));
        ++done;
        if (steady.monotonic_ns() >= end_ns) break;
    }
    return done;
}

void WebsocketClients::serve_client(net::ConnectionId connection, Client& client) {
    if (client.closing) return;
    if (const auto verdict = hub_.must_close(client.hub_id)) {
        if (verdict->code == websocket::close_slow_reader) {
            if (metrics_ != nullptr) metrics_->slow_consumers.add();
            telemetry::log_event(telemetry::Event::slow_consumer_closed,
                                 line_about(client.facts, verdict->account));
        }
        client.closing = true;
        return post({.kind = ToClient::Kind::close,
                     .connection = connection,
                     .close_code = verdict->code,
                     .close_reason = verdict->reason});
    }
    while (client.sent_bytes - client.drained_bytes < in_flight_bytes_max) {
        const auto text = hub_.next_frame(client.hub_id);
        if (!text) return;
        net::SharedBytes frame = net::text_frame(*text);
        client.sent_bytes += frame->size();
        if (metrics_ != nullptr) {
            metrics_->websocket_frames.add();
            metrics_->websocket_bytes.add(text->size());
        }
        post({.kind = ToClient::Kind::frame,
              .connection = connection,
              .signed_in = hub_.is_authenticated(client.hub_id),
              .frame = std::move(frame)});
    }
}

void WebsocketClients::post(ToClient message) {
    fronts_[net::loop_of(message.connection)]->post(room_, std::move(message));
}

}  // namespace bw::gateway::rest
