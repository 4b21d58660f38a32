// The engine's state: the parts, and which of them a command goes to. A part owns what it names and
// sees only what its constructor is given; later ones use earlier ones, never the other way round.
//
//   message ─► decode ─► the part that has on(command) ─► what follows the market ─► events
//
// Private to the engine.
#pragma once

#include <cstdint>
#include <span>

#include "codec/event_buffer.hpp"
#include "engine/account_commands.hpp"
#include "engine/answers.hpp"
#include "engine/approvals.hpp"
#include "engine/day_commands.hpp"
#include "engine/engine.hpp"
#include "engine/instrument_commands.hpp"
#include "engine/limits.hpp"
#include "engine/market.hpp"
#include "engine/order_commands.hpp"
#include "engine/snapshot.hpp"
#include "matching/matching.hpp"
#include "model/rules.hpp"
#include "order_manager/known_ids.hpp"
#include "risk/accounts.hpp"
#include "wallet/settlement.hpp"

namespace bw::engine {

class Engine::State {
 public:
    State(EventSink& sink, const Limits& limits);

    void provide_memory(std::uint32_t orders) {
        matching_.orders.provide_memory(orders);
        ids_.orders.provide_memory(orders);
        settlement_.provide_memory(orders);
    }
    void apply(model::SequenceNumber sequence, std::span<const std::byte> message);
    void look_ahead(std::span<const std::span<const std::byte>> messages) const;
    [[nodiscard]] Figures figures() const;
    /// Requires of the following: no command is at hand.
    [[nodiscard]] std::uint64_t hash() const;
    void verify() const;
    void save(SnapshotSink& sink);
    [[nodiscard]] bool load(SnapshotSource& source);

 private:
    template <class Command>
    void carry_out(const Command& command);
    void follow_touched(model::RequestId request);

    // snapshot.cpp
    template <class Archive>
    void each_counter(Archive& archive);
    template <class Archive>
    void each_instrument(Archive& archive);
    template <class Archive>
    void each_account(Archive& archive);
    void hash_instrument(std::uint32_t index, base::RunningHash& hash) const;

    // What the parts share.
    codec::EventBuffer events_;
    Answers answers_{events_};
    Market market_;
    model::Rules rules_;
    Touched touched_;

    // Records.
    risk::Accounts accounts_;
    matching::Instruments instruments_;
    wallet::Settlement settlement_;
    order_manager::KnownIds ids_;

    // What happens to orders, and the commands that make it happen.
    matching::Matching matching_;
    OrderCommands order_commands_;
    InstrumentCommands instrument_commands_;
    AccountCommands account_commands_;
    Approvals approvals_;
    DayCommands day_commands_;
};

}  // namespace bw::engine
