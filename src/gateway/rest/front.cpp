#include "gateway/rest/front.hpp"

#include <algorithm>
#include <array>

#include "gateway/rest/problem.hpp"
#include "gateway/rest/request_class.hpp"
#include "platform/clock.hpp"

namespace bw::gateway::rest {
namespace {

const platform::SystemClock steady;  // of metrics

constexpr std::size_t mailbox_slots = 4096;
/// Kept free when a connection is read, for all that one read may bring: 4 KiB of frames of 7
/// bytes.
constexpr std::size_t slots_for_a_read = 700;
constexpr std::size_t answers_per_turn = 256;
/// How long the loop sleeps at most while the gateway's thread has no room for what it has to say.
constexpr std::uint64_t overflow_wait_ns = 1'000'000;

ApiCode code_of(net::HttpFault fault) {
    switch (fault) {
        case net::HttpFault::malformed:
        case net::HttpFault::wrong_version: return ApiCode::malformed_http;
        case net::HttpFault::header_too_large: return ApiCode::headers_too_large;
        case net::HttpFault::body_too_large: return ApiCode::body_too_large;
        case net::HttpFault::too_slow: return ApiCode::request_too_slow;
        case net::HttpFault::too_many_connections: return ApiCode::too_many_connections;
    }
    return ApiCode::malformed_http;
}

Response busy() {
    Response response =
        to_response(problem(ApiCode::exchange_busy, "There are too many requests. Try again."));
    response.headers.emplace_back("Retry-After", "1");
    return response;
}

std::optional<telemetry::TraceContext> trace_of(const net::HttpRequest& http) {
    const auto traceparent = http.header("traceparent");
    return traceparent.empty() ? std::nullopt : telemetry::parse_traceparent(traceparent);
}

Request request_of(const net::Peer& peer, const net::HttpRequest& http) {
    Request request{.method = http.method,
                    .path = http.path,
                    .query = http.query,
                    .body = http.body,
                    .content_type = http.header("Content-Type"),
                    .address = peer.address,
                    .key_id = http.header("BW-KEY"),
                    .timestamp_ms = http.header("BW-TIMESTAMP"),
                    .nonce = http.header("BW-NONCE"),
                    .signature = http.header("BW-SIGNATURE"),
                    .unlimited = peer.unlimited};
    request.trace = trace_of(http);
    return request;
}

const char* websocket_places(MarketDataPlace place) {
    return place == MarketDataPlace::elsewhere
               ? "The WebSocket is at /ws. Public channels are at /ws/market of the process "
                 "market-data."
               : "The WebSockets are at /ws and, for public channels, at /ws/market.";
}

}  // namespace

StoredRequest::StoredRequest(const Request& request) : request_(request) {
    const std::array<std::string_view*, 5> fields{&request_.method, &request_.path, &request_.query,
                                                  &request_.body, &request_.content_type};
    std::size_t size = 0;
    for (const std::string_view* field : fields) size += field->size();
    bytes_.reserve(size);  // the views stay valid
    for (std::string_view* field : fields) {
        const std::size_t at = bytes_.size();
        bytes_ += *field;
        *field = std::string_view(bytes_).substr(at);
    }
    std::string_view& value = request_.pass->path_value;
    if (!value.empty())
        value = request_.path.substr(static_cast<std::size_t>(value.data() - request.path.data()),
                                     value.size());
    request_.key_id = request_.timestamp_ms = request_.nonce = request_.signature = {};
    request_.signed_in = nullptr;
}

Front::Desk::Desk() : inbox(mailbox_slots), outbox(mailbox_slots) {}

Front::Front(const FrontParts& parts) : gate_(parts.gate), place_(parts.market_data) {
    for (std::size_t i = 0; i < room_count; ++i) desks_[i].thread = parts.wake_ups[i];
}
Front::~Front() = default;

base::Result<std::unique_ptr<Front>> Front::open(unsigned number, const FrontParts& parts,
                                                 const net::LoopOptions& options) {
    std::unique_ptr<Front> front(new Front(parts));
    auto loop =
        net::Loop::open(number, {*front, parts.listener, parts.certificate, parts.rules}, options);
    if (!loop) return std::unexpected(loop.error());
    front->loop_ = std::move(*loop);
    return front;
}

std::size_t Front::do_work() {
    std::size_t done = 0;
    for (Desk& desk : desks_) done += take_answers(desk) + desk.inbox.flush();
    return done + loop_->do_work();
}

void Front::wait(std::uint64_t most_ns) {
    const auto overflows = [](const Desk& desk) { return desk.inbox.overflowing() > 0; };
    if (std::ranges::any_of(desks_, overflows)) most_ns = std::min(most_ns, overflow_wait_ns);
    loop_->wait(most_ns, [this] {
        return std::ranges::all_of(desks_, [](const Desk& desk) { return desk.outbox.empty(); });
    });
}

void Front::end_posts(Room room) {
    desk(room).outbox.flush();
    if (!desk(room).outbox.empty()) loop_->wake();
}

std::size_t Front::take_answers(Desk& desk) {
    std::size_t count = 0;
    for (; count < answers_per_turn; ++count) {
        auto message = desk.outbox.take();
        if (!message) break;
        take(*message);
    }
    return count;
}

void Front::take(ToClient& message) {
    switch (message.kind) {
        case ToClient::Kind::nothing: return;
        case ToClient::Kind::answer: return loop_->respond(message.connection, message.answer);
        case ToClient::Kind::frame:
            if (message.signed_in) loop_->set_trusted(message.connection, true);
            return loop_->send(message.connection, std::move(message.frame));
        case ToClient::Kind::close:
            return loop_->close_websocket(message.connection, message.close_code,
                                          message.close_reason);
        case ToClient::Kind::stop: return loop_->stop();
    }
}

// --- net::Handler

/// The room of a request is not known before it is parsed: on_request() looks again.
bool Front::can_take(const net::Peer& peer) {
    return desk(room_of_websocket(peer.connection)).inbox.has_room(slots_for_a_read);
}

void Front::on_request(const net::Peer& peer, const net::HttpRequest& http) {
    const Room room = place_ == MarketDataPlace::apart ? room_of(http.path) : Room::trading;
    if (!desk(room).inbox.has_room()) return loop_->respond(peer.connection, busy());
    bool signed_in = peer.trusted;
    Request request = request_of(peer, http);
    request.signed_in = &signed_in;
    FromClient message{.kind = FromClient::Kind::request, .connection = peer.connection};
    message.request_class = class_of(request.method, request.path);
    message.begun_ns = steady.monotonic_ns();
    auto refused = gate_.admit(request);
    loop_->set_trusted(peer.connection, signed_in);
    if (refused) {
        message.kind = FromClient::Kind::refused;
        message.status = refused->status;
        desk(room).inbox.post(std::move(message));
        return loop_->respond(peer.connection, *refused);
    }
    message.request = std::make_unique<StoredRequest>(request);
    desk(room).inbox.post(std::move(message));
}

std::optional<net::HttpResponse> Front::on_upgrade(const net::Peer& peer,
                                                   const net::HttpRequest& request) {
    const bool market = request.path == market_websocket_path;
    const bool known =
        market ? place_ != MarketDataPlace::elsewhere : request.path == websocket_path;
    if (!known) return to_response(problem(ApiCode::unknown_route, websocket_places(place_)));
    if (market && place_ == MarketDataPlace::apart) websockets_.insert(peer.connection);
    upgrade_trace_ = trace_of(request);
    return std::nullopt;
}

void Front::on_open(const net::Peer& peer) {
    const RequestFacts facts{.address = peer.address, .trace = upgrade_trace_};
    desk(room_of_websocket(peer.connection))
        .inbox.post({.kind = FromClient::Kind::opened,
                     .connection = peer.connection,
                     .facts = std::make_unique<RequestFacts>(facts)});
}

void Front::on_message(const net::Peer& peer, std::string_view text) {
    desk(room_of_websocket(peer.connection))
        .inbox.post({.kind = FromClient::Kind::message,
                     .connection = peer.connection,
                     .text = std::string(text)});
}

void Front::on_drained(const net::Peer& peer, std::uint64_t bytes_total) {
    desk(room_of_websocket(peer.connection))
        .inbox.post({.kind = FromClient::Kind::drained,
                     .connection = peer.connection,
                     .bytes = bytes_total});
}

/// A room to which the connection means nothing passes over it.
void Front::on_closed(const net::Peer& peer) {
    websockets_.erase(peer.connection);
    for (const Room room : {Room::trading, Room::market_data})
        if (has_room(room))
            desk(room).inbox.post(
                {.kind = FromClient::Kind::closed, .connection = peer.connection});
}

net::HttpResponse Front::refusal(net::HttpFault fault, const std::string& detail) {
    Response response = to_response(problem(code_of(fault), detail), net::status_of(fault));
    if (fault == net::HttpFault::wrong_version)
        response.headers.emplace_back("Sec-WebSocket-Version", "13");
    return response;
}

void Front::end_turn() {
    for (Desk& desk : desks_)
        if (desk.thread != nullptr && !desk.inbox.empty()) desk.thread->wake_surely();
}

}  // namespace bw::gateway::rest
