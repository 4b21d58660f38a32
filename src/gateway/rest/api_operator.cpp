// Routes for operators: instruments, accounts, their orders, keys, transfers and fees. Those for
// phases and rules of the market are in api_market.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/decimal.hpp"
#include "gateway/common/refusal.hpp"
#include "gateway/rest/api_state.hpp"
#include "gateway/rest/render.hpp"
#include "gateway/rest/time_text.hpp"
#include "gateway/rest/value_ranges.hpp"
#include "model/limits.hpp"

namespace bw::gateway::rest {

namespace {

constexpr std::uint32_t count_max = model::unlimited_count - 1;

bool is_duplicate(std::span<const std::byte> event) {
    return template_of(event) == codec::DuplicateAnswered::template_id;
}

/// A member that the request does not have is what it was, and sound.
void expect_sound(JsonBody& body, const codec::ConfigureInstrument& command,
                  const model::Rules& rules) {
    const model::Price highest = rules.max_price(std::max(command.tick_size, model::Price{1}));
    expect_price(body, "tickSize", command.tick_size, highest);
    expect_price(body, "referencePrice", command.reference_price, highest);
    const std::uint64_t lot = std::min<std::uint64_t>(command.lot_size.value(), INT64_MAX);
    expect_number(body, "lotSize", static_cast<std::int64_t>(lot), 1,
                  static_cast<std::int64_t>(model::max_quantity.value()));
    if (!body.problem() && command.reference_price.value() % command.tick_size.value() != 0)
        body.refuse(problem(model::RejectReason::bad_configuration,
                            fmt::format("referencePrice is {}, but must be a multiple of the "
                                        "tick size, {}.",
                                        base::format_decimal(command.reference_price.value()),
                                        base::format_decimal(command.tick_size.value())),
                            "referencePrice"));
    if (command.max_order_quantity < model::Quantity{1})
        body.refuse(problem(model::RejectReason::bad_configuration,
                            "maxOrderQuantity must be at least 1, or null for no limit.",
                            "maxOrderQuantity"));
    if (command.max_order_value < model::Money{1})
        body.refuse(problem(model::RejectReason::bad_configuration,
                            "maxOrderValue must be above 0, or null for no limit.",
                            "maxOrderValue"));
}

}  // namespace

std::expected<const views::AccountRow*, Api::State::Missing> Api::State::account_of_path(
    const Call& call) const {
    const auto id = base::parse_unsigned(call.path_value);
    if (!id)
        return std::unexpected(Missing{refuse(
            problem(ApiCode::bad_parameter, "The account id must be a whole number.", "id"))});
    const views::AccountRow* account =
        *id <= UINT32_MAX
            ? parts_.models.balances().account(model::AccountId{static_cast<std::uint32_t>(*id)})
            : nullptr;
    if (account) return account;
    return std::unexpected(Missing{refuse(problem(model::RejectReason::unknown_account, "id"))});
}

std::expected<const views::InstrumentRow*, Api::State::Missing> Api::State::instrument_of_path(
    const Call& call) const {
    if (const views::InstrumentRow* instrument =
            parts_.models.reference_data().instrument(call.path_value))
        return instrument;
    const Problem unknown = problem(model::RejectReason::unknown_instrument, "symbol");
    return std::unexpected(Missing{to_response(unknown, 404)});
}

// --- instruments
// -------------------------------------------------------------------------------------------------

Answer Api::State::list_instrument(Call& call) {
    JsonBody body(call.request.body, {"symbol", "currency", "tickSize", "lotSize", "referencePrice",
                                      "collarPpm", "maxOrderQuantity", "maxOrderValue"});
    codec::ConfigureInstrument command{};
    command.symbol = expect_symbol(body, "symbol");
    command.currency = expect_currency(body, "currency");
    command.tick_size = model::Price{body.decimal("tickSize")};
    command.lot_size = model::Quantity{body.quantity("lotSize")};
    command.reference_price = model::Price{body.decimal("referencePrice")};
    command.collar = model::Ppm{body.count_or("collarPpm", model::ppm_unit, 0)};
    constexpr std::uint64_t no_quantity = model::unlimited_quantity.value();
    constexpr std::int64_t no_value = model::unlimited_money.value();
    command.max_order_quantity =
        model::Quantity{body.quantity_or_null("maxOrderQuantity", no_quantity, no_quantity)};
    command.max_order_value =
        model::Money{body.decimal_or_null("maxOrderValue", no_value, no_value)};
    expect_sound(body, command, parts_.models.reference_data().rules());
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::instrument_listed);
}

