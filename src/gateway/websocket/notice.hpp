// Notices: events of an instrument other than prices, as JSON of the channel `status`. Each such
// event gives one notice; the status shows the state after all of them.
#pragma once

#include <string>
#include <vector>

#include "codec/events.hpp"
#include "gateway/websocket/market_view.hpp"

namespace bw::gateway::websocket {

/// Notices of what `event` changes in `before`: the symbol, the state, both or nothing.
[[nodiscard]] std::vector<std::string> notices_of(const InstrumentView& before,
                                                  const codec::InstrumentUpdated& event);
[[nodiscard]] std::string notice_of(const codec::AuctionEnded& event);
[[nodiscard]] std::string notice_of(const codec::LimitStateChanged& event);
[[nodiscard]] std::string notice_of(const codec::LimitBandsSet& event);
[[nodiscard]] std::string notice_of(const codec::ClosingPrice& event);
[[nodiscard]] std::string notice_of(const codec::TradeBusted& event);
[[nodiscard]] std::string notice_of(const codec::TradeCorrected& event);
[[nodiscard]] std::string notice_of(const codec::SharesSplit& event);

}  // namespace bw::gateway::websocket
