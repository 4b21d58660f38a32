// Rows of the views as JSON objects, in the shapes of openapi.yaml.
#pragma once

#include "gateway/rest/json_writer.hpp"
#include "gateway/session/exchange_view.hpp"
#include "market_data/market_data.hpp"

namespace bw::gateway::rest {

/// The members of an order, without the braces.
void order_members(JsonWriter& json, const session::ExchangeView& view,
                   const session::OrderRow& order);
void write_execution(JsonWriter& json, const session::ExchangeView& view,
                     const session::ExecutionRow& execution);
void write_instrument(JsonWriter& json, const session::InstrumentRow& instrument);
/// none, cancel_newest, cancel_oldest, cancel_both, decrement.
[[nodiscard]] std::string_view word_of(model::SelfTradePrevention mode);
/// id, reference, state, limits and self-trade prevention, without the braces.
void account_summary_members(JsonWriter& json, const session::AccountRow& account);
/// The summary, cash, positions and sequence, without the braces.
void account_members(JsonWriter& json, const session::ExchangeView& view,
                     const session::AccountRow& account);
void write_level(JsonWriter& json, const market_data::LevelRow& level);
void write_trade(JsonWriter& json, const market_data::TradeRow& trade);
void write_candle(JsonWriter& json, const market_data::Candle& candle);

}  // namespace bw::gateway::rest
