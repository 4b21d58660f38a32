#include "views/market/market_data.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <string>
#include <utility>

#include "base/assert.hpp"
#include "views/market/book.hpp"
#include "views/market/candles.hpp"
#include "views/market/displayed_orders.hpp"
#include "views/market/fields.hpp"

namespace bw::views::market {
namespace {

constexpr std::size_t trades_kept = 10'000;
/// A command with more event bytes than this gives its buffer back afterwards.
constexpr std::size_t pending_bytes_kept = 1 << 20;

/// All that is known of one instrument.
struct View {
    Book book;
    Status status;
    std::string symbol;
    model::Price tick_size;
    bool is_dark = false;
    std::optional<TradeRow> last;  ///< none after a split
    Ring<TradeRow> trades{trades_kept};
    std::array<CandleSeries, resolution_count> candles{
        CandleSeries{Resolution::minute_1},  CandleSeries{Resolution::minute_5},
        CandleSeries{Resolution::minute_15}, CandleSeries{Resolution::hour_1},
        CandleSeries{Resolution::day_1},     CandleSeries{Resolution::week_1},
        CandleSeries{Resolution::month_1}};

    [[nodiscard]] const CandleSeries& series(Resolution resolution) const {
        return candles[static_cast<std::size_t>(resolution)];
    }
    void save(base::FieldWriter& out) const;
    void load(base::FieldReader& in);
};

/// All but the book, which follows from its orders.
template <class Archive, class AnyView>
void view_fields(Archive& archive, AnyView& view) {
    status_fields(archive, view.status);
    archive(view.tick_size, view.is_dark);
    base::field_optional(archive, view.last, [&](auto& last) { trade_fields(archive, last); });
}

void View::save(base::FieldWriter& out) const {
    out(model::Symbol::from(symbol).value());
    view_fields(out, *this);
    out.count(trades.size());
    for (std::size_t i = 0; i < trades.size(); ++i) trade_fields(out, trades[i]);
    for (const CandleSeries& series : candles) series.save(out);
}

void View::load(base::FieldReader& in) {
    model::Symbol text;
    in(text);
    symbol = text.str();
    view_fields(in, *this);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        TradeRow trade;
        trade_fields(in, trade);
        trades.push(trade);
    }
    for (CandleSeries& series : candles) series.load(in);
}

}  // namespace

class MarketData::State {
 public:
    void apply(const RecordView& record, const AnyEvent& event);
    void end(const RecordView& record);
    void save(base::FieldWriter& out) const;
    /// Requires: nothing was applied.
    [[nodiscard]] bool load(base::FieldReader& in);

    [[nodiscard]] std::optional<model::InstrumentId> find(std::string_view symbol) const;
    [[nodiscard]] const View* view(model::InstrumentId instrument) const;
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }
    [[nodiscard]] std::uint64_t timestamp_ns() const { return timestamp_ns_; }

 private:
    void keep(std::span<const std::byte> message);
    void apply_pending();
    void on(const codec::InstrumentUpdated& event);
    void on(const codec::OrderAccepted& event);
    void on(const codec::TradeExecuted& event);
    void on(const codec::OrderCancelled& event) { orders_.cancel(event); }
    void on(const codec::OrderReduced& event) { orders_.reduce(event); }
    void on(const codec::OrderReplaced& event) {
        orders_.replace(event, known_view(event.instrument).status.state);
    }
    void on(const codec::OrderConditions& event) { orders_.set_conditions(event); }
    void on(const codec::OrderTriggered& event) { orders_.trigger(event); }
    void on(const codec::OrderRefreshed& event) { orders_.refresh(event); }
    void on(const codec::AllocationSet& event);
    void on(const codec::IndicativePrice& event);
    void on(const codec::AuctionEnded& event);
    void on(const codec::LimitBandsSet& event);
    void on(const codec::LimitStateChanged& event);
    void on(const codec::ClosingPrice& event);
    void on(const codec::SharesSplit& event);
    void on(const codec::TradeBusted& event);
    void on(const codec::TradeCorrected& event);
    void on(const codec::DayEnded& event);

    void load_views(base::FieldReader& in);
    void load_symbols(base::FieldReader& in);
    View& known_view(model::InstrumentId instrument);
    void rename(View& view, model::InstrumentId instrument, std::string symbol);
    [[nodiscard]] AuctionRow auction_row(const auto& event) const;
    template <class Change>
    void change_trade(model::InstrumentId instrument, model::MatchNumber number, Change change);

    std::uint64_t received_ = 0;      // sequence of the latest record
    std::uint64_t sequence_ = 0;      // of the last event of the latest complete command
    std::uint64_t timestamp_ns_ = 0;  // of that command
    // events of a command whose last one has not come, as messages: u32 size, message, ...
    std::vector<std::byte> pending_;
    std::vector<std::unique_ptr<View>> views_;  // by instrument id
    std::map<std::string, model::InstrumentId, std::less<>> symbols_;
    DisplayedOrders orders_;
};

