// SimNetwork: connections between simulated clients and the gateways, as TCP gives them: two
// ordered streams of messages each. What the real network does to them is drawn here: delays,
// clogs, cuts, ends that notice nothing, partitions, refused connects.
//
//   client ─► [message, message, …] ─► gateway  one queue per direction; in it all keep order
//   client ◄─ [message, message, …] ◄─ gateway  every message has its own time: others overtake
//
// One thread. Time is the SimClock; messages are handed over in deliver(), in the order of (time,
// number of the sending). What ends a connection loses what was under way on it. Randomness is a
// stream of its own.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "simulation/seed_options.hpp"
#include "simulation/sim_machine.hpp"
#include "simulation/situations.hpp"

namespace bw::simulation {

using ConnectionNumber = std::uint64_t;  ///< from 1

/// A request, its answer, a WebSocket text, or the close frame of a server.
struct NetworkMessage {
    enum class Kind : std::uint8_t { request, response, text, close };

    Kind kind = Kind::text;
    std::string text{};                     ///< body or frame
    std::string method{}, path{}, query{};  ///< of a request
    std::string key_id{}, timestamp_ms{}, nonce{}, signature{};
    std::uint16_t status = 0;  ///< of a response; the code of a close frame
    std::vector<std::pair<std::string, std::string>> headers{};

    // What the simulation knows of it besides.
    std::uint64_t generation = 0;  ///< of the ledger, when it was sent
    std::uint64_t day = 0;         ///< days that had ended, when it was sent
    std::uint64_t sequence = 0;    ///< of the last event that the gateway had read
    std::uint64_t book = 0;  ///< hash of the book that the receiver must have after this frame
};

/// One end of a connection. After closed(), and after its own close(), it hears no more of it.
class NetworkEnd {
 public:
    virtual ~NetworkEnd() = default;
    virtual void opened(ConnectionNumber connection) = 0;
    virtual void received(ConnectionNumber connection, NetworkMessage message) = 0;
    virtual void closed(ConnectionNumber connection) = 0;
};

/// What clients connect to.
class NetworkService : public NetworkEnd {
 public:
    /// False: nobody listens.
    [[nodiscard]] virtual bool accepts(ConnectionNumber connection, bool websocket) = 0;
};

class SimNetwork {
 public:
    /// Whether a fault of this class happens now, one time in so many; the text says what it is.
    using Strikes = std::function<bool(FaultClass, std::uint64_t one_in, const char* what)>;
    using Trace = std::function<void(std::uint64_t what, std::uint64_t value)>;

    SimNetwork(const SimClock& clock, Situations& situations, std::uint64_t seed, Strikes strikes,
               Trace trace);

    /// Services are numbered in the order of these calls, from 0.
    void add_service(NetworkService& service);

    [[nodiscard]] ConnectionNumber connect(std::uint32_t client, NetworkEnd& end,
                                           std::size_t service, bool websocket);
    void send_to_server(ConnectionNumber connection, NetworkMessage message);
    void send_to_client(ConnectionNumber connection, NetworkMessage message);
    /// Behind what was sent; the end that closes hears no more.
    void close_by_client(ConnectionNumber connection);
    void close_by_server(ConnectionNumber connection);
    /// Messages under way to the client: what its socket's buffers hold.
    [[nodiscard]] std::size_t under_way_to_client(ConnectionNumber connection) const;

    /// The process behind a service is gone: its ends hear nothing; the clients sooner or later
    /// that the connection is closed.
    void server_died(std::size_t service);
    /// Between two turns: cuts and partitions.
    void strike();
    /// Nothing stands in the way any more, and whoever has not noticed an end will soon.
    void heal();
    /// Hands over what is due; how much.
    std::size_t deliver();
    [[nodiscard]] bool idle() const { return due_.empty(); }

 private:
    enum class What : std::uint8_t { open, opened, message, closed, noticed_late };
    struct Item {
        What what = What::message;
        /// of its delivery: a later one takes its place when it is put off
        std::uint64_t number = 0;
        std::uint64_t sent = 0;  ///< numbers all sendings
        NetworkMessage message{};
    };
    struct Direction {
        std::deque<Item> queue;
        std::uint64_t last_ns = 0;  ///< of the delivery behind which the next one comes
        bool ended = false;         ///< its receiver hears no more
    };
    struct Connection {
        std::uint32_t client = 0;
        std::size_t service = 0;
        bool websocket = false;
        NetworkEnd* end = nullptr;
        Direction to_server, to_client;
        std::uint64_t requests_under_way = 0;  ///< asked and not answered
    };
    struct Due {
        ConnectionNumber connection;
        bool to_server;
    };
    struct Partition {
        bool one_client = false;  ///< else one service
        std::uint64_t which = 0;
        bool to_server = true, to_client = true;
        std::uint64_t began_ns = 0, until_ns = 0;
        bool timed_out = false;
    };

    [[nodiscard]] Connection* find(ConnectionNumber connection);
    [[nodiscard]] static Direction& direction(Connection& connection, bool to_server) {
        return to_server ? connection.to_server : connection.to_client;
    }
    void push(ConnectionNumber number, bool to_server, Item item);
    void schedule(ConnectionNumber number, bool to_server, Item& item, std::uint64_t delay_ns);
    void put_off(ConnectionNumber number, Connection& connection, bool to_server);
    [[nodiscard]] std::uint64_t delay_ns();
    [[nodiscard]] std::uint64_t log_uniform(std::uint64_t most);
    void hand_over(ConnectionNumber number, bool to_server, std::uint64_t delivery);
    void give(ConnectionNumber number, Connection& connection, bool to_server, Item item);
    void note_order(ConnectionNumber number, const Connection& connection, const Item& item);
    void end_of(ConnectionNumber number, bool to_server, What what, std::uint64_t within_ns);
    void cut(ConnectionNumber number, Connection& connection);
    void drop_if_over(ConnectionNumber number);
    [[nodiscard]] bool concerns(const Connection& connection) const;
    [[nodiscard]] bool blocked(const Connection& connection, bool to_server) const;
    [[nodiscard]] bool holds_up(const Connection& connection) const;
    void begin_partition();
    void look_after_partition();

    const SimClock& clock_;
    Situations& situations_;
    Random random_;
    Strikes strikes_;
    Trace trace_;
    std::vector<NetworkService*> services_;
    /// sending that each service got
    std::vector<std::pair<std::uint64_t, ConnectionNumber>> newest_;
    std::map<ConnectionNumber, Connection> connections_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, Due> due_;  ///< by time and number
    Partition partition_;
    ConnectionNumber last_connection_ = 0;
    std::uint64_t deliveries_ = 0;
    std::uint64_t sendings_ = 0;
    std::uint32_t clients_max_ = 0;
};

}  // namespace bw::simulation
