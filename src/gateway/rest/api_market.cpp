// Routes for operators that concern the market: phases, auctions, bands, allocation, corporate
// actions, the end of the day, kill switches, busts and corrections. A bust, a correction and the
// release of a kill switch need the approval of another operator.
//
// The operator of a command is that of the key; a request cannot name one.
#include <fmt/format.h>

#include "base/decimal.hpp"
#include "gateway/common/date_text.hpp"
#include "gateway/rest/api_state.hpp"
#include "gateway/rest/render.hpp"
#include "gateway/rest/time_text.hpp"
#include "gateway/rest/value_ranges.hpp"
#include "model/limits.hpp"

namespace bw::gateway::rest {

namespace {

/// "state" and "reason" of a body. The default reason of a halt is operational, else none.
struct StateRequest {
    model::InstrumentState state;
    model::HaltReason reason;
};

/// All states but `delisted`, for which there is a separate command.
std::span<const model::InstrumentState> settable_states() {
    const auto& states = model::values_of<model::InstrumentState>();
    static_assert(states.back() == model::InstrumentState::delisted);
    return std::span(states).first(states.size() - 1);
}

/// All reasons but `extended`, which the exchange finds by itself.
std::span<const model::HaltReason> given_reasons() {
    const auto& reasons = model::values_of<model::HaltReason>();
    static_assert(reasons.back() == model::HaltReason::extended);
    return std::span(reasons).first(reasons.size() - 1);
}

StateRequest state_request(JsonBody& body) {
    const auto state = body.value<model::InstrumentState>("state", std::nullopt, settable_states());
    const auto fallback = state == model::InstrumentState::halted ? model::HaltReason::operational
                                                                  : model::HaltReason::none;
    return {state, body.value<model::HaltReason>("reason", fallback, given_reasons())};
}

}  // namespace

/// The answer is the instrument after the command.
template <class Command>
Answer Api::State::send_for_instrument(Call& call, Command command) {
    const auto instrument = instrument_of_path(call);
    if (!instrument) return instrument.error().response;
    call.instrument = command.instrument = (*instrument)->id;
    return send(call, command, &State::instrument_changed);
}

// --- phases and auctions
// -------------------------------------------------------------------------------------------------

Answer Api::State::get_instrument(Call& call) {
    const auto instrument = instrument_of_path(call);
    return instrument ? instrument_response(200, (*instrument)->id) : instrument.error().response;
}

Answer Api::State::change_state(Call& call) {
    JsonBody body(call.request.body, {"state", "reason"});
    const StateRequest wanted = state_request(body);
    if (body.problem()) return refuse(*body.problem());
    return set_instrument_state(call, wanted.state, wanted.reason);
}

Answer Api::State::change_market_state(Call& call) {
    JsonBody body(call.request.body, {"state", "reason"});
    const StateRequest wanted = state_request(body);
    if (body.problem()) return refuse(*body.problem());
    codec::SetInstrumentState command{};
    command.state = wanted.state;
    command.reason = wanted.reason;
    return send(call, command, &State::market_state_set);
}

Response Api::State::market_state_set(const Pending&, std::span<const std::byte>) {
    const codec::MarketStateSet& set = notes_.market_state;
    JsonWriter json;
    json.begin_object()
        .member("state", name_of(set.state))
        .member("reason", name_of(set.reason))
        .count("changed", set.changed);
    if (set.level != 0) json.count("level", set.level);
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::publish_indicative(Call& call) {
    return send_for_instrument(call, codec::PublishIndicative{});
}

Answer Api::State::publish_indicatives(Call& call) {
    return send(call, codec::PublishIndicative{}, &State::indicatives_published);
}

Response Api::State::indicatives_published(const Pending&, std::span<const std::byte>) {
    JsonWriter json;
    json.begin_object().count("published", notes_.indicatives.published).end_object();
    return json_response(200, json);
}

Answer Api::State::trip_breaker(Call& call) {
    JsonBody body(call.request.body, {"level"});
    codec::TripBreaker command{};
    command.level = static_cast<std::uint8_t>(body.count("level", UINT8_MAX));
    expect_number(body, "level", command.level, 1, model::breaker_level_max);
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::market_state_set);
}

/// A day that has begun ends at once; the next business day with the approval of another operator;
/// a later one never, for there would be no day in between.
Answer Api::State::end_day(Call& call) {
    JsonBody body(call.request.body, {"date"});
    (void)body.text("date");
    const std::uint32_t date = body.date_or_none("date");
    const common::BusinessDays days = common::business_days_at(parts_.clock.realtime_ns());
    if (date > days.next)
        body.refuse(problem(model::RejectReason::bad_configuration,
                            fmt::format("date must not be later than {}, the next business day.",
                                        common::format_date(days.next)),
                            "date"));
    if (body.problem()) return refuse(*body.problem());
    if (date > days.today) {
        codec::EndDayEarly command{};
        command.operator_id = call.principal.operator_id;
        command.business_date = date;
        return send(call, command, &State::proposal_made);
    }
    codec::EndDay command{};
    command.business_date = date;
    return send(call, command, &State::day_ended);
}

/// The way back from a day that ended by mistake.
Answer Api::State::set_business_date(Call& call) {
    JsonBody body(call.request.body, {"date"});
    (void)body.text("date");
    codec::SetBusinessDate command{};
    command.operator_id = call.principal.operator_id;
    command.business_date = body.date_or_none("date");
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::proposal_made);
}