// Half of a command is no state of the market (an incoming order stands in the book until its
// trades have come), so the events of a command are kept back until all of them are here. Most
// commands have one event and never come by.
void MarketData::State::apply(const RecordView& record, const AnyEvent& event) {
    if (!record.ends_command()) return keep(record.message);
    timestamp_ns_ = record.timestamp_ns;
    apply_pending();
    event.visit<Events>([this](const auto& known) { on(known); });
}

/// The last event of a command need not be one that says something about the market.
void MarketData::State::end(const RecordView& record) {
    BW_ASSERT(record.sequence == received_ + 1);
    received_ = record.sequence;
    if (!record.ends_command()) return;
    timestamp_ns_ = record.timestamp_ns;
    apply_pending();
    sequence_ = record.sequence;
}

void MarketData::State::keep(std::span<const std::byte> message) {
    const auto size = static_cast<std::uint32_t>(message.size());
    const auto size_bytes = std::as_bytes(std::span(&size, 1));
    pending_.insert(pending_.end(), size_bytes.begin(), size_bytes.end());
    pending_.insert(pending_.end(), message.begin(), message.end());
}

void MarketData::State::apply_pending() {
    if (pending_.empty()) return;
    for (std::size_t at = 0; at < pending_.size();) {
        std::uint32_t size = 0;
        std::memcpy(&size, pending_.data() + at, sizeof size);
        at += sizeof size;
        codec::visit<Events>(std::span<const std::byte>(pending_).subspan(at, size),
                             [this](const auto& event) { on(event); });
        at += size;
    }
    pending_.clear();
    if (pending_.capacity() > pending_bytes_kept) pending_.shrink_to_fit();
}

void MarketData::State::on(const codec::InstrumentUpdated& event) {
    const std::size_t id = event.instrument.value();
    if (views_.size() <= id) views_.resize(id + 1);
    if (!views_[id]) views_[id] = std::make_unique<View>();
    View& view = *views_[id];
    rename(view, event.instrument, event.symbol.str());
    Status& status = view.status;
    if (status.state != event.state) {
        status.indicative.reset();
        if (event.state == model::InstrumentState::closing_auction)
            orders_.begin_closing_auction(event.instrument);
    }
    if (event.state != model::InstrumentState::trading) status.limit_state.reset();
    if (view.tick_size != event.tick_size) status.limit_bands.reset();
    view.tick_size = event.tick_size;
    status.state = event.state;
    status.reason = event.reason;
}

/// A symbol that was given up may be another instrument's by now.
void MarketData::State::rename(View& view, model::InstrumentId instrument, std::string symbol) {
    if (view.symbol == symbol) return;
    if (const auto old = symbols_.find(view.symbol);
        old != symbols_.end() && old->second == instrument)
        symbols_.erase(old);
    symbols_[symbol] = instrument;
    view.symbol = std::move(symbol);
}

/// Every order that can show in a book enters it, if only for this command.
void MarketData::State::on(const codec::OrderAccepted& event) {
    View& view = known_view(event.instrument);
    if (!view.is_dark) orders_.accept(event, view.book, view.status.state);
}

