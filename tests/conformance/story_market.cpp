// What operators and timers send about instruments, trades and the market as a whole.
#include "conformance/story_runner.hpp"

namespace bw::conformance {
namespace {

model::Ppm ppm(const std::string& word) {
    return model::Ppm{static_cast<std::uint32_t>(percent(word))};
}

std::uint32_t operator_of(const Words& words) { return whole32(after(words, "by").value_or("")); }

}  // namespace

/// `usual market`: what most stories begin with.
StoryRunner::Answers StoryRunner::usual_market() {
    Answers out;
    const auto play = [&](const std::string& line) {
        for (std::string& answer : perform(words_of(line))) out.push_back(std::move(answer));
    };
    play("instrument ACME tick 0.01 lot 1 reference 100 collar 10% currency USD");
    play("account buyer seller maker1 maker2");
    for (const std::string account : {"buyer", "seller", "maker1", "maker2"}) {
        play("deposit " + account + " 100000 USD");
        play("deposit " + account + " 1000 ACME");
    }
    return out;
}

StoryRunner::Answers StoryRunner::list_or_configure(const Words& words, bool listing) {
    const std::string& symbol = at(words, 1);
    codec::ConfigureInstrument command{};
    if (const auto known = instruments_.find(symbol); !listing && known != instruments_.end())
        command = known->second;
    else if (!listing)
        command.instrument = instrument_of(symbol);
    if (listing) command.max_order_quantity = model::unlimited_quantity;
    if (listing) command.max_order_value = model::unlimited_money;
    if (listing) command.lot_size = model::Quantity{1};
    command.symbol = text<model::Symbol>(symbol);
    if (const auto word = after(words, "tick")) command.tick_size = model::Price{decimal(*word)};
    if (const auto word = after(words, "lot")) command.lot_size = model::Quantity{whole(*word)};
    if (const auto word = after(words, "reference"))
        command.reference_price = model::Price{decimal(*word)};
    if (const auto word = after(words, "collar")) command.collar = ppm(*word);
    if (const auto word = after(words, "currency")) command.currency = text<model::Currency>(*word);
    if (const auto word = after(words, "max_quantity"))
        command.max_order_quantity = model::Quantity{whole(*word)};
    if (const auto word = after(words, "max_value"))
        command.max_order_value = model::Money{decimal(*word)};
    return send(command);
}

/// `halt ACME news_pending`, `resume ACME`, `phase ACME opening_auction`, `phase all trading`;
/// `phase_9` sends a raw number.
StoryRunner::Answers StoryRunner::set_phase(const Words& words, const std::string& state) {
    codec::SetInstrumentState command{};
    command.instrument = instrument_or_all(at(words, 1));
    command.state = value_named<model::InstrumentState>(state.empty() ? at(words, 2) : state);
    const std::size_t reason = state.empty() ? 3 : 2;
    if (words.size() > reason) command.reason = value_named<model::HaltReason>(words[reason]);
    return send(command);
}

/// `bands ACME static 10% dynamic 5%`.
StoryRunner::Answers StoryRunner::set_bands(const Words& words) {
    codec::SetPriceBands command{};
    command.instrument = instrument_of(at(words, 1));
    command.static_band = ppm(after(words, "static").value_or("0%"));
    command.dynamic_band = ppm(after(words, "dynamic").value_or("0%"));
    return send(command);
}

/// `limit_bands ACME 95 105`, `limit_bands ACME none`.
StoryRunner::Answers StoryRunner::set_limit_bands(const Words& words) {
    codec::SetLimitBands command{};
    command.instrument = instrument_of(at(words, 1));
    if (at(words, 2) == "none") return send(command);
    command.lower = model::Price{decimal(words[2])};
    command.upper = model::Price{decimal(at(words, 3))};
    return send(command);
}

/// `allocation ACME pro_rata`, `allocation ACME lead account maker1 share 40%`.
StoryRunner::Answers StoryRunner::set_allocation(const Words& words) {
    codec::SetAllocation command{};
    command.instrument = instrument_of(at(words, 1));
    command.allocation = value_named<model::Allocation>(at(words, 2));
    if (const auto account = after(words, "account")) command.lead_account = account_of(*account);
    command.lead_share = ppm(after(words, "share").value_or("0%"));
    return send(command);
}

/// `ticks ACME from 10 tick 0.05 from 100 tick 0.5`, `ticks ACME none`; `rows 5` says another
/// number of rows than there are.
StoryRunner::Answers StoryRunner::set_ticks(const Words& words) {
    codec::SetTickTable command{};
    command.instrument = instrument_of(at(words, 1));
    model::Price* const rows[4][2] = {{&command.from_price_1, &command.tick_1},
                                      {&command.from_price_2, &command.tick_2},
                                      {&command.from_price_3, &command.tick_3},
                                      {&command.from_price_4, &command.tick_4}};
    for (std::size_t i = 2; i + 3 < words.size() && words[i] == "from"; i += 4) {
        if (command.rows == 4 || words[i + 2] != "tick") unreadable("no row of a tick table");
        *rows[command.rows][0] = model::Price{decimal(words[i + 1])};
        *rows[command.rows++][1] = model::Price{decimal(words[i + 3])};
    }
    if (const auto count = after(words, "rows")) command.rows = whole32(*count);
    return send(command);
}

/// `quote ACME 99 101`, `quote ACME none`.
StoryRunner::Answers StoryRunner::set_quote(const Words& words) {
    codec::SetReferenceQuote command{};
    command.instrument = instrument_of(at(words, 1));
    if (at(words, 2) == "none") return send(command);
    command.bid = model::Price{decimal(words[2])};
    command.ask = model::Price{decimal(at(words, 3))};
    return send(command);
}

/// `indicative ACME`, `indicative all`.
StoryRunner::Answers StoryRunner::publish_indicative(const Words& words) {
    codec::PublishIndicative command{};
    command.instrument = instrument_or_all(at(words, 1));
    return send(command);
}

/// `pause ACME`: if the latest limit state of the story still lasts; `pause ACME since 7`: since
/// command 7.
StoryRunner::Answers StoryRunner::pause(const Words& words) {
    codec::PauseOnLimitState command{};
    command.instrument = instrument_of(at(words, 1));
    const auto since = after(words, "since");
    command.since = since ? model::SequenceNumber{whole(*since)} : limit_state_since_;
    return send(command);
}

/// `breaker 1`.
StoryRunner::Answers StoryRunner::trip_breaker(const Words& words) {
    codec::TripBreaker command{};
    command.level = static_cast<std::uint8_t>(whole(at(words, 1)));
    return send(command);
}

/// `storage scarce`, `storage ample`; a number stands for itself.
StoryRunner::Answers StoryRunner::set_storage(const Words& words) {
    codec::SetStorageState command{};
    const std::string& state = at(words, 1);
    if (state == "scarce")
        command.scarce = 1;
    else if (state != "ample")
        command.scarce = static_cast<std::uint8_t>(whole(state));
    return send(command);
}

/// `split ACME 2 for 1`: each share becomes two.
StoryRunner::Answers StoryRunner::split(const Words& words) {
    codec::SplitShares command{};
    command.instrument = instrument_of(at(words, 1));
    command.numerator = whole32(at(words, 2));
    command.denominator = whole32(after(words, "for").value_or(""));
    return send(command);
}

/// `symbol ACME BOLT`.
StoryRunner::Answers StoryRunner::change_symbol(const Words& words) {
    codec::ChangeSymbol command{};
    command.instrument = instrument_of(at(words, 1));
    command.symbol = text<model::Symbol>(at(words, 2));
    return send(command);
}

StoryRunner::Answers StoryRunner::delist(const Words& words) {
    codec::Delist command{};
    command.instrument = instrument_of(at(words, 1));
    return send(command);
}

/// `kill account buyer by 1`, `kill firm 7 by 1`, `kill market by 1`; `release …` likewise; `id 3`
/// and `scope_9` send raw numbers.
template <class Switch>
StoryRunner::Answers StoryRunner::kill_switch(const Words& words) {
    Switch command{};
    command.scope = value_named<model::KillScope>(at(words, 1));
    if (command.scope == model::KillScope::account) command.id = account_of(at(words, 2)).value();
    if (command.scope == model::KillScope::firm) command.id = whole32(at(words, 2));
    if (const auto id = after(words, "id")) command.id = whole32(*id);
    command.operator_id = operator_of(words);
    return send(command);
}
template StoryRunner::Answers StoryRunner::kill_switch<codec::KillSwitch>(const Words&);
template StoryRunner::Answers StoryRunner::kill_switch<codec::ReleaseKillSwitch>(const Words&);

/// `bust 1 by 1`: match number and operator.
StoryRunner::Answers StoryRunner::bust(const Words& words) {
    codec::BustTrade command{};
    command.match_number = model::MatchNumber{whole(at(words, 1))};
    command.operator_id = operator_of(words);
    return send(command);
}

/// `correct 1 @ 99.50 by 1`.
StoryRunner::Answers StoryRunner::correct(const Words& words) {
    codec::CorrectTrade command{};
    command.match_number = model::MatchNumber{whole(at(words, 1))};
    command.price = model::Price{decimal(after(words, "@").value_or(""))};
    command.operator_id = operator_of(words);
    return send(command);
}

/// `approve 1 by 2`: proposal and operator.
StoryRunner::Answers StoryRunner::approve(const Words& words) {
    codec::Approve command{};
    command.proposal = whole(at(words, 1));
    command.operator_id = operator_of(words);
    return send(command);
}

/// `last_day 20260105 by 1`: proposes that it is; without an operator as the exchange itself would.
StoryRunner::Answers StoryRunner::set_business_date(const Words& words) {
    codec::SetBusinessDate command{};
    command.business_date = whole32(at(words, 1));
    if (after(words, "by")) command.operator_id = operator_of(words);
    return send(command);
}

/// `rules version_2 by 1`: proposes them; without an operator: as the exchange itself would.
StoryRunner::Answers StoryRunner::set_rules(const Words& words) {
    codec::SetRuleSet command{};
    command.rule_set = value_named<model::RuleSet>(at(words, 1));
    if (after(words, "by")) command.operator_id = operator_of(words);
    return send(command);
}

}  // namespace bw::conformance