Answer Api::State::change_instrument(Call& call) {
    const auto found = instrument_of_path(call);
    if (!found) return found.error().response;
    const views::InstrumentRow& now = **found;
    call.instrument = now.id;
    JsonBody body(call.request.body, {"tickSize", "lotSize", "referencePrice", "collarPpm",
                                      "maxOrderQuantity", "maxOrderValue"});
    codec::ConfigureInstrument command{};
    command.instrument = now.id;
    command.tick_size = model::Price{body.decimal_or("tickSize", now.tick_size.value())};
    command.lot_size = model::Quantity{body.quantity_or("lotSize", now.lot_size.value())};
    command.reference_price =
        model::Price{body.decimal_or("referencePrice", now.reference_price.value())};
    command.collar = model::Ppm{body.count_or("collarPpm", model::ppm_unit, now.collar.value())};
    command.max_order_quantity = model::Quantity{body.quantity_or_null(
        "maxOrderQuantity", now.max_order_quantity.value(), model::unlimited_quantity.value())};
    command.max_order_value = model::Money{body.decimal_or_null(
        "maxOrderValue", now.max_order_value.value(), model::unlimited_money.value())};
    expect_sound(body, command, parts_.models.reference_data().rules());
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::instrument_changed);
}

Answer Api::State::halt_instrument(Call& call) {
    JsonBody body(call.request.body, {"reason"}, true);
    static constexpr std::array reasons{
        model::HaltReason::regulatory, model::HaltReason::news_pending,
        model::HaltReason::volatility, model::HaltReason::operational};
    const auto reason =
        body.value<model::HaltReason>("reason", model::HaltReason::operational, reasons);
    if (body.problem()) return refuse(*body.problem());
    return set_instrument_state(call, model::InstrumentState::halted, reason);
}

Answer Api::State::resume_instrument(Call& call) {
    return set_instrument_state(call, model::InstrumentState::trading, model::HaltReason::none);
}

Answer Api::State::set_instrument_state(Call& call, model::InstrumentState state,
                                        model::HaltReason reason) {
    const auto instrument = instrument_of_path(call);
    if (!instrument) return instrument.error().response;
    codec::SetInstrumentState command{};
    call.instrument = command.instrument = (*instrument)->id;
    command.state = state;
    command.reason = reason;
    return send(call, command, &State::instrument_changed);
}

Response Api::State::instrument_listed(const Pending&, std::span<const std::byte> first_event) {
    return instrument_response(201, event_of<codec::InstrumentUpdated>(first_event).instrument);
}

/// The first event may be another one: a trade of an uncross or a cancelled order.
Response Api::State::instrument_changed(const Pending& pending, std::span<const std::byte>) {
    return instrument_response(200, pending.instrument);
}

Response Api::State::instrument_response(std::uint16_t status, model::InstrumentId id) {
    const views::InstrumentRow* instrument = parts_.models.reference_data().instrument(id);
    BW_ASSERT(instrument);
    JsonWriter json;
    write_instrument(json, *instrument, status_of(id), parts_.models.reference_data().rules(),
                     Audience::operations);
    return json_response(status, json);
}

// --- accounts
// -------------------------------------------------------------------------------------------------

Answer Api::State::list_accounts(Call& call) {
    const std::size_t limit = call.query.limit("limit", page_default, page_max);
    const PageCursor cursor = call.query.cursor();
    call.query.expect_pages_of(model::InstrumentId{0}, cursor);
    const std::uint64_t above = cursor.at;
    if (call.query.problem()) return refuse(*call.query.problem());
    const auto& accounts = parts_.models.balances().accounts();
    auto at = above > UINT32_MAX
                  ? accounts.end()
                  : accounts.upper_bound(model::AccountId{static_cast<std::uint32_t>(above)});
    JsonWriter json;
    json.begin_object().key("accounts").begin_array();
    std::uint64_t last = 0;
    for (std::size_t count = 0; at != accounts.end() && count < limit; ++at, ++count) {
        json.begin_object();
        account_summary_members(json, at->second);
        json.end_object();
        last = at->first.value();
    }
    json.end_array();
    write_next_cursor(json, at == accounts.end() ? 0 : last);
    json.end_object();
    return json_response(200, json);
}

Answer Api::State::open_account(Call& call) {
    JsonBody body(call.request.body, {"reference", "firm"});
    (void)body.text("reference");
    codec::OpenAccount command{};
    command.reference = body.client_id("reference");
    command.firm = body.count_or("firm", UINT32_MAX, 0);
    expect_number(body, "firm", command.firm, 0, model::firm_max);
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::account_opened);
}

