// What may need two persons: kill switches and their release, busted and corrected trades.
#include <bit>

#include "engine/walk.hpp"

namespace bw::engine {

using model::KillScope;
using model::Side;

namespace {

constexpr std::uint32_t firm_max = 65'535;

}  // namespace

template <class Command>
RejectReason Engine::State::check_scope(const Command& command) const {
    if (command.operator_id == 0) return RejectReason::bad_configuration;
    switch (command.scope) {
        case KillScope::account:
            return known(model::AccountId{command.id}) ? RejectReason::none
                                                       : RejectReason::unknown_account;
        case KillScope::firm:
            return command.id >= 1 && command.id <= firm_max ? RejectReason::none
                                                             : RejectReason::bad_configuration;
        case KillScope::market:
            return command.id == 0 ? RejectReason::none : RejectReason::bad_configuration;
    }
    return RejectReason::bad_configuration;
}

bool Engine::State::is_killed(KillScope scope, std::uint32_t id) const {
    switch (scope) {
        case KillScope::account: return account(model::AccountId{id}).killed;
        case KillScope::firm: return killed_firms_[id] != 0;
        case KillScope::market: return market_killed_;
    }
    return false;
}

void Engine::State::set_killed(KillScope scope, std::uint32_t id, bool on) {
    switch (scope) {
        case KillScope::account: account(model::AccountId{id}).killed = on; break;
        case KillScope::firm: killed_firms_[id] = on ? 1 : 0; break;
        case KillScope::market: market_killed_ = on; break;
    }
    block_accounts();
}

/// Every account's own answer to "is any kill switch on", so that an order asks one byte.
void Engine::State::block_accounts() {
    for (std::uint32_t a = 0; a < account_count_; ++a)
        accounts_[a].blocked =
            accounts_[a].killed || killed_firms_[accounts_[a].firm] != 0 || market_killed_;
}

void Engine::State::on(const codec::KillSwitch& command) {
    if (const auto reason = check_scope(command); reason != RejectReason::none)
        return refuse(command, reason);
    set_killed(command.scope, command.id, true);
    touched_ = Touched::everything;
    const auto meant = [&](const Order& order) {
        switch (command.scope) {
            case KillScope::account: return order.account + 1 == command.id;
            case KillScope::firm: return accounts_[order.account].firm == command.id;
            case KillScope::market: return true;
        }
        return false;
    };
    std::uint32_t cancelled = 0;
    for (std::uint32_t i = 0; i < instrument_count_; ++i)
        for (const Side side : {Side::buy, Side::sell})
            walk(i, side, [&](OrderSlot slot) {
                if (!meant(orders_[slot])) return;
                if (planted(Fault::kill_switch_forgets_stops) && orders_[slot].place == Place::stop)
                    return;
                cancel_resting(slot, command.request_id, model::CancelReason::kill_switch);
                ++cancelled;
            });
    auto& event = emit<codec::KillSwitchSet>();
    event.request_id = command.request_id;
    event.id = command.id;
    event.operator_id = command.operator_id;
    event.cancelled = cancelled;
    event.scope = command.scope;
    event.on = 1;
}

RejectReason Engine::State::check(const codec::ReleaseKillSwitch& command) const {
    if (const auto reason = check_scope(command); reason != RejectReason::none) return reason;
    return is_killed(command.scope, command.id) ? RejectReason::none
                                                : RejectReason::bad_configuration;
}

const TradeRecord* Engine::State::find_trade(model::MatchNumber number) const {
    if (number.value() == 0 || number.value() > last_match_ ||
        last_match_ - number.value() >= limits_.trades)
        return nullptr;
    const TradeRecord& trade = trades_[number.value() & (limits_.trades - 1)];
    return number < listings_[trade.instrument].trades_from ? nullptr : &trade;
}

RejectReason Engine::State::check_trade(model::MatchNumber number) const {
    const TradeRecord* trade = find_trade(number);
    if (trade == nullptr) return RejectReason::unknown_trade;
    return trade->busted ? RejectReason::trade_busted : RejectReason::none;
}

RejectReason Engine::State::check(const codec::BustTrade& command) const {
    if (command.operator_id == 0) return RejectReason::bad_configuration;
    if (const auto reason = check_trade(command.match_number); reason != RejectReason::none)
        return reason;
    const TradeRecord& trade = *find_trade(command.match_number);
    const auto position = wallet_.find_position(trade.buyer, trade.instrument);
    if (wallet_.position(position).available() < trade.quantity)
        return RejectReason::insufficient_shares;
    const model::Money amount = *model::notional(trade.price, trade.quantity);
    const wallet::Cash& cash = wallet_.cash(trade.seller, instruments_[trade.instrument].currency);
    return cash.available() >= amount - trade.seller_fee ? RejectReason::none
                                                         : RejectReason::insufficient_cash;
}

RejectReason Engine::State::check(const codec::CorrectTrade& command) const {
    if (command.operator_id == 0) return RejectReason::bad_configuration;
    if (const auto reason = check_trade(command.match_number); reason != RejectReason::none)
        return reason;
    const TradeRecord& trade = *find_trade(command.match_number);
    if (command.price < model::Price{1} || command.price > model::max_price ||
        command.price == trade.price)
        return RejectReason::bad_price;
    if (!valid_price(trade.instrument, command.price)) return RejectReason::price_off_tick;
    const auto amount = model::notional(command.price, trade.quantity);
    if (!amount) return RejectReason::value_overflow;
    const model::Money difference = *amount - *model::notional(trade.price, trade.quantity);
    const bool buyer_pays = difference > model::Money{0};
    const wallet::Cash& payer = wallet_.cash(buyer_pays ? trade.buyer : trade.seller,
                                             instruments_[trade.instrument].currency);
    const model::Money due = buyer_pays ? difference : model::Money{0} - difference;
    return payer.available() >= due ? RejectReason::none : RejectReason::insufficient_cash;
}

void Engine::State::on(const codec::ReleaseKillSwitch& command) { propose(command); }
void Engine::State::on(const codec::BustTrade& command) { propose(command); }
void Engine::State::on(const codec::CorrectTrade& command) { propose(command); }

template <class Command>
void Engine::State::propose(const Command& command) {
    if (const auto reason = check(command); reason != RejectReason::none)
        return refuse(command, reason);
    Proposal* free = nullptr;
    for (Proposal& proposal : proposals_)
        if (proposal.number == 0 && free == nullptr) free = &proposal;
    if (free == nullptr) return refuse(command, RejectReason::full_proposals);
    *free = {};
    free->number = ++last_proposal_;
    free->operator_id = command.operator_id;
    free->command_template = Command::template_id;
    std::memcpy(free->command.data(), &command, sizeof command);
    auto& event = emit<codec::ProposalMade>();
    event.request_id = command.request_id;
    event.proposal = free->number;
    event.operator_id = command.operator_id;
    event.command_template = Command::template_id;
}

void Engine::State::on(const codec::Approve& command) {
    if (command.operator_id == 0) return refuse(command, RejectReason::bad_configuration);
    for (Proposal& proposal : proposals_) {
        if (command.proposal == 0 || proposal.number != command.proposal) continue;
        const RejectReason reason =
            proposal.operator_id == command.operator_id && !planted(Fault::one_operator_suffices)
                ? RejectReason::same_operator
                : approve(proposal, command);
        if (reason != RejectReason::none) refuse(command, reason);
        return;
    }
    refuse(command, RejectReason::unknown_proposal);
}

RejectReason Engine::State::approve(Proposal& proposal, const codec::Approve& command) {
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
        default: BW_ASSERT(false);
    }
    if (reason == RejectReason::none) proposal = {};
    return reason;
}

