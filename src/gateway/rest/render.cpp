#include "gateway/rest/render.hpp"

#include "gateway/rest/time_text.hpp"
#include "gateway/session/date_text.hpp"

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

void symbol_member(JsonWriter& json, const session::ExchangeView& view, model::InstrumentId id) {
    if (const session::InstrumentRow* instrument = view.instrument(id))
        json.member("symbol", instrument->symbol.view());
    else
        json.null("symbol");
}

/// What the event of a refused order does not tell.
void unknown_terms(JsonWriter& json) {
    for (const char* name :
         {"side", "type", "timeInForce", "expireDate", "postOnly", "price", "quantity"})
        json.null(name);
}

void terms(JsonWriter& json, const session::OrderRow& order) {
    json.member("side", name_of(order.side))
        .member("type", name_of(order.type))
        .member("timeInForce", name_of(order.time_in_force));
    if (order.expire_date == 0)
        json.null("expireDate");
    else
        json.member("expireDate", session::format_date(order.expire_date));
    json.flag("postOnly", order.post_only);
    if (order.price == model::no_price)
        json.null("price");
    else
        json.member("price", order.price);
    json.member("quantity", order.quantity);
}

}  // namespace

void order_members(JsonWriter& json, const session::ExchangeView& view,
                   const session::OrderRow& order) {
    const bool rejected = order.status == model::OrderStatus::rejected;
    const bool cancelled = order.status == model::OrderStatus::cancelled ||
                           order.status == model::OrderStatus::expired;
    json.id("id", order.id.value());
    if (order.client_order_id.empty())
        json.null("clientOrderId");
    else
        json.member("clientOrderId", order.client_order_id.view());
    symbol_member(json, view, order.instrument);
    if (rejected)
        unknown_terms(json);
    else
        terms(json, order);
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

void write_execution(JsonWriter& json, const session::ExchangeView& view,
                     const session::ExecutionRow& execution) {
    json.begin_object().id("id", execution.id).id("orderId", execution.order.value());
    symbol_member(json, view, execution.instrument);
    json.member("side", name_of(execution.side))
        .member("price", execution.price)
        .member("quantity", execution.quantity);
    json.member("fee", execution.fee).member("liquidity", execution.maker() ? "maker" : "taker");
    json.id("matchNumber", execution.match_number());
    time_member(json, "time", execution.time_ns);
    json.end_object();
}

void write_instrument(JsonWriter& json, const session::InstrumentRow& instrument) {
    json.begin_object()
        .member("symbol", instrument.symbol.view())
        .member("currency", instrument.currency.view());
    json.member("tickSize", instrument.tick_size).member("lotSize", instrument.lot_size);
    json.member("referencePrice", instrument.reference_price)
        .count("collarPpm", instrument.collar.value());
    limit_member(json, "maxOrderQuantity", instrument.max_order_quantity);
    limit_member(json, "maxOrderValue", instrument.max_order_value);
    json.member("state", name_of(instrument.state))
        .member("haltReason", name_of(instrument.halt_reason))
        .end_object();
}

std::string_view word_of(model::SelfTradePrevention mode) {
    switch (mode) {
        case model::SelfTradePrevention::none: return "none";
        case model::SelfTradePrevention::cancel_newest: return "cancel_newest";
        case model::SelfTradePrevention::cancel_oldest: return "cancel_oldest";
        case model::SelfTradePrevention::cancel_both: return "cancel_both";
        case model::SelfTradePrevention::decrement: return "decrement";
    }
    return "unknown";
}

void account_summary_members(JsonWriter& json, const session::AccountRow& account) {
    json.id("id", account.id.value())
        .member("reference", account.reference.view())
        .member("state", name_of(account.state));
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
        .member("mode", word_of(account.self_trade_prevention));
    json.count("group", account.self_trade_group).end_object();
}

void account_members(JsonWriter& json, const session::ExchangeView& view,
                     const session::AccountRow& account) {
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
        symbol_member(json, view, instrument);
        json.member("total", row.total)
            .member("held", row.held)
            .member("available", row.available())
            .end_object();
    }
    json.end_array().id("sequence", view.sequence());
}

void write_level(JsonWriter& json, const market_data::LevelRow& level) {
    json.begin_object()
        .member("price", level.price)
        .member("quantity", level.quantity)
        .count("orders", level.orders)
        .end_object();
}

void write_trade(JsonWriter& json, const market_data::TradeRow& trade) {
    json.begin_object()
        .id("matchNumber", trade.match_number.value())
        .member("price", trade.price)
        .member("quantity", trade.quantity);
    json.member("takerSide", name_of(trade.taker_side));
    time_member(json, "time", trade.timestamp_ns);
    json.end_object();
}

void write_candle(JsonWriter& json, const market_data::Candle& candle) {
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