void MarketData::State::on(const codec::TradeExecuted& event) {
    orders_.trade(event);
    View& view = known_view(event.instrument);
    const TradeRow trade{event.match_number, timestamp_ns_, event.price,        event.quantity,
                         event.taker_side,   event.kind,    TradeState::regular};
    view.trades.push(trade);
    view.last = trade;
    for (CandleSeries& series : view.candles) series.add(trade);
}

void MarketData::State::on(const codec::AllocationSet& event) {
    known_view(event.instrument).is_dark = event.allocation == model::Allocation::dark;
}

AuctionRow MarketData::State::auction_row(const auto& event) const {
    const auto price = event.price == model::no_price ? std::nullopt : std::optional(event.price);
    return {price, event.volume, event.surplus, event.state, timestamp_ns_};
}

void MarketData::State::on(const codec::IndicativePrice& event) {
    known_view(event.instrument).status.indicative = auction_row(event);
}

void MarketData::State::on(const codec::AuctionEnded& event) {
    known_view(event.instrument).status.last_auction = auction_row(event);
}

void MarketData::State::on(const codec::LimitBandsSet& event) {
    Status& status = known_view(event.instrument).status;
    status.limit_bands.reset();
    if (event.upper != model::Price{0}) status.limit_bands = {event.lower, event.upper};
}

void MarketData::State::on(const codec::LimitStateChanged& event) {
    Status& status = known_view(event.instrument).status;
    status.limit_state.reset();
    if (event.entered != 0) status.limit_state = {event.side, event.command_sequence};
}

void MarketData::State::on(const codec::ClosingPrice& event) {
    known_view(event.instrument).status.closing = {event.price, event.business_date};
}

/// Prices before and after a split do not compare, so there is no last one; the trades stay.
void MarketData::State::on(const codec::SharesSplit& event) {
    View& view = known_view(event.instrument);
    view.last.reset();
    view.status.limit_bands.reset();
}

void MarketData::State::on(const codec::DayEnded&) {
    for (const auto& view : views_)
        if (view) view->status.limit_bands.reset();
}

/// What the trades list says of it; candles and day figures keep what was traded when it was
/// traded.
template <class Change>
void MarketData::State::change_trade(model::InstrumentId instrument, model::MatchNumber number,
                                     Change change) {
    View& view = known_view(instrument);
    if (TradeRow* row = view.trades.first_not(
            [number](const TradeRow& trade) { return trade.match_number < number; });
        row != nullptr && row->match_number == number)
        change(*row);
    if (view.last && view.last->match_number == number) change(*view.last);
}

void MarketData::State::on(const codec::TradeBusted& event) {
    change_trade(event.instrument, event.match_number,
                 [](TradeRow& row) { row.state = TradeState::busted; });
}

void MarketData::State::on(const codec::TradeCorrected& event) {
    change_trade(event.instrument, event.match_number, [&event](TradeRow& row) {
        row.state = TradeState::corrected;
        row.price = event.price;
    });
}

View& MarketData::State::known_view(model::InstrumentId instrument) {
    BW_ASSERT(instrument.value() < views_.size() && views_[instrument.value()]);
    return *views_[instrument.value()];
}

const View* MarketData::State::view(model::InstrumentId instrument) const {
    return instrument.value() < views_.size() ? views_[instrument.value()].get() : nullptr;
}

void MarketData::State::save(base::FieldWriter& out) const {
    BW_ASSERT(pending_.empty());
    out(received_, sequence_, timestamp_ns_);
    out.count(views_.size());
    for (const auto& view : views_) {
        out(view != nullptr);
        if (view) view->save(out);
    }
    out.count(symbols_.size());
    for (const auto& [symbol, instrument] : symbols_)
        out(model::Symbol::from(symbol).value(), instrument);
    orders_.save(out);
}

bool MarketData::State::load(base::FieldReader& in) {
    in(received_, sequence_, timestamp_ns_);
    load_views(in);
    load_symbols(in);
    orders_.load(in, [this](model::InstrumentId instrument) {
        return view(instrument) != nullptr ? &known_view(instrument).book : nullptr;
    });
    return in.good() && received_ == sequence_;
}

void MarketData::State::load_views(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        bool there = false;
        in(there);
        views_.push_back(there ? std::make_unique<View>() : nullptr);
        if (there) views_.back()->load(in);
    }
}

