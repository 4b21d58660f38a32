// Commands about accounts: opening, limits, transfers, fees, the end of a day, the kill switch and
// approvals.
#include "differential/generator_fields.hpp"
#include "model/rules.hpp"

namespace bw::differential {

Bytes CommandGenerator::open_account() {
    codec::OpenAccount command{};
    command.request_id = request();
    command.reference =
        random_.permille(600)
            ? client_id()
            : *model::ClientOrderId::from("account-" + std::to_string(random_.below(20)));
    command.firm = static_cast<std::uint32_t>(random_.below(firms + 1));
    if (random_.permille(100)) command.firm = wild_count();
    return framed(command);
}

Bytes CommandGenerator::set_account_state() {
    codec::SetAccountState command{};
    command.request_id = request();
    command.account = account();
    const std::uint64_t kind = random_.below(100);
    command.state =
        kind < 94 ? model::AccountState::active : static_cast<model::AccountState>(kind % 4);
    return framed(command);
}

Bytes CommandGenerator::set_account_limits() {
    codec::SetAccountLimits command{};
    command.request_id = request();
    command.account = account();
    const bool any = random_.permille(500);
    const auto bites = [&] { return any && random_.permille(150); };
    command.max_order_quantity =
        bites() ? model::Quantity{random_.below(100)} : model::unlimited_quantity;
    command.max_order_value =
        bites() ? model::Money{static_cast<std::int64_t>(random_.below(30'000'000))}
                : model::unlimited_money;
    command.max_daily_quantity =
        bites() ? model::Quantity{random_.below(3'000)} : model::unlimited_quantity;
    command.max_daily_value =
        bites() ? model::Money{static_cast<std::int64_t>(random_.below(900'000'000))}
                : model::unlimited_money;
    command.max_open_orders =
        bites() ? static_cast<std::uint32_t>(random_.below(12)) : model::unlimited_count;
    if (random_.permille(30)) command.max_order_value = model::Money{wild_number()};
    if (random_.permille(30)) command.max_daily_value = model::Money{wild_number()};
    return framed(command);
}

Bytes CommandGenerator::set_self_trade_prevention_of_one() {
    return set_self_trade_prevention(account());
}

/// Few groups for all accounts, so that they meet.
Bytes CommandGenerator::set_self_trade_prevention(model::AccountId of) {
    codec::SetSelfTradePrevention command{};
    command.request_id = request();
    command.account = of;
    if (random_.permille(650))
        command.mode = static_cast<model::SelfTradePrevention>(1 + random_.below(4));
    if (command.mode != model::SelfTradePrevention::none)
        command.group = 7 + static_cast<std::uint32_t>(random_.below(3));
    if (random_.permille(20))
        command.mode = static_cast<model::SelfTradePrevention>(random_.below(256));
    if (random_.permille(20)) command.group = static_cast<std::uint32_t>(wild_number());
    return framed(command);
}

Bytes CommandGenerator::set_account_fee_tier() {
    codec::SetAccountFeeTier command{};
    command.request_id = request();
    command.account = account();
    command.tier =
        random_.permille(950) ? static_cast<std::uint32_t>(random_.below(3)) : wild_count();
    return framed(command);
}

Bytes CommandGenerator::move_cash() {
    codec::MoveCash command{};
    command.request_id = request();
    command.account = account();
    command.currency = currency();
    command.amount = model::Money{random_.between(-3'000'000'000, 3'000'000'000)};
    if (random_.permille(60)) command.amount = model::Money{wild_number()};
    command.reference = client_id();
    return framed(command);
}

Bytes CommandGenerator::move_shares() {
    codec::MoveShares command{};
    command.request_id = request();
    command.account = account();
    command.instrument = instrument();
    command.quantity = random_.between(-20'000, 20'000);
    if (random_.permille(60)) command.quantity = wild_number();
    command.reference = client_id();
    return framed(command);
}

Bytes CommandGenerator::deposit_shares(model::AccountId to, model::InstrumentId id) {
    codec::MoveShares command{};
    command.request_id = request();
    command.account = to;
    command.instrument = id;
    command.quantity = 5'000;
    return framed(command);
}

Bytes CommandGenerator::set_fees() {
    codec::SetFees command{};
    command.request_id = request();
    const auto rate = [&](std::int64_t least) {
        const std::int64_t most = random_.permille(800) ? 3'000 : 100'010;
        return model::FeeRate{static_cast<std::int32_t>(random_.between(-least * most / 4, most))};
    };
    command.maker = rate(1);
    command.taker = rate(0);
    command.auction = rate(0);
    command.tier = static_cast<std::uint32_t>(random_.below(3));
    if (random_.permille(20)) command.tier = static_cast<std::uint32_t>(random_.below(20));
    if (random_.permille(20)) command.auction = rate(1);
    if (random_.permille(20)) command.taker = rate(1);
    return framed(command);
}

Bytes CommandGenerator::end_day() {
    codec::EndDay command{};
    command.request_id = request();
    if (random_.permille(700)) ++date_;
    command.business_date =
        random_.permille(50) ? static_cast<std::uint32_t>(random_.below(19'000'102)) : date_;
    return framed(command);
}

// ---- kill switch and approvals

Bytes CommandGenerator::kill_switch() {
    codec::KillSwitch command{};
    command.request_id = request();
    command.operator_id = operator_id();
    const std::uint64_t kind = random_.below(100);
    command.scope = kind < 60   ? model::KillScope::account
                    : kind < 95 ? model::KillScope::firm
                                : model::KillScope::market;
    if (command.scope == model::KillScope::account) command.id = account().value();
    if (command.scope == model::KillScope::firm)
        command.id = 1 + static_cast<std::uint32_t>(random_.below(firms));
    if (random_.permille(40)) command.id = wild_count();
    if (random_.permille(30)) command.scope = static_cast<model::KillScope>(random_.below(256));
    return framed(command);
}

Bytes CommandGenerator::release_kill_switch() {
    codec::ReleaseKillSwitch command{};
    command.request_id = request();
    command.operator_id = operator_id();
    const Switch target =
        switches_.empty() ? Switch{model::KillScope::account, 1} : random_.one_of(switches_);
    command.scope = target.scope;
    command.id = target.id;
    if (random_.permille(40)) command.id = wild_count();
    if (random_.permille(30)) command.scope = static_cast<model::KillScope>(random_.below(256));
    return framed(command);
}

Bytes CommandGenerator::bust_trade() {
    codec::BustTrade command{};
    command.request_id = request();
    command.operator_id = operator_id();
    command.match_number = model::MatchNumber{random_.one_of(trades_).match};
    if (random_.permille(20))
        command.match_number = model::MatchNumber{static_cast<std::uint64_t>(wild_number())};
    return framed(command);
}

Bytes CommandGenerator::correct_trade() {
    codec::CorrectTrade command{};
    command.request_id = request();
    command.operator_id = operator_id();
    const SeenTrade& trade = random_.one_of(trades_);
    command.match_number = model::MatchNumber{trade.match};
    const std::int64_t tick = market_of(model::InstrumentId{trade.instrument}).tick_here();
    command.price = model::Price{trade.price + random_.between(-8, 8) * tick};
    if (random_.permille(50)) command.price = model::Price{trade.price + random_.between(-8, 8)};
    if (random_.permille(50)) command.price = model::Price{wild_number()};
    return framed(command);
}

Bytes CommandGenerator::end_day_early() {
    codec::EndDayEarly command{};
    command.request_id = request();
    command.operator_id = operator_id();
    command.business_date = random_.permille(100) ? wild_count() : date_ + 1;
    return framed(command);
}

/// Most often a day back: the next ends of days are as before.
Bytes CommandGenerator::set_business_date() {
    codec::SetBusinessDate command{};
    command.request_id = request();
    command.operator_id = operator_id();
    command.business_date = random_.permille(100) ? wild_count() : date_ - 1;
    return framed(command);
}

Bytes CommandGenerator::set_rule_set() {
    codec::SetRuleSet command{};
    command.request_id = request();
    command.operator_id = operator_id();
    command.rule_set = random_.permille(800) ? model::newest_rule_set
                                             : static_cast<model::RuleSet>(random_.below(5));
    return framed(command);
}

Bytes CommandGenerator::approve() {
    codec::Approve command{};
    command.request_id = request();
    command.operator_id = operator_id();
    if (!proposals_.empty())
        command.proposal =
            random_.permille(500) ? proposals_.back().number : random_.one_of(proposals_).number;
    if (random_.permille(30)) command.proposal = random_.below(command.proposal + 10);
    approving_ = command.proposal;
    return framed(command);
}

}  // namespace bw::differential
