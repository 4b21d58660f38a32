#include "gateway/websocket/notice.hpp"

#include "gateway/common/date_text.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {
namespace {

JsonWriter begin(std::string_view kind) {
    JsonWriter out = JsonWriter::object();
    out.member("notice", kind);
    return out;
}

std::optional<model::Price> price_of(model::Price price) {
    const bool none = price == model::no_price || price == model::Price{0};
    return none ? std::nullopt : std::optional(price);
}

}  // namespace

std::vector<std::string> notices_of(const InstrumentView& before,
                                    const codec::InstrumentUpdated& event) {
    std::vector<std::string> notices;
    if (before.symbol != event.symbol.view()) {
        JsonWriter out = begin("symbol");
        out.member("before", before.symbol).member("symbol", event.symbol.view());
        notices.push_back(out.finish());
    }
    if (before.state != event.state || before.reason != event.reason) {
        JsonWriter out = begin("state");
        out.member("state", name_of(event.state)).member("reason", name_of(event.reason));
        notices.push_back(out.finish());
    }
    return notices;
}

std::string notice_of(const codec::AuctionEnded& event) {
    JsonWriter out = begin("auction_ended");
    out.member("state", name_of(event.state)).member("price", price_of(event.price));
    out.member("volume", event.volume).signed_id("surplus", event.surplus);
    return out.finish();
}

std::string notice_of(const codec::LimitStateChanged& event) {
    JsonWriter out = begin("limit_state");
    out.flag("entered", event.entered != 0).member("side", name_of(event.side));
    return out.finish();
}

std::string notice_of(const codec::LimitBandsSet& event) {
    JsonWriter out = begin("limit_bands");
    out.member("lower", price_of(event.lower)).member("upper", price_of(event.upper));
    return out.finish();
}

std::string notice_of(const codec::ClosingPrice& event) {
    JsonWriter out = begin("closing_price");
    out.member("price", event.price).member("date", common::format_date(event.business_date));
    return out.finish();
}

std::string notice_of(const codec::TradeBusted& event) {
    JsonWriter out = begin("trade_busted");
    out.id("matchNumber", event.match_number.value());
    out.member("price", event.price).member("quantity", event.quantity);
    return out.finish();
}

std::string notice_of(const codec::TradeCorrected& event) {
    JsonWriter out = begin("trade_corrected");
    out.id("matchNumber", event.match_number.value());
    out.member("priceBefore", event.price_before).member("price", event.price);
    out.member("quantity", event.quantity);
    return out.finish();
}

std::string notice_of(const codec::SharesSplit& event) {
    JsonWriter out = begin("split");
    out.count("numerator", event.numerator).count("denominator", event.denominator);
    out.member("referencePrice", event.reference_price);
    return out.finish();
}

}  // namespace bw::gateway::websocket
