// What the clients of a hub ask for.
#include <algorithm>
#include <utility>

#include "gateway/websocket/hub_state.hpp"
#include "views/market/calendar.hpp"

namespace bw::gateway::websocket {
namespace {

std::string error_frame(const Request& request, const Problem& problem) {
    JsonWriter out = JsonWriter::object();
    out.member("type", "error");
    if (!request.id.empty()) out.raw("id", request.id);
    out.count("code", problem.code).member("message", problem.detail);
    return out.finish();
}

/// The common part of the replies to subscribe and unsubscribe.
JsonWriter confirmation(std::string_view type, const Request& request) {
    JsonWriter out = JsonWriter::object();
    out.member("type", type);
    if (!request.id.empty()) out.raw("id", request.id);
    out.member("channel", name_of(request.channel));
    if (!request.symbol.empty()) out.member("symbol", request.symbol);
    if (!request.resolution.empty()) out.member("resolution", request.resolution);
    return out;
}

std::optional<views::ReportStream> stream_of(Channel channel) {
    if (channel == Channel::orders) return views::ReportStream::orders;
    if (channel == Channel::executions) return views::ReportStream::executions;
    return std::nullopt;
}

}  // namespace

std::optional<ConnectionId> Hub::State::connect() {
    if (connections_.size() >= options_.connections_max) return std::nullopt;
    const ConnectionId id = ++last_id_;
    connections_.emplace(id, std::make_unique<Connection>(id, options_));
    return id;
}

void Hub::State::on_text(ConnectionId id, std::string_view text) {
    Connection* client = find(id);
    if (client == nullptr || client->close) return;
    Request request;
    auto problem =
        client->messages.try_take(clock_.monotonic_ns())
            ? reader_.read(text, request)
            : std::optional(websocket::problem(ErrorCode::too_many_messages,
                                               "Too many requests: send fewer per second."));
    if (!problem) problem = handle(*client, request);
    if (problem) refuse(*client, request, *problem);
}

void Hub::State::refuse(Connection& client, const Request& request, const Problem& problem) {
    reply(client, error_frame(request, problem));
    if (!client.errors.try_take(clock_.monotonic_ns()))
        client.close_with(close_too_many_errors, "Too many refused requests.");
}

void Hub::State::reply(Connection& client, std::string frame) {
    client.reply(std::move(frame));
    if (client.reply_bytes > options_.queue_bytes_max) {
        client.replies.clear();
        client.reply_bytes = 0;
        client.close_with(close_slow_reader, "Replies are not read.");
    }
    mark_ready(client);
}

Hub::State::Outcome Hub::State::handle(Connection& client, const Request& request) {
    switch (request.op) {
        case Op::subscribe: return subscribe(client, request);
        case Op::unsubscribe: return unsubscribe(client, request);
        case Op::authenticate: return authenticate(client, request);
        case Op::cancel_on_disconnect: return cancel_on_disconnect(client, request);
        case Op::ping: break;
    }
    JsonWriter out = JsonWriter::object();
    out.member("type", "pong");
    if (!request.id.empty()) out.raw("id", request.id);
    out.id("time", clock_.realtime_ns());
    reply(client, out.finish());
    return std::nullopt;
}

Hub::State::Outcome Hub::State::subscribe(Connection& client, const Request& request) {
    const bool is_private = stream_of(request.channel).has_value();
    if (!is_private && !options_.public_channels)
        return problem(ErrorCode::unknown_channel,
                       "Public channels are served at /ws/market, private ones here.");
    const auto key = key_of(request);
    if (!key)
        return problem(ErrorCode::unknown_symbol,
                       "There is no instrument " + in_quotes(request.symbol) + ".");
    if (client.subscriptions.contains(*key))
        return problem(ErrorCode::already_subscribed,
                       "This subscription exists; unsubscribe first to change it.");
    if (client.subscriptions.size() >= options_.subscriptions_max)
        return problem(ErrorCode::too_many_subscriptions,
                       "This connection has the maximum number of subscriptions.");
    return is_private ? subscribe_private(client, request, *key)
                      : subscribe_public(client, request, *key);
}

/// Nothing: there is no such instrument.
std::optional<SubscriptionKey> Hub::State::key_of(const Request& request) {
    SubscriptionKey key{request.channel, model::InstrumentId{0}, request.resolution};
    if (stream_of(request.channel)) return key;
    if (request.channel == Channel::l1 && request.symbol == "*") return key;
    const InstrumentView* view = market_.find(request.symbol);
    if (view == nullptr) return std::nullopt;
    key.instrument = view->id;
    return key;
}

Hub::State::Outcome Hub::State::subscribe_public(Connection& client, const Request& request,
                                                 const SubscriptionKey& key) {
    auto subscription = make_public(client, request, market_.find(key.instrument));
    if (!subscription) return std::move(subscription.error());
    JsonWriter out = confirmation("subscribed", request);
    if (request.channel == Channel::l2) out.count("depth", request.depth);
    reply(client, out.finish());
    add_subscription(client, key, std::move(*subscription));
    return std::nullopt;
}

std::expected<std::unique_ptr<Subscription>, Problem> Hub::State::make_public(
    Connection& client, const Request& request, InstrumentView* view) {
    BW_ASSERT(view != nullptr || request.channel == Channel::l1);
    switch (request.channel) {
        case Channel::l1: return std::make_unique<TickerSubscription>(client.id, market_, view);
        case Channel::status:
            return std::make_unique<StatusSubscription>(client.id, market_, *view);
        case Channel::trades:
            return std::make_unique<TradesSubscription>(client.id, market_, *view);
        case Channel::l2:
            return std::make_unique<DepthSubscription>(client.id, market_, *view, request.depth);
        case Channel::candles: {
            const auto resolution = views::market::resolution_from(request.resolution);
            if (!resolution)
                return std::unexpected(problem(
                    ErrorCode::bad_field, "The resolutions are 1m, 5m, 15m, 1h, 1d, 1w and 1M."));
            return std::make_unique<CandlesSubscription>(client.id, market_, *view, *resolution);
        }
        case Channel::orders:
        case Channel::executions: break;
    }
    return std::unexpected(problem(ErrorCode::unknown_channel, "This channel is private."));
}

Hub::State::Outcome Hub::State::subscribe_private(Connection& client, const Request& request,
                                                  const SubscriptionKey& key) {
    if (!client.principal)
        return problem(ErrorCode::not_authenticated,
                       "Authenticate before subscribing to a private channel.");
    if (client.principal->account == model::AccountId{0})
        return problem(ErrorCode::no_account,
                       "This key acts for no account, so it has no private channels.");
    BW_ASSERT(reports_ != nullptr);
    const views::StreamKey stream{client.principal->account, *stream_of(request.channel)};
    const std::uint64_t next = reports_->next_sequence(stream);
    const std::uint64_t oldest = reports_->oldest_sequence(stream);
    const std::uint64_t from = request.from_sequence.value_or(next);
    if (from > next)
        return problem(ErrorCode::sequence_not_reached,
                       "The next report has sequence " + std::to_string(next) + ".");
    if (from < oldest)
        return problem(ErrorCode::sequence_too_old, "The oldest report kept here has sequence " +
                                                        std::to_string(oldest) +
                                                        "; use REST for older ones.");
    JsonWriter out = confirmation("subscribed", request);
    out.count("fromSequence", from).count("nextSequence", next);
    reply(client, out.finish());
    const PrivatePlace place{client.id, private_topics_[stream], stream};
    add_subscription(client, key,
                     std::make_unique<ReportSubscription>(place, market_, *reports_, from));
    return std::nullopt;
}

/// A new subscription is pending: it has its snapshot, or earlier reports, to send.
void Hub::State::add_subscription(Connection& client, const SubscriptionKey& key,
                                  std::unique_ptr<Subscription> subscription) {
    client.pending.push_back(subscription.get());
    client.subscriptions.emplace(key, std::move(subscription));
    mark_ready(client);
}

/// The instrument is delisted. Another one may have its symbol by now.
void Hub::State::end_subscription(Connection& client, const Subscription& subscription) {
    const auto found = std::ranges::find_if(
        client.subscriptions,
        [&subscription](const auto& entry) { return entry.second.get() == &subscription; });
    BW_ASSERT(found != client.subscriptions.end());
    Request ended;
    ended.channel = found->first.channel;
    ended.symbol = market_.find(found->first.instrument)->symbol;
    ended.resolution = found->first.resolution;
    client.subscriptions.erase(found);
    JsonWriter out = confirmation("unsubscribed", ended);
    out.member("reason", "delisted");
    reply(client, out.finish());
}

Hub::State::Outcome Hub::State::unsubscribe(Connection& client, const Request& request) {
    const auto key = key_of(request);
    const auto found = key ? client.subscriptions.find(*key) : client.subscriptions.end();
    if (found == client.subscriptions.end())
        return problem(ErrorCode::not_subscribed, "There is no such subscription.");
    std::erase(client.pending, found->second.get());
    client.subscriptions.erase(found);
    reply(client, std::move(confirmation("unsubscribed", request)).finish());
    return std::nullopt;
}

Hub::State::Outcome Hub::State::authenticate(Connection& client, const Request& request) {
    if (client.principal)
        return problem(ErrorCode::already_authenticated,
                       "This connection is already authenticated.");
    access::SignedRequest signed_request;
    signed_request.method = "WS";
    signed_request.path = "/ws";
    signed_request.key_id = request.key_id;
    signed_request.timestamp_ms = request.timestamp;
    signed_request.nonce = request.nonce;
    signed_request.signature = request.signature;
    auto principal = authenticator_.authenticate(signed_request);
    if (!principal)
        return common::problem(common::api_code(principal.error().reason),
                               std::string(principal.error().detail));
    client.principal = *principal;
    JsonWriter out = JsonWriter::object();
    out.member("type", "authenticated");
    if (!request.id.empty()) out.raw("id", request.id);
    const bool trades = client.principal->role == access::Role::trader;
    out.member("keyId", client.principal->key_id.view())
        .member("role", trades ? "trader" : "operations");
    if (trades)
        out.id("account", client.principal->account.value());
    else
        out.null("account");
    reply(client, out.finish());
    return std::nullopt;
}

// --- Cancel on disconnect ---

Hub::State::Outcome Hub::State::cancel_on_disconnect(Connection& client, const Request& request) {
    if (!client.principal)
        return problem(ErrorCode::not_authenticated,
                       "Authenticate before enabling cancel on disconnect.");
    if (client.principal->account == model::AccountId{0})
        return problem(ErrorCode::no_account, "This key acts for no account, so it has no orders.");
    client.cancels_on_disconnect = request.enabled;
    JsonWriter out = JsonWriter::object();
    out.member("type", "cancel_on_disconnect");
    if (!request.id.empty()) out.raw("id", request.id);
    out.flag("enabled", request.enabled);
    reply(client, out.finish());
    return std::nullopt;
}

std::optional<model::AccountId> Hub::State::disconnect(ConnectionId id) {
    const auto node = connections_.extract(id);
    if (node.empty() || stopping_ || !node.mapped()->cancels_on_disconnect) return std::nullopt;
    const model::AccountId account = node.mapped()->principal->account;
    to_cancel_.push_back(account);
    send_cancels();
    return account;
}

/// Stops at a full ring; the rest is sent in the next turn. The request id has the counter 0, which
/// no waiting request has, so the answer is ignored.
void Hub::State::send_cancels() {
    while (!to_cancel_.empty()) {
        codec::Frame<codec::MassCancel> frame;
        frame.body = {};
        frame.body.request_id = model::make_request_id(options_.gateway, 0);
        frame.body.account = to_cancel_.front();
        frame.body.side = model::SideSelection::both;
        if (!commands_.try_send(codec::bytes_of(frame))) return;
        to_cancel_.pop_front();
    }
}

}  // namespace bw::gateway::websocket
