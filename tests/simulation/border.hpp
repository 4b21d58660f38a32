// Border: what lies between the exchange and the world: the simulated network, the session gateways
// at its inner end and the REST and WebSocket clients at its outer end.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "simulation/rest_client.hpp"
#include "simulation/session_gateway.hpp"
#include "simulation/sim_network.hpp"
#include "simulation/stream_client.hpp"

namespace bw::simulation {

class Border {
 public:
    struct First {
        std::uint32_t client;  ///< accounts "c" + number belong to the clients here from this on
        std::uint32_t ring;    ///< rings belong to the gateways from this on
    };
    Border(RunContext& context, SimClock& clock, First first, SimNetwork::Strikes strikes,
           SimNetwork::Trace trace);

    [[nodiscard]] std::size_t gateways() const { return gateways_.size(); }
    [[nodiscard]] SessionGateway& gateway(std::size_t i) { return *gateways_[i]; }
    /// Before this nobody comes.
    void open() { open_ = true; }
    /// Between two turns of the exchange: what is due arrives, and some clients do something.
    void step(bool serving);
    /// Between two turns: what the network suffers.
    void strike() { network_.strike(); }
    /// Who has a question that is not answered, or does not know everything; empty: nobody.
    /// Requires: the gateways have read everything.
    [[nodiscard]] std::string unsettled() const;
    /// At rest: what clients were told, and what they may ask, is what the events say.
    void audit();

 private:
    [[nodiscard]] bool knows_everything(const StreamClient& client) const;
    void audit_orders(RestClient& client, SessionGateway& gateway);
    void audit_streams(const StreamClient& client) const;
    [[nodiscard]] gateway::rest::Response ask(SessionGateway& gateway, RestClient& client,
                                              const std::string& query);

    RunContext& context_;
    SimClock& clock_;
    Random random_;
    SimNetwork network_;
    std::vector<std::unique_ptr<SessionGateway>> gateways_;
    std::vector<std::unique_ptr<RestClient>> rest_;
    std::vector<std::unique_ptr<StreamClient>> streams_;
    bool open_ = false;
    bool healed_ = false;
};

}  // namespace bw::simulation
