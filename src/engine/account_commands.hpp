// AccountCommands: opening accounts, their limits and states, transfers of cash and shares, fees.
// A command with a reference is carried out once; a second one is answered with the first result.
// Cost: O(1).
#pragma once

#include <optional>

#include "engine/answers.hpp"
#include "matching/instruments.hpp"
#include "order_manager/known_ids.hpp"
#include "risk/accounts.hpp"
#include "wallet/settlement.hpp"

namespace bw::engine {

class AccountCommands {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        Answers& answers;
        risk::Accounts& accounts;
        const matching::Instruments& instruments;
        wallet::Settlement& settlement;
        order_manager::KnownIds& ids;
    };
    explicit AccountCommands(const Sees& sees)
        : events_(sees.events),
          answers_(sees.answers),
          accounts_(sees.accounts),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          ids_(sees.ids) {}

    void on(const codec::OpenAccount& command);
    void on(const codec::SetAccountState& command);
    void on(const codec::SetAccountLimits& command);
    void on(const codec::SetSelfTradePrevention& command);
    void on(const codec::SetAccountFeeTier& command);
    void on(const codec::MoveCash& command);
    void on(const codec::MoveShares& command);
    void on(const codec::SetFees& command);

 private:
    void emit_account(model::AccountId id, model::RequestId request);
    template <class Command>
    [[nodiscard]] std::optional<order_manager::FirstResult*> begin_transfer(const Command& command);
    [[nodiscard]] RejectReason move_cash(const codec::MoveCash& command);
    [[nodiscard]] RejectReason move_shares(const codec::MoveShares& command);

    codec::EventBuffer& events_;
    Answers& answers_;
    risk::Accounts& accounts_;
    const matching::Instruments& instruments_;
    wallet::Settlement& settlement_;
    order_manager::KnownIds& ids_;
};

}  // namespace bw::engine
