#include "gateway/websocket/report_json.hpp"

#include "codec/registry.hpp"
#include "gateway/session/date_text.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {
namespace {

namespace report = views::report;

// The members that follow the head of a report.

std::string symbol_json(MarketView& view, model::InstrumentId instrument) {
    const InstrumentView* found = view.find(instrument);
    return found == nullptr ? "null" : json_text(found->symbol);
}

std::string text_or_null(std::string_view text) { return text.empty() ? "null" : json_text(text); }
std::string id_or_null(std::uint64_t id) { return id == 0 ? "null" : json_text(id); }

void encode(ObjectWriter& out, const report::Accepted& report, MarketView& view) {
    out.add_text("report", "accepted").add("orderId", json_text(report.order.value()));
    out.add("clientOrderId", text_or_null(report.client_order_id.view()))
        .add("symbol", symbol_json(view, report.instrument));
    out.add_text("side", name_of(report.side)).add_text("orderType", name_of(report.type));
    out.add_text("timeInForce", name_of(report.time_in_force));
    out.add("expireDate",
            report.expire_date == 0 ? "null" : json_text(session::format_date(report.expire_date)));
    out.add_flag("postOnly", report.post_only).add_flag("hidden", report.hidden);
    out.add("price", report.price == model::no_price ? "null" : json(report.price))
        .add("quantity", json(report.quantity));
    out.add("hold", json(report.hold));
}

void encode(ObjectWriter& out, const report::Rejected& report, MarketView& view) {
    const codec::MessageInfo* command = codec::find_message(report.command_template);
    out.add_text("report", "rejected").add("orderId", id_or_null(report.order.value()));
    out.add("clientOrderId", text_or_null(report.client_order_id.view()))
        .add("symbol", symbol_json(view, report.instrument));
    out.add_text("command", command == nullptr ? "" : command->name);
    out.add_number("code", static_cast<std::uint16_t>(report.reason))
        .add_text("reason", name_of(report.reason));
}

void encode(ObjectWriter& out, const report::Cancelled& report, MarketView& view) {
    out.add_text("report", report.reason == model::CancelReason::expired ? "expired" : "cancelled");
    out.add("orderId", json_text(report.order.value()))
        .add("symbol", symbol_json(view, report.instrument));
    out.add_text("side", name_of(report.side)).add("quantity", json(report.quantity));
    out.add_text("reason", name_of(report.reason)).add("holdReleased", json(report.hold_released));
}

void encode(ObjectWriter& out, const report::Reduced& report, MarketView& view) {
    out.add_text("report", "reduced").add("orderId", json_text(report.order.value()));
    out.add("symbol", symbol_json(view, report.instrument))
        .add("reducedBy", json(report.reduced_by));
    out.add("remaining", json(report.remaining)).add("holdReleased", json(report.hold_released));
}

void encode(ObjectWriter& out, const report::Replaced& report, MarketView& view) {
    out.add_text("report", "replaced").add("orderId", json_text(report.order.value()));
    out.add("symbol", symbol_json(view, report.instrument)).add("price", json(report.price));
    out.add("remaining", json(report.remaining)).add("hold", json(report.hold));
}

void encode(ObjectWriter& out, const report::MassCancelled& report, MarketView& view) {
    out.add_text("report", "mass_cancelled").add("symbol", symbol_json(view, report.instrument));
    out.add_text("side", name_of(report.side)).add_number("cancelled", report.cancelled);
}

void encode(ObjectWriter& out, const report::Execution& report, MarketView& view) {
    out.add_text("report", "execution").add("executionId", json_text(report.id()));
    out.add("matchNumber", json_text(report.match_number.value()));
    out.add("orderId", json_text(report.order.value()));
    out.add("symbol", symbol_json(view, report.instrument)).add_text("side", name_of(report.side));
    out.add("price", json(report.price)).add("quantity", json(report.quantity));
    out.add("remaining", json(report.remaining));
    const bool in_auction = report.kind == model::TradeKind::auction;
    const char* liquidity = in_auction ? "auction" : report.taker ? "taker" : "maker";
    out.add("fee", json(report.fee)).add_text("liquidity", liquidity);
    out.add_text("kind", name_of(report.kind));
}

std::string price_or_null(model::Price price) {
    return price == model::Price{0} ? "null" : json(price);
}

void encode(ObjectWriter& out, const report::Conditions& report, MarketView& view) {
    out.add_text("report", "conditions").add("orderId", json_text(report.order.value()));
    out.add("symbol", symbol_json(view, report.instrument));
    const bool iceberg = report.display_quantity != model::Quantity{0};
    out.add("displayQuantity", iceberg ? json(report.display_quantity) : "null");
    out.add("stopPrice", price_or_null(report.stop_price)).add("offset", json(report.offset));
    out.add("peg", report.peg == model::PegKind::none ? "null" : json_text(name_of(report.peg)));
}

void encode(ObjectWriter& out, const report::Triggered& report, MarketView& view) {
    out.add_text("report", "triggered").add("orderId", json_text(report.order.value()));
    out.add("symbol", symbol_json(view, report.instrument));
    out.add("stopPrice", json(report.stop_price)).add("lastPrice", json(report.last_price));
}

void encode(ObjectWriter& out, const report::Refreshed& report, MarketView& view) {
    out.add_text("report", "refreshed").add("orderId", json_text(report.order.value()));
    out.add("symbol", symbol_json(view, report.instrument));
    out.add("displayed", json(report.displayed)).add("remaining", json(report.remaining));
}

void encode(ObjectWriter& out, const report::TradeBusted& report, MarketView& view) {
    out.add_text("report", "trade_busted")
        .add("matchNumber", json_text(report.match_number.value()));
    out.add("symbol", symbol_json(view, report.instrument)).add_text("side", name_of(report.side));
    out.add("price", json(report.price)).add("quantity", json(report.quantity));
    out.add("feeReturned", json(report.fee_returned));
}

void encode(ObjectWriter& out, const report::TradeCorrected& report, MarketView& view) {
    out.add_text("report", "trade_corrected")
        .add("matchNumber", json_text(report.match_number.value()));
    out.add("symbol", symbol_json(view, report.instrument)).add_text("side", name_of(report.side));
    out.add("priceBefore", json(report.price_before)).add("price", json(report.price));
    out.add("quantity", json(report.quantity));
}

void encode(ObjectWriter& out, const report::PositionAdjusted& report, MarketView& view) {
    out.add_text("report", "position_adjusted").add("symbol", symbol_json(view, report.instrument));
    out.add("totalBefore", json(report.total_before)).add("total", json(report.total));
}

void encode(ObjectWriter& out, const report::KillSwitch& report, MarketView&) {
    out.add_text("report", "kill_switch").add_flag("on", report.on);
    out.add_number("cancelled", report.cancelled);
}

}  // namespace

std::string frame_of(const views::Report& report, Channel channel, std::uint64_t sequence,
                     MarketView& view) {
    ObjectWriter out;
    out.add_text("type", "report").add_text("channel", name_of(channel));
    out.add_number("sequence", sequence).add_number("previousSequence", sequence - 1);
    out.add("eventSequence", json_text(report.event_sequence))
        .add("time", json_text(report.time_ns));
    std::visit([&](const auto& body) { encode(out, body, view); }, report.body);
    return std::move(out).finish();
}

}  // namespace bw::gateway::websocket
