// Rooms: what a door leads to. Each has a thread, read models, an Api and a Hub of its own, so that
// the crowd in one costs the other nothing but its share of the processors.
//
//   trading       orders, accounts, operators, private channels: /v1/…, /ws
//   market_data   public data, documents, pages, public channels: everything else, /ws/market
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace bw::gateway::rest {

enum class Room : std::uint8_t { trading, market_data };
inline constexpr std::size_t room_count = 2;

/// Where a gateway has its market data.
enum class MarketDataPlace : std::uint8_t {
    here,       ///< one room for everything, as in a gateway that serves public data only
    apart,      ///< in a room of its own, behind the same door
    elsewhere,  ///< not behind this door: another process serves it
};

inline constexpr std::string_view websocket_path = "/ws";
inline constexpr std::string_view market_websocket_path = "/ws/market";

/// Which room serves a request, if each has its own. `path` without its query.
[[nodiscard]] inline Room room_of(std::string_view path) {
    if (path == market_websocket_path) return Room::market_data;
    if (path == websocket_path) return Room::trading;
    if (path == "/v1/instruments" || path == "/v1/time") return Room::market_data;
    return path.starts_with("/v1/") ? Room::trading : Room::market_data;
}

}  // namespace bw::gateway::rest
