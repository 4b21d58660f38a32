#include "gateway/websocket/hub.hpp"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "gateway/websocket/connection.hpp"
#include "gateway/websocket/notice.hpp"
#include "views/market/calendar.hpp"

namespace bw::gateway::websocket {
namespace {

constexpr std::string_view slow_reader_reason =
    "Private reports were not read in time; reconnect and resume from the last sequence.";

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

/// Identifies a subscription among those of a client.
std::string key_of(const Request& request) {
    return std::string(name_of(request.channel)) + " " + request.symbol + " " + request.resolution;
}

std::optional<views::ReportStream> stream_of(Channel channel) {
    if (channel == Channel::orders) return views::ReportStream::orders;
    if (channel == Channel::executions) return views::ReportStream::executions;
    return std::nullopt;
}

struct StreamKeyHash {
    std::size_t operator()(const views::StreamKey& key) const {
        return base::mix64(2 * std::uint64_t{key.account.value()} +
                           static_cast<std::uint64_t>(key.stream));
    }
};

}  // namespace

class Hub::State {
 public:
    State(const HubParts& parts, const HubOptions& options)
        : options_(options),
          authenticator_(parts.authenticator),
          commands_(parts.commands),
          clock_(parts.clock),
          market_(parts.market),
          reports_(parts.reports),
          random_(options.shuffle_seed) {
        BW_ASSERT(options.shuffle_seed != 0 && options.errors_max > 0 &&
                  options.messages_per_second_max > 0);
    }

    void apply(const views::AnyEvent& event) {
        event.visit<Events>([this](const auto& known) { on(known); });
    }
    void end(const views::RecordView& record);
    void save(base::FieldWriter& out) const;
    [[nodiscard]] bool load(base::FieldReader& in);
    void reset();
    [[nodiscard]] bool storage_scarce() const { return market_.storage_scarce; }
    [[nodiscard]] std::optional<ConnectionId> connect();
    std::optional<model::AccountId> disconnect(ConnectionId id);
    void stop() { stopping_ = true; }
    void on_text(ConnectionId id, std::string_view text);
    [[nodiscard]] bool is_authenticated(ConnectionId id) const {
        return connections_.at(id)->principal.has_value();
    }
    [[nodiscard]] std::optional<std::string> next_frame(ConnectionId id);
    [[nodiscard]] std::optional<Close> must_close(ConnectionId id) const;
    [[nodiscard]] const std::vector<ConnectionId>& ready();

 private:
    using Outcome = std::optional<Problem>;

    template <class Event>
    void on(const Event& event);
    void touch(model::InstrumentId instrument, bool traded);
    void finish_command(const views::RecordView& record);
    void start_day_if_new(std::uint64_t timestamp_ns);
    void make_pending(Topic& topic);
    void make_reports_pending();
    void close_slow(const Topic& topic);

    Outcome handle(Connection& client, const Request& request);
    Outcome subscribe(Connection& client, const Request& request);
    Outcome unsubscribe(Connection& client, const Request& request);
    Outcome authenticate(Connection& client, const Request& request);
    Outcome cancel_on_disconnect(Connection& client, const Request& request);
    void send_cancels();
    Outcome subscribe_public(Connection& client, const Request& request);
    Outcome subscribe_private(Connection& client, const Request& request);
    [[nodiscard]] std::expected<std::unique_ptr<Subscription>, Problem> make_public(
        Connection& client, const Request& request);
    void add_subscription(Connection& client, const Request& request,
                          std::unique_ptr<Subscription> subscription);
    void refuse(Connection& client, const Request& request, const Problem& problem);
    void reply(Connection& client, std::string frame);

    void mark_ready(Connection& client);
    [[nodiscard]] Connection* find(ConnectionId id);
    [[nodiscard]] std::uint64_t random();

    HubOptions options_;
    access::Authenticator& authenticator_;
    sequencer::CommandPort& commands_;
    const platform::Clock& clock_;
    RequestReader reader_;
    MarketView market_;
    const views::Reports* reports_;

