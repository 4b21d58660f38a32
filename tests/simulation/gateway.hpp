// SimGateway: a ring to the sequencer and a reader of the event log, as every gateway has them, and
// the clients behind it. Lives and dies with the process; its clients do not.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <vector>

#include "event_store/log/log_reader.hpp"
#include "sequencer/gateway_ring.hpp"
#include "simulation/client.hpp"
#include "simulation/ledger.hpp"
#include "simulation/seed_options.hpp"
#include "simulation/situations.hpp"

namespace bw::simulation {

/// What all parts of a run share.
struct RunContext {
    const SeedOptions& options;
    Ledger& ledger;
    Situations& situations;
    std::uint64_t commands_sent = 0;  ///< numbers them; a number may be masked
    std::uint64_t lives = 0;          ///< of the process
    std::uint64_t acknowledged = 0;   ///< the highest command whose answer somebody read
    /// what was sent and what failed, as text, if somebody wants it
    std::vector<std::string>* journal = nullptr;
};

class SimGateway {
 public:
    SimGateway(RunContext& context, std::uint16_t number, std::vector<Client*> clients,
               std::uint64_t seed)
        : context_(context),
          number_(number),
          clients_(std::move(clients)),
          random_(base::mix64(seed * 77 + number)) {}

    /// A process started: `stored` events are there to be read before anybody is served.
    void start(sequencer::GatewayRing& ring, std::unique_ptr<event_store::LogReader> events,
               std::uint64_t stored);
    void die();

    /// Reads what is new, then lets one client send, if `serving`. How much was done.
    std::size_t do_work(bool serving);
    /// So many commands without content at once; the ring may become full.
    void flood(std::uint64_t commands);

    [[nodiscard]] std::size_t unanswered() const { return requests_.size(); }
    [[nodiscard]] const View& view() const { return *view_; }
    [[nodiscard]] bool caught_up() const { return is_back_; }
    /// The last event that was read in this life.
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

 private:
    std::size_t read();
    void on_event(const event_store::RecordView& record);
    void end_of_command();
    bool send(Client& client, Bytes message, model::RequestId request);
    [[nodiscard]] Client* client_of(std::uint64_t request) const;

    RunContext& context_;
    std::uint16_t number_;
    std::vector<Client*> clients_;
    Random random_;
    std::uint64_t next_request_ = 1;  ///< over all lives: a request id is never used again

    sequencer::GatewayRing* ring_ = nullptr;
    std::unique_ptr<sequencer::RingPort> port_;
    std::unique_ptr<event_store::LogReader> events_;
    // Outlives the process for as long as its events stay what they were: every event is read and
    // compared with the ledger again, and the same bytes make the same view.
    std::unique_ptr<View> view_;
    std::uint64_t view_generation_ = 0;  ///< of the ledger
    std::uint64_t sequence_ = 0;
    std::uint64_t stored_ = 0;
    bool is_back_ = false;
    std::map<std::uint64_t, Client*> requests_;  ///< that wait for an answer
    std::set<std::uint64_t> answered_;           ///< in this life
    std::uint64_t command_request_ = 0;          ///< of the command whose events are being read
    std::uint64_t command_ = 0;
};

}  // namespace bw::simulation
