#include "gateway/websocket/subscription.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/decimal.hpp"
#include "gateway/websocket/report_json.hpp"

namespace bw::gateway::websocket {
namespace {

/// Assumed size of a report in the queue; the longest have about 400 bytes.
constexpr std::size_t report_bytes = 512;
constexpr std::uint64_t no_end = ~0ull;

void append_to_list(std::string& list, std::string_view item) {
    if (!list.empty()) list += ',';
    list += item;
}

std::string as_array(std::string_view items) { return "[" + std::string(items) + "]"; }

void append_level(std::string& list, model::Price price, model::Quantity quantity) {
    append_to_list(list, "[\"" + base::format_decimal(price.value()) + "\",\"" +
                             std::to_string(quantity.value()) + "\"]");
}

}  // namespace

Subscription::Subscription(std::uint64_t connection, Topic& topic)
    : connection_(connection),
      topic_(topic),
      place_(topic.pending.insert(topic.pending.end(), this)) {}

Subscription::~Subscription() {
    set_idle();
    topic_.idle.erase(place_);
}

void Subscription::set_pending() {
    if (!is_pending_) topic_.pending.splice(topic_.pending.end(), topic_.idle, place_);
    is_pending_ = true;
}

void Subscription::set_idle() {
    if (is_pending_) topic_.idle.splice(topic_.idle.end(), topic_.pending, place_);
    is_pending_ = false;
}

PublicSubscription::PublicSubscription(std::uint64_t connection, Topic& topic, MarketView& market,
                                       Channel channel, const InstrumentView* one)
    : Subscription(connection, topic), market_(market), channel_(channel), one_(one) {}

JsonWriter PublicSubscription::tail() const {
    JsonWriter out = JsonWriter::object();
    out.id("eventSequence", market_.event_sequence).id("time", market_.timestamp_ns);
    return out;
}

std::string PublicSubscription::frame(bool snapshot, std::string_view tail) {
    JsonWriter out = JsonWriter::object();
    out.member("type", snapshot ? "snapshot" : "update")
        .member("channel", name_of(channel_))
        .member("symbol", one_ == nullptr ? "*" : std::string_view(one_->symbol));
    if (!sent_nothing() && must_send()) out.member("previousSymbol", one_->symbol_at(sent_at_));
    out.count("sequence", sequence_ + 1).count("previousSequence", sequence_);
    ++sequence_;
    sent_at_ = market_.event_sequence;
    return out.take() + "," + std::string(tail.substr(1));
}

// --- l1 ---

TickerSubscription::TickerSubscription(std::uint64_t connection, MarketView& market,
                                       InstrumentView* one)
    : PublicSubscription(connection, one == nullptr ? market.all_tickers : one->l1, market,
                         Channel::l1, one),
      one_(one) {}

void TickerSubscription::add_if_changed(InstrumentView& view, std::string& list) const {
    market_.refresh_ticker(view);
    if (view.ticker_version > sent_version_) append_to_list(list, view.ticker_json);
}

/// For the subscribers to all instruments.
std::string TickerSubscription::renames() const {
    std::string list;
    if (one_ != nullptr || sent_nothing()) return list;
    for (const auto& view : market_.instruments()) {
        if (!view->is_renamed_since(sent_at())) continue;
        JsonWriter out = JsonWriter::object();
        out.member("before", view->symbol_at(sent_at())).member("symbol", view->symbol);
        append_to_list(list, out.finish());
    }
    return list;
}

FrameTail<std::uint64_t> TickerSubscription::build() const {
    std::string list;
    if (one_ != nullptr) {
        add_if_changed(*one_, list);
    } else {
        for (const auto& view : market_.instruments()) add_if_changed(*view, list);
    }
    if (list.empty() && !must_send()) return {};
    JsonWriter out = tail();
    if (std::string list_of_renames = renames(); !list_of_renames.empty())
        out.raw("renames", as_array(list_of_renames));
    out.raw("tickers", as_array(list));
    return {.text = out.finish(), .snapshot = sent_nothing(), .sent = market_.ticker_clock()};
}

std::optional<std::string> TickerSubscription::next() {
    auto& tails = one_ != nullptr ? one_->l1_tails : market_.all_tickers_tails;
    return next_of(tails, sent_version_, [this] { return build(); });
}

// --- l2 ---

DepthSubscription::DepthSubscription(std::uint64_t connection, MarketView& market,
                                     InstrumentView& view, std::size_t depth)
    : PublicSubscription(connection, view.l2, market, Channel::l2, &view),
      view_(view),
      depth_(depth),
      sent_(std::make_shared<SentDepth>()) {}

SentDepth::Levels DepthSubscription::top(const std::vector<views::market::LevelRow>& rows) const {
    SentDepth::Levels out;
    out.reserve(std::min(depth_, rows.size()));
    for (const auto& row : rows) {
        if (out.size() == depth_) break;
        out.emplace_back(row.price, row.quantity);
    }
    return out;
}

/// Walks both lists in price order, like a merge.
std::string DepthSubscription::changes(const SentDepth::Levels& before,
                                       const SentDepth::Levels& after, bool descending) {
    const auto precedes = [descending](model::Price a, model::Price b) {
        return descending ? a > b : a < b;
    };
    std::string list;
    auto old_level = before.begin();
    auto new_level = after.begin();
    while (old_level != before.end() || new_level != after.end()) {
        if (new_level == after.end() ||
            (old_level != before.end() && precedes(old_level->first, new_level->first))) {
            append_level(list, old_level->first, model::Quantity{0});
            ++old_level;
        } else if (old_level == before.end() || precedes(new_level->first, old_level->first)) {
            append_level(list, new_level->first, new_level->second);
            ++new_level;
        } else {
            if (old_level->second != new_level->second)
                append_level(list, new_level->first, new_level->second);
            ++old_level;
            ++new_level;
        }
    }
    return list;
}

FrameTail<std::shared_ptr<const SentDepth>> DepthSubscription::build() const {
    const views::market::Depth& rows = market_.fresh_depth(view_);
    auto depth = std::make_shared<const SentDepth>(SentDepth{top(rows.bids), top(rows.asks)});
    if (!must_send() && *depth == *sent_) return {};
    JsonWriter out = tail();
    out.count("depth", depth_);
    out.raw("bids", as_array(changes(sent_->bids, depth->bids, true)))
        .raw("asks", as_array(changes(sent_->asks, depth->asks, false)));
    return {.text = out.finish(), .snapshot = sent_nothing(), .sent = std::move(depth)};
}

std::optional<std::string> DepthSubscription::next() {
    return next_of(view_.l2_tails[depth_], sent_, [this] { return build(); });
}

// --- trades ---

TradesSubscription::TradesSubscription(std::uint64_t connection, MarketView& market,
                                       InstrumentView& view)
    : PublicSubscription(connection, view.trades, market, Channel::trades, &view), view_(view) {}

FrameTail<std::uint64_t> TradesSubscription::build() const {
    const std::uint64_t missing = view_.trade_count - seen_;
    if (missing == 0 && !must_send()) return {};
    const bool snapshot = sent_nothing() || missing > update_trades_max;
    const std::uint64_t dropped = sent_nothing() || !snapshot ? 0 : missing - snapshot_trades;
    const auto rows = market_.market().trades(view_.id, snapshot ? snapshot_trades : missing);
    std::string list;
    for (auto row = rows.rbegin(); row != rows.rend(); ++row) append_to_list(list, json_of(*row));
    JsonWriter out = tail();
    if (snapshot) out.count("dropped", dropped);
    out.raw("trades", as_array(list));
    return {.text = out.finish(), .snapshot = snapshot, .sent = view_.trade_count};
}

std::optional<std::string> TradesSubscription::next() {
    return next_of(view_.trades_tails, seen_, [this] { return build(); });
}

// --- candles ---

CandlesSubscription::CandlesSubscription(std::uint64_t connection, MarketView& market,
                                         InstrumentView& view, views::market::Resolution resolution)
    : PublicSubscription(connection, view.trades, market, Channel::candles, &view),
      view_(view),
      resolution_(resolution) {}

/// Candles that the client does not have. Of those that it has, only the last can have changed.
std::vector<views::market::Candle> CandlesSubscription::changed(std::size_t limit) const {
    auto rows =
        market_.market().candles(view_.id, resolution_, last_ ? last_->start_ns : 0, no_end, limit);
    if (last_ && !rows.empty() && rows.front() == *last_) rows.erase(rows.begin());
    return rows;
}

FrameTail<std::optional<views::market::Candle>> CandlesSubscription::build() const {
    auto rows = changed(update_candles_max + 1);
    if (rows.empty() && !must_send()) return {};
    const bool snapshot = sent_nothing() || rows.size() > update_candles_max;
    if (rows.size() > snapshot_candles) rows.erase(rows.begin(), rows.end() - snapshot_candles);
    std::string list;
    for (const auto& row : rows) append_to_list(list, json_of(row));
    JsonWriter out = tail();
    out.member("resolution", views::market::name_of(resolution_)).raw("candles", as_array(list));
    return {.text = out.finish(),
            .snapshot = snapshot,
            .sent = rows.empty() ? last_ : std::optional(rows.back())};
}

std::optional<std::string> CandlesSubscription::next() {
    return next_of(view_.candles_tails[resolution_], last_, [this] { return build(); });
}

// --- status ---

StatusSubscription::StatusSubscription(std::uint64_t connection, MarketView& market,
                                       InstrumentView& view)
    : PublicSubscription(connection, view.status, market, Channel::status, &view), view_(view) {}

FrameTail<std::shared_ptr<const SentStatus>> StatusSubscription::build() const {
    const auto status = market_.market().status(view_.id);
    BW_ASSERT(status.has_value());
    SentStatus now{json_of(view_.symbol, *status), market_.storage_scarce, view_.notices.count};
    if (!must_send() && now == *sent_) return {};
    const std::uint64_t missing = now.notices - (sent_nothing() ? 0 : sent_->notices);
    const auto& kept = view_.notices.latest;
    const bool snapshot = sent_nothing() || missing > kept.size();
    const std::size_t shown = snapshot ? kept.size() : missing;
    std::string list;
    for (std::size_t i = kept.size() - shown; i < kept.size(); ++i) append_to_list(list, kept[i]);
    const std::uint64_t dropped = sent_nothing() ? 0 : missing - shown;
    JsonWriter out = tail();
    if (snapshot) out.count("dropped", dropped);
    out.raw("status", now.status).member("storage", now.storage_scarce ? "scarce" : "ample");
    out.raw("notices", as_array(list));
    return {.text = out.finish(),
            .snapshot = snapshot,
            .sent = std::make_shared<const SentStatus>(std::move(now))};
}

std::optional<std::string> StatusSubscription::next() {
    return next_of(view_.status_tails, sent_, [this] { return build(); });
}

// --- orders, executions ---

ReportSubscription::ReportSubscription(const PrivatePlace& place, MarketView& market,
                                       const views::Reports& reports, std::uint64_t from_sequence)
    : Subscription(place.connection, place.topic),
      market_(market),
      reports_(reports),
      key_(place.key),
      cursor_(from_sequence),
      live_from_(reports.next_sequence(key_)) {}

std::optional<std::string> ReportSubscription::next() {
    if (cursor_ >= reports_.next_sequence(key_) || cursor_ < reports_.oldest_sequence(key_))
        return std::nullopt;
    const Channel channel =
        key_.stream == views::ReportStream::orders ? Channel::orders : Channel::executions;
    const std::uint64_t sequence = cursor_++;
    return frame_of(reports_.report(key_, sequence), channel, sequence, market_);
}

bool ReportSubscription::is_too_slow(std::size_t queue_bytes_max) const {
    const std::uint64_t waiting = reports_.next_sequence(key_) - std::max(cursor_, live_from_);
    return cursor_ < reports_.oldest_sequence(key_) || waiting > queue_bytes_max / report_bytes;
}

}  // namespace bw::gateway::websocket