Response Api::State::account_opened(const Pending&, std::span<const std::byte> first_event) {
    if (!is_duplicate(first_event))
        return account_response(201, event_of<codec::AccountUpdated>(first_event).account, false);
    const auto first = event_of<codec::DuplicateAnswered>(first_event).first_id;
    return account_response(200, model::AccountId{static_cast<std::uint32_t>(first)}, true);
}

Answer Api::State::get_any_account(Call& call) {
    const auto account = account_of_path(call);
    return account ? account_response(200, (*account)->id, false) : account.error().response;
}

Response Api::State::account_response(std::uint16_t status, model::AccountId id, bool duplicate) {
    const views::AccountRow* account = parts_.models.balances().account(id);
    BW_ASSERT(account);
    JsonWriter json;
    json.begin_object();
    account_members(json, parts_.models, *account);
    if (duplicate) json.flag("duplicate", true);
    json.end_object();
    return json_response(status, json);
}

Answer Api::State::set_limits(Call& call) {
    const auto account = account_of_path(call);
    if (!account) return account.error().response;
    JsonBody body(call.request.body, {"maxOrderQuantity", "maxOrderValue", "maxDailyQuantity",
                                      "maxDailyValue", "maxOpenOrders"});
    constexpr std::uint64_t no_quantity = model::unlimited_quantity.value();
    constexpr std::int64_t no_value = model::unlimited_money.value();
    codec::SetAccountLimits command{};
    command.account = (*account)->id;
    command.max_order_quantity =
        model::Quantity{body.quantity_or_null("maxOrderQuantity", no_quantity, no_quantity)};
    command.max_order_value =
        model::Money{body.decimal_or_null("maxOrderValue", no_value, no_value)};
    command.max_daily_quantity =
        model::Quantity{body.quantity_or_null("maxDailyQuantity", no_quantity, no_quantity)};
    command.max_daily_value =
        model::Money{body.decimal_or_null("maxDailyValue", no_value, no_value)};
    command.max_open_orders = body.count_or_null("maxOpenOrders", count_max, model::unlimited_count,
                                                 model::unlimited_count);
    for (const auto& [name, value] : {std::pair{"maxOrderValue", command.max_order_value},
                                      std::pair{"maxDailyValue", command.max_daily_value}})
        if (value < model::Money{0})
            body.refuse(problem(model::RejectReason::bad_configuration,
                                fmt::format("{} must be at least 0, or null for no limit.", name),
                                name));
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::account_changed);
}

Answer Api::State::set_account_state(Call& call) {
    const auto account = account_of_path(call);
    if (!account) return account.error().response;
    JsonBody body(call.request.body, {"state"});
    codec::SetAccountState command{};
    command.account = (*account)->id;
    command.state = body.value<model::AccountState>("state");
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::account_changed);
}

Answer Api::State::set_self_trade_prevention(Call& call) {
    const auto account = account_of_path(call);
    if (!account) return account.error().response;
    JsonBody body(call.request.body, {"group", "mode"});
    codec::SetSelfTradePrevention command{};
    command.account = (*account)->id;
    command.group = body.count_or("group", UINT32_MAX, 0);
    command.mode = body.value<model::SelfTradePrevention>("mode");
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::account_changed);
}

Answer Api::State::set_fee_tier(Call& call) {
    const auto account = account_of_path(call);
    if (!account) return account.error().response;
    JsonBody body(call.request.body, {"tier"});
    codec::SetAccountFeeTier command{};
    command.account = (*account)->id;
    command.tier = body.count("tier", UINT32_MAX);
    expect_number(body, "tier", command.tier, 0, model::fee_tiers - 1);
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::account_changed);
}

Answer Api::State::cancel_orders_of_account(Call& call) {
    const auto account = account_of_path(call);
    return account ? mass_cancel(call, (*account)->id) : account.error().response;
}

Response Api::State::account_changed(const Pending&, std::span<const std::byte> first_event) {
    return account_response(200, event_of<codec::AccountUpdated>(first_event).account, false);
}

// --- transfers and fees
// -------------------------------------------------------------------------------------------------

Answer Api::State::deposit(Call& call) {
    const auto account = account_of_path(call);
    if (!account) return account.error().response;
    const JsonBody shape(call.request.body,
                         {"currency", "amount", "symbol", "quantity", "reference"});
    if (shape.problem()) return refuse(*shape.problem());
    return shape.has("symbol") || shape.has("quantity") ? deposit_shares(call, (*account)->id)
                                                        : deposit_cash(call, (*account)->id);
}

