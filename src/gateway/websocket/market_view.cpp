#include "gateway/websocket/market_view.hpp"

#include "base/assert.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {

const std::string& InstrumentView::symbol_at(std::uint64_t sent_at) const {
    for (const FormerSymbol& former : former_symbols)
        if (sent_at < former.event_sequence) return former.symbol;
    return symbol;
}

void InstrumentView::add_former_symbol(std::uint64_t event_sequence, std::string before) {
    former_symbols.push_back({event_sequence, std::move(before)});
    if (former_symbols.size() > former_symbols_kept) former_symbols.pop_front();
}

InstrumentView& MarketView::update(const codec::InstrumentUpdated& event) {
    const std::size_t at = event.instrument.value() - std::size_t{1};
    if (at == listed_.size()) {
        listed_.push_back(std::make_unique<InstrumentView>());
        listed_[at]->id = event.instrument;
    }
    BW_ASSERT(at < listed_.size());
    listed_[at]->symbol = event.symbol.str();
    listed_[at]->state = event.state;
    listed_[at]->reason = event.reason;
    return *listed_[at];
}

InstrumentView* MarketView::find(model::InstrumentId id) {
    const std::size_t at = id.value() - std::size_t{1};
    return at < listed_.size() ? listed_[at].get() : nullptr;
}

InstrumentView* MarketView::find(std::string_view symbol) {
    const auto id = market_.find(symbol);
    return id ? find(*id) : nullptr;
}

namespace {

constexpr std::size_t notice_bytes_max = 1 << 16;

void save_notices(base::FieldWriter& out, const Notices& notices) {
    out(notices.count);
    out.count(notices.latest.size());
    for (const std::string& notice : notices.latest) {
        out.count(notice.size());
        out.bytes(std::as_bytes(std::span(notice)));
    }
}

void load_notices(base::FieldReader& in, Notices& notices) {
    in(notices.count);
    const std::uint64_t count = in.count();
    if (count > notices_kept || count > notices.count) return in.spoil();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        const std::uint64_t size = in.count();
        if (size > notice_bytes_max) return in.spoil();
        std::string& notice = notices.latest.emplace_back(size, '\0');
        in.bytes(std::as_writable_bytes(std::span(notice)));
    }
}

template <class Archive, class View>
void view_fields(Archive& archive, View& view) {
    archive(view.id);
    base::field_up_to(archive, view.state, model::InstrumentState::delisted);
    base::field_up_to(archive, view.reason, model::HaltReason::extended);
    archive(view.trade_count);
}

}  // namespace

void MarketView::save(base::FieldWriter& out) const {
    out(event_sequence, timestamp_ns, storage_scarce);
    out.count(listed_.size());
    for (const auto& view : listed_) {
        view_fields(out, *view);
        out(model::Symbol::from(view->symbol).value());
        save_notices(out, view->notices);
    }
}

void MarketView::load(base::FieldReader& in) {
    in(event_sequence, timestamp_ns, storage_scarce);
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        InstrumentView& view = *listed_.emplace_back(std::make_unique<InstrumentView>());
        model::Symbol symbol;
        view_fields(in, view);
        in(symbol);
        view.symbol = symbol.str();
        load_notices(in, view.notices);
        if (view.id.value() != i + 1) in.spoil();
    }
}

void MarketView::reset() {
    event_sequence = timestamp_ns = ticker_clock_ = 0;
    storage_scarce = false;
    all_tickers_tails = {};
    listed_.clear();
}

void MarketView::refresh_ticker(InstrumentView& view) {
    if (!view.ticker_stale) return;
    view.ticker_stale = false;
    const auto ticker = market_.ticker(view.id);
    BW_ASSERT(ticker.has_value());
    const auto status = market_.status(view.id);
    BW_ASSERT(status.has_value());
    std::string text = json_of(view.symbol, *status, *ticker);
    if (text == view.ticker_json) return;
    view.ticker_json = std::move(text);
    view.ticker_version = ++ticker_clock_;
}

const views::market::Depth& MarketView::fresh_depth(InstrumentView& view) {
    if (view.depth_stale) {
        auto depth = market_.depth(view.id, depth_max);
        BW_ASSERT(depth.has_value());
        view.depth = std::move(*depth);
        view.depth_stale = false;
    }
    return view.depth;
}

}  // namespace bw::gateway::websocket
