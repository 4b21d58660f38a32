#include "engine/approvals.hpp"

#include <cstring>

#include "model/limits.hpp"

namespace bw::engine {

using model::KillScope;
using model::Side;

template <class Command>
RejectReason Approvals::check_scope(const Command& command) const {
    if (command.operator_id == 0) return RejectReason::bad_configuration;
    switch (command.scope) {
        case KillScope::account:
            return accounts_.known(model::AccountId{command.id}) ? RejectReason::none
                                                                 : RejectReason::unknown_account;
        case KillScope::firm:
            return command.id >= 1 && command.id <= model::firm_max
                       ? RejectReason::none
                       : RejectReason::bad_configuration;
        case KillScope::market:
            return command.id == 0 ? RejectReason::none : RejectReason::bad_configuration;
    }
    return RejectReason::bad_configuration;
}

void Approvals::on(const codec::KillSwitch& command) {
    if (const auto reason = check_scope(command); reason != RejectReason::none)
        return answers_.refuse(command, reason);
    accounts_.set_killed(command.scope, command.id, true);
    touched_.instrument = Touched::everything;
    const auto meant = [&](const Order& order) {
        switch (command.scope) {
            case KillScope::account: return order.account + 1 == command.id;
            case KillScope::firm: return accounts_[order.account].firm == command.id;
            case KillScope::market: return true;
        }
        return false;
    };
    std::uint32_t cancelled = 0;
    for (std::uint32_t i = 0; i < instruments_.count(); ++i)
        for (const Side side : {Side::buy, Side::sell})
            orders_.walk(i, side, [&](OrderSlot slot) {
                if (!meant(orders_[slot])) return;
                orders_.cancel(slot, command.request_id, model::CancelReason::kill_switch);
                ++cancelled;
            });
    auto& event = events_.emit<codec::KillSwitchSet>();
    event.request_id = command.request_id;
    event.id = command.id;
    event.operator_id = command.operator_id;
    event.cancelled = cancelled;
    event.scope = command.scope;
    event.on = 1;
}

RejectReason Approvals::check(const codec::ReleaseKillSwitch& command) const {
    if (const auto reason = check_scope(command); reason != RejectReason::none) return reason;
    return accounts_.is_killed(command.scope, command.id) ? RejectReason::none
                                                          : RejectReason::bad_configuration;
}

wallet::CurrencyIndex Approvals::currency_of(model::MatchNumber number) const {
    return instruments_[settlement_.find_trade(number)->instrument].currency;
}

RejectReason Approvals::check(const codec::BustTrade& command) const {
    if (command.operator_id == 0) return RejectReason::bad_configuration;
    if (const auto reason = settlement_.check_trade(command.match_number);
        reason != RejectReason::none)
        return reason;
    return settlement_.check_bust(command.match_number, currency_of(command.match_number));
}

RejectReason Approvals::check(const codec::CorrectTrade& command) const {
    if (command.operator_id == 0) return RejectReason::bad_configuration;
    if (const auto reason = settlement_.check_trade(command.match_number);
        reason != RejectReason::none)
        return reason;
    const wallet::TradeRecord& trade = *settlement_.find_trade(command.match_number);
    if (!instruments_[trade.instrument].ticks.admits(command.price) || command.price == trade.price)
        return RejectReason::bad_price;
    if (!instruments_.valid_price(trade.instrument, command.price))
        return RejectReason::price_off_tick;
    return settlement_.check_correction(command.match_number, command.price,
                                        currency_of(command.match_number));
}

void Approvals::on(const codec::ReleaseKillSwitch& command) { propose(command); }
void Approvals::on(const codec::BustTrade& command) { propose(command); }
void Approvals::on(const codec::CorrectTrade& command) { propose(command); }

void Approvals::on(const codec::SetRuleSet& command) {
    if (command.operator_id == 0)
        begin_with(command);
    else
        propose(command);
}

void Approvals::begin_with(const codec::SetRuleSet& command) {
    const bool sound = is_new_exchange() && rules_.in_force == model::RuleSet::version_1 &&
                       model::position_of(command.rule_set);
    if (!sound) return answers_.refuse(command, RejectReason::bad_configuration);
    rules_ = {command.rule_set, command.rule_set};
    auto& event = events_.emit<codec::RuleSetChanged>();
    event.request_id = command.request_id;
    event.rule_set = command.rule_set;
    event.in_force = 1;
}

void Approvals::on(const codec::EndDayEarly& command) { propose(command); }

void Approvals::on(const codec::SetBusinessDate& command) {
    if (command.operator_id == 0)
        begin_with(command);
    else
        propose(command);
}

void Approvals::begin_with(const codec::SetBusinessDate& command) {
    if (!is_new_exchange() || market_.last_business_date != 0 ||
        check(command) != RejectReason::none)
        return answers_.refuse(command, RejectReason::bad_configuration);
    codec::BusinessDateSet told{};
    told.request_id = command.request_id;
    set_business_date(command.business_date, told);
}

void Approvals::set_business_date(std::uint32_t date, const codec::BusinessDateSet& told) {
    auto& event = events_.emit<codec::BusinessDateSet>();
    event.request_id = told.request_id;
    event.proposed_by = told.proposed_by;
    event.approved_by = told.approved_by;
    event.business_date = date;
    event.date_before = std::exchange(market_.last_business_date, date);
}

RejectReason Approvals::check(const codec::EndDayEarly& command) const {
    const bool sound = command.operator_id != 0 && is_business_date(command.business_date) &&
                       command.business_date > market_.last_business_date;
    return sound ? RejectReason::none : RejectReason::bad_configuration;
}

RejectReason Approvals::check(const codec::SetBusinessDate& command) const {
    const bool sound = is_business_date(command.business_date) &&
                       command.business_date != market_.last_business_date;
    return sound ? RejectReason::none : RejectReason::bad_configuration;
}

/// Never back to older rules: there is state that only newer ones have.
RejectReason Approvals::check(const codec::SetRuleSet& command) const {
    const bool newer = model::position_of(command.rule_set) && command.rule_set > rules_.next;
    return newer ? RejectReason::none : RejectReason::bad_configuration;
}

template <class Command>
void Approvals::propose(const Command& command) {
    if (const auto reason = check(command); reason != RejectReason::none)
        return answers_.refuse(command, reason);
    Proposal* free = nullptr;
    for (Proposal& proposal : proposals_)
        if (proposal.number == 0 && free == nullptr) free = &proposal;
    if (free == nullptr) return answers_.refuse(command, RejectReason::proposal_capacity_reached);
    *free = {};
    free->number = ++last_proposal_;
    free->operator_id = command.operator_id;
    free->command_template = Command::template_id;
    std::memcpy(free->command.data(), &command, sizeof command);
    auto& event = events_.emit<codec::ProposalMade>();
    event.request_id = command.request_id;
    event.proposal = free->number;
    event.operator_id = command.operator_id;
    event.command_template = Command::template_id;
}

void Approvals::on(const codec::Approve& command) {
    if (command.operator_id == 0) return answers_.refuse(command, RejectReason::bad_configuration);
    for (Proposal& proposal : proposals_) {
        if (command.proposal == 0 || proposal.number != command.proposal) continue;
        const RejectReason reason = proposal.operator_id == command.operator_id
                                        ? RejectReason::same_operator
                                        : approve(proposal, command);
        if (reason != RejectReason::none) answers_.refuse(command, reason);
        return;
    }
    answers_.refuse(command, RejectReason::unknown_proposal);
}

RejectReason Approvals::approve(Proposal& proposal, const codec::Approve& command) {
    RejectReason reason = RejectReason::none;
    switch (proposal.command_template) {
        case codec::ReleaseKillSwitch::template_id:
            reason = approve_as<codec::ReleaseKillSwitch>(proposal, command);
            break;
        case codec::BustTrade::template_id:
            reason = approve_as<codec::BustTrade>(proposal, command);
            break;
        case codec::CorrectTrade::template_id:
            reason = approve_as<codec::CorrectTrade>(proposal, command);
            break;
        case codec::SetRuleSet::template_id:
            reason = approve_as<codec::SetRuleSet>(proposal, command);
            break;
        case codec::EndDayEarly::template_id:
            reason = approve_as<codec::EndDayEarly>(proposal, command);
            break;
        case codec::SetBusinessDate::template_id:
            reason = approve_as<codec::SetBusinessDate>(proposal, command);
            break;
        default: BW_ASSERT(false);
    }
    if (reason == RejectReason::none) proposal = {};
    return reason;
}

template <class Command>
RejectReason Approvals::approve_as(const Proposal& proposal, const codec::Approve& command) {
    Command proposed;
    std::memcpy(&proposed, proposal.command.data(), sizeof proposed);
    const RejectReason reason = check(proposed);
    if (reason == RejectReason::none) carry_out(proposed, proposal, command);
    return reason;
}

void Approvals::carry_out(const codec::ReleaseKillSwitch& command, const Proposal&,
                          const codec::Approve& approval) {
    accounts_.set_killed(command.scope, command.id, false);
    auto& event = events_.emit<codec::KillSwitchSet>();
    event.request_id = approval.request_id;
    event.id = command.id;
    event.operator_id = approval.operator_id;
    event.scope = command.scope;
}

void Approvals::carry_out(const codec::BustTrade& command, const Proposal& proposal,
                          const codec::Approve& approval) {
    const wallet::TradeRecord& trade =
        settlement_.bust(command.match_number, currency_of(command.match_number));

    auto& event = events_.emit<codec::TradeBusted>();
    event.request_id = approval.request_id;
    event.match_number = command.match_number;
    event.price = trade.price;
    event.quantity = trade.quantity;
    event.buyer_fee = trade.buyer_fee;
    event.seller_fee = trade.seller_fee;
    event.buyer = model::AccountId{trade.buyer + 1};
    event.seller = model::AccountId{trade.seller + 1};
    event.instrument = model::InstrumentId{trade.instrument + 1};
    event.proposed_by = proposal.operator_id;
    event.approved_by = approval.operator_id;
}

void Approvals::carry_out(const codec::CorrectTrade& command, const Proposal& proposal,
                          const codec::Approve& approval) {
    const wallet::TradeRecord trade = *settlement_.find_trade(command.match_number);
    settlement_.correct(command.match_number, command.price, currency_of(command.match_number));

    auto& event = events_.emit<codec::TradeCorrected>();
    event.request_id = approval.request_id;
    event.match_number = command.match_number;
    event.price_before = trade.price;
    event.price = command.price;
    event.quantity = trade.quantity;
    event.buyer = model::AccountId{trade.buyer + 1};
    event.seller = model::AccountId{trade.seller + 1};
    event.instrument = model::InstrumentId{trade.instrument + 1};
    event.proposed_by = proposal.operator_id;
    event.approved_by = approval.operator_id;
}

void Approvals::carry_out(const codec::SetRuleSet& command, const Proposal& proposal,
                          const codec::Approve& approval) {
    rules_.next = command.rule_set;
    auto& event = events_.emit<codec::RuleSetChanged>();
    event.request_id = approval.request_id;
    event.proposed_by = proposal.operator_id;
    event.approved_by = approval.operator_id;
    event.rule_set = command.rule_set;
    event.in_force = 0;
}

void Approvals::carry_out(const codec::EndDayEarly& command, const Proposal&,
                          const codec::Approve&) {
    day_to_end_ = command.business_date;
}

void Approvals::carry_out(const codec::SetBusinessDate& command, const Proposal& proposal,
                          const codec::Approve& approval) {
    codec::BusinessDateSet told{};
    told.request_id = approval.request_id;
    told.proposed_by = proposal.operator_id;
    told.approved_by = approval.operator_id;
    set_business_date(command.business_date, told);
}

void Approvals::add_to(base::RunningHash& hash) const {
    hash.add(last_proposal_);
    for (const Proposal& proposal : proposals_) {
        hash.add(proposal.number);
        if (proposal.number == 0) continue;
        hash.add((std::uint64_t{proposal.operator_id} << 16) | proposal.command_template);
        hash.add(std::span<const std::byte>(proposal.command));
    }
}

}  // namespace bw::engine
