#include "gateway/websocket/market_view.hpp"

#include "base/assert.hpp"
#include "gateway/websocket/json.hpp"

namespace bw::gateway::websocket {

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

const market_data::Depth& MarketView::fresh_depth(InstrumentView& view) {
    if (view.depth_stale) {
        auto depth = market_.depth(view.id, depth_max);
        BW_ASSERT(depth.has_value());
        view.depth = std::move(*depth);
        view.depth_stale = false;
    }
    return view.depth;
}

}  // namespace bw::gateway::websocket
