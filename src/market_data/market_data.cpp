#include "market_data/market_data.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "codec/events.hpp"
#include "codec/header.hpp"
#include "market_data/book.hpp"
#include "market_data/candles.hpp"

namespace bw::market_data {
namespace {

constexpr std::size_t trades_kept = 10'000;
/// A command with more event bytes than this gives its buffer back afterwards.
constexpr std::size_t pending_bytes_kept = 1 << 20;

/// All that is known of one instrument.
struct View {
    Book book;
    Ring<TradeRow> trades{trades_kept};
    std::array<CandleSeries, resolution_count> candles{
        CandleSeries{Resolution::minute_1},  CandleSeries{Resolution::minute_5},
        CandleSeries{Resolution::minute_15}, CandleSeries{Resolution::hour_1},
        CandleSeries{Resolution::day_1},     CandleSeries{Resolution::week_1},
        CandleSeries{Resolution::month_1}};

    [[nodiscard]] const CandleSeries& series(Resolution resolution) const {
        return candles[static_cast<std::size_t>(resolution)];
    }
};

/// An order that is open, and where.
struct OpenOrder {
    LevelRow* level = nullptr;
    model::Quantity remaining;
    model::InstrumentId instrument;
    model::Side side = model::Side::buy;
};

struct OrderIdHash {
    std::size_t operator()(std::uint64_t id) const { return base::mix64(id); }
};

}  // namespace

class MarketData::State {
 public:
    void apply(const event_store::RecordView& record);

    [[nodiscard]] std::optional<model::InstrumentId> find(std::string_view symbol) const;
    [[nodiscard]] const View* view(model::InstrumentId instrument) const;
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] std::uint64_t timestamp_ns() const { return timestamp_ns_; }

 private:
    void keep(std::span<const std::byte> message);
    void apply_pending();
    void apply_message(std::span<const std::byte> message);

    template <class Event>
    void apply_as(std::span<const std::byte> message) {
        Event event;
        if (codec::decode(message, event) == codec::DecodeError::none) on(event);
    }
    void on(const codec::InstrumentUpdated& event);
    void on(const codec::OrderAccepted& event);
    void on(const codec::TradeExecuted& event);
    void on(const codec::OrderCancelled& event);
    void on(const codec::OrderReduced& event);
    void on(const codec::OrderReplaced& event);

    View& known_view(model::InstrumentId instrument);
    void set_remaining(model::OrderId id, model::Quantity remaining);

    std::uint64_t received_ = 0;      // sequence of the latest record
    std::uint64_t sequence_ = 0;      // of the last event of the latest complete command
    std::uint64_t timestamp_ns_ = 0;  // of that command
    std::vector<std::byte>
        pending_;  // events of a command whose last event has not come: u32 size, message, ...
    std::vector<std::unique_ptr<View>> views_;  // by instrument id
    std::map<std::string, model::InstrumentId, std::less<>> symbols_;
    std::unordered_map<std::uint64_t, OpenOrder, OrderIdHash> orders_;
};

void MarketData::State::apply(const event_store::RecordView& record) {
    BW_ASSERT(record.sequence == received_ + 1);
    received_ = record.sequence;
    if ((record.note & event_store::note_last_event_of_command) == 0) {
        keep(record.message);
        return;
    }
    timestamp_ns_ = record.timestamp_ns;
    apply_pending();
    apply_message(record.message);
    sequence_ = record.sequence;
}

// Half of a command is no state of the market (an incoming order stands in the book until its trades have come), so the events
// of a command are kept back until all of them are here. Most commands have one event and never come by.
void MarketData::State::keep(std::span<const std::byte> message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    const auto size_bytes = std::as_bytes(std::span(&size, 1));
    pending_.insert(pending_.end(), size_bytes.begin(), size_bytes.end());
    pending_.insert(pending_.end(), message.begin(), message.end());
}

void MarketData::State::apply_pending() {
    for (std::size_t at = 0; at < pending_.size();) {
        std::uint32_t size = 0;
        std::memcpy(&size, pending_.data() + at, sizeof size);
        at += sizeof size;
        apply_message(std::span(pending_).subspan(at, size));
        at += size;
    }
    pending_.clear();
    if (pending_.capacity() > pending_bytes_kept) pending_.shrink_to_fit();
}

/// Events that say nothing about the market, and those of a newer schema, pass by.
void MarketData::State::apply_message(std::span<const std::byte> message) {
    codec::MessageHeader header;
    if (!codec::read_header(message, header)) return;
    switch (header.template_id) {
        case codec::OrderAccepted::template_id: return apply_as<codec::OrderAccepted>(message);
        case codec::TradeExecuted::template_id: return apply_as<codec::TradeExecuted>(message);
        case codec::OrderCancelled::template_id: return apply_as<codec::OrderCancelled>(message);
        case codec::OrderReduced::template_id: return apply_as<codec::OrderReduced>(message);
        case codec::OrderReplaced::template_id: return apply_as<codec::OrderReplaced>(message);
        case codec::InstrumentUpdated::template_id:
            return apply_as<codec::InstrumentUpdated>(message);
        default: return;
    }
}

