// SessionGateway: a gateway made of the real parts behind a simulated network: read models, books,
// REST answers and WebSocket subscriptions, assembled as in the gateway process. Everything that it
// sends is compared with the events.
//
//   SimNetwork ─► inbox ─► Api ─► ring ─► … ─► event log ─► views, Api, Hub ─► checks ─► SimNetwork
//                    └───► Hub ─┘
//
// It dies with the process; what clients have received remains. Threads: one.
#pragma once

#include <deque>
#include <memory>
#include <optional>
#include <set>

#include "gateway/rest/api.hpp"
#include "gateway/websocket/hub.hpp"
#include "simulation/gateway.hpp"
#include "simulation/order_facts.hpp"
#include "simulation/rate_model.hpp"
#include "simulation/sim_authenticator.hpp"
#include "simulation/sim_machine.hpp"
#include "simulation/sim_network.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::simulation {

class SessionGateway final : public NetworkService {
 public:
    SessionGateway(RunContext& context, SimNetwork& network, SimClock& clock, std::size_t service,
                   std::uint16_t number);

    /// Starts the process. It must read `stored` events before it serves a client. `takes_over`:
    /// another process of this gateway used the ring before.
    void start(sequencer::GatewayRing& ring, std::unique_ptr<event_store::LogReader> events,
               std::uint64_t stored, bool takes_over);
    [[nodiscard]] bool alive() const { return parts_ != nullptr; }
    void die();
    /// Stops in order: connections end, and no order is cancelled because of that.
    void stop();

    /// One turn, in the order of the gateway process: events, answers that are due, requests,
    /// frames.
    std::size_t do_work();

