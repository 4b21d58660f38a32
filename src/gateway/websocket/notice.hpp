// Notices: what the exchange announces about an instrument besides its prices, as JSON of the
// channel `status`. One for each event that says such a thing; what an instrument is after all of
// them, its status says.
#pragma once

#include <string>
#include <vector>

#include "codec/events.hpp"
#include "gateway/websocket/market_view.hpp"

namespace bw::gateway::websocket {

/// What this update changes of the instrument as it was: its state, its symbol, or neither.
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
