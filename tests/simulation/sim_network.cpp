#include "simulation/sim_network.hpp"

#include <algorithm>

namespace bw::simulation {
namespace {

constexpr std::uint64_t millisecond_ns = second_ns / 1'000;
constexpr std::uint64_t usual_delay_ns = 300'000;
constexpr std::uint64_t tail_ns = 2 * second_ns;
constexpr std::uint64_t clog_ns = 5 * second_ns;
/// As long as the real server waits for a sign of life of a WebSocket client.
constexpr std::uint64_t unnoticed_ns = 30 * second_ns;
constexpr std::uint64_t partition_ns = 45 * second_ns;

}  // namespace

SimNetwork::SimNetwork(const SimClock& clock, Situations& situations, std::uint64_t seed,
                       Strikes strikes, Trace trace)
    : clock_(clock),
      situations_(situations),
      random_(base::mix64(seed ^ 0x6E6574776F726B)),
      strikes_(std::move(strikes)),
      trace_(std::move(trace)) {}

void SimNetwork::add_service(NetworkService& service) {
    services_.push_back(&service);
    newest_.emplace_back(0, 0);
}

SimNetwork::Connection* SimNetwork::find(ConnectionNumber connection) {
    const auto found = connections_.find(connection);
    return found == connections_.end() ? nullptr : &found->second;
}

// --- sending ---

ConnectionNumber SimNetwork::connect(std::uint32_t client, NetworkEnd& end, std::size_t service,
                                     bool websocket) {
    const ConnectionNumber number = ++last_connection_;
    clients_max_ = std::max(clients_max_, client);
    Connection& connection = connections_[number];
    connection.client = client;
    connection.service = service;
    connection.websocket = websocket;
    connection.end = &end;
    push(number, true, {.what = What::open});
    return number;
}

void SimNetwork::send_to_server(ConnectionNumber number, NetworkMessage message) {
    Connection* connection = find(number);
    if (connection == nullptr) return;
    if (message.kind == NetworkMessage::Kind::request) ++connection->requests_under_way;
    push(number, true, {.what = What::message, .message = std::move(message)});
}

void SimNetwork::send_to_client(ConnectionNumber number, NetworkMessage message) {
    if (find(number) != nullptr)
        push(number, false, {.what = What::message, .message = std::move(message)});
}

void SimNetwork::close_by_client(ConnectionNumber number) {
    Connection* connection = find(number);
    if (connection == nullptr) return;
    const auto& heard = connection->to_client.queue;
    if (!heard.empty() && heard.back().what == What::noticed_late)
        situations_.met(Situation::half_open_connection_noticed);
    connection->to_client.ended = true;
    connection->to_client.queue.clear();
    push(number, true, {.what = What::closed});
    drop_if_over(number);
}

void SimNetwork::close_by_server(ConnectionNumber number) {
    Connection* connection = find(number);
    if (connection == nullptr) return;
    connection->to_server.ended = true;
    connection->to_server.queue.clear();
    push(number, false, {.what = What::closed});
    drop_if_over(number);
}

std::size_t SimNetwork::under_way_to_client(ConnectionNumber number) const {
    const auto found = connections_.find(number);
    return found == connections_.end() ? 0 : found->second.to_client.queue.size();
}

void SimNetwork::push(ConnectionNumber number, bool to_server, Item item) {
    Direction& way = direction(connections_.at(number), to_server);
    if (way.ended) return;
    item.sent = ++sendings_;
    way.queue.push_back(std::move(item));
    schedule(number, to_server, way.queue.back(), delay_ns());
}

/// Never before what was sent before it.
void SimNetwork::schedule(ConnectionNumber number, bool to_server, Item& item,
                          std::uint64_t delay_ns) {
    Direction& way = direction(connections_.at(number), to_server);
    way.last_ns = std::max(way.last_ns, clock_.monotonic_ns() + delay_ns);
    item.number = ++deliveries_;
    due_.emplace(std::pair(way.last_ns, item.number), Due{number, to_server});
}

/// Most times well below a millisecond; with faults one in ten has a long tail, and now and then a
/// direction is clogged.
std::uint64_t SimNetwork::delay_ns() {
    const std::uint64_t usual = 10'000 + random_.below(usual_delay_ns);
    if (strikes_(FaultClass::network_delay, 200, "a clog")) return usual + random_.below(clog_ns);
    if (strikes_(FaultClass::network_delay, 10, "a late message"))
        return usual + log_uniform(tail_ns);
    return usual;
}

std::uint64_t SimNetwork::log_uniform(std::uint64_t most) {
    return random_.below(std::max<std::uint64_t>(1, most >> random_.below(16)));
}

// --- receiving ---

std::size_t SimNetwork::deliver() {
    look_after_partition();
    std::size_t done = 0;
    while (!due_.empty() && due_.begin()->first.first <= clock_.monotonic_ns()) {
        const auto [key, due] = *due_.begin();
        due_.erase(due_.begin());
        hand_over(due.connection, due.to_server, key.second);
        ++done;
    }
    return done;
}

/// What a partition holds up stays in its queue, and everything behind it.
void SimNetwork::hand_over(ConnectionNumber number, bool to_server, std::uint64_t delivery) {
    Connection* connection = find(number);
    if (connection == nullptr) return;
    Direction& way = direction(*connection, to_server);
    if (way.queue.empty() || way.queue.front().number != delivery) return;
    if (blocked(*connection, to_server) && way.queue.front().what != What::noticed_late) return;
    Item item = std::move(way.queue.front());
    way.queue.pop_front();
    trace_(0x4E4554 + (to_server ? 1 : 0), number ^ (static_cast<std::uint64_t>(item.what) << 48));
    give(number, *connection, to_server, std::move(item));
    drop_if_over(number);
}

void SimNetwork::give(ConnectionNumber number, Connection& connection, bool to_server, Item item) {
    NetworkService& service = *services_[connection.service];
    NetworkEnd& receiver = to_server ? static_cast<NetworkEnd&>(service) : *connection.end;
    switch (item.what) {
        case What::open:
            if (strikes_(FaultClass::network_cut, 20, "a connect is refused") ||
                !service.accepts(number, connection.websocket))
                return close_by_server(number);
            service.opened(number);
            push(number, false, {.what = What::opened});
            return;
        case What::opened: return receiver.opened(number);
        case What::message:
            if (to_server) note_order(number, connection, item);
            if (item.message.kind == NetworkMessage::Kind::response)
                --connection.requests_under_way;
            return receiver.received(number, std::move(item.message));
        case What::noticed_late:
            situations_.met(Situation::half_open_connection_noticed);
            [[fallthrough]];
        case What::closed:
            direction(connection, to_server).ended = true;
            direction(connection, to_server).queue.clear();
            direction(connection, !to_server).ended = true;
            return receiver.closed(number);
    }
}

void SimNetwork::note_order(ConnectionNumber number, const Connection& connection,
                            const Item& item) {
    auto& newest = newest_[connection.service];
    if (item.sent < newest.first && number != newest.second)
        situations_.met(Situation::network_reordered_two_connections);
    if (item.sent > newest.first) newest = {item.sent, number};
}

void SimNetwork::drop_if_over(ConnectionNumber number) {
    Connection* connection = find(number);
    if (connection != nullptr && connection->to_server.ended && connection->to_client.ended &&
        connection->to_server.queue.empty() && connection->to_client.queue.empty())
        connections_.erase(number);
}

// --- faults ---

/// The receiver of this direction is told that the connection is over, whatever else was under way
/// to it.
void SimNetwork::end_of(ConnectionNumber number, bool to_server, What what,
                        std::uint64_t within_ns) {
    Direction& way = direction(connections_.at(number), to_server);
    if (way.ended) return;
    way.queue.clear();
    way.last_ns = clock_.monotonic_ns();
    way.queue.push_back({.what = what, .sent = ++sendings_});
    schedule(number, to_server, way.queue.back(), random_.below(within_ns));
}

void SimNetwork::cut(ConnectionNumber number, Connection& connection) {
    if (!connection.websocket && connection.requests_under_way != 0)
        situations_.met(Situation::connection_cut_with_a_request_under_way);
    const std::uint64_t half_open = random_.below(4);  // 0: the server notices late, 1: the client
    for (const bool to_server : {true, false}) {
        const bool late = half_open == (to_server ? 0 : 1);
        end_of(number, to_server, late ? What::noticed_late : What::closed,
               late ? unnoticed_ns : millisecond_ns);
    }
}

void SimNetwork::server_died(std::size_t service) {
    std::vector<ConnectionNumber> over;
    for (auto& [number, connection] : connections_) {
        if (connection.service != service) continue;
        connection.to_server.queue.clear();
        connection.to_server.ended = true;
        if (random_.below(2) == 0)
            end_of(number, false, What::closed, millisecond_ns);
        else if (random_.below(2) == 0)
            end_of(number, false, What::noticed_late, unnoticed_ns);
        else if (!connection.to_client.ended)
            push(number, false, {.what = What::closed});  // what it had sent arrives
        over.push_back(number);
    }
    for (const ConnectionNumber number : over) drop_if_over(number);
}

void SimNetwork::strike() {
    if (!connections_.empty() && strikes_(FaultClass::network_cut, 60, "a connection is cut")) {
        auto at = connections_.begin();
        std::advance(at, static_cast<std::ptrdiff_t>(random_.below(connections_.size())));
        cut(at->first, at->second);
    }
    if (partition_.until_ns == 0 &&
        strikes_(FaultClass::network_partition, 200, "a partition begins"))
        begin_partition();
}

void SimNetwork::begin_partition() {
    partition_ = {};
    partition_.one_client = random_.below(3) != 0;
    partition_.which = partition_.one_client ? random_.below(clients_max_ + std::uint64_t{1})
                                             : random_.below(services_.size());
    const std::uint64_t ways = random_.below(3);  // 0: both, 1 and 2: one way only
    partition_.to_server = ways != 1;
    partition_.to_client = ways != 2;
    partition_.began_ns = clock_.monotonic_ns();
    partition_.until_ns = partition_.began_ns + 1 + log_uniform(partition_ns);
}

bool SimNetwork::concerns(const Connection& connection) const {
    return partition_.until_ns != 0 &&
           partition_.which ==
               (partition_.one_client ? std::uint64_t{connection.client} : connection.service);
}

bool SimNetwork::blocked(const Connection& connection, bool to_server) const {
    return (to_server ? partition_.to_server : partition_.to_client) && concerns(connection);
}

bool SimNetwork::holds_up(const Connection& connection) const {
    return (partition_.to_server && !connection.to_server.queue.empty()) ||
           (partition_.to_client && !connection.to_client.queue.empty());
}

/// It ends, or lasts so long that both ends give up what it holds up.
void SimNetwork::look_after_partition() {
    if (partition_.until_ns == 0) return;
    const std::uint64_t now_ns = clock_.monotonic_ns();
    if (now_ns >= partition_.until_ns) {
        for (auto& [number, connection] : connections_) {
            if (!concerns(connection)) continue;
            if (holds_up(connection)) situations_.met(Situation::partition_healed);
            for (const bool to_server : {true, false}) put_off(number, connection, to_server);
        }
        partition_ = {};
    } else if (!partition_.timed_out && now_ns >= partition_.began_ns + unnoticed_ns) {
        partition_.timed_out = true;
        for (auto& [number, connection] : connections_)
            if (concerns(connection))
                for (const bool to_server : {true, false})
                    end_of(number, to_server, What::noticed_late, millisecond_ns);
    }
}

/// Everything that waits in this direction is sent again, in its order.
void SimNetwork::put_off(ConnectionNumber number, Connection& connection, bool to_server) {
    Direction& way = direction(connection, to_server);
    way.last_ns = 0;
    for (Item& item : way.queue) schedule(number, to_server, item, random_.below(usual_delay_ns));
}

void SimNetwork::heal() {
    partition_ = {};
    due_.clear();
    for (auto& [number, connection] : connections_)
        for (const bool to_server : {true, false}) put_off(number, connection, to_server);
}

}  // namespace bw::simulation
