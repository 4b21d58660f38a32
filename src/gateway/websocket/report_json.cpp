#include "gateway/websocket/report_json.hpp"

#include "codec/registry.hpp"
#include "gateway/common/date_text.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {
namespace {

namespace report = views::report;

// The members that follow the head of a report.

std::optional<std::string_view> symbol_of(MarketView& view, model::InstrumentId instrument) {
    const InstrumentView* found = view.find(instrument);
    return found == nullptr ? std::nullopt : std::optional<std::string_view>(found->symbol);
}

std::optional<std::string_view> text_of(const model::ClientOrderId& id) {
    return id.view().empty() ? std::nullopt : std::optional(id.view());
}

void encode(JsonWriter& out, const report::Accepted& report, MarketView& view) {
    out.member("report", "accepted").id("orderId", report.order.value());
    out.member("clientOrderId", text_of(report.client_order_id))
        .member("symbol", symbol_of(view, report.instrument));
    out.member("side", name_of(report.side)).member("orderType", name_of(report.type));
    out.member("timeInForce", name_of(report.time_in_force));
    out.member("expireDate", report.expire_date == 0
                                 ? std::nullopt
                                 : std::optional(common::format_date(report.expire_date)));
    out.flag("postOnly", report.post_only).flag("hidden", report.hidden);
    out.member("price",
               report.price == model::no_price ? std::nullopt : std::optional(report.price))
        .member("quantity", report.quantity);
    out.member("hold", report.hold);
}

void encode(JsonWriter& out, const report::Rejected& report, MarketView& view) {
    const codec::MessageInfo* command = codec::find_message(report.command_template);
    out.member("report", "rejected");
    if (report.order.value() != 0)
        out.id("orderId", report.order.value());
    else
        out.null("orderId");
    out.member("clientOrderId", text_of(report.client_order_id))
        .member("symbol", symbol_of(view, report.instrument));
    out.member("command", command == nullptr ? "" : command->name);
    out.count("code", static_cast<std::uint16_t>(report.reason))
        .member("reason", name_of(report.reason));
}

void encode(JsonWriter& out, const report::Cancelled& report, MarketView& view) {
    out.member("report", report.reason == model::CancelReason::expired ? "expired" : "cancelled");
    out.id("orderId", report.order.value()).member("symbol", symbol_of(view, report.instrument));
    out.member("side", name_of(report.side)).member("quantity", report.quantity);
    out.member("reason", name_of(report.reason)).member("holdReleased", report.hold_released);
}

void encode(JsonWriter& out, const report::Reduced& report, MarketView& view) {
    out.member("report", "reduced").id("orderId", report.order.value());
    out.member("symbol", symbol_of(view, report.instrument)).member("reducedBy", report.reduced_by);
    out.member("remaining", report.remaining).member("holdReleased", report.hold_released);
}

void encode(JsonWriter& out, const report::Replaced& report, MarketView& view) {
    out.member("report", "replaced").id("orderId", report.order.value());
    out.member("symbol", symbol_of(view, report.instrument)).member("price", report.price);
    out.member("remaining", report.remaining).member("hold", report.hold);
}

void encode(JsonWriter& out, const report::MassCancelled& report, MarketView& view) {
    out.member("report", "mass_cancelled").member("symbol", symbol_of(view, report.instrument));
    out.member("side", name_of(report.side)).count("cancelled", report.cancelled);
}

void encode(JsonWriter& out, const report::Execution& report, MarketView& view) {
    out.member("report", "execution").id("executionId", report.id());
    out.id("matchNumber", report.match_number.value());
    out.id("orderId", report.order.value());
    out.member("symbol", symbol_of(view, report.instrument)).member("side", name_of(report.side));
    out.member("price", report.price).member("quantity", report.quantity);
    out.member("remaining", report.remaining);
    const bool in_auction = report.kind == model::TradeKind::auction;
    const char* liquidity = in_auction ? "auction" : report.taker ? "taker" : "maker";
    out.member("fee", report.fee).member("liquidity", liquidity);
    out.member("kind", name_of(report.kind));
}

std::optional<model::Price> price_of(model::Price price) {
    return price == model::Price{0} ? std::nullopt : std::optional(price);
}

void encode(JsonWriter& out, const report::Conditions& report, MarketView& view) {
    out.member("report", "conditions").id("orderId", report.order.value());
    out.member("symbol", symbol_of(view, report.instrument));
    const bool iceberg = report.display_quantity != model::Quantity{0};
    out.member("displayQuantity", iceberg ? std::optional(report.display_quantity) : std::nullopt);
    out.member("stopPrice", price_of(report.stop_price)).member("offset", report.offset);
    const bool pegged = report.peg != model::PegKind::none;
    out.member("peg", pegged ? std::optional(name_of(report.peg)) : std::nullopt);
}

void encode(JsonWriter& out, const report::Triggered& report, MarketView& view) {
    out.member("report", "triggered").id("orderId", report.order.value());
    out.member("symbol", symbol_of(view, report.instrument));
    out.member("stopPrice", report.stop_price).member("lastPrice", report.last_price);
}

void encode(JsonWriter& out, const report::Refreshed& report, MarketView& view) {
    out.member("report", "refreshed").id("orderId", report.order.value());
    out.member("symbol", symbol_of(view, report.instrument));
    out.member("displayed", report.displayed).member("remaining", report.remaining);
}

void encode(JsonWriter& out, const report::TradeBusted& report, MarketView& view) {
    out.member("report", "trade_busted").id("matchNumber", report.match_number.value());
    out.member("symbol", symbol_of(view, report.instrument)).member("side", name_of(report.side));
    out.member("price", report.price).member("quantity", report.quantity);
    out.member("feeReturned", report.fee_returned);
}

void encode(JsonWriter& out, const report::TradeCorrected& report, MarketView& view) {
    out.member("report", "trade_corrected").id("matchNumber", report.match_number.value());
    out.member("symbol", symbol_of(view, report.instrument)).member("side", name_of(report.side));
    out.member("priceBefore", report.price_before).member("price", report.price);
    out.member("quantity", report.quantity);
}

void encode(JsonWriter& out, const report::PositionAdjusted& report, MarketView& view) {
    out.member("report", "position_adjusted").member("symbol", symbol_of(view, report.instrument));
    out.member("totalBefore", report.total_before).member("total", report.total);
}

void encode(JsonWriter& out, const report::KillSwitch& report, MarketView&) {
    out.member("report", "kill_switch").flag("on", report.on);
    out.count("cancelled", report.cancelled);
}

}  // namespace

std::string frame_of(const views::Report& report, Channel channel, std::uint64_t sequence,
                     MarketView& view) {
    JsonWriter out = JsonWriter::object();
    out.member("type", "report").member("channel", name_of(channel));
    out.count("sequence", sequence).count("previousSequence", sequence - 1);
    out.id("eventSequence", report.event_sequence).id("time", report.time_ns);
    std::visit([&](const auto& body) { encode(out, body, view); }, report.body);
    return out.finish();
}

}  // namespace bw::gateway::websocket
