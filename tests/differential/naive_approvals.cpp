// The kill switch, and what needs a second operator: its release, busts and corrections.
#include "differential/naive_places.hpp"

namespace bw::differential {

using model::KillScope;

namespace {

constexpr std::size_t most_proposals = 64;
constexpr std::uint32_t most_firms = 65'535;

}  // namespace

// ---- kill switch

template <class Switch>
NaiveExchange::Reason NaiveExchange::check_scope(const Switch& command) const {
    if (command.operator_id == 0 || command.scope > KillScope::market)
        return Reason::bad_configuration;
    if (command.scope == KillScope::account)
        return accounts_.contains(command.id) ? Reason::none : Reason::unknown_account;
    const bool fits = command.scope == KillScope::market
                          ? command.id == 0
                          : command.id >= 1 && command.id <= most_firms;
    return fits ? Reason::none : Reason::bad_configuration;
}

template <class Switch>
bool NaiveExchange::is_on(const Switch& command) const {
    if (command.scope == KillScope::market) return market_killed_;
    const auto& killed = command.scope == KillScope::firm ? killed_firms_ : killed_accounts_;
    return killed.contains(command.id);
}

template <class Switch>
void NaiveExchange::set_switch(const Switch& command, bool on) {
    if (command.scope == KillScope::market) {
        market_killed_ = on;
        return;
    }
    auto& killed = command.scope == KillScope::firm ? killed_firms_ : killed_accounts_;
    if (on)
        killed.insert(command.id);
    else
        killed.erase(command.id);
}

bool NaiveExchange::is_in_scope(const codec::KillSwitch& command, const Order& order) const {
    if (command.scope == KillScope::market) return true;
    if (command.scope == KillScope::account) return order.account == command.id;
    return accounts_.at(order.account).firm == command.id;
}

void NaiveExchange::on(const codec::KillSwitch& command) {
    if (const Reason reason = check_scope(command); reason != Reason::none)
        return reject(command, reason);
    set_switch(command, true);
    codec::KillSwitchSet event{};
    for (auto& [id, instrument] : instruments_)
        event.cancelled +=
            cancel_each(instrument, model::CancelReason::kill_switch,
                        [&](const Order& order) { return is_in_scope(command, order); });
    event.id = command.id;
    event.operator_id = command.operator_id;
    event.scope = command.scope;
    event.on = 1;
    emit(event);
}

// ---- checks of what is proposed

NaiveExchange::Reason NaiveExchange::check(const codec::ReleaseKillSwitch& command) const {
    if (const Reason reason = check_scope(command); reason != Reason::none) return reason;
    return is_on(command) ? Reason::none : Reason::bad_configuration;
}

NaiveExchange::Reason NaiveExchange::check_trade(model::MatchNumber number) const {
    const std::uint64_t match = number.value();
    if (match < 1 || match > trades_.size() || trades_.size() - match >= limits_.trades)
        return Reason::unknown_trade;
    const Trade& trade = trades_[match - 1];
    if (match <= instruments_.at(trade.instrument).last_match_before_split)
        return Reason::unknown_trade;
    return trade.busted ? Reason::trade_busted : Reason::none;
}

NaiveExchange::Reason NaiveExchange::check(const codec::BustTrade& command) const {
    if (command.operator_id == 0) return Reason::bad_configuration;
    if (const Reason reason = check_trade(command.match_number); reason != Reason::none)
        return reason;
    const Trade& trade = trades_[command.match_number.value() - 1];
    const int128 amount = static_cast<int128>(trade.price) * trade.quantity;
    if (shares(trade.buyer, trade.instrument).available() < trade.quantity)
        return Reason::insufficient_shares;
    if (cash(trade.seller, currency_of(trade.instrument)).available() < amount - trade.seller_fee)
        return Reason::insufficient_cash;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check(const codec::CorrectTrade& command) const {
    if (command.operator_id == 0) return Reason::bad_configuration;
    if (const Reason reason = check_trade(command.match_number); reason != Reason::none)
        return reason;
    const Trade& trade = trades_[command.match_number.value() - 1];
    const std::int64_t price = command.price.value();
    if (!is_price(instruments_.at(trade.instrument), price) || price == trade.price)
        return Reason::bad_price;
    if (!is_valid_price(instruments_.at(trade.instrument), price)) return Reason::price_off_tick;
    if (static_cast<int128>(price) * trade.quantity > int64_max) return Reason::value_overflow;
    const bool rises = price > trade.price;
    const int128 each = rises ? price - trade.price : trade.price - price;
    const int128 free =
        cash(rises ? trade.buyer : trade.seller, currency_of(trade.instrument)).available();
    return free < each * trade.quantity ? Reason::insufficient_cash : Reason::none;
}

void NaiveExchange::on(const codec::EndDayEarly& command) { propose(command); }

void NaiveExchange::on(const codec::SetBusinessDate& command) {
    if (command.operator_id != 0) return propose(command);
    const bool first = accounts_.empty() && instruments_.empty() && last_day_ == 0;
    if (!first || check(command) != Reason::none) return reject(command, Reason::bad_configuration);
    count_day(command.business_date, 0, 0);
}

void NaiveExchange::count_day(std::uint32_t date, std::uint32_t made_by,
                              std::uint32_t approved_by) {
    codec::BusinessDateSet event{};
    event.business_date = date;
    event.date_before = last_day_;
    event.proposed_by = made_by;
    event.approved_by = approved_by;
    last_day_ = date;
    emit(event);
}

NaiveExchange::Reason NaiveExchange::check(const codec::EndDayEarly& command) const {
    const bool sound = command.operator_id != 0 && is_business_date(command.business_date) &&
                       command.business_date > last_day_;
    return sound ? Reason::none : Reason::bad_configuration;
}

NaiveExchange::Reason NaiveExchange::check(const codec::SetBusinessDate& command) const {
    return is_business_date(command.business_date) && command.business_date != last_day_
               ? Reason::none
               : Reason::bad_configuration;
}

NaiveExchange::Reason NaiveExchange::check(const codec::SetRuleSet& command) const {
    const bool known = command.rule_set == model::RuleSet::version_1 ||
                       command.rule_set == model::RuleSet::version_2 ||
                       command.rule_set == model::RuleSet::version_3;
    return known && command.rule_set > rules_of_next_day_ ? Reason::none
                                                          : Reason::bad_configuration;
}

// ---- proposals

template <class Command>
void NaiveExchange::propose(const Command& command) {
    if (const Reason reason = check(command); reason != Reason::none)
        return reject(command, reason);
    if (proposals_.size() >= most_proposals)
        return reject(command, Reason::proposal_capacity_reached);
    proposals_[++proposals_made_] = {command, command.operator_id};
    codec::ProposalMade event{};
    event.proposal = proposals_made_;
    event.operator_id = command.operator_id;
    event.command_template = Command::template_id;
    emit(event);
}

void NaiveExchange::on(const codec::ReleaseKillSwitch& command) { propose(command); }
void NaiveExchange::on(const codec::BustTrade& command) { propose(command); }
void NaiveExchange::on(const codec::CorrectTrade& command) { propose(command); }

void NaiveExchange::on(const codec::SetRuleSet& command) {
    if (command.operator_id != 0) return propose(command);
    const bool empty = accounts_.empty() && instruments_.empty();
    if (!empty || rules_ != model::RuleSet::version_1 || check(command) != Reason::none) {
        const bool again = empty && rules_ == model::RuleSet::version_1 &&
                           command.rule_set == model::RuleSet::version_1;
        if (!again) return reject(command, Reason::bad_configuration);
    }
    rules_ = rules_of_next_day_ = command.rule_set;
    codec::RuleSetChanged event{};
    event.rule_set = command.rule_set;
    event.in_force = 1;
    emit(event);
}

void NaiveExchange::on(const codec::Approve& command) {
    if (command.operator_id == 0) return reject(command, Reason::bad_configuration);
    const auto found = proposals_.find(command.proposal);
    if (found == proposals_.end()) return reject(command, Reason::unknown_proposal);
    const Proposal proposal = found->second;
    if (proposal.made_by == command.operator_id) return reject(command, Reason::same_operator);
    const Reason reason =
        std::visit([&](const auto& proposed) { return check(proposed); }, proposal.command);
    if (reason != Reason::none) return reject(command, reason);
    proposals_.erase(found);
    std::visit(
        [&](const auto& proposed) { carry_out(proposed, proposal.made_by, command.operator_id); },
        proposal.command);
}

void NaiveExchange::carry_out(const codec::ReleaseKillSwitch& command, std::uint32_t,
                              std::uint32_t approved_by) {
    set_switch(command, false);
    codec::KillSwitchSet event{};
    event.id = command.id;
    event.operator_id = approved_by;
    event.scope = command.scope;
    emit(event);
}

void NaiveExchange::carry_out(const codec::BustTrade& command, std::uint32_t made_by,
                              std::uint32_t approved_by) {
    Trade& trade = trades_[command.match_number.value() - 1];
    trade.busted = true;
    const int128 amount = static_cast<int128>(trade.price) * trade.quantity;
    const std::string currency = currency_of(trade.instrument);
    position(trade.buyer, trade.instrument).total -= trade.quantity;
    position(trade.seller, trade.instrument).total += trade.quantity;
    cash_[{trade.seller, currency}].total -= amount - trade.seller_fee;
    cash_[{trade.buyer, currency}].total += amount + trade.buyer_fee;
    fees_[currency] -= trade.buyer_fee + trade.seller_fee;

    codec::TradeBusted event{};
    event.match_number = command.match_number;
    event.price = model::Price{trade.price};
    event.quantity = model::Quantity{trade.quantity};
    event.buyer_fee = model::Money{narrow(trade.buyer_fee)};
    event.seller_fee = model::Money{narrow(trade.seller_fee)};
    event.buyer = model::AccountId{trade.buyer};
    event.seller = model::AccountId{trade.seller};
    event.instrument = model::InstrumentId{trade.instrument};
    event.proposed_by = made_by;
    event.approved_by = approved_by;
    emit(event);
}

void NaiveExchange::carry_out(const codec::CorrectTrade& command, std::uint32_t made_by,
                              std::uint32_t approved_by) {
    Trade& trade = trades_[command.match_number.value() - 1];
    const std::int64_t before = trade.price;
    trade.price = command.price.value();
    const int128 difference = static_cast<int128>(trade.price - before) * trade.quantity;
    const std::string currency = currency_of(trade.instrument);
    cash_[{trade.buyer, currency}].total -= difference;
    cash_[{trade.seller, currency}].total += difference;

    codec::TradeCorrected event{};
    event.match_number = command.match_number;
    event.price_before = model::Price{before};
    event.price = command.price;
    event.quantity = model::Quantity{trade.quantity};
    event.buyer = model::AccountId{trade.buyer};
    event.seller = model::AccountId{trade.seller};
    event.instrument = model::InstrumentId{trade.instrument};
    event.proposed_by = made_by;
    event.approved_by = approved_by;
    emit(event);
}

void NaiveExchange::carry_out(const codec::SetRuleSet& command, std::uint32_t made_by,
                              std::uint32_t approved_by) {
    rules_of_next_day_ = command.rule_set;
    codec::RuleSetChanged event{};
    event.proposed_by = made_by;
    event.approved_by = approved_by;
    event.rule_set = command.rule_set;
    emit(event);
}

void NaiveExchange::carry_out(const codec::EndDayEarly& command, std::uint32_t, std::uint32_t) {
    end_day(command.business_date);
}

void NaiveExchange::carry_out(const codec::SetBusinessDate& command, std::uint32_t made_by,
                              std::uint32_t approved_by) {
    count_day(command.business_date, made_by, approved_by);
}

}  // namespace bw::differential
