#include "simulation/session_gateway.hpp"

#include <algorithm>
#include <cstring>

#include "base/assert.hpp"
#include "codec/registry.hpp"
#include "platform/address.hpp"
#include "simulation/json_member.hpp"

namespace bw::simulation {
namespace {

using gateway::rest::Response;

constexpr std::size_t events_per_turn_at_start = 4096;
constexpr std::size_t arrivals_per_turn = 8;

access::Rate rate_of(const SeedOptions& options) {
    if (options.rate_per_second == 0) return {};
    const auto rate = static_cast<std::uint32_t>(options.rate_per_second);
    return {rate, 1 + rate / 2};
}

gateway::rest::ApiOptions api_options(const SeedOptions& options, std::uint16_t number) {
    gateway::rest::ApiOptions out;
    out.gateway = number;
    if (options.answer_timeout_ms != 0)
        out.answer_timeout_ns = options.answer_timeout_ms * 1'000'000;
    return out;
}

gateway::rest::GateOptions gate_options(const SeedOptions& options) {
    const access::Rate rate = rate_of(options);
    return {.orders = rate, .cancels = rate, .queries = rate, .addresses = rate};
}

gateway::websocket::HubOptions hub_options(const SeedOptions& options, std::uint16_t number) {
    gateway::websocket::HubOptions out;
    out.gateway = number;
    if (options.queue_bytes != 0) out.queue_bytes_max = options.queue_bytes;
    return out;
}

views::ReadModelsOptions model_options(const SeedOptions& options) {
    views::ReadModelsOptions out;
    if (options.private_history != 0) out.reports.stream_max = options.private_history;
    return out;
}

/// Whether it is paid for as unsigned requests are: its route is for everyone, or there is none.
bool is_for_everyone(const NetworkMessage& message) {
    return gateway::rest::Api::find_route(message.method, message.path).access ==
           gateway::rest::Access::everyone;
}

/// Each key has a network of its own, which holds its id. Whoever has no key comes from the one of
/// all of those.
platform::Address address_of(const NetworkMessage& message) {
    constexpr std::size_t id_at = 4, network_bytes = 8;
    auto address = platform::Address::parse("2001:db8::").value();
    BW_ASSERT(message.key_id.size() <= network_bytes - id_at);
    std::ranges::copy(std::as_bytes(std::span(message.key_id)), address.bytes.begin() + id_at);
    return address;
}

gateway::rest::Request request_of(const NetworkMessage& message) {
    return {.method = message.method,
            .path = message.path,
            .query = message.query,
            .body = message.text,
            .content_type = "application/json",
            .address = address_of(message),
            .key_id = message.key_id,
            .timestamp_ms = message.timestamp_ms,
            .nonce = message.nonce,
            .signature = message.signature};
}

class Sink final : public base::ByteSink {
 public:
    explicit Sink(Bytes& out) : out_(out) {}
    void write(std::span<const std::byte> bytes) override {
        out_.insert(out_.end(), bytes.begin(), bytes.end());
    }

 private:
    Bytes& out_;
};

class Source final : public base::ByteSource {
 public:
    explicit Source(std::span<const std::byte> bytes) : bytes_(bytes) {}
    bool read(std::span<std::byte> out) override {
        if (out.size() > bytes_.size()) return false;
        std::ranges::copy(bytes_.first(out.size()), out.begin());
        bytes_ = bytes_.subspan(out.size());
        return true;
    }