    // what the command that is being applied has changed so far
    std::vector<std::pair<InstrumentView*, bool>> touched_;
    std::vector<std::pair<InstrumentView*, std::string>> notices_;
    std::vector<views::StreamKey> changed_streams_;
    std::uint64_t day_end_ns_ = 0;
    bool between_commands_ = true;

    // topics outlive connections: a subscription removes itself from its topic when it ends
    std::unordered_map<views::StreamKey, Topic, StreamKeyHash> private_topics_;
    std::unordered_map<ConnectionId, std::unique_ptr<Connection>> connections_;
    ConnectionId last_id_ = 0;
    std::vector<ConnectionId> ready_next_, ready_now_;
    // accounts whose orders must be cancelled, oldest first
    std::deque<model::AccountId> to_cancel_;
    bool stopping_ = false;
    std::uint64_t random_;
};

// --- Events in ---

/// Events that change public data of one instrument or of all. Some also cause a notice.
template <class Event>
void Hub::State::on(const Event& event) {
    if constexpr (std::is_same_v<Event, codec::InstrumentUpdated>) {
        const InstrumentView* before = market_.find(event.instrument);
        std::vector<std::string> notices;
        if (before != nullptr) notices = notices_of(*before, event);
        InstrumentView& view = market_.update(event);
        for (std::string& notice : notices) notices_.emplace_back(&view, std::move(notice));
        touch(event.instrument, false);
    } else if constexpr (std::is_same_v<Event, codec::TradeExecuted>) {
        touch(event.instrument, true);
    } else if constexpr (std::is_same_v<Event, codec::StorageStateSet>) {
        market_.storage_scarce = event.scarce != 0;
        for (const auto& view : market_.instruments()) touched_.emplace_back(view.get(), false);
    } else if constexpr (requires { notice_of(event); }) {
        notices_.emplace_back(market_.find(event.instrument), notice_of(event));
        touch(event.instrument, false);
    } else {
        touch(event.instrument, false);
    }
}

void Hub::State::touch(model::InstrumentId instrument, bool traded) {
    InstrumentView* view = market_.find(instrument);
    BW_ASSERT(view != nullptr);
    if (!touched_.empty() && touched_.back() == std::pair(view, false) && !traded) return;
    touched_.emplace_back(view, traded);
}

void Hub::State::end(const views::RecordView& record) {
    if (reports_ != nullptr)
        changed_streams_.insert(changed_streams_.end(), reports_->told().begin(),
                                reports_->told().end());
    between_commands_ = record.ends_command();
    if (between_commands_) finish_command(record);
}

void Hub::State::finish_command(const views::RecordView& record) {
    market_.event_sequence = record.sequence;
    market_.timestamp_ns = record.timestamp_ns;
    start_day_if_new(record.timestamp_ns);
    for (const auto& [view, traded] : touched_) {
        view->ticker_stale = view->depth_stale = true;
        if (traded) ++view->trade_count;
        make_pending(view->l1);
        make_pending(view->l2);
        make_pending(view->status);
        if (traded) make_pending(view->trades);
    }
    for (auto& [view, notice] : notices_) view->notices.add(std::move(notice));
    if (!touched_.empty()) make_pending(market_.all_tickers);
    make_reports_pending();
    touched_.clear();
    notices_.clear();
    changed_streams_.clear();
}

void Hub::State::make_reports_pending() {
    for (const views::StreamKey& key : changed_streams_) {
        const auto found = private_topics_.find(key);
        if (found == private_topics_.end()) continue;  // no client has ever subscribed
        make_pending(found->second);
        close_slow(found->second);
    }
}

/// At the start of a day the daily values of all tickers are reset, so all instruments change.
void Hub::State::start_day_if_new(std::uint64_t timestamp_ns) {
    if (timestamp_ns < day_end_ns_) return;
    day_end_ns_ = views::market::span_of(views::market::Resolution::day_1, timestamp_ns).end_ns;
    for (const auto& view : market_.instruments()) touched_.emplace_back(view.get(), false);
}

/// Makes the idle subscriptions of the topic pending.
void Hub::State::make_pending(Topic& topic) {
    while (!topic.idle.empty()) {
        Subscription* subscription = topic.idle.front();
        subscription->set_pending();
        Connection* client = find(subscription->connection());
        BW_ASSERT(client != nullptr);
        client->pending.push_back(subscription);
        mark_ready(*client);
    }
}

/// Closes clients that take no frames at all: next_frame() is not called for them.
void Hub::State::close_slow(const Topic& topic) {
    for (const Subscription* subscription : topic.pending) {
        if (!subscription->is_too_slow(options_.queue_bytes_max)) continue;
        Connection* client = find(subscription->connection());
        client->close_with(close_slow_reader, std::string(slow_reader_reason));
        mark_ready(*client);
    }
}

void Hub::State::save(base::FieldWriter& out) const {
    BW_ASSERT(touched_.empty() && notices_.empty() && changed_streams_.empty());
    out(day_end_ns_);
    market_.save(out);
}

bool Hub::State::load(base::FieldReader& in) {
    reset();
    in(day_end_ns_);
    market_.load(in);
    const bool good = in.good();
    if (!good) reset();
    return good;
}

void Hub::State::reset() {
    BW_ASSERT(connections_.empty());
    touched_.clear();
    notices_.clear();
    changed_streams_.clear();
    day_end_ns_ = 0;
    between_commands_ = true;
    market_.reset();
}

// --- Clients in ---

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
    if (client.subscriptions.contains(key_of(request)))
        return problem(ErrorCode::already_subscribed,
                       "This subscription exists; unsubscribe first to change it.");
    if (client.subscriptions.size() >= options_.subscriptions_max)
        return problem(ErrorCode::too_many_subscriptions,
                       "This connection has the maximum number of subscriptions.");
    return stream_of(request.channel) ? subscribe_private(client, request)
                                      : subscribe_public(client, request);
}

