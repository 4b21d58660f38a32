#include "gateway/websocket/json.hpp"

#include "gateway/common/date_text.hpp"

namespace bw::gateway::websocket {
namespace {

std::optional<model::Price> price_of(const auto& row) {
    return row ? std::optional(row->price) : std::nullopt;
}

std::optional<model::Quantity> quantity_of(const auto& row) {
    return row ? std::optional(row->quantity) : std::nullopt;
}

/// Price, volume and surplus as members; null where there is no auction.
void add_auction(JsonWriter& out, const std::optional<views::market::AuctionRow>& auction) {
    out.member("indicativePrice", auction ? auction->price : std::nullopt);
    out.member("indicativeVolume", auction ? std::optional(auction->volume) : std::nullopt);
    if (auction)
        out.signed_id("imbalance", auction->surplus);
    else
        out.null("imbalance");
}

std::string auction_or_null(const std::optional<views::market::AuctionRow>& auction) {
    if (!auction) return "null";
    JsonWriter out = JsonWriter::object();
    out.member("state", name_of(auction->state)).member("price", auction->price);
    out.member("volume", auction->volume).signed_id("surplus", auction->surplus);
    out.id("time", auction->timestamp_ns);
    return out.finish();
}

}  // namespace

std::string json_of(std::string_view symbol, const views::market::Status& status) {
    JsonWriter out = JsonWriter::object();
    out.member("symbol", symbol).member("state", name_of(status.state));
    out.member("reason", name_of(status.reason));
    out.raw("indicative", auction_or_null(status.indicative));
    out.raw("lastAuction", auction_or_null(status.last_auction));
    out.member("closingPrice", price_of(status.closing));
    out.member("closingDate",
               status.closing ? std::optional(common::format_date(status.closing->business_date))
                              : std::nullopt);
    const auto& bands = status.limit_bands;
    out.member("lowerLimit", bands ? std::optional(bands->lower) : std::nullopt);
    out.member("upperLimit", bands ? std::optional(bands->upper) : std::nullopt);
    const auto& limit = status.limit_state;
    out.member("limitState", limit ? std::optional(name_of(limit->side)) : std::nullopt);
    return out.finish();
}

std::string json_of(std::string_view symbol, const views::market::Status& status,
                    const views::market::Ticker& ticker) {
    JsonWriter out = JsonWriter::object();
    out.member("symbol", symbol).member("state", name_of(status.state));
    add_auction(out, status.indicative);
    out.member("bid", price_of(ticker.bid)).member("bidQuantity", quantity_of(ticker.bid));
    out.member("ask", price_of(ticker.ask)).member("askQuantity", quantity_of(ticker.ask));
    out.member("last", price_of(ticker.last)).member("lastQuantity", quantity_of(ticker.last));
    if (ticker.last)
        out.id("lastTime", ticker.last->timestamp_ns);
    else
        out.null("lastTime");
    out.member("open", ticker.open).member("high", ticker.high).member("low", ticker.low);
    out.member("volume", ticker.volume).member("turnover", ticker.turnover);
    return out.finish();
}

std::string json_of(const views::market::TradeRow& trade) {
    JsonWriter out = JsonWriter::object();
    out.id("matchNumber", trade.match_number.value()).id("time", trade.timestamp_ns);
    out.member("price", trade.price).member("quantity", trade.quantity);
    const bool in_auction = trade.kind == model::TradeKind::auction;
    out.member("takerSide", in_auction ? std::nullopt : std::optional(name_of(trade.taker_side)));
    out.member("kind", name_of(trade.kind)).member("state", name_of(trade.state));
    return out.finish();
}

std::string json_of(const views::market::Candle& candle) {
    JsonWriter out = JsonWriter::object();
    out.id("startTime", candle.start_ns).member("open", candle.open).member("high", candle.high);
    out.member("low", candle.low).member("close", candle.close).member("volume", candle.volume);
    out.member("turnover", candle.turnover).count("trades", candle.trades);
    return out.finish();
}

}  // namespace bw::gateway::websocket
