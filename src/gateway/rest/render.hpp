// Rows of the read models as JSON, as the schemas of openapi.yaml describe them.
#pragma once

#include "gateway/common/json_writer.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::gateway::rest {

using common::JsonWriter;

/// The members of an order, without the braces.
void order_members(JsonWriter& json, const views::ReadModels& models, const views::OrderRow& order);
void write_execution(JsonWriter& json, const views::ReadModels& models,
                     const views::ExecutionRow& execution);
/// Only operators see which account is the lead market maker.
enum class Audience : std::uint8_t { everyone, operations };
void write_instrument(JsonWriter& json, const views::InstrumentRow& instrument,
                      const views::market::Status& status, const model::Rules& rules,
                      Audience audience);
/// Trading state, auctions, closing price and limits, without the braces.
void status_members(JsonWriter& json, const views::market::Status& status);
/// Of one tier, without the braces.
void fee_members(JsonWriter& json, const views::FeeSchedule& fees);
/// `scope`, and `account` or `firm`.
void scope_members(JsonWriter& json, model::KillScope scope, std::uint32_t id);
void write_proposal(JsonWriter& json, const views::ProposalRow& proposal);
/// id, reference, state, limits and self-trade prevention, without the braces.
void account_summary_members(JsonWriter& json, const views::AccountRow& account);
/// The summary, cash, positions and sequence, without the braces.
void account_members(JsonWriter& json, const views::ReadModels& models,
                     const views::AccountRow& account);
void write_level(JsonWriter& json, const views::market::LevelRow& level);
void write_trade(JsonWriter& json, const views::market::TradeRow& trade);
void write_candle(JsonWriter& json, const views::market::Candle& candle);

}  // namespace bw::gateway::rest