/// A number that no version has is the engine's to refuse.
Answer Api::State::set_rule_set(Call& call) {
    JsonBody body(call.request.body, {"version"});
    codec::SetRuleSet command{};
    command.operator_id = call.principal.operator_id;
    command.rule_set = static_cast<model::RuleSet>(body.count("version", UINT16_MAX));
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::proposal_made);
}

Response Api::State::day_ended(const Pending&, std::span<const std::byte>) {
    JsonWriter json;
    json.begin_object().member("date", common::format_date(notes_.day.business_date)).end_object();
    return json_response(200, json);
}

// --- rules of an instrument
// -------------------------------------------------------------------------------------------------

Answer Api::State::set_price_bands(Call& call) {
    JsonBody body(call.request.body, {"staticPpm", "dynamicPpm"});
    codec::SetPriceBands command{};
    command.static_band = model::Ppm{body.count("staticPpm", UINT32_MAX)};
    command.dynamic_band = model::Ppm{body.count("dynamicPpm", UINT32_MAX)};
    expect_number(body, "staticPpm", command.static_band.value(), 0, model::ppm_unit);
    expect_number(body, "dynamicPpm", command.dynamic_band.value(), 0, model::ppm_unit);
    if (body.problem()) return refuse(*body.problem());
    return send_for_instrument(call, command);
}

Answer Api::State::set_limit_bands(Call& call) {
    JsonBody body(call.request.body, {"lower", "upper"});
    codec::SetLimitBands command{};
    command.lower = model::Price{body.decimal_or_null("lower", 0, 0)};
    command.upper = model::Price{body.decimal_or_null("upper", 0, 0)};
    if (body.problem()) return refuse(*body.problem());
    return send_for_instrument(call, command);
}

/// Without `since`, the command is about the current limit state.
Answer Api::State::pause_on_limit_state(Call& call) {
    const auto instrument = instrument_of_path(call);
    if (!instrument) return instrument.error().response;
    JsonBody body(call.request.body, {"since"}, true);
    const auto present = status_of((*instrument)->id).limit_state;
    codec::PauseOnLimitState command{};
    command.since =
        model::SequenceNumber{body.quantity_or("since", present ? present->since.value() : 0)};
    if (body.problem()) return refuse(*body.problem());
    return send_for_instrument(call, command);
}

Answer Api::State::set_allocation(Call& call) {
    JsonBody body(call.request.body, {"policy", "leadAccount", "leadSharePpm"});
    codec::SetAllocation command{};
    command.allocation = body.value<model::Allocation>("policy");
    const std::uint64_t account = body.quantity_or("leadAccount", 0);
    command.lead_share = model::Ppm{body.count_or("leadSharePpm", UINT32_MAX, 0)};
    if (account > UINT32_MAX)
        body.refuse(problem(model::RejectReason::unknown_account, "leadAccount"));
    if (body.problem()) return refuse(*body.problem());
    command.lead_account = model::AccountId{static_cast<std::uint32_t>(account)};
    return send_for_instrument(call, command);
}