void MarketData::State::on(const codec::InstrumentUpdated& event) {
    const std::size_t id = event.instrument.value();
    if (views_.size() <= id) views_.resize(id + 1);
    if (views_[id]) return;
    views_[id] = std::make_unique<View>();
    symbols_.emplace(event.symbol.str(), event.instrument);
}

/// Market orders never rest; every other order stands in the book until an event takes it out, if only for this command.
void MarketData::State::on(const codec::OrderAccepted& event) {
    if (event.order_type == model::OrderType::market) return;
    LevelRow& level =
        known_view(event.instrument).book.enter(event.side, event.price, event.quantity);
    const bool is_new =
        orders_
            .try_emplace(event.order_id.value(),
                         OpenOrder{&level, event.quantity, event.instrument, event.side})
            .second;
    BW_ASSERT(is_new);
}

void MarketData::State::on(const codec::TradeExecuted& event) {
    set_remaining(event.maker_order, event.maker_remaining);
    set_remaining(event.taker_order, event.taker_remaining);
    View& view = known_view(event.instrument);
    const TradeRow trade{event.match_number, timestamp_ns_, event.price, event.quantity,
                         event.taker_side};
    view.trades.push(trade);
    for (CandleSeries& series : view.candles) series.add(trade);
}

void MarketData::State::on(const codec::OrderCancelled& event) {
    set_remaining(event.order_id, model::Quantity{0});
}

void MarketData::State::on(const codec::OrderReduced& event) {
    set_remaining(event.order_id, event.remaining);
}

void MarketData::State::on(const codec::OrderReplaced& event) {
    const auto found = orders_.find(event.order_id.value());
    BW_ASSERT(found != orders_.end());
    OpenOrder& order = found->second;
    Book& book = known_view(order.instrument).book;
    book.leave(order.side, *order.level, order.remaining);
    order.level = &book.enter(order.side, event.price, event.remaining);
    order.remaining = event.remaining;
}

/// An order with nothing left is forgotten. Orders that never were in the book (market orders) are not found: nothing to do.
void MarketData::State::set_remaining(model::OrderId id, model::Quantity remaining) {
    const auto found = orders_.find(id.value());
    if (found == orders_.end()) return;
    OpenOrder& order = found->second;
    if (remaining == model::Quantity{0}) {
        known_view(order.instrument).book.leave(order.side, *order.level, order.remaining);
        orders_.erase(found);
        return;
    }
    BW_ASSERT(remaining <= order.remaining);
    order.level->quantity -= order.remaining - remaining;
    order.remaining = remaining;
}

View& MarketData::State::known_view(model::InstrumentId instrument) {
    BW_ASSERT(instrument.value() < views_.size() && views_[instrument.value()]);
    return *views_[instrument.value()];
}

const View* MarketData::State::view(model::InstrumentId instrument) const {
    return instrument.value() < views_.size() ? views_[instrument.value()].get() : nullptr;
}

std::optional<model::InstrumentId> MarketData::State::find(std::string_view symbol) const {
    const auto found = symbols_.find(symbol);
    if (found == symbols_.end()) return std::nullopt;
    return found->second;
}

MarketData::MarketData() : state_(std::make_unique<State>()) {}
MarketData::~MarketData() = default;

void MarketData::apply(const event_store::RecordView& record) { state_->apply(record); }

std::optional<model::InstrumentId> MarketData::find(std::string_view symbol) const {
    return state_->find(symbol);
}

std::optional<Depth> MarketData::depth(model::InstrumentId instrument, std::size_t levels) const {
    const View* view = state_->view(instrument);
    if (view == nullptr) return std::nullopt;
    return Depth{state_->sequence(), view->book.rows(model::Side::buy, levels),
                 view->book.rows(model::Side::sell, levels)};
}

std::optional<Ticker> MarketData::ticker(model::InstrumentId instrument) const {
    const View* view = state_->view(instrument);
    if (view == nullptr) return std::nullopt;
    Ticker ticker;
    ticker.bid = view->book.best(model::Side::buy);
    ticker.ask = view->book.best(model::Side::sell);
    if (!view->trades.empty()) ticker.last = view->trades.newest();
    const Candle* day = view->series(Resolution::day_1).newest();
    if (day == nullptr ||
        day->start_ns != span_of(Resolution::day_1, state_->timestamp_ns()).start_ns)
        return ticker;
    ticker.open = day->open;
    ticker.high = day->high;
    ticker.low = day->low;
    ticker.volume = day->volume;
    ticker.turnover = day->turnover;
    return ticker;
}

std::vector<TradeRow> MarketData::trades(model::InstrumentId instrument, std::size_t limit) const {
    std::vector<TradeRow> out;
    const View* view = state_->view(instrument);
    if (view == nullptr) return out;
    const std::size_t count = std::min(limit, view->trades.size());
    out.reserve(count);
    for (std::size_t i = 0; i < count; ++i)
        out.push_back(view->trades[view->trades.size() - 1 - i]);
    return out;
}

std::vector<Candle> MarketData::candles(model::InstrumentId instrument, Resolution resolution,
                                        std::uint64_t start_ns, std::uint64_t end_ns,
                                        std::size_t limit) const {
    const View* view = state_->view(instrument);
    return view == nullptr ? std::vector<Candle>{}
                           : view->series(resolution).query(start_ns, end_ns, limit);
}

}  // namespace bw::market_data
