// RestClient: a trader beyond the network who speaks the REST API: signs, waits, gives up, connects
// again, and asks again under the same client order id until it knows what became of each order.
// Some repeat themselves on purpose, some make mistakes. What it was told once must not change: a
// repeated order is answered with the first one, never with a second.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulation/gateway.hpp"
#include "simulation/sim_network.hpp"

namespace bw::simulation {

/// Signs as the clients of the real gateway do. The account behind key "k7" is that with the
/// reference "c7".
void sign_request(NetworkMessage& message, const std::string& key_id, std::uint64_t nonce,
                  const SimClock& clock);

class RestClient final : public NetworkEnd {
 public:
    enum class Kind : std::uint8_t { maker, taker, canceller, repeating, careless };

    RestClient(RunContext& context, SimNetwork& network, const SimClock& clock,
               std::uint32_t number, std::uint32_t services);

    /// One turn: gives up what takes too long, connects, asks. At rest it sends nothing new and
    /// finds out what it does not know.
    void act(bool serving);
    /// Nothing is under way and nothing unknown.
    [[nodiscard]] bool at_rest() const;

    struct Order {
        std::string client_id{};
        std::string body{};
        std::uint64_t generation = 0;  ///< of the ledger, of what is known of it
        std::uint64_t day = 0;         ///< on which the exchange knew it again
        std::uint64_t sequence = 0;    ///< of the answer
        std::uint64_t id = 0;          ///< 0: not known
        std::uint64_t refusal = 0;     ///< code; 0: not refused
        bool unknown = false;          ///< sent, and the outcome was not heard
        bool lost_an_answer = false;   ///< once
    };
    [[nodiscard]] const std::vector<Order>& orders() const { return orders_; }
    [[nodiscard]] std::string key_id() const;
    [[nodiscard]] std::uint64_t next_nonce() { return ++nonce_; }

    void opened(ConnectionNumber connection) override;
    void received(ConnectionNumber connection, NetworkMessage message) override;
    void closed(ConnectionNumber connection) override;

 private:
    enum class Asking : std::uint8_t { nothing, order, query, other, mistake };

    void ask(bool serving);
    void ask_for_new();
    void ask_about(std::size_t order);
    void send_order(std::size_t order);
    void send_new_order();
    void send_change();
    void send_mistake();
    void send(NetworkMessage message, Asking what, std::size_t order, bool signs = true);
    void give_up();
    void lost();
    void answered(const NetworkMessage& message);
    void order_answered(Order& order, const NetworkMessage& message);
    void order_known(Order& order, const NetworkMessage& message, std::uint64_t id, bool duplicate);
    void query_answered(Order& order, const NetworkMessage& message);
    [[nodiscard]] std::string new_body(const std::string& client_id);
    [[nodiscard]] std::uint64_t some_id();
    void wait(std::uint64_t nanoseconds);

    RunContext& context_;
    SimNetwork& network_;
    const SimClock& clock_;
    std::uint32_t number_;
    std::uint32_t services_;
    Kind kind_;
    Random random_;
    std::uint64_t nonce_ = 0;
    std::uint64_t next_client_id_ = 1;
    std::vector<Order> orders_;

    ConnectionNumber connection_ = 0;
    bool open_ = false;
    Asking asking_ = Asking::nothing;
    std::size_t asked_order_ = 0;
    std::uint64_t deadline_ns_ = 0;  ///< of the connect or the answer that is awaited
    std::uint64_t next_ns_ = 0;      ///< not before this it does anything
};

}  // namespace bw::simulation
