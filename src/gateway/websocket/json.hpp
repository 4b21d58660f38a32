// JSON of the frames that are sent. Prices, quantities, money, ids and times are strings; see
// protocol/websocket/asyncapi.yaml.
#pragma once

#include <string>
#include <string_view>

#include "gateway/common/json_writer.hpp"
#include "views/market/market_data.hpp"

namespace bw::gateway::websocket {

using common::JsonWriter;

[[nodiscard]] std::string json_of(std::string_view symbol, const views::market::Status& status,
                                  const views::market::Ticker& ticker);
[[nodiscard]] std::string json_of(std::string_view symbol, const views::market::Status& status);
[[nodiscard]] std::string json_of(const views::market::TradeRow& trade);
[[nodiscard]] std::string json_of(const views::market::Candle& candle);

}  // namespace bw::gateway::websocket