Answer Api::State::deposit_cash(Call& call, model::AccountId account) {
    JsonBody body(call.request.body, {"currency", "amount", "reference"});
    const std::string currency_text(body.text("currency"));
    const auto currency = model::Currency::from(currency_text);
    (void)body.text("reference");
    codec::MoveCash command{};
    command.account = account;
    command.amount = model::Money{body.decimal("amount")};
    command.reference = body.client_id("reference");
    if (!currency)
        body.refuse(common::refusal_of(model::RejectReason::unknown_currency,
                                       codec::MoveCash::template_id));
    if (body.problem()) return refuse(*body.problem());
    command.currency = *currency;
    return send(call, command, &State::cash_moved);
}

Answer Api::State::deposit_shares(Call& call, model::AccountId account) {
    JsonBody body(call.request.body, {"symbol", "quantity", "reference"});
    const views::InstrumentRow* instrument =
        parts_.models.reference_data().instrument(body.text("symbol"));
    (void)body.text("reference");
    codec::MoveShares command{};
    command.account = account;
    command.quantity = body.signed_quantity("quantity");
    command.reference = body.client_id("reference");
    if (!instrument) body.refuse(problem(model::RejectReason::unknown_instrument, "symbol"));
    if (body.problem()) return refuse(*body.problem());
    command.instrument = instrument->id;
    return send(call, command, &State::shares_moved);
}

Response Api::State::cash_moved(const Pending&, std::span<const std::byte> first_event) {
    if (is_duplicate(first_event)) return transfer_repeated(first_event);
    const auto moved = event_of<codec::CashMoved>(first_event);
    JsonWriter json;
    json.begin_object()
        .id("account", moved.account.value())
        .member("reference", moved.reference.view());
    json.member("currency", moved.currency.view()).member("amount", moved.amount).end_object();
    return json_response(201, json);
}

Response Api::State::shares_moved(const Pending&, std::span<const std::byte> first_event) {
    if (is_duplicate(first_event)) return transfer_repeated(first_event);
    const auto moved = event_of<codec::SharesMoved>(first_event);
    const views::InstrumentRow* instrument =
        parts_.models.reference_data().instrument(moved.instrument);
    BW_ASSERT(instrument);
    JsonWriter json;
    json.begin_object()
        .id("account", moved.account.value())
        .member("reference", moved.reference.view());
    json.member("symbol", instrument->symbol.view())
        .member("quantity", std::to_string(moved.quantity))
        .end_object();
    return json_response(201, json);
}

Response Api::State::transfer_repeated(std::span<const std::byte> first_event) {
    const auto answer = event_of<codec::DuplicateAnswered>(first_event);
    JsonWriter json;
    json.begin_object()
        .id("account", answer.account.value())
        .member("reference", answer.client_order_id.view());
    json.flag("duplicate", true).end_object();
    return json_response(200, json);
}

Answer Api::State::list_fees(Call&) {
    JsonWriter json;
    json.begin_object().key("tiers").begin_array();
    std::uint64_t tier = 0;
    for (const views::FeeSchedule& fees : parts_.models.reference_data().fees()) {
        json.begin_object().count("tier", tier++);
        fee_members(json, fees);
        json.end_object();
    }
    json.end_array().end_object();
    return json_response(200, json);
}

Answer Api::State::set_fees(Call& call) {
    JsonBody body(call.request.body, {"tier", "makerPpm", "takerPpm", "auctionPpm"});
    constexpr std::int32_t unit = model::ppm_unit;
    codec::SetFees command{};
    command.tier = body.count_or("tier", UINT32_MAX, 0);
    command.maker = model::FeeRate{body.signed_count("makerPpm", -unit, unit)};
    command.taker = model::FeeRate{body.signed_count("takerPpm", -unit, unit)};
    command.auction = model::FeeRate{body.signed_count("auctionPpm", -unit, unit, 0)};
    expect_number(body, "tier", command.tier, 0, model::fee_tiers - 1);
    constexpr std::int32_t rate_max = model::fee_rate_max;
    expect_number(body, "makerPpm", command.maker.value(), -rate_max, rate_max);
    expect_number(body, "takerPpm", command.taker.value(), 0, rate_max);
    expect_number(body, "auctionPpm", command.auction.value(), 0, rate_max);
    if (body.problem()) return refuse(*body.problem());
    return send(call, command, &State::fees_changed);
}

Response Api::State::fees_changed(const Pending&, std::span<const std::byte> first_event) {
    const auto fees = event_of<codec::FeesChanged>(first_event);
    JsonWriter json;
    json.begin_object().count("tier", fees.tier);
    fee_members(json, {fees.maker, fees.taker, fees.auction});
    json.end_object();
    return json_response(200, json);
}

}  // namespace bw::gateway::rest
