#include "gateway/websocket/json.hpp"

#include "base/decimal.hpp"
#include "gateway/session/date_text.hpp"

namespace bw::gateway::websocket {
namespace {

constexpr std::size_t json_text_length_max = 256;

constexpr bool is_printable(char c) { return c >= 0x20 && c <= 0x7e; }

}  // namespace

std::string json_text(std::string_view text) {
    std::string out = "\"";
    for (char c : text.substr(0, json_text_length_max)) {
        if (c == '"' || c == '\\') out += '\\';
        out += is_printable(c) ? c : '?';
    }
    return out + "\"";
}

std::string json_text(std::uint64_t number) { return "\"" + std::to_string(number) + "\""; }
std::string json(model::Price price) { return "\"" + base::format_decimal(price.value()) + "\""; }
std::string json(model::Quantity quantity) { return json_text(quantity.value()); }
std::string json(model::Money money) { return "\"" + base::format_decimal(money.value()) + "\""; }

std::string json_signed(std::int64_t number) { return "\"" + std::to_string(number) + "\""; }

ObjectWriter& ObjectWriter::add(std::string_view name, std::string_view value) {
    if (text_.size() > 1) text_ += ',';
    text_ += '"';
    text_ += name;
    text_ += "\":";
    text_ += value;
    return *this;
}

std::string ObjectWriter::finish() && {
    text_ += '}';
    return std::move(text_);
}

std::string ObjectWriter::finish_with(std::string_view object) && {
    text_ += ',';
    text_ += object.substr(1);
    return std::move(text_);
}

namespace {

/// Price, volume and surplus as members; null where there is no auction.
void add_auction(ObjectWriter& out, const std::optional<views::market::AuctionRow>& auction) {
    out.add_or_null("indicativePrice", auction ? auction->price : std::nullopt);
    out.add("indicativeVolume", auction ? json(auction->volume) : "null");
    out.add("imbalance", auction ? json_signed(auction->surplus) : "null");
}

std::string auction_or_null(const std::optional<views::market::AuctionRow>& auction) {
    if (!auction) return "null";
    ObjectWriter out;
    out.add_text("state", name_of(auction->state)).add_or_null("price", auction->price);
    out.add("volume", json(auction->volume)).add("surplus", json_signed(auction->surplus));
    out.add("time", json_text(auction->timestamp_ns));
    return std::move(out).finish();
}

}  // namespace

std::string json_of(std::string_view symbol, const views::market::Status& status) {
    ObjectWriter out;
    out.add_text("symbol", symbol).add_text("state", name_of(status.state));
    out.add_text("reason", name_of(status.reason));
    out.add("indicative", auction_or_null(status.indicative));
    out.add("lastAuction", auction_or_null(status.last_auction));
    out.add("closingPrice", status.closing ? json(status.closing->price) : "null");
    out.add("closingDate", status.closing
                               ? json_text(session::format_date(status.closing->business_date))
                               : "null");
    out.add("lowerLimit", status.limit_bands ? json(status.limit_bands->lower) : "null");
    out.add("upperLimit", status.limit_bands ? json(status.limit_bands->upper) : "null");
    out.add("limitState",
            status.limit_state ? json_text(name_of(status.limit_state->side)) : "null");
    return std::move(out).finish();
}

std::string json_of(std::string_view symbol, const views::market::Status& status,
                    const views::market::Ticker& ticker) {
    const auto price_of = [](const auto& row) {
        return row ? std::optional(row->price) : std::nullopt;
    };
    const auto quantity_of = [](const auto& row) {
        return row ? std::optional(row->quantity) : std::nullopt;
    };
    ObjectWriter out;
    out.add_text("symbol", symbol).add_text("state", name_of(status.state));
    add_auction(out, status.indicative);
    out.add_or_null("bid", price_of(ticker.bid))
        .add_or_null("bidQuantity", quantity_of(ticker.bid));
    out.add_or_null("ask", price_of(ticker.ask))
        .add_or_null("askQuantity", quantity_of(ticker.ask));
    out.add_or_null("last", price_of(ticker.last))
        .add_or_null("lastQuantity", quantity_of(ticker.last));
    out.add("lastTime", ticker.last ? json_text(ticker.last->timestamp_ns) : "null");
    out.add_or_null("open", ticker.open)
        .add_or_null("high", ticker.high)
        .add_or_null("low", ticker.low);
    out.add("volume", json(ticker.volume)).add("turnover", json(ticker.turnover));
    return std::move(out).finish();
}

std::string json_of(const views::market::TradeRow& trade) {
    ObjectWriter out;
    out.add("matchNumber", json_text(trade.match_number.value()))
        .add("time", json_text(trade.timestamp_ns));
    out.add("price", json(trade.price)).add("quantity", json(trade.quantity));
    const bool in_auction = trade.kind == model::TradeKind::auction;
    out.add("takerSide", in_auction ? "null" : json_text(name_of(trade.taker_side)));
    out.add_text("kind", name_of(trade.kind)).add_text("state", name_of(trade.state));
    return std::move(out).finish();
}

std::string json_of(const views::market::Candle& candle) {
    ObjectWriter out;
    out.add("startTime", json_text(candle.start_ns))
        .add("open", json(candle.open))
        .add("high", json(candle.high));
    out.add("low", json(candle.low))
        .add("close", json(candle.close))
        .add("volume", json(candle.volume));
    out.add("turnover", json(candle.turnover)).add_number("trades", candle.trades);
    return std::move(out).finish();
}

}  // namespace bw::gateway::websocket