Answer Api::State::set_tick_table(Call& call) {
    JsonBody body(call.request.body, {"rows"});
    constexpr std::size_t rows_max = 4;
    auto rows = body.decimal_pairs("rows", "fromPrice", "tick", rows_max);
    if (body.problem()) return refuse(*body.problem());
    codec::SetTickTable command{};
    command.rows = static_cast<std::uint32_t>(rows.size());
    rows.resize(rows_max);
    command.from_price_1 = model::Price{rows[0].first},
    command.tick_1 = model::Price{rows[0].second};
    command.from_price_2 = model::Price{rows[1].first},
    command.tick_2 = model::Price{rows[1].second};
    command.from_price_3 = model::Price{rows[2].first},
    command.tick_3 = model::Price{rows[2].second};
    command.from_price_4 = model::Price{rows[3].first},
    command.tick_4 = model::Price{rows[3].second};
    return send_for_instrument(call, command);
}

Answer Api::State::set_reference_quote(Call& call) {
    JsonBody body(call.request.body, {"bid", "ask"});
    codec::SetReferenceQuote command{};
    command.bid = model::Price{body.decimal_or_null("bid", 0, 0)};
    command.ask = model::Price{body.decimal_or_null("ask", 0, 0)};
    if (body.problem()) return refuse(*body.problem());
    return send_for_instrument(call, command);
}

// --- corporate actions
// -------------------------------------------------------------------------------------------------

Answer Api::State::change_symbol(Call& call) {
    JsonBody body(call.request.body, {"symbol"});
    codec::ChangeSymbol command{};
    command.symbol = expect_symbol(body, "symbol");
    if (body.problem()) return refuse(*body.problem());
    return send_for_instrument(call, command);
}

Answer Api::State::split_shares(Call& call) {
    JsonBody body(call.request.body, {"numerator", "denominator"});
    codec::SplitShares command{};
    command.numerator = body.count("numerator", UINT32_MAX);
    command.denominator = body.count("denominator", UINT32_MAX);
    expect_number(body, "numerator", command.numerator, 1, model::split_part_max);
    expect_number(body, "denominator", command.denominator, 1, model::split_part_max);
    if (body.problem()) return refuse(*body.problem());
    return send_for_instrument(call, command);
}

Answer Api::State::delist(Call& call) { return send_for_instrument(call, codec::Delist{}); }

// --- kill switches
// -------------------------------------------------------------------------------------------------

Answer Api::State::list_kill_switches(Call&) {
    JsonWriter json;
    json.begin_object().key("killSwitches").begin_array();
    for (const auto& [key, row] : parts_.models.reference_data().kill_switches()) {
        json.begin_object();
        scope_members(json, row.scope, row.id);
        json.count("operator", row.operator_id).count("cancelled", row.cancelled);
        json.member("time", format_time(row.time_ns)).end_object();
    }
    json.end_array().end_object();
    return json_response(200, json);
}

/// {"scope":"account","account":"7"}, {"scope":"firm","firm":3} or {"scope":"market"}.
std::expected<Api::State::KillTarget, Problem> Api::State::kill_target(Call& call) {
    JsonBody body(call.request.body, {"scope", "account", "firm"});
    KillTarget target;
    target.scope = body.value<model::KillScope>("scope");
    const bool of_account = target.scope == model::KillScope::account;
    const bool of_firm = target.scope == model::KillScope::firm;
    const std::uint64_t account = of_account ? body.quantity("account") : 0;
    const std::uint32_t firm = of_firm ? body.count("firm", UINT32_MAX) : 0;
    if (of_firm) expect_number(body, "firm", firm, 1, model::firm_max);
    if (!body.problem() && body.has("account") != of_account)
        body.refuse(problem(ApiCode::bad_value, "account goes with scope account.", "account"));
    if (!body.problem() && body.has("firm") != of_firm)
        body.refuse(problem(ApiCode::bad_value, "firm goes with scope firm.", "firm"));
    if (account > UINT32_MAX) body.refuse(problem(model::RejectReason::unknown_account, "account"));
    if (body.problem()) return std::unexpected(*body.problem());
    target.id = of_firm ? firm : static_cast<std::uint32_t>(account);
    return target;
}

