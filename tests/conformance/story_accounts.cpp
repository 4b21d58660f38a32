// Accounts, transfers, fees and the day, as operators and timers send them.
#include "conformance/story_runner.hpp"

namespace bw::conformance {

/// `account buyer seller`, `account broker firm 7`.
StoryRunner::Answers StoryRunner::open_accounts(const Words& words) {
    Answers out;
    const std::uint32_t firm = whole32(after(words, "firm").value_or("0"));
    for (std::size_t i = 1; i < words.size() && words[i] != "firm"; ++i) {
        codec::OpenAccount command{};
        command.reference = text<model::ClientOrderId>(words[i]);
        command.firm = firm;
        for (std::string& line : send(command)) out.push_back(std::move(line));
    }
    return out;
}

/// `deposit buyer 1000 USD`, `withdraw seller 5 ACME id t1`: shares if the word is a listed symbol,
/// otherwise cash.
StoryRunner::Answers StoryRunner::move(const Words& words, std::int64_t sign) {
    const model::AccountId account = account_of(at(words, 1));
    const std::string& what = at(words, 3);
    const auto reference = text<model::ClientOrderId>(after(words, "id").value_or("empty"));
    if (instruments_.contains(what) || what == "NOPE") {
        codec::MoveShares command{};
        command.account = account;
        command.instrument = instrument_of(what);
        command.quantity = sign * static_cast<std::int64_t>(whole(at(words, 2)));
        command.reference = reference;
        return send(command);
    }
    codec::MoveCash command{};
    command.account = account;
    command.currency = text<model::Currency>(what);
    command.amount = model::Money{sign * decimal(at(words, 2))};
    command.reference = reference;
    return send(command);
}

StoryRunner::Answers StoryRunner::set_limits(const Words& words) {
    codec::SetAccountLimits command{};
    command.account = account_of(at(words, 1));
    const auto quantity = [&](const char* key) {
        const auto word = after(words, key);
        return word ? model::Quantity{whole(*word)} : model::unlimited_quantity;
    };
    const auto money = [&](const char* key) {
        const auto word = after(words, key);
        return word ? model::Money{decimal(*word)} : model::unlimited_money;
    };
    command.max_order_quantity = quantity("order_quantity");
    command.max_order_value = money("order_value");
    command.max_daily_quantity = quantity("daily_quantity");
    command.max_daily_value = money("daily_value");
    const auto open = after(words, "open_orders");
    command.max_open_orders = open ? whole32(*open) : model::unlimited_count;
    return send(command);
}

StoryRunner::Answers StoryRunner::set_state(const Words& words) {
    codec::SetAccountState command{};
    command.account = account_of(at(words, 1));
    command.state = value_named<model::AccountState>(at(words, 2));
    return send(command);
}

/// `self-trade buyer group 7 cancel_newest`, `self-trade buyer none`; mode_N sends a raw number.
StoryRunner::Answers StoryRunner::set_self_trade_prevention(const Words& words) {
    codec::SetSelfTradePrevention command{};
    command.account = account_of(at(words, 1));
    if (const auto group = after(words, "group")) command.group = whole32(*group);
    command.mode = value_named<model::SelfTradePrevention>(words.back());
    return send(command);
}

/// `tier buyer 3`.
StoryRunner::Answers StoryRunner::set_tier(const Words& words) {
    codec::SetAccountFeeTier command{};
    command.account = account_of(at(words, 1));
    command.tier = whole32(at(words, 2));
    return send(command);
}

/// `fees maker 0.1% taker 0.2%`, `fees tier 2 maker -0.05% taker 0.1% auction 0.02%`.
StoryRunner::Answers StoryRunner::set_fees(const Words& words) {
    const auto rate = [&](const char* key) {
        return model::FeeRate{static_cast<std::int32_t>(percent(after(words, key).value_or("0%")))};
    };
    codec::SetFees command{};
    command.maker = rate("maker");
    command.taker = rate("taker");
    command.auction = rate("auction");
    command.tier = whole32(after(words, "tier").value_or("0"));
    return send(command);
}

/// By an operator: a proposal to end it early.
StoryRunner::Answers StoryRunner::end_day(const Words& words) {
    if (const auto by = after(words, "by")) {
        codec::EndDayEarly early{};
        early.business_date = whole32(at(words, 1));
        early.operator_id = whole32(*by);
        return send(early);
    }
    codec::EndDay command{};
    command.business_date = whole32(at(words, 1));
    return send(command);
}

}  // namespace bw::conformance