 private:
    std::span<const std::byte> bytes_;
};

}  // namespace

SessionGateway::SessionGateway(RunContext& context, SimNetwork& network, SimClock& clock,
                               std::size_t service, std::uint16_t number)
    : context_(context),
      network_(network),
      clock_(clock),
      service_(service),
      number_(number),
      random_(base::mix64(context.options.seed * 91 + number)),
      authenticator_(clock, [this](std::string_view key_id) { return account_of(key_id); }),
      gate_random_(base::mix64(context.options.seed * 97 + number)) {}

/// "k7" and "s7" are keys of the account with the reference "c7".
std::uint32_t SessionGateway::account_of(std::string_view key_id) const {
    if (key_id.size() < 2) return 0;
    const auto found = view_->accounts.find("c" + std::string(key_id.substr(1)));
    return found == view_->accounts.end() ? 0 : found->second;
}

SessionGateway::Parts::Parts(SessionGateway& gateway, sequencer::GatewayRing& the_ring)
    : ring(the_ring),
      ring_port(the_ring),
      port(gateway),
      models(
          [&context = gateway.context_](model::SequenceNumber number) {
              return context.ledger.command(number.value()).message;
          },
          model_options(gateway.context_.options)) {
    const SeedOptions& options = gateway.context_.options;
    const gateway::websocket::HubParts hub_parts{models.market(), &models.reports(),
                                                 gateway.authenticator_, port, gateway.clock_};
    hub =
        std::make_unique<gateway::websocket::Hub>(hub_parts, hub_options(options, gateway.number_));
    gate = std::make_unique<gateway::rest::Gate>(gateway.authenticator_, gateway.clock_,
                                                 gateway.gate_random_, gate_options(options));
    const gateway::rest::ApiParts api_parts{
        models, *gate, nullptr, port, gateway.clock_, [] { return gateway::rest::NodeStatus{}; }};
    api = std::make_unique<gateway::rest::Api>(api_parts, api_options(options, gateway.number_));
    api->set_on_complete([&gateway](gateway::rest::Token token, Response response, std::uint64_t) {
        gateway.answer(token, std::move(response));
    });
}

bool SessionGateway::Port::try_send(std::span<const std::byte> message) {
    SessionGateway& gateway = gateway_;
    const std::uint64_t slots = gateway.context_.options.ring_slots;
    if (slots != 0 && gateway.parts_->ring.size() >= slots) {
        gateway.context_.situations.met(Situation::tiny_ring_full);
        return false;
    }
    if (auto& take_over = gateway.parts_->take_over) {
        if (!take_over->done()) return false;
        take_over.reset();
        gateway.context_.situations.met(Situation::ring_taken_over);
    }
    if (!gateway.parts_->ring_port.try_send(message)) return false;
    std::uint64_t request = 0;
    std::memcpy(&request, message.data() + sizeof(codec::MessageHeader), sizeof request);
    if (request != model::make_request_id(gateway.number_, 0).value()) {
        sent = request;
        return true;
    }
    if (++gateway.cancels_sent_ > gateway.cancels_allowed_)
        violated("gateway {} cancels on a disconnect that did not ask for it", gateway.number_);
    return true;
}

// --- Lives ---

void SessionGateway::start(sequencer::GatewayRing& ring,
                           std::unique_ptr<event_store::LogReader> events, std::uint64_t stored,
                           bool takes_over) {
    events_ = std::move(events);
    if (!view_ || view_generation_ != context_.ledger.generation()) {
        view_ = std::make_unique<View>();
        facts_ = std::make_unique<OrderFacts>();
        saved_.clear();
    }
    view_generation_ = context_.ledger.generation();
    parts_ = std::make_unique<Parts>(*this, ring);
    ++producers_;
    if (takes_over)
        parts_->take_over.emplace(ring, producers_);
    else
        cancels_of_before_ = 0;
    load_views();
    sequence_ = 0;
    stored_ = stored;
    command_end_ = 0;
    is_back_ = false;
    stopping_ = false;
    events_per_turn_ = 1 + random_.below(random_.below(2) == 0 ? 4 : 64);
    if (context_.options.flood != 0) events_per_turn_ += 16;  // it has to come to its end
    socket_room_ = 1 + random_.below(6);
}

/// As from a snapshot of the readers; now and then there is none.
void SessionGateway::load_views() {
    if (saved_.empty() || random_.below(4) == 0) return;
    Source source(saved_);
    base::FieldReader in(source);
    for (const event_store::ViewSection& section : parts_->models.sections(*parts_->hub))
        if (!section.load(in)) violated("gateway {}: its views cannot be loaded again", number_);
    context_.situations.met(Situation::gateway_started_from_saved_views);
}

void SessionGateway::save_views() {
    if (!parts_ || command_end_ != parts_->models.sequence() || command_end_ == 0) return;
    saved_.clear();
    Sink sink(saved_);
    base::FieldWriter out(sink);
    for (const event_store::ViewSection& section : parts_->models.sections(*parts_->hub))
        section.save(out);
}

void SessionGateway::die() {
    if (!parts_) return;
    save_views();
    cancels_of_before_ += cancels_sent_ - std::min(cancels_sent_, cancels_seen_);
    for (const auto& [request, token] : by_request_) unknown_.insert(request);
    parts_.reset();
    events_.reset();
    is_back_ = false;
    inbox_.clear();
    asked_.clear();
    by_request_.clear();
    sockets_.clear();
    by_hub_id_.clear();
    http_.clear();
    std::erase_if(rates_, [](const auto& entry) { return entry.first.starts_with("address "); });
    command_request_ = 0;
    cancels_owed_ = cancels_allowed_ = cancels_sent_ = cancels_seen_ = 0;
    network_.server_died(service_);
}

void SessionGateway::stop() {
    if (!is_back_) return;
    stopping_ = true;
    const std::uint64_t cancels = cancels_sent_;
    parts_->hub->stop();
    for (const auto& [connection, socket] : sockets_) {
        network_.send_to_client(connection, {.kind = NetworkMessage::Kind::close, .status = 1001});
        network_.close_by_server(connection);
        parts_->hub->disconnect(socket.id);
    }
    for (const ConnectionNumber connection : http_) network_.close_by_server(connection);
    static_cast<void>(parts_->hub->ready());
    if (cancels_sent_ != cancels)
        violated("gateway {} cancels orders because the exchange closes", number_);
    sockets_.clear();
    by_hub_id_.clear();
    http_.clear();
}

std::size_t SessionGateway::do_work() {
    const std::size_t done = read();
    if (!is_back_) return done;
    return done + parts_->api->expire() + serve() + send_frames();
}

bool SessionGateway::quiet() const {
    return inbox_.empty() && std::ranges::none_of(sockets_, [](const auto& entry) {
               return entry.second.waits_for_room;
           });
}

// --- Events ---

std::size_t SessionGateway::read() {
    const std::size_t most = is_back_ ? events_per_turn_ : events_per_turn_at_start;
    std::size_t done = 0;
    while (done < most) {
        const event_store::RecordView* record = events_->poll();
        if (record == nullptr) break;
        ++done;
        on_event(*record);
    }
    if (!events_->error().empty()) violated("gateway {}: {}", number_, events_->error());
    if (!is_back_ && sequence_ >= stored_ && command_end_ == sequence_ &&
        parts_->models.sequence() == sequence_)
        is_back_ = true;
    return done;
}

void SessionGateway::on_event(const event_store::RecordView& record) {
    context_.ledger.check("session gateway", record);
    if (record.sequence != sequence_ + 1)
        violated("gateway {}: event {} follows event {}", number_, record.sequence, sequence_);
    sequence_ = record.sequence;
    if (sequence_ > facts_->sequence()) {
        facts_->apply(record);
        view_->fold.apply(record);
    }
    note(record);
    const bool last = record.ends_command();
    if (last) command_end_ = sequence_;
    if (sequence_ > parts_->models.sequence())
        parts_->models.apply(record, *parts_->hub, *parts_->api);
    if (last) end_of_command();
}

void SessionGateway::note(const event_store::RecordView& record) {
    codec::visit<codec::AllEvents>(record.message, [this](const auto& event) {
        using Event = std::decay_t<decltype(event)>;
        if constexpr (requires { event.request_id; })
            if (event.request_id.value() != 0) command_request_ = event.request_id.value();
        if constexpr (std::is_same_v<Event, codec::AccountUpdated>)
            view_->accounts[event.reference.str()] = event.account.value();
        if constexpr (std::is_same_v<Event, codec::CommandRejected>) rejected_ = event;
        if constexpr (std::is_same_v<Event, codec::DuplicateAnswered>) duplicate_ = event;
        if constexpr (std::is_same_v<Event, codec::MassCancelled>) {
            if (!is_back_ || event.request_id != model::make_request_id(number_, 0)) return;
            context_.situations.met(Situation::cancel_on_disconnect_done);
            if (facts_->open_orders(event.account.value()) != 0)
                violated("event {} cancels all orders of account {}, and some are open", sequence_,
                         event.account.value());
        }
    });
}

/// The answer comes with the last event of the command, not earlier and not later.
void SessionGateway::end_of_command() {
    const std::uint64_t request = std::exchange(command_request_, 0);
    rejected_ = {};
    duplicate_ = {};
    if (by_request_.contains(request))
        violated("gateway {}: event {} ends the command of request {}, which is not answered",
                 number_, sequence_, request);
    if (unknown_.erase(request) != 0)
        context_.situations.met(Situation::gateway_died_between_commit_and_answer);
    if (is_back_ && request == model::make_request_id(number_, 0).value()) ++cancels_seen_;
}

void SessionGateway::check_cancels() const {
    if (cancels_sent_ < cancels_owed_ || cancels_sent_ > cancels_allowed_ ||
        cancels_seen_ < cancels_sent_ || cancels_seen_ > cancels_sent_ + cancels_of_before_)
        violated("gateway {}: {} connections ended that cancel, {} cancels were sent, {} came back",
                 number_, cancels_owed_, cancels_sent_, cancels_seen_);
}

// --- Requests ---

bool SessionGateway::accepts(ConnectionNumber connection, bool websocket) {
    if (!is_back_ || stopping_) return false;
    if (!websocket) return http_.insert(connection).second;
    const auto id = parts_->hub->connect();
    if (!id) return false;
    sockets_[connection].id = *id;
    by_hub_id_[*id] = connection;
    return true;
}

void SessionGateway::received(ConnectionNumber connection, NetworkMessage message) {
    inbox_.push_back({connection, false, std::move(message)});
}

void SessionGateway::closed(ConnectionNumber connection) {
    inbox_.push_back({connection, true, {}});
}

std::size_t SessionGateway::serve() {
    std::size_t done = 0;
    for (; done < arrivals_per_turn && !inbox_.empty(); ++done) {
        const Arrival arrival = std::move(inbox_.front());
        inbox_.pop_front();
        if (arrival.is_end) {
            http_.erase(arrival.connection);
            for (auto& [token, asked] : asked_)
                if (asked.connection == arrival.connection) asked.connection = 0;
            end_socket(arrival.connection);
        } else if (arrival.message.kind == NetworkMessage::Kind::request) {
            handle_request(arrival.connection, arrival.message);
        } else {
            handle_text(arrival.connection, arrival.message);
        }
    }
    return done;
}

void SessionGateway::handle_request(ConnectionNumber connection, const NetworkMessage& message) {
    Asked asked{.connection = connection,
                .method = message.method,
                .path = message.path,
                .query = message.query,
                .client_order_id = std::string(json_member(message.text, "clientOrderId"))};
    asked.account = account_of(message.key_id);
    parts_->port.sent = 0;
    authenticator_.forget();
    const gateway::rest::Token token = ++last_token_;
    gateway::rest::Request request = request_of(message);
    auto response = parts_->api->handle(request, token);
    check_rate(message, response ? &*response : nullptr);
    if (response) {
        if (parts_->port.sent != 0)
            violated("gateway {}: request {} is answered before it is committed", number_,
                     parts_->port.sent);
        check_at_once(asked, *response);
        return respond(connection, std::move(*response));
    }
    asked.request = parts_->port.sent;
    by_request_[asked.request] = token;
    asked_.emplace(token, std::move(asked));
}

/// The limiter refuses exactly what is above the rate, and says for how long.
void SessionGateway::check_rate(const NetworkMessage& message, const Response* answer) {
    const bool known = authenticator_.let_in();
    const std::string name =
        (known ? message.key_id + (message.method == "DELETE" ? " cancels"
                                   : message.method == "GET"  ? " queries"
                                                              : " orders")
               : "address " + (message.key_id.empty() ? "nobody" : message.key_id) +
                     (is_for_everyone(message) ? ", unsigned" : ", wrongly signed"));
    const std::uint64_t now_ns = clock_.monotonic_ns();
    const bool keeps =
        rates_.try_emplace(name, rate_of(context_.options), now_ns).first->second.keeps(now_ns);
    const bool refused = answer != nullptr && answer->status == 429;
    if (refused == keeps)
        violated("gateway {}: {} {} the rate and is {}", number_, name,
                 keeps ? "keeps" : "does not keep", refused ? "refused" : "let in");
    if (!refused) return;
    context_.situations.met(Situation::rate_limit_refused);
    if (std::ranges::none_of(answer->headers,
                             [](const auto& header) { return header.first == "Retry-After"; }))
        violated("gateway {}: a 429 does not say when to try again", number_);
}

void SessionGateway::answer(gateway::rest::Token token, Response response) {
    auto node = asked_.extract(token);
    if (node.empty()) violated("gateway {}: request {} is answered twice", number_, token);
    const Asked asked = std::move(node.mapped());
    by_request_.erase(asked.request);
    check_completed(asked, response);
    if (asked.connection != 0) respond(asked.connection, std::move(response));
}

void SessionGateway::respond(ConnectionNumber connection, Response response) {
    network_.send_to_client(connection, {.kind = NetworkMessage::Kind::response,
                                         .text = std::move(response.body),
                                         .status = response.status,
                                         .headers = std::move(response.headers),
                                         .generation = context_.ledger.generation(),
                                         .day = facts_->days(),
                                         .sequence = sequence_});
}

Response SessionGateway::ask(const NetworkMessage& message) {
    authenticator_.forget();
    gateway::rest::Request request = request_of(message);
    auto response = parts_->api->handle(request, ++last_token_);
    if (!response) violated("a query is not answered at once");
    check_rate(message, &*response);
    return std::move(*response);
}

// --- WebSocket ---

void SessionGateway::handle_text(ConnectionNumber connection, const NetworkMessage& message) {
    const auto found = sockets_.find(connection);
    if (found == sockets_.end()) return;
    if (json_member(message.text, "op") == "cancel_on_disconnect") found->second.may_cancel = true;
    parts_->hub->on_text(found->second.id, message.text);
    pump(connection);
}

std::size_t SessionGateway::send_frames() {
    std::vector<ConnectionNumber> wake;
    for (const auto id : parts_->hub->ready())
        if (const auto found = by_hub_id_.find(id); found != by_hub_id_.end())
            wake.push_back(found->second);
    for (const auto& [connection, socket] : sockets_)
        if (socket.waits_for_room && network_.under_way_to_client(connection) < socket_room_)
            wake.push_back(connection);
    for (const ConnectionNumber connection : wake) pump(connection);
    return wake.size();
}

/// As a socket does: the next frame leaves the hub when there is room for it.
void SessionGateway::pump(ConnectionNumber connection) {
    const auto found = sockets_.find(connection);
    if (found == sockets_.end()) return;
    Socket& socket = found->second;
    while (true) {
        if (const auto verdict = parts_->hub->must_close(socket.id)) {
            network_.send_to_client(connection,
                                    {.kind = NetworkMessage::Kind::close, .status = verdict->code});
            network_.close_by_server(connection);
            return end_socket(connection);
        }
        socket.waits_for_room = network_.under_way_to_client(connection) >= socket_room_;
        if (socket.waits_for_room) return;
        auto frame = parts_->hub->next_frame(socket.id);
        if (!frame) return;
        send_frame(connection, socket, std::move(*frame));
    }
}

void SessionGateway::send_frame(ConnectionNumber connection, Socket& socket, std::string frame) {
    NetworkMessage message{.kind = NetworkMessage::Kind::text,
                           .generation = context_.ledger.generation(),
                           .day = facts_->days(),
                           .sequence = sequence_};
    check_frame(socket, frame, message);
    message.text = std::move(frame);
    network_.send_to_client(connection, std::move(message));
}

void SessionGateway::end_socket(ConnectionNumber connection) {
    const auto node = sockets_.extract(connection);
    if (node.empty()) return;
    if (node.mapped().cancels && !stopping_) ++cancels_owed_;
    if (node.mapped().may_cancel && !stopping_) ++cancels_allowed_;
    by_hub_id_.erase(node.mapped().id);
    parts_->hub->disconnect(node.mapped().id);
}

}  // namespace bw::simulation