Answer Api::State::set_kill_switch(Call& call) {
    const auto target = kill_target(call);
    if (!target) return refuse(target.error());
    codec::KillSwitch command{};
    command.scope = target->scope;
    command.id = target->id;
    command.operator_id = call.principal.operator_id;
    return send(call, command, &State::kill_switch_set);
}

Answer Api::State::release_kill_switch(Call& call) {
    const auto target = kill_target(call);
    if (!target) return refuse(target.error());
    codec::ReleaseKillSwitch command{};
    command.scope = target->scope;
    command.id = target->id;
    command.operator_id = call.principal.operator_id;
    return send(call, command, &State::proposal_made);
}

Response Api::State::kill_switch_set(const Pending&, std::span<const std::byte>) {
    const codec::KillSwitchSet& set = notes_.kill_switch;
    JsonWriter json;
    json.begin_object();
    scope_members(json, set.scope, set.id);
    json.flag("on", set.on != 0)
        .count("operator", set.operator_id)
        .count("cancelled", set.cancelled)
        .end_object();
    return json_response(201, json);
}

// --- busts, corrections, approvals
// -------------------------------------------------------------------------------------------------

std::expected<std::uint64_t, Problem> Api::State::number_of_path(const Call& call) {
    const auto number = base::parse_unsigned(call.path_value);
    if (number) return *number;
    return std::unexpected(
        problem(ApiCode::bad_parameter, "The number in the path must be a whole number.", "id"));
}

Answer Api::State::bust_trade(Call& call) {
    const auto number = number_of_path(call);
    if (!number) return refuse(number.error());
    codec::BustTrade command{};
    command.match_number = model::MatchNumber{*number};
    command.operator_id = call.principal.operator_id;
    return send(call, command, &State::proposal_made);
}

Answer Api::State::correct_trade(Call& call) {
    const auto number = number_of_path(call);
    if (!number) return refuse(number.error());
    JsonBody body(call.request.body, {"price"});
    codec::CorrectTrade command{};
    command.match_number = model::MatchNumber{*number};
    command.price = model::Price{body.decimal("price")};
    command.operator_id = call.principal.operator_id;
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::proposal_made);
}

/// 202: nothing happens until another operator approves.
Response Api::State::proposal_made(const Pending&, std::span<const std::byte> first_event) {
    const views::ProposalRow* proposal =
        parts_.models.proposals().find(event_of<codec::ProposalMade>(first_event).proposal);
    BW_ASSERT(proposal);
    JsonWriter json;
    write_proposal(json, *proposal);
    return json_response(202, json);
}

Answer Api::State::list_proposals(Call&) {
    JsonWriter json;
    json.begin_object().key("proposals").begin_array();
    for (const auto& [id, proposal] : parts_.models.proposals().open())
        write_proposal(json, proposal);
    json.end_array().end_object();
    return json_response(200, json);
}

Answer Api::State::approve(Call& call) {
    const auto number = number_of_path(call);
    if (!number) return refuse(number.error());
    codec::Approve command{};
    command.proposal = *number;
    command.operator_id = call.principal.operator_id;
    JsonWriter json;
    if (const views::ProposalRow* proposal = parts_.models.proposals().find(*number))
        write_proposal(json, *proposal);
    return send(call, command, &State::approved, json.take());
}

/// The answer shows the proposal as it was when the approval was sent, for the approval removes it
/// from the read model. An approval never overtakes its proposal.
Response Api::State::approved(const Pending& pending, std::span<const std::byte>) {
    JsonWriter json;
    json.begin_object().count("approvedBy", pending.principal.operator_id);
    json.key("proposal");
    if (pending.text.empty())
        json.null();
    else
        json.raw(pending.text);
    json.end_object();
    return json_response(200, json);
}

}  // namespace bw::gateway::rest
