// A private report as a frame of the channels `orders` and `executions`.
#pragma once

#include <cstdint>
#include <string>

#include "gateway/websocket/market_view.hpp"
#include "gateway/websocket/protocol.hpp"
#include "views/reports/report.hpp"

namespace bw::gateway::websocket {

/// Report `sequence` of its stream, with the current symbols.
[[nodiscard]] std::string frame_of(const views::Report& report, Channel channel,
                                   std::uint64_t sequence, MarketView& view);

}  // namespace bw::gateway::websocket