Hub::State::Outcome Hub::State::subscribe_public(Connection& client, const Request& request) {
    if (!options_.public_channels)
        return problem(ErrorCode::unknown_channel,
                       "Public channels are served at /ws/market, private ones here.");
    auto subscription = make_public(client, request);
    if (!subscription) return std::move(subscription.error());
    JsonWriter out = confirmation("subscribed", request);
    if (request.channel == Channel::l2) out.count("depth", request.depth);
    reply(client, out.finish());
    add_subscription(client, request, std::move(*subscription));
    return std::nullopt;
}

std::expected<std::unique_ptr<Subscription>, Problem> Hub::State::make_public(
    Connection& client, const Request& request) {
    if (request.channel == Channel::l1 && request.symbol == "*")
        return std::make_unique<TickerSubscription>(client.id, market_, nullptr);
    InstrumentView* view = market_.find(request.symbol);
    if (view == nullptr)
        return std::unexpected(
            problem(ErrorCode::unknown_symbol,
                    "There is no instrument " + in_quotes(request.symbol) + "."));
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

Hub::State::Outcome Hub::State::subscribe_private(Connection& client, const Request& request) {
    if (!client.principal)
        return problem(ErrorCode::not_authenticated,
                       "Authenticate before subscribing to a private channel.");
    if (client.principal->account == model::AccountId{0})
        return problem(ErrorCode::no_account,
                       "This key acts for no account, so it has no private channels.");
    BW_ASSERT(reports_ != nullptr);
    const views::StreamKey key{client.principal->account, *stream_of(request.channel)};
    const std::uint64_t next = reports_->next_sequence(key);
    const std::uint64_t oldest = reports_->oldest_sequence(key);
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
    const PrivatePlace place{client.id, private_topics_[key], key};
    add_subscription(client, request,
                     std::make_unique<ReportSubscription>(place, market_, *reports_, from));
    return std::nullopt;
}

/// A new subscription is pending: it has its snapshot, or earlier reports, to send.
void Hub::State::add_subscription(Connection& client, const Request& request,
                                  std::unique_ptr<Subscription> subscription) {
    client.pending.push_back(subscription.get());
    client.subscriptions.emplace(key_of(request), std::move(subscription));
    mark_ready(client);
}

Hub::State::Outcome Hub::State::unsubscribe(Connection& client, const Request& request) {
    const auto found = client.subscriptions.find(key_of(request));
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

// --- Frames out ---

/// Replies first, then one frame of each pending subscription in turn, so that none delays the
/// others. Between the events of a command no update is built, because the books are then not a
/// real market state; the client is marked ready again.
std::optional<std::string> Hub::State::next_frame(ConnectionId id) {
    Connection* client = find(id);
    if (client == nullptr) return std::nullopt;
    if (auto frame = client->take_reply()) return frame;
    if (!between_commands_) {
        if (!client->pending.empty()) mark_ready(*client);
        return std::nullopt;
    }
    while (!client->close && !client->pending.empty()) {
        Subscription* subscription = client->pending.front();
        client->pending.pop_front();
        if (subscription->is_too_slow(options_.queue_bytes_max)) {
            client->close_with(close_slow_reader, std::string(slow_reader_reason));
            return std::nullopt;
        }
        if (auto frame = subscription->next()) {
            client->pending.push_back(subscription);
            return frame;
        }
        subscription->set_idle();
    }
    return std::nullopt;
}

std::optional<Hub::Close> Hub::State::must_close(ConnectionId id) const {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return std::nullopt;
    std::optional<Close> close = found->second->close;
    if (close && found->second->principal) close->account = found->second->principal->account;
    return close;
}

const std::vector<ConnectionId>& Hub::State::ready() {
    send_cancels();
    ready_now_.clear();
    std::swap(ready_now_, ready_next_);
    std::erase_if(ready_now_, [this](ConnectionId id) {
        Connection* client = find(id);
        if (client != nullptr) client->is_ready = false;
        return client == nullptr;
    });
    for (std::size_t i = ready_now_.size(); i > 1; --i)
        std::swap(ready_now_[i - 1], ready_now_[random() % i]);
    return ready_now_;
}

void Hub::State::mark_ready(Connection& client) {
    if (client.is_ready) return;
    client.is_ready = true;
    ready_next_.push_back(client.id);
}

Connection* Hub::State::find(ConnectionId id) {
    const auto found = connections_.find(id);
    return found == connections_.end() ? nullptr : found->second.get();
}

/// xorshift64 (Marsaglia 2003).
std::uint64_t Hub::State::random() {
    random_ ^= random_ << 13;
    random_ ^= random_ >> 7;
    random_ ^= random_ << 17;
    return random_;
}

Hub::Hub(const HubParts& parts, const HubOptions& options)
    : state_(std::make_unique<State>(parts, options)) {}
Hub::~Hub() = default;

void Hub::apply(const views::RecordView&, const views::AnyEvent& event) { state_->apply(event); }
void Hub::end(const views::RecordView& record) { state_->end(record); }
void Hub::save(base::FieldWriter& out) const { state_->save(out); }
bool Hub::load(base::FieldReader& in) { return state_->load(in); }
void Hub::reset() { state_->reset(); }
bool Hub::storage_scarce() const { return state_->storage_scarce(); }
std::optional<ConnectionId> Hub::connect() { return state_->connect(); }
std::optional<model::AccountId> Hub::disconnect(ConnectionId id) { return state_->disconnect(id); }
void Hub::stop() { state_->stop(); }
void Hub::on_text(ConnectionId id, std::string_view text) { state_->on_text(id, text); }
bool Hub::is_authenticated(ConnectionId id) const { return state_->is_authenticated(id); }
std::optional<std::string> Hub::next_frame(ConnectionId id) { return state_->next_frame(id); }
std::optional<Hub::Close> Hub::must_close(ConnectionId id) const { return state_->must_close(id); }
const std::vector<ConnectionId>& Hub::ready() { return state_->ready(); }

}  // namespace bw::gateway::websocket