void MarketData::State::load_symbols(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        model::Symbol symbol;
        model::InstrumentId instrument;
        in(symbol, instrument);
        if (view(instrument) == nullptr) return in.spoil();
        symbols_[symbol.str()] = instrument;
    }
}

std::optional<model::InstrumentId> MarketData::State::find(std::string_view symbol) const {
    const auto found = symbols_.find(symbol);
    if (found == symbols_.end()) return std::nullopt;
    return found->second;
}

MarketData::MarketData() : state_(std::make_unique<State>()) {}
MarketData::~MarketData() = default;

void MarketData::apply(const RecordView& record, const AnyEvent& event) {
    state_->apply(record, event);
}
void MarketData::end(const RecordView& record) { state_->end(record); }
void MarketData::save(base::FieldWriter& out) const { state_->save(out); }
void MarketData::reset() { state_ = std::make_unique<State>(); }

bool MarketData::load(base::FieldReader& in) {
    reset();
    if (state_->load(in)) return true;
    reset();
    return false;
}

std::optional<model::InstrumentId> MarketData::find(std::string_view symbol) const {
    return state_->find(symbol);
}

std::optional<Depth> MarketData::depth(model::InstrumentId instrument, std::size_t levels) const {
    const View* view = state_->view(instrument);
    if (view == nullptr) return std::nullopt;
    return Depth{state_->sequence(), view->book.rows(model::Side::buy, levels),
                 view->book.rows(model::Side::sell, levels)};
}

std::string_view name_of(TradeState state) {
    switch (state) {
        case TradeState::regular: return "regular";
        case TradeState::busted: return "busted";
        case TradeState::corrected: return "corrected";
    }
    return "unknown";
}

bool is_collecting(model::InstrumentState state) {
    using enum model::InstrumentState;
    switch (state) {
        case pre_open:
        case opening_auction:
        case volatility_auction:
        case closing_auction:
        case post_close: return true;
        case trading:
        case halted:
        case closed:
        case delisted: return false;
    }
    return false;
}

namespace {

/// A halt may follow an auction that did not end: then the book is crossed as it was.
bool is_market(const View& view) {
    if (is_collecting(view.status.state)) return false;
    const auto bid = view.book.best(model::Side::buy);
    const auto ask = view.book.best(model::Side::sell);
    return !bid || !ask || bid->price < ask->price;
}

}  // namespace

std::optional<Status> MarketData::status(model::InstrumentId instrument) const {
    const View* view = state_->view(instrument);
    return view == nullptr ? std::nullopt : std::optional(view->status);
}

std::optional<Ticker> MarketData::ticker(model::InstrumentId instrument) const {
    const View* view = state_->view(instrument);
    if (view == nullptr) return std::nullopt;
    Ticker ticker;
    if (is_market(*view)) {
        ticker.bid = view->book.best(model::Side::buy);
        ticker.ask = view->book.best(model::Side::sell);
    }
    ticker.last = view->last;
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

std::vector<TradeRow> MarketData::trades(model::InstrumentId instrument, std::size_t limit,
                                         model::MatchNumber below) const {
    std::vector<TradeRow> out;
    const View* view = state_->view(instrument);
    if (view == nullptr) return out;
    std::size_t end = view->trades.size();
    if (below != model::MatchNumber{}) {
        std::size_t low = 0;
        while (low < end) {
            const std::size_t middle = low + (end - low) / 2;
            if (view->trades[middle].match_number < below)
                low = middle + 1;
            else
                end = middle;
        }
    }
    const std::size_t count = std::min(limit, end);
    out.reserve(count);
    for (std::size_t i = 1; i <= count; ++i) out.push_back(view->trades[end - i]);
    return out;
}

std::vector<Candle> MarketData::candles(model::InstrumentId instrument, Resolution resolution,
                                        std::uint64_t start_ns, std::uint64_t end_ns,
                                        std::size_t limit) const {
    const View* view = state_->view(instrument);
    return view == nullptr ? std::vector<Candle>{}
                           : view->series(resolution).query(start_ns, end_ns, limit);
}

}  // namespace bw::views::market
