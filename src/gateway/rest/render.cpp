#include "gateway/rest/render.hpp"

#include "gateway/common/date_text.hpp"
#include "gateway/rest/time_text.hpp"

namespace bw::gateway::rest {

namespace {

void time_member(JsonWriter& json, std::string_view name, std::uint64_t epoch_ns) {
    json.member(name, format_time(epoch_ns));
}

void limit_member(JsonWriter& json, std::string_view name, model::Quantity limit) {
    if (limit == model::unlimited_quantity)
        json.null(name);
    else
        json.member(name, limit);
}

void limit_member(JsonWriter& json, std::string_view name, model::Money limit) {
    if (limit == model::unlimited_money)
        json.null(name);
    else
        json.member(name, limit);
}

void symbol_member(JsonWriter& json, const views::ReadModels& models, model::InstrumentId id) {
    if (const views::InstrumentRow* instrument = models.reference_data().instrument(id))
        json.member("symbol", instrument->symbol.view());
    else
        json.null("symbol");
}

/// Members whose values are not in the event of a refused order.
void unknown_terms(JsonWriter& json) {
    for (const char* name :
         {"side", "type", "timeInForce", "expireDate", "postOnly", "hidden", "price", "quantity",
          "displayQuantity", "stopPrice", "offset", "peg", "triggered", "waitsFor"})
        json.null(name);
}

bool is_stop(const views::OrderRow& order) {
    return order.type == model::OrderType::stop || order.type == model::OrderType::stop_limit ||
           order.type == model::OrderType::trailing_stop;
}

/// A pegged order is parked while its instrument does not trade or the price it follows does not
/// exist.
bool is_parked(const views::OrderRow& order, const views::market::MarketData& market) {
    const auto status = market.status(order.instrument);
    const auto ticker = market.ticker(order.instrument);
    if (!status || !ticker || status->state != model::InstrumentState::trading) return true;
    const bool buys = order.side == model::Side::buy;
    const auto& own = buys ? ticker->bid : ticker->ask;
    const auto& other = buys ? ticker->ask : ticker->bid;
    switch (order.peg) {
        case model::PegKind::primary: return !own;
        case model::PegKind::market: return !other;
        case model::PegKind::midpoint: return !own || !other;
        case model::PegKind::none: return false;
    }
    return false;
}

/// Why an open order is not in the book; nullptr: it is in the book, or closed.
const char* waits_for(const views::OrderRow& order, const views::market::MarketData& market) {
    if (!order.open()) return nullptr;
    if (is_stop(order) && !order.triggered) return "trigger";
    if (order.waiting) return "closing_auction";
    if (order.type == model::OrderType::pegged && is_parked(order, market)) return "market";
    return nullptr;
}

void price_or_null(JsonWriter& json, std::string_view name, model::Price price) {
    if (price == model::no_price || price == model::Price{0})
        json.null(name);
    else
        json.member(name, price);
}

void text_or_null(JsonWriter& json, std::string_view name, const char* text) {
    if (text)
        json.member(name, text);
    else
        json.null(name);
}

/// The members of special orders.
void conditions(JsonWriter& json, const views::market::MarketData& market,
                const views::OrderRow& order) {
    if (order.display_quantity == model::Quantity{})
        json.null("displayQuantity");
    else
        json.member("displayQuantity", order.display_quantity);
    price_or_null(json, "stopPrice", order.stop_price);
    if (order.type == model::OrderType::trailing_stop || order.peg != model::PegKind::none)
        json.member("offset", order.offset);
    else
        json.null("offset");
    if (order.peg == model::PegKind::none)
        json.null("peg");
    else
        json.member("peg", name_of(order.peg));
    if (is_stop(order))
        json.flag("triggered", order.triggered);
    else
        json.null("triggered");
    text_or_null(json, "waitsFor", waits_for(order, market));
}

void terms(JsonWriter& json, const views::OrderRow& order) {
    json.member("side", name_of(order.side))
        .member("type", name_of(order.type))
        .member("timeInForce", name_of(order.time_in_force));
    if (order.expire_date == 0)
        json.null("expireDate");
    else
        json.member("expireDate", common::format_date(order.expire_date));
    json.flag("postOnly", order.post_only).flag("hidden", order.hidden);
    if (order.price == model::no_price)
        json.null("price");
    else
        json.member("price", order.price);
    json.member("quantity", order.quantity);
}

}  // namespace

void order_members(JsonWriter& json, const views::ReadModels& models,
                   const views::OrderRow& order) {
    const bool rejected = order.status == model::OrderStatus::rejected;
    const bool cancelled = order.status == model::OrderStatus::cancelled ||
                           order.status == model::OrderStatus::expired;
    json.id("id", order.id.value());
    if (order.client_order_id.empty())
        json.null("clientOrderId");
    else
        json.member("clientOrderId", order.client_order_id.view());
    symbol_member(json, models, order.instrument);
    if (rejected) {
        unknown_terms(json);
    } else {
        terms(json, order);
        conditions(json, models.market(), order);
    }
    json.member("filledQuantity", order.filled)
        .member("remainingQuantity", order.remaining)
        .member("cancelledQuantity", order.cancelled);
    json.member("status", name_of(order.status));
    time_member(json, "creationTime", order.created_ns);
    time_member(json, "updateTime", order.updated_ns);
    if (rejected)
        json.count("rejectCode", static_cast<std::uint16_t>(order.reject_reason));
    else
        json.null("rejectCode");
    if (cancelled)
        json.member("cancelReason", name_of(order.cancel_reason));
    else
        json.null("cancelReason");
}

void write_execution(JsonWriter& json, const views::ReadModels& models,
                     const views::ExecutionRow& execution) {
    json.begin_object().id("id", execution.id).id("orderId", execution.order.value());
    symbol_member(json, models, execution.instrument);
    json.member("side", name_of(execution.side))
        .member("price", execution.price)
        .member("quantity", execution.quantity);
    const bool in_auction = execution.kind == model::TradeKind::auction;
    json.member("fee", execution.fee)
        .member("liquidity", in_auction          ? "auction"
                             : execution.maker() ? "maker"
                                                 : "taker");
    json.member("kind", name_of(execution.kind)).member("state", name_of(execution.state));
    if (execution.state == views::ExecutionState::corrected)
        json.member("priceTraded", execution.price_traded);
    json.id("matchNumber", execution.match_number());
    time_member(json, "time", execution.time_ns);
    json.end_object();
}

namespace {

void auction_member(JsonWriter& json, std::string_view name,
                    const std::optional<views::market::AuctionRow>& auction) {
    if (!auction) {
        json.null(name);
        return;
    }
    json.key(name).begin_object().member("state", name_of(auction->state));
    price_or_null(json, "price", auction->price.value_or(model::no_price));
    json.member("volume", auction->volume).member("surplus", std::to_string(auction->surplus));
    time_member(json, "time", auction->timestamp_ns);
    json.end_object();
}

void bands(JsonWriter& json, const views::InstrumentRow& instrument) {
    json.key("priceBands")
        .begin_object()
        .count("staticPpm", instrument.static_band.value())
        .count("dynamicPpm", instrument.dynamic_band.value())
        .end_object();
    json.key("tickTable").begin_array();
    for (std::size_t i = 0; i < instrument.tick_rows; ++i)
        json.begin_object()
            .member("fromPrice", instrument.tick_table[i].from_price)
            .member("tick", instrument.tick_table[i].tick)
            .end_object();
    json.end_array();
    if (instrument.quote_bid == model::Price{0}) {
        json.null("referenceQuote");
        return;
    }
    json.key("referenceQuote")
        .begin_object()
        .member("bid", instrument.quote_bid)
        .member("ask", instrument.quote_ask)
        .end_object();
}

void allocation(JsonWriter& json, const views::InstrumentRow& instrument, Audience audience) {
    json.key("allocation").begin_object().member("policy", name_of(instrument.allocation));
    if (instrument.allocation == model::Allocation::lead) {
        json.count("leadSharePpm", instrument.lead_share.value());
        if (audience == Audience::operations)
            json.id("leadAccount", instrument.lead_account.value());
    }
    json.end_object();
}

}  // namespace

void status_members(JsonWriter& json, const views::market::Status& status) {
    json.member("state", name_of(status.state)).member("haltReason", name_of(status.reason));
    auction_member(json, "indicative", status.indicative);
    auction_member(json, "lastAuction", status.last_auction);
    if (status.closing)
        json.key("closing")
            .begin_object()
            .member("price", status.closing->price)
            .member("date", common::format_date(status.closing->business_date))
            .end_object();
    else
        json.null("closing");
    if (status.limit_bands)
        json.key("limitBands")
            .begin_object()
            .member("lower", status.limit_bands->lower)
            .member("upper", status.limit_bands->upper)
            .end_object();
    else
        json.null("limitBands");
    if (status.limit_state)
        json.key("limitState")
            .begin_object()
            .member("side", name_of(status.limit_state->side))
            .id("since", status.limit_state->since.value())
            .end_object();
    else
        json.null("limitState");
}

void write_instrument(JsonWriter& json, const views::InstrumentRow& instrument,
                      const views::market::Status& status, const model::Rules& rules,
                      Audience audience) {
    json.begin_object()
        .member("symbol", instrument.symbol.view())
        .member("currency", instrument.currency.view());
    json.member("tickSize", instrument.tick_size).member("lotSize", instrument.lot_size);
    json.member("referencePrice", instrument.reference_price)
        .member("maxPrice", rules.max_price(instrument.tick_size))
        .count("collarPpm", instrument.collar.value());
    limit_member(json, "maxOrderQuantity", instrument.max_order_quantity);
    limit_member(json, "maxOrderValue", instrument.max_order_value);
    allocation(json, instrument, audience);
    bands(json, instrument);
    status_members(json, status);
    json.end_object();
}

void fee_members(JsonWriter& json, const views::FeeSchedule& fees) {
    json.signed_count("makerPpm", fees.maker.value())
        .signed_count("takerPpm", fees.taker.value())
        .signed_count("auctionPpm", fees.auction.value());
}

void scope_members(JsonWriter& json, model::KillScope scope, std::uint32_t id) {
    json.member("scope", name_of(scope));
    if (scope == model::KillScope::account) json.id("account", id);
    if (scope == model::KillScope::firm) json.count("firm", id);
}

void write_proposal(JsonWriter& json, const views::ProposalRow& proposal) {
    json.begin_object()
        .id("id", proposal.id)
        .member("kind", name_of(proposal.kind))
        .count("proposedBy", proposal.operator_id);
    time_member(json, "time", proposal.time_ns);
    using Kind = views::ProposalKind;
    switch (proposal.kind) {
        case Kind::release: scope_members(json, proposal.scope, proposal.target); break;
        case Kind::bust: json.id("matchNumber", proposal.match_number.value()); break;
        case Kind::correction:
            json.id("matchNumber", proposal.match_number.value()).member("price", proposal.price);
            break;
        case Kind::rule_set: json.count("version", proposal.target); break;
        case Kind::end_day:
        case Kind::business_date: json.member("date", common::format_date(proposal.target)); break;
    }
    json.end_object();
}

void account_summary_members(JsonWriter& json, const views::AccountRow& account) {
    json.id("id", account.id.value())
        .member("reference", account.reference.view())
        .member("state", name_of(account.state));
    if (account.firm == 0)
        json.null("firm");
    else
        json.count("firm", account.firm);
    json.count("feeTier", account.fee_tier);
    json.key("limits").begin_object();
    limit_member(json, "maxOrderQuantity", account.max_order_quantity);
    limit_member(json, "maxOrderValue", account.max_order_value);
    limit_member(json, "maxDailyQuantity", account.max_daily_quantity);
    limit_member(json, "maxDailyValue", account.max_daily_value);
    if (account.max_open_orders == model::unlimited_count)
        json.null("maxOpenOrders");
    else
        json.count("maxOpenOrders", account.max_open_orders);
    json.end_object()
        .key("selfTradePrevention")
        .begin_object()
        .member("mode", name_of(account.self_trade_prevention));
    json.count("group", account.self_trade_group).end_object();
}

void account_members(JsonWriter& json, const views::ReadModels& models,
                     const views::AccountRow& account) {
    account_summary_members(json, account);
    json.key("cash").begin_array();
    for (const auto& [currency, row] : account.cash) {
        json.begin_object()
            .member("currency", currency.view())
            .member("total", row.total)
            .member("held", row.held);
        json.member("available", row.available()).end_object();
    }
    json.end_array().key("positions").begin_array();
    for (const auto& [instrument, row] : account.positions) {
        json.begin_object();
        symbol_member(json, models, instrument);
        json.member("total", row.total)
            .member("held", row.held)
            .member("available", row.available())
            .end_object();
    }
    json.end_array().id("sequence", models.sequence());
}

void write_level(JsonWriter& json, const views::market::LevelRow& level) {
    json.begin_object()
        .member("price", level.price)
        .member("quantity", level.quantity)
        .count("orders", level.orders)
        .end_object();
}

void write_trade(JsonWriter& json, const views::market::TradeRow& trade) {
    json.begin_object()
        .id("matchNumber", trade.match_number.value())
        .member("price", trade.price)
        .member("quantity", trade.quantity);
    if (trade.kind == model::TradeKind::auction)
        json.null("takerSide");
    else
        json.member("takerSide", name_of(trade.taker_side));
    json.member("kind", name_of(trade.kind)).member("state", name_of(trade.state));
    time_member(json, "time", trade.timestamp_ns);
    json.end_object();
}

void write_candle(JsonWriter& json, const views::market::Candle& candle) {
    json.begin_object();
    time_member(json, "startTime", candle.start_ns);
    json.member("open", candle.open)
        .member("high", candle.high)
        .member("low", candle.low)
        .member("close", candle.close);
    json.member("volume", candle.volume)
        .member("turnover", candle.turnover)
        .count("trades", candle.trades)
        .end_object();
}

}  // namespace bw::gateway::rest
