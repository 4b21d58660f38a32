#include "simulation/border.hpp"

#include "simulation/json_member.hpp"

namespace bw::simulation {
namespace {

constexpr std::uint64_t pause_at_rest_ns = 20'000'000;

}  // namespace

Border::Border(RunContext& context, SimClock& clock, First first, SimNetwork::Strikes strikes,
               SimNetwork::Trace trace)
    : context_(context),
      clock_(clock),
      random_(base::mix64(context.options.seed ^ 0x626F72646572)),
      network_(clock, context.situations, context.options.seed, std::move(strikes),
               std::move(trace)) {
    const SeedOptions& options = context.options;
    for (std::uint32_t i = 0; i < options.session_gateways; ++i) {
        gateways_.push_back(std::make_unique<SessionGateway>(
            context, network_, clock, i, static_cast<std::uint16_t>(first.ring + i + 1)));
        network_.add_service(*gateways_.back());
    }
    for (std::uint32_t i = 0; i < options.session_clients; ++i) {
        rest_.push_back(std::make_unique<RestClient>(context, network_, clock, first.client + i,
                                                     options.session_gateways));
        if (i % 2 == 0)
            streams_.push_back(std::make_unique<StreamClient>(
                context, network_, clock, first.client + i, options.session_gateways));
    }
}

void Border::step(bool serving) {
    if (!open_) return;
    if (serving) {
        healed_ = false;
    } else {
        if (!healed_) network_.heal();
        healed_ = true;
        clock_.advance(random_.below(pause_at_rest_ns));
    }
    network_.deliver();
    const std::uint64_t chosen = random_.below(2 * (rest_.size() + streams_.size()));
    if (chosen < rest_.size())
        rest_[chosen]->act(serving);
    else if (chosen < rest_.size() + streams_.size())
        streams_[chosen - rest_.size()]->act(serving);
}

std::string Border::unsettled() const {
    if (!open_) return {};
    for (const auto& client : rest_)
        if (!client->at_rest()) return "client " + client->key_id() + " waits or does not know";
    for (const auto& client : streams_)
        if (!knows_everything(*client)) return "client " + client->key_id() + " does not follow";
    for (const auto& gateway : gateways_)
        if (!gateway->quiet() || gateway->unanswered() != 0)
            return "a session gateway has work to do";
    return network_.idle() ? "" : "something is under way in the network";
}

bool Border::knows_everything(const StreamClient& client) const {
    const SessionGateway& gateway = *gateways_.front();
    const std::uint32_t account = gateway.account_of(client.key_id());
    if (account == 0) return true;
    const OrderFacts& facts = gateway.facts();
    return client.follows() && client.next(false) == facts.reports(account, false).size() + 1 &&
           client.next(true) == facts.reports(account, true).size() + 1;
}

void Border::audit() {
    if (!open_) return;
    for (const auto& gateway : gateways_) {
        gateway->check_cancels();
        gateway->check_books();
        for (const auto& client : rest_) audit_orders(*client, *gateway);
    }
    for (const auto& client : streams_) audit_streams(*client);
}

/// Under every id that was ever sent the gateway shows what the events say (which it is compared
/// with as it answers).
void Border::audit_orders(RestClient& client, SessionGateway& gateway) {
    if (gateway.account_of(client.key_id()) == 0) return;
    for (const RestClient::Order& order : client.orders()) {
        const auto response = ask(gateway, client, "clientOrderId=" + order.client_id);
        if (response.status != 200)
            violated("at rest a query for {} is answered with {}: {}", order.client_id,
                     response.status, response.body);
        if (order.id == 0 || order.generation != context_.ledger.generation()) continue;
        const OrderFact* fact = gateway.facts().order(order.id);
        if (fact == nullptr || fact->client_order_id != order.client_id)
            violated("client {} was told of order {}, which the events do not know",
                     client.key_id(), order.id);
    }
}

/// Whoever is refused for its rate waits as long as it is told to, and is let in.
gateway::rest::Response Border::ask(SessionGateway& gateway, RestClient& client,
                                    const std::string& query) {
    NetworkMessage message{.kind = NetworkMessage::Kind::request,
                           .method = "GET",
                           .path = "/v1/orders",
                           .query = query};
    sign_request(message, client.key_id(), client.next_nonce(), clock_);
    auto response = gateway.ask(message);
    if (response.status != 429) return response;
    for (const auto& [name, value] : response.headers)
        if (name == "Retry-After") clock_.advance(std::stoull(value) * second_ns);
    sign_request(message, client.key_id(), client.next_nonce(), clock_);
    return gateway.ask(message);
}

void Border::audit_streams(const StreamClient& client) const {
    const auto& gateway = *gateways_.front();
    for (const auto& [id, instrument] : gateway.view().fold.instruments()) {
        if (instrument.symbol.view() != client.symbol() || !client.follows()) continue;
        if (client.book().hash() != book_of(gateway.view().fold.depth(id), client.depth()).hash())
            violated("at rest client {} has another book of {} than the events make",
                     client.key_id(), client.symbol());
    }
}

}  // namespace bw::simulation
