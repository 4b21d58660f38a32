#include "simulation/rest_client.hpp"

#include <fmt/format.h>

#include <array>

#include "base/decimal.hpp"
#include "gateway/common/api_code.hpp"
#include "model/enums.hpp"
#include "simulation/json_member.hpp"
#include "simulation/sim_authenticator.hpp"

namespace bw::simulation {
namespace {

using gateway::common::ApiCode;

constexpr std::uint64_t millisecond_ns = second_ns / 1'000;
constexpr std::uint64_t patience_ns = 4 * second_ns;  // at most; sometimes a few milliseconds
constexpr std::size_t orders_max = 60;
constexpr std::int64_t tick = 100;  // as the operator of the simulation lists
constexpr std::int64_t reference_price = 1'000'000;

std::uint64_t code(ApiCode which) { return static_cast<std::uint64_t>(which); }

/// The request was not taken: nothing came of it.
bool was_not_taken(std::uint64_t refusal) {
    return refusal == code(ApiCode::exchange_busy) || refusal == code(ApiCode::rate_limited) ||
           refusal == code(ApiCode::stale_timestamp) || refusal == code(ApiCode::bad_signature) ||
           refusal == code(ApiCode::replayed_nonce) ||
           refusal == static_cast<std::uint64_t>(model::RejectReason::storage_scarce) ||
           refusal == static_cast<std::uint64_t>(model::RejectReason::unknown_instrument);
}

std::uint64_t retry_after_ns(const NetworkMessage& message) {
    for (const auto& [name, value] : message.headers)
        if (name == "Retry-After") return std::strtoull(value.c_str(), nullptr, 10) * second_ns;
    return 0;
}

/// The answer is as of an event before that of an earlier answer, in the same history.
bool is_older(const NetworkMessage& message, const RestClient::Order& order) {
    return order.generation == message.generation && message.sequence < order.sequence;
}

}  // namespace

void sign_request(NetworkMessage& message, const std::string& key_id, std::uint64_t nonce,
                  const SimClock& clock) {
    message.key_id = key_id;
    message.timestamp_ms = std::to_string(clock.realtime_ns() / millisecond_ns);
    message.nonce = std::to_string(nonce);
    message.signature = access::sign({message.method,
                                      message.path,
                                      message.query,
                                      message.text,
                                      message.key_id,
                                      message.timestamp_ms,
                                      message.nonce,
                                      {}},
                                     secret_of(key_id));
}

RestClient::RestClient(RunContext& context, SimNetwork& network, const SimClock& clock,
                       std::uint32_t number, std::uint32_t services)
    : context_(context),
      network_(network),
      clock_(clock),
      number_(number),
      services_(services),
      kind_(static_cast<Kind>(number % 5)),
      random_(base::mix64(context.options.seed * 1'013 + number)) {}

std::string RestClient::key_id() const { return fmt::format("k{}", number_); }

void RestClient::wait(std::uint64_t nanoseconds) { next_ns_ = clock_.monotonic_ns() + nanoseconds; }

bool RestClient::at_rest() const {
    if (asking_ != Asking::nothing) return false;
    for (const Order& order : orders_)
        if (order.unknown) return false;
    return true;
}

// --- The connection ---

void RestClient::act(bool serving) {
    const std::uint64_t now_ns = clock_.monotonic_ns();
    const bool waits = connection_ != 0 && (!open_ || asking_ != Asking::nothing);
    if (waits) {
        if (now_ns >= deadline_ns_) give_up();
        return;
    }
    if (now_ns < next_ns_ || (!serving && at_rest())) return;
    if (connection_ == 0) {
        connection_ = network_.connect(number_, *this,
                                       static_cast<std::size_t>(random_.below(services_)), false);
        deadline_ns_ = now_ns + patience_ns;
        return;
    }
    ask(serving);
}

void RestClient::opened(ConnectionNumber connection) { open_ = connection == connection_; }

void RestClient::give_up() {
    network_.close_by_client(connection_);
    lost();
}

void RestClient::closed(ConnectionNumber connection) {
    if (connection == connection_) lost();
}

/// Whatever was asked may have been done or not.
void RestClient::lost() {
    connection_ = 0;
    open_ = false;
    if (asking_ == Asking::order) orders_[asked_order_].lost_an_answer = true;
    asking_ = Asking::nothing;
    wait(random_.below(20 * millisecond_ns));
}

void RestClient::received(ConnectionNumber connection, NetworkMessage message) {
    if (connection != connection_ || asking_ == Asking::nothing)
        violated("client {} gets an answer it did not ask for: {}", key_id(), message.text);
    answered(message);
}

// --- Asking ---

void RestClient::ask(bool serving) {
    for (std::size_t i = 0; i < orders_.size(); ++i) {
        if (!orders_[i].unknown) continue;
        return serving && random_.below(4) != 0 ? send_order(i) : ask_about(i);
    }
    if (serving) ask_for_new();
}

void RestClient::ask_for_new() {
    const std::uint64_t chance = random_.below(12);
    if (kind_ == Kind::careless && chance < 4) return send_mistake();
    if (!orders_.empty() && chance < (kind_ == Kind::repeating ? 6u : 1u))
        return send_order(random_.below(orders_.size()));
    if (!orders_.empty() && chance == 8) return ask_about(random_.below(orders_.size()));
    if (some_id() != 0 && chance < (kind_ == Kind::canceller ? 7u : 3u)) return send_change();
    if (orders_.size() < orders_max) send_new_order();
}

void RestClient::ask_about(std::size_t order) {
    send({.kind = NetworkMessage::Kind::request,
          .method = "GET",
          .path = "/v1/orders",
          .query = "clientOrderId=" + orders_[order].client_id},
         Asking::query, order);
}

void RestClient::send_order(std::size_t order) {
    orders_[order].unknown = true;
    send({.kind = NetworkMessage::Kind::request,
          .text = orders_[order].body,
          .method = "POST",
          .path = "/v1/order"},
         Asking::order, order);
}

void RestClient::send_new_order() {
    const std::string client_id = fmt::format("r{}.{}", number_, next_client_id_++);
    orders_.push_back({.client_id = client_id, .body = new_body(client_id)});
    send_order(orders_.size() - 1);
}

std::string RestClient::new_body(const std::string& client_id) {
    const std::uint64_t instrument = 1 + random_.below(context_.options.instruments);
    const bool buys = random_.below(2) == 0;
    const bool takes = kind_ == Kind::taker || random_.below(4) == 0;
    const std::int64_t away = (buys ? -3 : 3) * (takes ? -2 : 1) + random_.between(-6, 6);
    const std::uint64_t lot = instrument % 2 == 0 ? 10 : 1;
    static constexpr std::array times{"day", "gtc", "ioc", "fok"};
    const char* time = takes ? times[random_.below(4)] : times[random_.below(2)];
    std::string out = fmt::format(
        R"({{"symbol":"SYM{}","side":"{}","type":"limit","timeInForce":"{}","quantity":"{}",)"
        R"("price":"{}","clientOrderId":"{}"}})",
        instrument, buys ? "buy" : "sell", time, lot * (1 + random_.below(30)),
        base::format_decimal(reference_price * static_cast<std::int64_t>(instrument) + tick * away),
        client_id);
    return out;
}

std::uint64_t RestClient::some_id() {
    if (orders_.empty()) return 0;
    const std::size_t newest = orders_.size() - 1;
    return orders_[newest - random_.below(std::min<std::size_t>(orders_.size(), 8))].id;
}

void RestClient::send_change() {
    std::uint64_t id = some_id();
    for (std::size_t i = orders_.size(); id == 0 && i > 0; --i) id = orders_[i - 1].id;
    NetworkMessage message{.kind = NetworkMessage::Kind::request,
                           .method = "DELETE",
                           .path = fmt::format("/v1/order/{}", id)};
    const std::uint64_t chance = random_.below(8);
    if (chance == 0) message.path = "/v1/orders";
    if (chance == 1) {
        message.method = "PATCH";
        message.text = fmt::format(R"({{"quantity":"{}"}})", 10 * (1 + random_.below(20)));
    }
    send(std::move(message), Asking::other, 0);
}

/// Each must be refused, by whoever is the first to notice.
void RestClient::send_mistake() {
    static constexpr std::array bodies{
        "",
        "{",
        "[]",
        R"({"symbol":"SYM1"})",
        R"({"symbol":"SYM1","side":"up"})",
        R"({"symbol":"SYM1","side":"buy","type":"limit","quantity":"1","price":"1e5"})"};
    NetworkMessage message{.kind = NetworkMessage::Kind::request,
                           .text = bodies[random_.below(bodies.size())],
                           .method = "POST",
                           .path = "/v1/order"};
    const std::uint64_t chance = random_.below(4);
    if (chance == 0) message.path = "/v1/nothing";
    if (chance == 1) message.text = new_body("mistake");  // good, but nobody signed it
    send(std::move(message), Asking::mistake, 0, chance != 1);
}

void RestClient::send(NetworkMessage message, Asking what, std::size_t order, bool signs) {
    const std::uint64_t number = context_.commands_sent++;
    if (!context_.options.commands.has(number)) {
        if (what == Asking::order) orders_[order].unknown = orders_[order].lost_an_answer;
        return wait(millisecond_ns);
    }
    if (signs) sign_request(message, key_id(), next_nonce(), clock_);
    if (context_.journal != nullptr)
        context_.journal->push_back(fmt::format(
            "command {} of {}: {} {}{}{} {}", number, key_id(), message.method, message.path,
            message.query.empty() ? "" : "?", message.query, message.text));
    asking_ = what;
    asked_order_ = order;
    deadline_ns_ =
        clock_.monotonic_ns() + millisecond_ns + random_.below(patience_ns >> random_.below(8));
    network_.send_to_server(connection_, std::move(message));
}

// --- Answers ---

void RestClient::answered(const NetworkMessage& message) {
    const Asking asked = std::exchange(asking_, Asking::nothing);
    wait(retry_after_ns(message) + random_.below(5 * millisecond_ns));
    if (asked == Asking::mistake && message.status < 400)
        violated("a mistake of client {} is answered with {}", key_id(), message.status);
    if (asked == Asking::order) order_answered(orders_[asked_order_], message);
    if (asked == Asking::query) query_answered(orders_[asked_order_], message);
}

/// A sent order is a command: whichever gateway takes it, its answer comes after every event that
/// was known before.
void RestClient::order_answered(Order& order, const NetworkMessage& message) {
    if (message.status == 200 || message.status == 201) {
        if (is_older(message, order))
            violated("client {} was answered for {} after event {}, and now after event {}",
                     key_id(), order.client_id, order.sequence, message.sequence);
        return order_known(order, message, json_number(message.text, "id"), message.status == 200);
    }
    const std::uint64_t refusal = json_number(message.text, "code");
    if (refusal == code(ApiCode::no_answer)) {
        order.lost_an_answer = true;
        return;
    }
    if (was_not_taken(refusal)) {
        order.unknown = order.lost_an_answer;  // an earlier sending may have been
        return;
    }
    const bool duplicate = json_member(message.text, "duplicate") == "true";
    const bool same_time = order.generation == message.generation;
    if (same_time && order.id != 0 && message.day <= order.day)
        violated("client {} was told that {} is order {}, and now {}", key_id(), order.client_id,
                 order.id, message.text);
    // On a later day it may repeat the answer to a sending that came after the id was forgotten,
    // and whose own answer was lost.
    if (same_time && duplicate && order.refusal != 0 && order.refusal != refusal &&
        message.day <= order.day)
        violated("client {} was refused {} with {}, and now with {}", key_id(), order.client_id,
                 order.refusal, refusal);
    order.unknown = false;
    order.lost_an_answer = false;
    order.id = 0;
    // Where there was no room for its id, the exchange cannot know it again.
    const bool remembered = refusal != static_cast<std::uint64_t>(
                                           model::RejectReason::client_order_id_capacity_reached);
    order.refusal = remembered ? refusal : 0;
    order.generation = message.generation;
    order.day = message.day;
    order.sequence = message.sequence;
}

/// What was lost in a generation before may be another order now.
void RestClient::order_known(Order& order, const NetworkMessage& message, std::uint64_t id,
                             bool duplicate) {
    const bool same_time = order.generation == message.generation;
    if (same_time && order.id != 0 && order.id != id && message.day <= order.day)
        violated("client {} was told that {} is order {}, and now that it is order {}", key_id(),
                 order.client_id, order.id, id);
    if (duplicate && order.lost_an_answer)
        context_.situations.met(Situation::lost_answer_given_again);
    order.unknown = false;
    order.lost_an_answer = false;
    order.id = id;
    order.refusal = 0;
    order.generation = message.generation;
    order.day = message.day;
    order.sequence = message.sequence;
}

/// A query is not a command. A gateway answers it from the events that it has read; another gateway
/// may have read more of them and have answered this client before. An older answer may name an
/// earlier order under the same client id, or none: the client keeps the newer answer and queries
/// again. SessionGateway::check_at_once() compares each answer with the events up to its own.
///
/// An order that is not there was never taken: its sender may try again or leave it.
void RestClient::query_answered(Order& order, const NetworkMessage& message) {
    // Its account went with a history that was lost, and nobody has made it again.
    if (json_number(message.text, "code") == code(ApiCode::bad_signature)) order.unknown = false;
    if (message.status != 200) return;
    const std::uint64_t id = json_number(message.text, "id");
    if (is_older(message, order)) {
        context_.situations.met(Situation::query_answered_from_fewer_events);
        if (id == 0 || id != order.id) return;
    }
    if (id == 0) {
        if (order.generation == message.generation && order.id != 0)
            violated("client {} was told that {} is order {}, and now that there is none", key_id(),
                     order.client_id, order.id);
        order.unknown = false;
        order.lost_an_answer = false;
        return;
    }
    if (json_member(message.text, "status") == "rejected") {
        order.unknown = false;
        return;
    }
    // It may have been entered long ago: for how long the exchange will know it again, this does
    // not say.
    const std::uint64_t day = order.id == id ? order.day : 0;
    order_known(order, message, id, false);
    order.day = day;
}

}  // namespace bw::simulation