template <class Command>
RejectReason Engine::State::approve_as(const Proposal& proposal, const codec::Approve& command) {
    Command proposed;
    std::memcpy(&proposed, proposal.command.data(), sizeof proposed);
    const RejectReason reason = check(proposed);
    if (reason == RejectReason::none) carry_out(proposed, proposal, command);
    return reason;
}

void Engine::State::carry_out(const codec::ReleaseKillSwitch& command, const Proposal&,
                              const codec::Approve& approval) {
    set_killed(command.scope, command.id, false);
    auto& event = emit<codec::KillSwitchSet>();
    event.request_id = approval.request_id;
    event.id = command.id;
    event.operator_id = approval.operator_id;
    event.scope = command.scope;
}

void Engine::State::carry_out(const codec::BustTrade& command, const Proposal& proposal,
                              const codec::Approve& approval) {
    TradeRecord& trade = trades_[command.match_number.value() & (limits_.trades - 1)];
    const model::Money amount = *model::notional(trade.price, trade.quantity);
    wallet_.position(wallet_.find_position(trade.buyer, trade.instrument)).total -= trade.quantity;
    wallet_.position(wallet_.find_position(trade.seller, trade.instrument)).total += trade.quantity;
    cash_of(trade, trade.seller).total -= amount - trade.seller_fee;
    cash_of(trade, trade.buyer).total += amount + trade.buyer_fee;
    if (!planted(Fault::bust_keeps_the_fees))
        currencies_[instruments_[trade.instrument].currency].fees -=
            trade.buyer_fee + trade.seller_fee;
    trade.busted = true;

    auto& event = emit<codec::TradeBusted>();
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

void Engine::State::carry_out(const codec::CorrectTrade& command, const Proposal& proposal,
                              const codec::Approve& approval) {
    TradeRecord& trade = trades_[command.match_number.value() & (limits_.trades - 1)];
    const model::Money difference = *model::notional(command.price, trade.quantity) -
                                    *model::notional(trade.price, trade.quantity);
    cash_of(trade, trade.buyer).total -= difference;
    cash_of(trade, trade.seller).total += difference;

    auto& event = emit<codec::TradeCorrected>();
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
    trade.price = command.price;
}

}  // namespace bw::engine
