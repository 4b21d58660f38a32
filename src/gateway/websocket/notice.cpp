#include "gateway/websocket/notice.hpp"

#include "gateway/session/date_text.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {
namespace {

ObjectWriter begin(std::string_view kind) {
    ObjectWriter out;
    out.add_text("notice", kind);
    return out;
}

std::string price_or_null(model::Price price) {
    return price == model::no_price || price == model::Price{0} ? "null" : json(price);
}

}  // namespace

std::vector<std::string> notices_of(const InstrumentView& before,
                                    const codec::InstrumentUpdated& event) {
    std::vector<std::string> notices;
    if (before.symbol != event.symbol.view()) {
        ObjectWriter out = begin("symbol");
        out.add_text("before", before.symbol).add_text("symbol", event.symbol.view());
        notices.push_back(std::move(out).finish());
    }
    if (before.state != event.state || before.reason != event.reason) {
        ObjectWriter out = begin("state");
        out.add_text("state", name_of(event.state)).add_text("reason", name_of(event.reason));
        notices.push_back(std::move(out).finish());
    }
    return notices;
}

std::string notice_of(const codec::AuctionEnded& event) {
    ObjectWriter out = begin("auction_ended");
    out.add_text("state", name_of(event.state)).add("price", price_or_null(event.price));
    out.add("volume", json(event.volume)).add("surplus", json_signed(event.surplus));
    return std::move(out).finish();
}

std::string notice_of(const codec::LimitStateChanged& event) {
    ObjectWriter out = begin("limit_state");
    out.add_flag("entered", event.entered != 0).add_text("side", name_of(event.side));
    return std::move(out).finish();
}

std::string notice_of(const codec::LimitBandsSet& event) {
    ObjectWriter out = begin("limit_bands");
    out.add("lower", price_or_null(event.lower)).add("upper", price_or_null(event.upper));
    return std::move(out).finish();
}

std::string notice_of(const codec::ClosingPrice& event) {
    ObjectWriter out = begin("closing_price");
    out.add("price", json(event.price)).add_text("date", session::format_date(event.business_date));
    return std::move(out).finish();
}

std::string notice_of(const codec::TradeBusted& event) {
    ObjectWriter out = begin("trade_busted");
    out.add("matchNumber", json_text(event.match_number.value()));
    out.add("price", json(event.price)).add("quantity", json(event.quantity));
    return std::move(out).finish();
}

std::string notice_of(const codec::TradeCorrected& event) {
    ObjectWriter out = begin("trade_corrected");
    out.add("matchNumber", json_text(event.match_number.value()));
    out.add("priceBefore", json(event.price_before)).add("price", json(event.price));
    out.add("quantity", json(event.quantity));
    return std::move(out).finish();
}

std::string notice_of(const codec::SharesSplit& event) {
    ObjectWriter out = begin("split");
    out.add_number("numerator", event.numerator).add_number("denominator", event.denominator);
    out.add("referencePrice", json(event.reference_price));
    return std::move(out).finish();
}

}  // namespace bw::gateway::websocket