    [[nodiscard]] std::size_t unanswered() const { return asked_.size(); }
    /// Nothing is left to do in the next turn.
    [[nodiscard]] bool quiet() const;
    [[nodiscard]] bool caught_up() const { return is_back_; }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] const OrderFacts& facts() const { return *facts_; }
    [[nodiscard]] const View& view() const { return *view_; }
    /// At rest: checks the number of cancels for ended connections: requested, sent, and found as
    /// events.
    void check_cancels() const;
    /// At rest: makes a request without the network; it is answered at once.
    [[nodiscard]] gateway::rest::Response ask(const NetworkMessage& message);
    /// At rest: checks the books that REST returns.
    void check_books();
    [[nodiscard]] std::uint32_t account_of(std::string_view key_id) const;

    [[nodiscard]] bool accepts(ConnectionNumber connection, bool websocket) override;
    void opened(ConnectionNumber) override {}
    void received(ConnectionNumber connection, NetworkMessage message) override;
    void closed(ConnectionNumber connection) override;

 private:
    /// The ring, and what went into it.
    class Port final : public sequencer::CommandPort {
     public:
        explicit Port(SessionGateway& gateway) : gateway_(gateway) {}
        bool try_send(std::span<const std::byte> message) override;
        std::uint64_t sent = 0;  ///< request id of the last command sent

     private:
        SessionGateway& gateway_;
    };
    /// The state of one process.
    struct Parts {
        Parts(SessionGateway& gateway, sequencer::GatewayRing& ring);
        sequencer::GatewayRing& ring;
        std::optional<sequencer::GatewayRing::TakeOver> take_over{};  ///< not finished yet
        sequencer::RingPort ring_port;
        Port port;
        views::ReadModels models;
        std::unique_ptr<gateway::websocket::Hub> hub;
        std::unique_ptr<gateway::rest::Gate> gate;
        std::unique_ptr<gateway::rest::Api> api;
    };
    struct Asked {
        ConnectionNumber connection = 0;  ///< 0: gone
        std::string method{}, path{}, query{};
        std::string client_order_id{};
        std::uint32_t account = 0;
        std::uint64_t request = 0;
    };
    struct Socket {
        gateway::websocket::ConnectionId id = 0;
        std::uint32_t account = 0;
        bool may_cancel = false;  ///< cancel on disconnect was requested
        bool cancels = false;     ///< and confirmed to the client
        bool waits_for_room = false;
        /// number of trades sent so far, by symbol
        std::map<std::string, std::size_t, std::less<>> trades;
    };
    struct Arrival {
        ConnectionNumber connection;
        bool is_end;
        NetworkMessage message;
    };

    // session_gateway.cpp: the path of events, requests and frames
    void load_views();
    void save_views();
    std::size_t read();
    void on_event(const event_store::RecordView& record);
    void note(const event_store::RecordView& record);
    void end_of_command();
    std::size_t serve();
    void handle_request(ConnectionNumber connection, const NetworkMessage& message);
    void answer(gateway::rest::Token token, gateway::rest::Response response);
    void respond(ConnectionNumber connection, gateway::rest::Response response);
    void handle_text(ConnectionNumber connection, const NetworkMessage& message);
    std::size_t send_frames();
    void pump(ConnectionNumber connection);
    void send_frame(ConnectionNumber connection, Socket& socket, std::string frame);
    void end_socket(ConnectionNumber connection);
    void check_rate(const NetworkMessage& message, const gateway::rest::Response* answer);

    // session_checks.cpp: comparison of what is sent with the events
    void check_completed(const Asked& asked, const gateway::rest::Response& response);
    void check_at_once(const Asked& asked, const gateway::rest::Response& response);
    void check_order(std::string_view body, std::uint32_t account, const std::string& client_id);
    void check_refusal(const Asked& asked, const gateway::rest::Response& response);
    void check_frame(Socket& socket, std::string_view frame, NetworkMessage& message);
    void check_report(const Socket& socket, std::string_view frame);
    void check_public(Socket& socket, std::string_view frame, NetworkMessage& message);
    void check_trades(Socket& socket, std::string_view frame);
    [[nodiscard]] std::uint32_t instrument_of(std::string_view symbol) const;

    RunContext& context_;
    SimNetwork& network_;
    SimClock& clock_;
    std::size_t service_;
    std::uint16_t number_;
    Random random_;
    SimAuthenticator authenticator_;
    SimRandom gate_random_;

    std::unique_ptr<Parts> parts_;
    std::unique_ptr<event_store::LogReader> events_;
    // These outlive the process, as in SimGateway. The real views are saved when it dies; the next
    // one loads them or rebuilds them from the events.
    std::unique_ptr<View> view_;
    std::unique_ptr<OrderFacts> facts_;
    std::uint64_t view_generation_ = 0;
    Bytes saved_;
    std::uint64_t saved_sequence_ = 0;
    std::uint64_t sequence_ = 0;
    std::uint64_t stored_ = 0;
    std::uint64_t command_end_ = 0;  ///< last event of the latest complete command
    bool is_back_ = false;
    bool stopping_ = false;

    std::deque<Arrival> inbox_;
    std::map<gateway::rest::Token, Asked> asked_;
    std::map<std::uint64_t, gateway::rest::Token> by_request_;
    std::set<std::uint64_t> unknown_;  ///< requests that a process of before took with it
    std::map<ConnectionNumber, Socket> sockets_;
    std::map<gateway::websocket::ConnectionId, ConnectionNumber> by_hub_id_;
    std::set<ConnectionNumber> http_;
    gateway::rest::Token last_token_ = 0;
    std::size_t events_per_turn_ = 64;
    std::size_t socket_room_ = 4;
    std::map<std::string, RateModel> rates_;

    // of the command that is being read
    std::uint64_t command_request_ = 0;
    codec::CommandRejected rejected_{};
    codec::DuplicateAnswered duplicate_{};

    std::uint64_t cancels_owed_ = 0;
    std::uint64_t cancels_allowed_ = 0;  ///< with those whose confirmation was not sent any more
    std::uint64_t cancels_sent_ = 0;
    std::uint64_t cancels_seen_ = 0;
    /// sent by a process that died alone, and not seen by it
    std::uint64_t cancels_of_before_ = 0;
    std::uint64_t producers_ = 0;  ///< processes that had a ring
};

}  // namespace bw::simulation
