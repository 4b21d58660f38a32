// The field tables of all messages, and the names of their enumerations' values.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#include "codec/registry.hpp"

#include <array>
#include <cstddef>

#define BW_FIELD(message, member, kind) \
    Field{#member, FieldKind::kind, offsetof(message, member), sizeof(message::member)}

namespace bw::codec {
namespace {

constexpr std::array new_order_fields{
    BW_FIELD(NewOrder, request_id, uint64), BW_FIELD(NewOrder, price, price),
    BW_FIELD(NewOrder, quantity, quantity), BW_FIELD(NewOrder, account, uint32),
    BW_FIELD(NewOrder, instrument, uint32), BW_FIELD(NewOrder, side, side),
    BW_FIELD(NewOrder, order_type, order_type), BW_FIELD(NewOrder, time_in_force, time_in_force),
    BW_FIELD(NewOrder, instructions, uint8), BW_FIELD(NewOrder, client_order_id, text),
    BW_FIELD(NewOrder, min_quantity, quantity), BW_FIELD(NewOrder, expire_date, uint32),
    BW_FIELD(NewOrder, peg, peg_kind), BW_FIELD(NewOrder, reserved, uint8),
    BW_FIELD(NewOrder, reserved2, uint16), BW_FIELD(NewOrder, display_quantity, quantity),
    BW_FIELD(NewOrder, stop_price, price), BW_FIELD(NewOrder, offset, price),
};
constexpr std::array cancel_order_fields{
    BW_FIELD(CancelOrder, request_id, uint64), BW_FIELD(CancelOrder, order_id, uint64),
    BW_FIELD(CancelOrder, account, uint32), BW_FIELD(CancelOrder, client_order_id, text),
};
constexpr std::array reduce_order_fields{
    BW_FIELD(ReduceOrder, request_id, uint64), BW_FIELD(ReduceOrder, order_id, uint64),
    BW_FIELD(ReduceOrder, quantity, quantity), BW_FIELD(ReduceOrder, account, uint32),
    BW_FIELD(ReduceOrder, client_order_id, text),
};
constexpr std::array replace_order_fields{
    BW_FIELD(ReplaceOrder, request_id, uint64), BW_FIELD(ReplaceOrder, order_id, uint64),
    BW_FIELD(ReplaceOrder, price, price), BW_FIELD(ReplaceOrder, quantity, quantity),
    BW_FIELD(ReplaceOrder, account, uint32), BW_FIELD(ReplaceOrder, client_order_id, text),
};
constexpr std::array mass_cancel_fields{
    BW_FIELD(MassCancel, request_id, uint64), BW_FIELD(MassCancel, account, uint32),
    BW_FIELD(MassCancel, instrument, uint32), BW_FIELD(MassCancel, side, side_selection),
    BW_FIELD(MassCancel, reserved, uint8), BW_FIELD(MassCancel, reserved2, uint16),
    BW_FIELD(MassCancel, reserved3, uint32),
};
constexpr std::array amend_order_fields{
    BW_FIELD(AmendOrder, request_id, uint64), BW_FIELD(AmendOrder, order_id, uint64),
    BW_FIELD(AmendOrder, price, price), BW_FIELD(AmendOrder, quantity, quantity),
    BW_FIELD(AmendOrder, account, uint32), BW_FIELD(AmendOrder, client_order_id, text),
};
constexpr std::array configure_instrument_fields{
    BW_FIELD(ConfigureInstrument, request_id, uint64),
    BW_FIELD(ConfigureInstrument, tick_size, price),
    BW_FIELD(ConfigureInstrument, lot_size, quantity),
    BW_FIELD(ConfigureInstrument, reference_price, price),
    BW_FIELD(ConfigureInstrument, max_order_quantity, quantity),
    BW_FIELD(ConfigureInstrument, max_order_value, money),
    BW_FIELD(ConfigureInstrument, instrument, uint32),
    BW_FIELD(ConfigureInstrument, collar, uint32), BW_FIELD(ConfigureInstrument, currency, text),
    BW_FIELD(ConfigureInstrument, reserved, uint32), BW_FIELD(ConfigureInstrument, symbol, text),
};
constexpr std::array set_instrument_state_fields{
    BW_FIELD(SetInstrumentState, request_id, uint64),
    BW_FIELD(SetInstrumentState, instrument, uint32),
    BW_FIELD(SetInstrumentState, state, instrument_state),
    BW_FIELD(SetInstrumentState, reason, halt_reason),
    BW_FIELD(SetInstrumentState, reserved, uint16),
};
constexpr std::array set_price_bands_fields{
    BW_FIELD(SetPriceBands, request_id, uint64), BW_FIELD(SetPriceBands, instrument, uint32),
    BW_FIELD(SetPriceBands, static_band, uint32), BW_FIELD(SetPriceBands, dynamic_band, uint32),
    BW_FIELD(SetPriceBands, reserved, uint32),
};
constexpr std::array set_limit_bands_fields{
    BW_FIELD(SetLimitBands, request_id, uint64), BW_FIELD(SetLimitBands, lower, price),
    BW_FIELD(SetLimitBands, upper, price), BW_FIELD(SetLimitBands, instrument, uint32),
    BW_FIELD(SetLimitBands, reserved, uint32),
};
constexpr std::array set_allocation_fields{
    BW_FIELD(SetAllocation, request_id, uint64), BW_FIELD(SetAllocation, instrument, uint32),
    BW_FIELD(SetAllocation, lead_account, uint32), BW_FIELD(SetAllocation, lead_share, uint32),
    BW_FIELD(SetAllocation, allocation, allocation), BW_FIELD(SetAllocation, reserved, uint8),
    BW_FIELD(SetAllocation, reserved2, uint16),
};
constexpr std::array set_tick_table_fields{
    BW_FIELD(SetTickTable, request_id, uint64), BW_FIELD(SetTickTable, from_price_1, price),
    BW_FIELD(SetTickTable, tick_1, price), BW_FIELD(SetTickTable, from_price_2, price),
    BW_FIELD(SetTickTable, tick_2, price), BW_FIELD(SetTickTable, from_price_3, price),
    BW_FIELD(SetTickTable, tick_3, price), BW_FIELD(SetTickTable, from_price_4, price),
    BW_FIELD(SetTickTable, tick_4, price), BW_FIELD(SetTickTable, instrument, uint32),
    BW_FIELD(SetTickTable, rows, uint32),
};
constexpr std::array set_reference_quote_fields{
    BW_FIELD(SetReferenceQuote, request_id, uint64), BW_FIELD(SetReferenceQuote, bid, price),
    BW_FIELD(SetReferenceQuote, ask, price), BW_FIELD(SetReferenceQuote, instrument, uint32),
    BW_FIELD(SetReferenceQuote, reserved, uint32),
};
constexpr std::array publish_indicative_fields{
    BW_FIELD(PublishIndicative, request_id, uint64),
    BW_FIELD(PublishIndicative, instrument, uint32), BW_FIELD(PublishIndicative, reserved, uint32),
};
constexpr std::array pause_on_limit_state_fields{
    BW_FIELD(PauseOnLimitState, request_id, uint64), BW_FIELD(PauseOnLimitState, since, uint64),
    BW_FIELD(PauseOnLimitState, instrument, uint32), BW_FIELD(PauseOnLimitState, reserved, uint32),
};
constexpr std::array open_account_fields{
    BW_FIELD(OpenAccount, request_id, uint64), BW_FIELD(OpenAccount, reference, text),
    BW_FIELD(OpenAccount, firm, uint32),
};
constexpr std::array set_account_state_fields{
    BW_FIELD(SetAccountState, request_id, uint64), BW_FIELD(SetAccountState, account, uint32),
    BW_FIELD(SetAccountState, state, account_state), BW_FIELD(SetAccountState, reserved, uint8),
    BW_FIELD(SetAccountState, reserved2, uint16),
};
constexpr std::array set_account_limits_fields{
    BW_FIELD(SetAccountLimits, request_id, uint64),
    BW_FIELD(SetAccountLimits, max_order_quantity, quantity),
    BW_FIELD(SetAccountLimits, max_order_value, money),
    BW_FIELD(SetAccountLimits, max_daily_quantity, quantity),
    BW_FIELD(SetAccountLimits, max_daily_value, money), BW_FIELD(SetAccountLimits, account, uint32),
    BW_FIELD(SetAccountLimits, max_open_orders, uint32),
};
constexpr std::array move_cash_fields{
    BW_FIELD(MoveCash, request_id, uint64), BW_FIELD(MoveCash, amount, money),
    BW_FIELD(MoveCash, account, uint32), BW_FIELD(MoveCash, currency, text),
    BW_FIELD(MoveCash, reference, text), BW_FIELD(MoveCash, reserved, uint32),
};
constexpr std::array move_shares_fields{
    BW_FIELD(MoveShares, request_id, uint64), BW_FIELD(MoveShares, quantity, int64),
    BW_FIELD(MoveShares, account, uint32), BW_FIELD(MoveShares, instrument, uint32),
    BW_FIELD(MoveShares, reference, text), BW_FIELD(MoveShares, reserved, uint32),
};
constexpr std::array set_self_trade_prevention_fields{
    BW_FIELD(SetSelfTradePrevention, request_id, uint64),
    BW_FIELD(SetSelfTradePrevention, account, uint32),
    BW_FIELD(SetSelfTradePrevention, group, uint32),
    BW_FIELD(SetSelfTradePrevention, mode, self_trade_prevention),
    BW_FIELD(SetSelfTradePrevention, reserved, uint8),
    BW_FIELD(SetSelfTradePrevention, reserved2, uint16),
    BW_FIELD(SetSelfTradePrevention, reserved3, uint32),
};
constexpr std::array set_account_fee_tier_fields{
    BW_FIELD(SetAccountFeeTier, request_id, uint64), BW_FIELD(SetAccountFeeTier, account, uint32),
    BW_FIELD(SetAccountFeeTier, tier, uint32),
};
constexpr std::array set_fees_fields{
    BW_FIELD(SetFees, request_id, uint64), BW_FIELD(SetFees, maker, fee_rate),
    BW_FIELD(SetFees, taker, fee_rate), BW_FIELD(SetFees, auction, fee_rate),
    BW_FIELD(SetFees, tier, uint32),
};
constexpr std::array kill_switch_fields{
    BW_FIELD(KillSwitch, request_id, uint64), BW_FIELD(KillSwitch, id, uint32),
    BW_FIELD(KillSwitch, operator_id, uint32), BW_FIELD(KillSwitch, scope, kill_scope),
    BW_FIELD(KillSwitch, reserved, uint8), BW_FIELD(KillSwitch, reserved2, uint16),
    BW_FIELD(KillSwitch, reserved3, uint32),
};
constexpr std::array release_kill_switch_fields{
    BW_FIELD(ReleaseKillSwitch, request_id, uint64), BW_FIELD(ReleaseKillSwitch, id, uint32),
    BW_FIELD(ReleaseKillSwitch, operator_id, uint32),
    BW_FIELD(ReleaseKillSwitch, scope, kill_scope), BW_FIELD(ReleaseKillSwitch, reserved, uint8),
    BW_FIELD(ReleaseKillSwitch, reserved2, uint16), BW_FIELD(ReleaseKillSwitch, reserved3, uint32),
};
constexpr std::array bust_trade_fields{
    BW_FIELD(BustTrade, request_id, uint64), BW_FIELD(BustTrade, match_number, uint64),
    BW_FIELD(BustTrade, operator_id, uint32), BW_FIELD(BustTrade, reserved, uint32),
};
constexpr std::array correct_trade_fields{
    BW_FIELD(CorrectTrade, request_id, uint64), BW_FIELD(CorrectTrade, match_number, uint64),
    BW_FIELD(CorrectTrade, price, price), BW_FIELD(CorrectTrade, operator_id, uint32),
    BW_FIELD(CorrectTrade, reserved, uint32),
};
constexpr std::array approve_fields{
    BW_FIELD(Approve, request_id, uint64), BW_FIELD(Approve, proposal, uint64),
    BW_FIELD(Approve, operator_id, uint32), BW_FIELD(Approve, reserved, uint32),
};
constexpr std::array set_rule_set_fields{
    BW_FIELD(SetRuleSet, request_id, uint64), BW_FIELD(SetRuleSet, operator_id, uint32),
    BW_FIELD(SetRuleSet, rule_set, rule_set), BW_FIELD(SetRuleSet, reserved, uint16),
};
constexpr std::array end_day_early_fields{
    BW_FIELD(EndDayEarly, request_id, uint64), BW_FIELD(EndDayEarly, operator_id, uint32),
    BW_FIELD(EndDayEarly, business_date, uint32),
};
constexpr std::array set_business_date_fields{
    BW_FIELD(SetBusinessDate, request_id, uint64), BW_FIELD(SetBusinessDate, operator_id, uint32),
    BW_FIELD(SetBusinessDate, business_date, uint32),
};
constexpr std::array end_day_fields{
    BW_FIELD(EndDay, request_id, uint64), BW_FIELD(EndDay, business_date, uint32),
    BW_FIELD(EndDay, reserved, uint32),
};
constexpr std::array split_shares_fields{
    BW_FIELD(SplitShares, request_id, uint64), BW_FIELD(SplitShares, instrument, uint32),
    BW_FIELD(SplitShares, numerator, uint32), BW_FIELD(SplitShares, denominator, uint32),
    BW_FIELD(SplitShares, reserved, uint32),
};
constexpr std::array change_symbol_fields{
    BW_FIELD(ChangeSymbol, request_id, uint64), BW_FIELD(ChangeSymbol, instrument, uint32),
    BW_FIELD(ChangeSymbol, reserved, uint32), BW_FIELD(ChangeSymbol, symbol, text),
};
constexpr std::array delist_fields{
    BW_FIELD(Delist, request_id, uint64), BW_FIELD(Delist, instrument, uint32),
    BW_FIELD(Delist, reserved, uint32),
};
constexpr std::array trip_breaker_fields{
    BW_FIELD(TripBreaker, request_id, uint64), BW_FIELD(TripBreaker, level, uint8),
    BW_FIELD(TripBreaker, reserved, uint8), BW_FIELD(TripBreaker, reserved2, uint16),
    BW_FIELD(TripBreaker, reserved3, uint32),
};
constexpr std::array set_storage_state_fields{
    BW_FIELD(SetStorageState, request_id, uint64), BW_FIELD(SetStorageState, scarce, uint8),
    BW_FIELD(SetStorageState, reserved, uint8), BW_FIELD(SetStorageState, reserved2, uint16),
    BW_FIELD(SetStorageState, reserved3, uint32),
};
constexpr std::array order_attributes_fields{
    BW_FIELD(OrderAttributes, client, uint64),
    BW_FIELD(OrderAttributes, investment_decision, uint64),
    BW_FIELD(OrderAttributes, execution_decision, uint64),
    BW_FIELD(OrderAttributes, member_session, uint32),
    BW_FIELD(OrderAttributes, capacity, capacity),
    BW_FIELD(OrderAttributes, short_sale, short_sale),
    BW_FIELD(OrderAttributes, investment_decision_maker, decision_maker),
    BW_FIELD(OrderAttributes, execution_decision_maker, decision_maker),
};
constexpr std::array command_rejected_fields{
    BW_FIELD(CommandRejected, command_sequence, uint64),
    BW_FIELD(CommandRejected, request_id, uint64), BW_FIELD(CommandRejected, order_id, uint64),
    BW_FIELD(CommandRejected, account, uint32), BW_FIELD(CommandRejected, instrument, uint32),
    BW_FIELD(CommandRejected, command_template, uint16),
    BW_FIELD(CommandRejected, reason, reject_reason),
    BW_FIELD(CommandRejected, client_order_id, text),
};
constexpr std::array order_accepted_fields{
    BW_FIELD(OrderAccepted, command_sequence, uint64), BW_FIELD(OrderAccepted, request_id, uint64),
    BW_FIELD(OrderAccepted, order_id, uint64), BW_FIELD(OrderAccepted, price, price),
    BW_FIELD(OrderAccepted, quantity, quantity), BW_FIELD(OrderAccepted, hold, money),
    BW_FIELD(OrderAccepted, account, uint32), BW_FIELD(OrderAccepted, instrument, uint32),
    BW_FIELD(OrderAccepted, side, side), BW_FIELD(OrderAccepted, order_type, order_type),
    BW_FIELD(OrderAccepted, time_in_force, time_in_force),
    BW_FIELD(OrderAccepted, instructions, uint8), BW_FIELD(OrderAccepted, client_order_id, text),
    BW_FIELD(OrderAccepted, expire_date, uint32), BW_FIELD(OrderAccepted, reserved, uint32),
};
constexpr std::array duplicate_answered_fields{
    BW_FIELD(DuplicateAnswered, command_sequence, uint64),
    BW_FIELD(DuplicateAnswered, request_id, uint64), BW_FIELD(DuplicateAnswered, first_id, uint64),
    BW_FIELD(DuplicateAnswered, account, uint32),
    BW_FIELD(DuplicateAnswered, command_template, uint16),
    BW_FIELD(DuplicateAnswered, first_reason, reject_reason),
    BW_FIELD(DuplicateAnswered, client_order_id, text),
    BW_FIELD(DuplicateAnswered, reserved, uint32),
};
constexpr std::array trade_executed_fields{
    BW_FIELD(TradeExecuted, command_sequence, uint64),
    BW_FIELD(TradeExecuted, match_number, uint64), BW_FIELD(TradeExecuted, maker_order, uint64),
    BW_FIELD(TradeExecuted, taker_order, uint64), BW_FIELD(TradeExecuted, price, price),
    BW_FIELD(TradeExecuted, quantity, quantity), BW_FIELD(TradeExecuted, maker_remaining, quantity),
    BW_FIELD(TradeExecuted, taker_remaining, quantity), BW_FIELD(TradeExecuted, maker_fee, money),
    BW_FIELD(TradeExecuted, taker_fee, money), BW_FIELD(TradeExecuted, buyer_hold_released, money),
    BW_FIELD(TradeExecuted, maker_account, uint32), BW_FIELD(TradeExecuted, taker_account, uint32),
    BW_FIELD(TradeExecuted, instrument, uint32), BW_FIELD(TradeExecuted, taker_side, side),
    BW_FIELD(TradeExecuted, kind, trade_kind), BW_FIELD(TradeExecuted, reserved, uint16),
};
constexpr std::array order_cancelled_fields{
    BW_FIELD(OrderCancelled, command_sequence, uint64),
    BW_FIELD(OrderCancelled, request_id, uint64), BW_FIELD(OrderCancelled, order_id, uint64),
    BW_FIELD(OrderCancelled, quantity, quantity), BW_FIELD(OrderCancelled, hold_released, money),
    BW_FIELD(OrderCancelled, account, uint32), BW_FIELD(OrderCancelled, instrument, uint32),
    BW_FIELD(OrderCancelled, reason, cancel_reason), BW_FIELD(OrderCancelled, side, side),
    BW_FIELD(OrderCancelled, reserved, uint16), BW_FIELD(OrderCancelled, reserved2, uint32),
};
constexpr std::array order_reduced_fields{
    BW_FIELD(OrderReduced, command_sequence, uint64), BW_FIELD(OrderReduced, request_id, uint64),
    BW_FIELD(OrderReduced, order_id, uint64), BW_FIELD(OrderReduced, reduced_by, quantity),
    BW_FIELD(OrderReduced, remaining, quantity), BW_FIELD(OrderReduced, hold_released, money),
    BW_FIELD(OrderReduced, account, uint32), BW_FIELD(OrderReduced, instrument, uint32),
};
constexpr std::array order_replaced_fields{
    BW_FIELD(OrderReplaced, command_sequence, uint64), BW_FIELD(OrderReplaced, request_id, uint64),
    BW_FIELD(OrderReplaced, order_id, uint64), BW_FIELD(OrderReplaced, price, price),
    BW_FIELD(OrderReplaced, remaining, quantity), BW_FIELD(OrderReplaced, hold, money),
    BW_FIELD(OrderReplaced, account, uint32), BW_FIELD(OrderReplaced, instrument, uint32),
};
constexpr std::array mass_cancelled_fields{
    BW_FIELD(MassCancelled, command_sequence, uint64), BW_FIELD(MassCancelled, request_id, uint64),
    BW_FIELD(MassCancelled, account, uint32), BW_FIELD(MassCancelled, instrument, uint32),
    BW_FIELD(MassCancelled, cancelled, uint32), BW_FIELD(MassCancelled, side, side_selection),
    BW_FIELD(MassCancelled, reserved, uint8), BW_FIELD(MassCancelled, reserved2, uint16),
};
constexpr std::array order_triggered_fields{
    BW_FIELD(OrderTriggered, command_sequence, uint64),
    BW_FIELD(OrderTriggered, request_id, uint64), BW_FIELD(OrderTriggered, order_id, uint64),
    BW_FIELD(OrderTriggered, stop_price, price), BW_FIELD(OrderTriggered, last_price, price),
    BW_FIELD(OrderTriggered, account, uint32), BW_FIELD(OrderTriggered, instrument, uint32),
};
constexpr std::array instrument_updated_fields{
    BW_FIELD(InstrumentUpdated, command_sequence, uint64),
    BW_FIELD(InstrumentUpdated, request_id, uint64), BW_FIELD(InstrumentUpdated, tick_size, price),
    BW_FIELD(InstrumentUpdated, lot_size, quantity),
    BW_FIELD(InstrumentUpdated, reference_price, price),
    BW_FIELD(InstrumentUpdated, max_order_quantity, quantity),
    BW_FIELD(InstrumentUpdated, max_order_value, money),
    BW_FIELD(InstrumentUpdated, instrument, uint32), BW_FIELD(InstrumentUpdated, collar, uint32),
    BW_FIELD(InstrumentUpdated, currency, text),
    BW_FIELD(InstrumentUpdated, state, instrument_state),
    BW_FIELD(InstrumentUpdated, reason, halt_reason), BW_FIELD(InstrumentUpdated, reserved, uint16),
    BW_FIELD(InstrumentUpdated, symbol, text),
};
constexpr std::array order_refreshed_fields{
    BW_FIELD(OrderRefreshed, command_sequence, uint64),
    BW_FIELD(OrderRefreshed, request_id, uint64), BW_FIELD(OrderRefreshed, order_id, uint64),
    BW_FIELD(OrderRefreshed, displayed, quantity), BW_FIELD(OrderRefreshed, remaining, quantity),
    BW_FIELD(OrderRefreshed, account, uint32), BW_FIELD(OrderRefreshed, instrument, uint32),
};
constexpr std::array order_conditions_fields{
    BW_FIELD(OrderConditions, command_sequence, uint64),
    BW_FIELD(OrderConditions, request_id, uint64), BW_FIELD(OrderConditions, order_id, uint64),
    BW_FIELD(OrderConditions, display_quantity, quantity),
    BW_FIELD(OrderConditions, stop_price, price), BW_FIELD(OrderConditions, offset, price),
    BW_FIELD(OrderConditions, account, uint32), BW_FIELD(OrderConditions, instrument, uint32),
    BW_FIELD(OrderConditions, peg, peg_kind), BW_FIELD(OrderConditions, reserved, uint8),
    BW_FIELD(OrderConditions, reserved2, uint16), BW_FIELD(OrderConditions, reserved3, uint32),
};
constexpr std::array price_bands_set_fields{
    BW_FIELD(PriceBandsSet, command_sequence, uint64), BW_FIELD(PriceBandsSet, request_id, uint64),
    BW_FIELD(PriceBandsSet, instrument, uint32), BW_FIELD(PriceBandsSet, static_band, uint32),
    BW_FIELD(PriceBandsSet, dynamic_band, uint32), BW_FIELD(PriceBandsSet, reserved, uint32),
};
constexpr std::array limit_bands_set_fields{
    BW_FIELD(LimitBandsSet, command_sequence, uint64), BW_FIELD(LimitBandsSet, request_id, uint64),
    BW_FIELD(LimitBandsSet, lower, price), BW_FIELD(LimitBandsSet, upper, price),
    BW_FIELD(LimitBandsSet, instrument, uint32), BW_FIELD(LimitBandsSet, reserved, uint32),
};
constexpr std::array allocation_set_fields{
    BW_FIELD(AllocationSet, command_sequence, uint64), BW_FIELD(AllocationSet, request_id, uint64),
    BW_FIELD(AllocationSet, instrument, uint32), BW_FIELD(AllocationSet, lead_account, uint32),
    BW_FIELD(AllocationSet, lead_share, uint32), BW_FIELD(AllocationSet, allocation, allocation),
    BW_FIELD(AllocationSet, reserved, uint8), BW_FIELD(AllocationSet, reserved2, uint16),
};
constexpr std::array tick_table_set_fields{
    BW_FIELD(TickTableSet, command_sequence, uint64), BW_FIELD(TickTableSet, request_id, uint64),
    BW_FIELD(TickTableSet, from_price_1, price), BW_FIELD(TickTableSet, tick_1, price),
    BW_FIELD(TickTableSet, from_price_2, price), BW_FIELD(TickTableSet, tick_2, price),
    BW_FIELD(TickTableSet, from_price_3, price), BW_FIELD(TickTableSet, tick_3, price),
    BW_FIELD(TickTableSet, from_price_4, price), BW_FIELD(TickTableSet, tick_4, price),
    BW_FIELD(TickTableSet, instrument, uint32), BW_FIELD(TickTableSet, rows, uint32),
};
constexpr std::array reference_quote_set_fields{
    BW_FIELD(ReferenceQuoteSet, command_sequence, uint64),
    BW_FIELD(ReferenceQuoteSet, request_id, uint64), BW_FIELD(ReferenceQuoteSet, bid, price),
    BW_FIELD(ReferenceQuoteSet, ask, price), BW_FIELD(ReferenceQuoteSet, instrument, uint32),
    BW_FIELD(ReferenceQuoteSet, reserved, uint32),
};
constexpr std::array indicative_price_fields{
    BW_FIELD(IndicativePrice, command_sequence, uint64),
    BW_FIELD(IndicativePrice, request_id, uint64), BW_FIELD(IndicativePrice, price, price),
    BW_FIELD(IndicativePrice, volume, quantity), BW_FIELD(IndicativePrice, surplus, int64),
    BW_FIELD(IndicativePrice, instrument, uint32),
    BW_FIELD(IndicativePrice, state, instrument_state), BW_FIELD(IndicativePrice, reserved, uint8),
    BW_FIELD(IndicativePrice, reserved2, uint16),
};
constexpr std::array auction_ended_fields{
    BW_FIELD(AuctionEnded, command_sequence, uint64), BW_FIELD(AuctionEnded, request_id, uint64),
    BW_FIELD(AuctionEnded, price, price), BW_FIELD(AuctionEnded, volume, quantity),
    BW_FIELD(AuctionEnded, surplus, int64), BW_FIELD(AuctionEnded, instrument, uint32),
    BW_FIELD(AuctionEnded, state, instrument_state), BW_FIELD(AuctionEnded, reserved, uint8),
    BW_FIELD(AuctionEnded, reserved2, uint16),
};
constexpr std::array account_updated_fields{
    BW_FIELD(AccountUpdated, command_sequence, uint64),
    BW_FIELD(AccountUpdated, request_id, uint64),
    BW_FIELD(AccountUpdated, max_order_quantity, quantity),
    BW_FIELD(AccountUpdated, max_order_value, money),
    BW_FIELD(AccountUpdated, max_daily_quantity, quantity),
    BW_FIELD(AccountUpdated, max_daily_value, money), BW_FIELD(AccountUpdated, account, uint32),
    BW_FIELD(AccountUpdated, max_open_orders, uint32),
    BW_FIELD(AccountUpdated, state, account_state),
    BW_FIELD(AccountUpdated, self_trade_prevention, self_trade_prevention),
    BW_FIELD(AccountUpdated, fee_tier, uint8), BW_FIELD(AccountUpdated, reserved, uint8),
    BW_FIELD(AccountUpdated, reference, text), BW_FIELD(AccountUpdated, self_trade_group, uint32),
    BW_FIELD(AccountUpdated, firm, uint32),
};
constexpr std::array limit_state_changed_fields{
    BW_FIELD(LimitStateChanged, command_sequence, uint64),
    BW_FIELD(LimitStateChanged, instrument, uint32), BW_FIELD(LimitStateChanged, entered, uint8),
    BW_FIELD(LimitStateChanged, side, side), BW_FIELD(LimitStateChanged, reserved, uint16),
};
constexpr std::array market_state_set_fields{
    BW_FIELD(MarketStateSet, command_sequence, uint64),
    BW_FIELD(MarketStateSet, request_id, uint64), BW_FIELD(MarketStateSet, changed, uint32),
    BW_FIELD(MarketStateSet, state, instrument_state),
    BW_FIELD(MarketStateSet, reason, halt_reason), BW_FIELD(MarketStateSet, level, uint8),
    BW_FIELD(MarketStateSet, reserved, uint8),
};
constexpr std::array cash_moved_fields{
    BW_FIELD(CashMoved, command_sequence, uint64), BW_FIELD(CashMoved, request_id, uint64),
    BW_FIELD(CashMoved, amount, money), BW_FIELD(CashMoved, account, uint32),
    BW_FIELD(CashMoved, currency, text), BW_FIELD(CashMoved, reference, text),
    BW_FIELD(CashMoved, reserved, uint32),
};
constexpr std::array shares_moved_fields{
    BW_FIELD(SharesMoved, command_sequence, uint64), BW_FIELD(SharesMoved, request_id, uint64),
    BW_FIELD(SharesMoved, quantity, int64), BW_FIELD(SharesMoved, account, uint32),
    BW_FIELD(SharesMoved, instrument, uint32), BW_FIELD(SharesMoved, reference, text),
    BW_FIELD(SharesMoved, reserved, uint32),
};
constexpr std::array kill_switch_set_fields{
    BW_FIELD(KillSwitchSet, command_sequence, uint64), BW_FIELD(KillSwitchSet, request_id, uint64),
    BW_FIELD(KillSwitchSet, id, uint32), BW_FIELD(KillSwitchSet, operator_id, uint32),
    BW_FIELD(KillSwitchSet, cancelled, uint32), BW_FIELD(KillSwitchSet, scope, kill_scope),
    BW_FIELD(KillSwitchSet, on, uint8), BW_FIELD(KillSwitchSet, reserved, uint16),
};
constexpr std::array proposal_made_fields{
    BW_FIELD(ProposalMade, command_sequence, uint64), BW_FIELD(ProposalMade, request_id, uint64),
    BW_FIELD(ProposalMade, proposal, uint64), BW_FIELD(ProposalMade, operator_id, uint32),
    BW_FIELD(ProposalMade, command_template, uint16), BW_FIELD(ProposalMade, reserved, uint16),
};
constexpr std::array trade_busted_fields{
    BW_FIELD(TradeBusted, command_sequence, uint64), BW_FIELD(TradeBusted, request_id, uint64),
    BW_FIELD(TradeBusted, match_number, uint64), BW_FIELD(TradeBusted, price, price),
    BW_FIELD(TradeBusted, quantity, quantity), BW_FIELD(TradeBusted, buyer_fee, money),
    BW_FIELD(TradeBusted, seller_fee, money), BW_FIELD(TradeBusted, buyer, uint32),
    BW_FIELD(TradeBusted, seller, uint32), BW_FIELD(TradeBusted, instrument, uint32),
    BW_FIELD(TradeBusted, proposed_by, uint32), BW_FIELD(TradeBusted, approved_by, uint32),
    BW_FIELD(TradeBusted, reserved, uint32),
};
constexpr std::array trade_corrected_fields{
    BW_FIELD(TradeCorrected, command_sequence, uint64),
    BW_FIELD(TradeCorrected, request_id, uint64), BW_FIELD(TradeCorrected, match_number, uint64),
    BW_FIELD(TradeCorrected, price_before, price), BW_FIELD(TradeCorrected, price, price),
    BW_FIELD(TradeCorrected, quantity, quantity), BW_FIELD(TradeCorrected, buyer, uint32),
    BW_FIELD(TradeCorrected, seller, uint32), BW_FIELD(TradeCorrected, instrument, uint32),
    BW_FIELD(TradeCorrected, proposed_by, uint32), BW_FIELD(TradeCorrected, approved_by, uint32),
    BW_FIELD(TradeCorrected, reserved, uint32),
};
constexpr std::array rule_set_changed_fields{
    BW_FIELD(RuleSetChanged, command_sequence, uint64),
    BW_FIELD(RuleSetChanged, request_id, uint64), BW_FIELD(RuleSetChanged, proposed_by, uint32),
    BW_FIELD(RuleSetChanged, approved_by, uint32), BW_FIELD(RuleSetChanged, rule_set, rule_set),
    BW_FIELD(RuleSetChanged, in_force, uint8), BW_FIELD(RuleSetChanged, reserved, uint8),
    BW_FIELD(RuleSetChanged, reserved2, uint32),
};
constexpr std::array fees_changed_fields{
    BW_FIELD(FeesChanged, command_sequence, uint64), BW_FIELD(FeesChanged, request_id, uint64),
    BW_FIELD(FeesChanged, maker, fee_rate), BW_FIELD(FeesChanged, taker, fee_rate),
    BW_FIELD(FeesChanged, auction, fee_rate), BW_FIELD(FeesChanged, tier, uint32),
};
constexpr std::array shares_split_fields{
    BW_FIELD(SharesSplit, command_sequence, uint64), BW_FIELD(SharesSplit, request_id, uint64),
    BW_FIELD(SharesSplit, issued_before, quantity), BW_FIELD(SharesSplit, issued, quantity),
    BW_FIELD(SharesSplit, reference_price, price), BW_FIELD(SharesSplit, instrument, uint32),
    BW_FIELD(SharesSplit, numerator, uint32), BW_FIELD(SharesSplit, denominator, uint32),
    BW_FIELD(SharesSplit, reserved, uint32),
};
constexpr std::array position_adjusted_fields{
    BW_FIELD(PositionAdjusted, command_sequence, uint64),
    BW_FIELD(PositionAdjusted, request_id, uint64),
    BW_FIELD(PositionAdjusted, total_before, quantity), BW_FIELD(PositionAdjusted, total, quantity),
    BW_FIELD(PositionAdjusted, account, uint32), BW_FIELD(PositionAdjusted, instrument, uint32),
};
constexpr std::array closing_price_fields{
    BW_FIELD(ClosingPrice, command_sequence, uint64), BW_FIELD(ClosingPrice, request_id, uint64),
    BW_FIELD(ClosingPrice, price, price), BW_FIELD(ClosingPrice, instrument, uint32),
    BW_FIELD(ClosingPrice, business_date, uint32),
};
constexpr std::array indicatives_published_fields{
    BW_FIELD(IndicativesPublished, command_sequence, uint64),
    BW_FIELD(IndicativesPublished, request_id, uint64),
    BW_FIELD(IndicativesPublished, published, uint32),
    BW_FIELD(IndicativesPublished, reserved, uint32),
};
constexpr std::array day_ended_fields{
    BW_FIELD(DayEnded, command_sequence, uint64), BW_FIELD(DayEnded, request_id, uint64),
    BW_FIELD(DayEnded, business_date, uint32), BW_FIELD(DayEnded, reserved, uint32),
};
constexpr std::array storage_state_set_fields{
    BW_FIELD(StorageStateSet, command_sequence, uint64),
    BW_FIELD(StorageStateSet, request_id, uint64), BW_FIELD(StorageStateSet, scarce, uint8),
    BW_FIELD(StorageStateSet, reserved, uint8), BW_FIELD(StorageStateSet, reserved2, uint16),
    BW_FIELD(StorageStateSet, reserved3, uint32),
};
constexpr std::array business_date_set_fields{
    BW_FIELD(BusinessDateSet, command_sequence, uint64),
    BW_FIELD(BusinessDateSet, request_id, uint64), BW_FIELD(BusinessDateSet, business_date, uint32),
    BW_FIELD(BusinessDateSet, date_before, uint32), BW_FIELD(BusinessDateSet, proposed_by, uint32),
    BW_FIELD(BusinessDateSet, approved_by, uint32),
};

constexpr std::array messages{
    info_of<NewOrder, 112>(new_order_fields),
    info_of<CancelOrder, 56>(cancel_order_fields),
    info_of<ReduceOrder, 64>(reduce_order_fields),
    info_of<ReplaceOrder, 72>(replace_order_fields),
    info_of<MassCancel, 24>(mass_cancel_fields),
    info_of<AmendOrder, 72>(amend_order_fields),
    info_of<ConfigureInstrument, 80>(configure_instrument_fields),
    info_of<SetInstrumentState, 16>(set_instrument_state_fields),
    info_of<SetPriceBands, 24>(set_price_bands_fields),
    info_of<SetLimitBands, 32>(set_limit_bands_fields),
    info_of<SetAllocation, 24>(set_allocation_fields),
    info_of<SetTickTable, 80>(set_tick_table_fields),
    info_of<SetReferenceQuote, 32>(set_reference_quote_fields),
    info_of<PublishIndicative, 16>(publish_indicative_fields),
    info_of<PauseOnLimitState, 24>(pause_on_limit_state_fields),
    info_of<OpenAccount, 48>(open_account_fields),
    info_of<SetAccountState, 16>(set_account_state_fields),
    info_of<SetAccountLimits, 48>(set_account_limits_fields),
    info_of<MoveCash, 64>(move_cash_fields),
    info_of<MoveShares, 64>(move_shares_fields),
    info_of<SetSelfTradePrevention, 24>(set_self_trade_prevention_fields),
    info_of<SetAccountFeeTier, 16>(set_account_fee_tier_fields),
    info_of<SetFees, 24>(set_fees_fields),
    info_of<KillSwitch, 24>(kill_switch_fields),
    info_of<ReleaseKillSwitch, 24>(release_kill_switch_fields),
    info_of<BustTrade, 24>(bust_trade_fields),
    info_of<CorrectTrade, 32>(correct_trade_fields),
    info_of<Approve, 24>(approve_fields),
    info_of<SetRuleSet, 16>(set_rule_set_fields),
    info_of<EndDayEarly, 16>(end_day_early_fields),
    info_of<SetBusinessDate, 16>(set_business_date_fields),
    info_of<EndDay, 16>(end_day_fields),
    info_of<SplitShares, 24>(split_shares_fields),
    info_of<ChangeSymbol, 32>(change_symbol_fields),
    info_of<Delist, 16>(delist_fields),
    info_of<TripBreaker, 16>(trip_breaker_fields),
    info_of<SetStorageState, 16>(set_storage_state_fields),
    info_of<CommandRejected, 72>(command_rejected_fields),
    info_of<OrderAccepted, 104>(order_accepted_fields),
    info_of<DuplicateAnswered, 72>(duplicate_answered_fields),
    info_of<TradeExecuted, 104>(trade_executed_fields),
    info_of<OrderCancelled, 56>(order_cancelled_fields),
    info_of<OrderReduced, 56>(order_reduced_fields),
    info_of<OrderReplaced, 56>(order_replaced_fields),
    info_of<MassCancelled, 32>(mass_cancelled_fields),
    info_of<OrderTriggered, 48>(order_triggered_fields),
    info_of<InstrumentUpdated, 88>(instrument_updated_fields),
    info_of<OrderRefreshed, 48>(order_refreshed_fields),
    info_of<OrderConditions, 64>(order_conditions_fields),
    info_of<PriceBandsSet, 32>(price_bands_set_fields),
    info_of<LimitBandsSet, 40>(limit_bands_set_fields),
    info_of<AllocationSet, 32>(allocation_set_fields),
    info_of<TickTableSet, 88>(tick_table_set_fields),
    info_of<ReferenceQuoteSet, 40>(reference_quote_set_fields),
    info_of<IndicativePrice, 48>(indicative_price_fields),
    info_of<AuctionEnded, 48>(auction_ended_fields),
    info_of<AccountUpdated, 104>(account_updated_fields),
    info_of<LimitStateChanged, 16>(limit_state_changed_fields),
    info_of<MarketStateSet, 24>(market_state_set_fields),
    info_of<CashMoved, 72>(cash_moved_fields),
    info_of<SharesMoved, 72>(shares_moved_fields),
    info_of<KillSwitchSet, 32>(kill_switch_set_fields),
    info_of<ProposalMade, 32>(proposal_made_fields),
    info_of<TradeBusted, 80>(trade_busted_fields),
    info_of<TradeCorrected, 72>(trade_corrected_fields),
    info_of<RuleSetChanged, 32>(rule_set_changed_fields),
    info_of<FeesChanged, 32>(fees_changed_fields),
    info_of<SharesSplit, 56>(shares_split_fields),
    info_of<PositionAdjusted, 40>(position_adjusted_fields),
    info_of<ClosingPrice, 32>(closing_price_fields),
    info_of<IndicativesPublished, 24>(indicatives_published_fields),
    info_of<DayEnded, 24>(day_ended_fields),
    info_of<StorageStateSet, 24>(storage_state_set_fields),
    info_of<BusinessDateSet, 32>(business_date_set_fields),
};

constexpr std::array attachments{
    info_of<OrderAttributes, 32>(order_attributes_fields),
};

}  // namespace

std::span<const MessageInfo> all_messages() { return messages; }
std::span<const MessageInfo> all_attachments() { return attachments; }

std::string_view enumerator_name(FieldKind kind, std::uint16_t value) {
    switch (kind) {
        case FieldKind::side:
            return model::name_of(static_cast<model::Side>(value));
        case FieldKind::order_type:
            return model::name_of(static_cast<model::OrderType>(value));
        case FieldKind::time_in_force:
            return model::name_of(static_cast<model::TimeInForce>(value));
        case FieldKind::self_trade_prevention:
            return model::name_of(static_cast<model::SelfTradePrevention>(value));
        case FieldKind::side_selection:
            return model::name_of(static_cast<model::SideSelection>(value));
        case FieldKind::peg_kind:
            return model::name_of(static_cast<model::PegKind>(value));
        case FieldKind::allocation:
            return model::name_of(static_cast<model::Allocation>(value));
        case FieldKind::kill_scope:
            return model::name_of(static_cast<model::KillScope>(value));
        case FieldKind::trade_kind:
            return model::name_of(static_cast<model::TradeKind>(value));
        case FieldKind::instrument_state:
            return model::name_of(static_cast<model::InstrumentState>(value));
        case FieldKind::halt_reason:
            return model::name_of(static_cast<model::HaltReason>(value));
        case FieldKind::account_state:
            return model::name_of(static_cast<model::AccountState>(value));
        case FieldKind::cancel_reason:
            return model::name_of(static_cast<model::CancelReason>(value));
        case FieldKind::rule_set:
            return model::name_of(static_cast<model::RuleSet>(value));
        case FieldKind::reject_reason:
            return model::name_of(static_cast<model::RejectReason>(value));
        case FieldKind::capacity:
            return model::name_of(static_cast<model::Capacity>(value));
        case FieldKind::short_sale:
            return model::name_of(static_cast<model::ShortSale>(value));
        case FieldKind::decision_maker:
            return model::name_of(static_cast<model::DecisionMaker>(value));
        default: return {};
    }
}

}  // namespace bw::codec
