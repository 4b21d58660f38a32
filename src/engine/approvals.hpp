// Approvals: kill switches, and what needs two operators: their release, busted and corrected
// trades, newer trading rules, days out of turn. Owns the proposals that wait for a second
// operator. A proposal is checked when it is made and again when it is approved. Cost: O(1); kill
// switches O(accounts + open orders).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include "engine/answers.hpp"
#include "engine/market.hpp"
#include "matching/open_orders.hpp"
#include "model/rules.hpp"

namespace bw::engine {

/// A command that waits for a second operator.
struct Proposal {
    std::uint64_t number;  ///< 0: free
    std::uint32_t operator_id;
    std::uint16_t command_template;
    std::array<std::byte, codec::max_message_size> command;  ///< the decoded struct
};
inline constexpr std::size_t proposals_max = 64;

class Approvals {
 public:
    /// The parts that this one sees.
    struct Sees {
        codec::EventBuffer& events;
        Answers& answers;
        Market& market;
        model::Rules& rules;
        Touched& touched;
        risk::Accounts& accounts;
        const matching::Instruments& instruments;
        wallet::Settlement& settlement;
        matching::OpenOrders& orders;
    };
    explicit Approvals(const Sees& sees)
        : events_(sees.events),
          answers_(sees.answers),
          market_(sees.market),
          rules_(sees.rules),
          touched_(sees.touched),
          accounts_(sees.accounts),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          orders_(sees.orders) {}

    void on(const codec::KillSwitch& command);
    void on(const codec::ReleaseKillSwitch& command);
    void on(const codec::BustTrade& command);
    void on(const codec::CorrectTrade& command);
    void on(const codec::SetRuleSet& command);
    void on(const codec::EndDayEarly& command);
    void on(const codec::SetBusinessDate& command);
    void on(const codec::Approve& command);

    /// The day whose end the command at hand has approved: it ends right after it.
    [[nodiscard]] std::optional<std::uint32_t> take_day_to_end() {
        return std::exchange(day_to_end_, std::nullopt);
    }
    /// At the end of a day.
    void forget_proposals() { proposals_ = {}; }

    void add_to(base::RunningHash& hash) const;
    template <class Archive>
    void archive_count(Archive& archive) {
        archive(last_proposal_);
    }
    template <class Archive>
    void archive_proposals(Archive& archive) {
        for (Proposal& proposal : proposals_)
            archive(proposal.number, proposal.operator_id, proposal.command_template,
                    proposal.command);
    }

 private:
    using Order = order_book::Order;
    using OrderSlot = order_book::OrderSlot;
    using Place = order_book::Place;

    template <class Command>
    [[nodiscard]] RejectReason check_scope(const Command& command) const;
    [[nodiscard]] RejectReason check(const codec::ReleaseKillSwitch& command) const;
    [[nodiscard]] RejectReason check(const codec::BustTrade& command) const;
    [[nodiscard]] RejectReason check(const codec::CorrectTrade& command) const;
    [[nodiscard]] RejectReason check(const codec::SetRuleSet& command) const;
    [[nodiscard]] RejectReason check(const codec::EndDayEarly& command) const;
    [[nodiscard]] RejectReason check(const codec::SetBusinessDate& command) const;
    template <class Command>
    void propose(const Command& command);
    [[nodiscard]] RejectReason approve(Proposal& proposal, const codec::Approve& command);
    template <class Command>
    [[nodiscard]] RejectReason approve_as(const Proposal& proposal, const codec::Approve& command);
    void carry_out(const codec::ReleaseKillSwitch& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::BustTrade& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::CorrectTrade& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::SetRuleSet& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::EndDayEarly& command, const Proposal& proposal,
                   const codec::Approve& approval);
    void carry_out(const codec::SetBusinessDate& command, const Proposal& proposal,
                   const codec::Approve& approval);
    /// Nobody has an account, nothing is listed.
    [[nodiscard]] bool is_new_exchange() const {
        return accounts_.count() == 0 && instruments_.count() == 0;
    }
    void set_business_date(std::uint32_t date, const codec::BusinessDateSet& told);
    /// With what a new exchange begins.
    void begin_with(const codec::SetRuleSet& command);
    void begin_with(const codec::SetBusinessDate& command);
    /// Requires: there is such a trade.
    [[nodiscard]] wallet::CurrencyIndex currency_of(model::MatchNumber number) const;

    codec::EventBuffer& events_;
    Answers& answers_;
    Market& market_;
    model::Rules& rules_;
    Touched& touched_;
    risk::Accounts& accounts_;
    const matching::Instruments& instruments_;
    wallet::Settlement& settlement_;
    matching::OpenOrders& orders_;
    std::array<Proposal, proposals_max> proposals_{};
    std::uint64_t last_proposal_ = 0;
    std::optional<std::uint32_t> day_to_end_;
};

}  // namespace bw::engine
