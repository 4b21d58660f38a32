// InstrumentCommands: listing, parameters, phases, auctions and corporate actions of instruments,
// and the phases of the whole market. Each checks everything, then acts, then tells. Cost: O(1),
// O(open orders) where orders are cancelled or uncrossed, O(positions) for a split.
#pragma once

#include "engine/answers.hpp"
#include "engine/market.hpp"
#include "matching/matching.hpp"

namespace bw::engine {

class InstrumentCommands {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        Answers& answers;
        Market& market;
        const model::Rules& rules;
        Touched& touched;
        const risk::Accounts& accounts;
        matching::Instruments& instruments;
        wallet::Settlement& settlement;
        matching::Matching& matching;
    };
    explicit InstrumentCommands(const Sees& sees)
        : events_(sees.events),
          answers_(sees.answers),
          market_(sees.market),
          rules_(sees.rules),
          touched_(sees.touched),
          accounts_(sees.accounts),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          orders_(sees.matching.orders),
          auctions_(sees.matching.auctions),
          phases_(sees.matching.phases) {}

    // instrument_parameters.cpp
    void on(const codec::ConfigureInstrument& command);
    void on(const codec::SetTickTable& command);
    void on(const codec::SetPriceBands& command);
    void on(const codec::SetLimitBands& command);
    void on(const codec::SetAllocation& command);

    // phase_commands.cpp
    void on(const codec::SetInstrumentState& command);
    void on(const codec::TripBreaker& command);
    void on(const codec::PauseOnLimitState& command);
    void on(const codec::PublishIndicative& command);
    void on(const codec::SetReferenceQuote& command);

    // corporate_actions.cpp
    void on(const codec::SplitShares& command);
    void on(const codec::ChangeSymbol& command);
    void on(const codec::Delist& command);

 private:
    using Order = order_book::Order;
    using OrderSlot = order_book::OrderSlot;
    using Place = order_book::Place;

    [[nodiscard]] RejectReason check(const codec::ConfigureInstrument& command) const;
    [[nodiscard]] RejectReason check(const codec::SplitShares& command) const;
    [[nodiscard]] bool bound_by_limit_bands(const Order& order) const;
    [[nodiscard]] bool sound(const codec::SetTickTable& command) const;
    void emit_market_state(model::RequestId request, std::uint32_t changed,
                           model::InstrumentState state, model::HaltReason reason,
                           std::uint8_t level);
    /// Refuses a command about one instrument that is unknown or delisted; false if it was refused.
    template <class Command>
    [[nodiscard]] bool usable(const Command& command);

    codec::EventBuffer& events_;
    Answers& answers_;
    Market& market_;
    const model::Rules& rules_;
    Touched& touched_;
    const risk::Accounts& accounts_;
    matching::Instruments& instruments_;
    wallet::Settlement& settlement_;
    matching::OpenOrders& orders_;
    matching::Auctions& auctions_;
    matching::Phases& phases_;
};

template <class Command>
bool InstrumentCommands::usable(const Command& command) {
    if (!instruments_.known(command.instrument)) {
        answers_.refuse(command, RejectReason::unknown_instrument);
        return false;
    }
    const auto& instrument = instruments_[command.instrument.value() - 1];
    if (instrument.state == model::InstrumentState::delisted) {
        answers_.refuse(command, RejectReason::instrument_closed);
        return false;
    }
    return true;
}

}  // namespace bw::engine
