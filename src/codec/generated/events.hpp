// Events: what happened, in the order it happened.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#pragma once

#include <cstdint>
#include <string_view>

#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::codec {

/// The only effect of a refused command.
struct CommandRejected {
    static constexpr std::uint16_t template_id = 101;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "CommandRejected";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// of a refused new order: its own id; of a refused change: the id that was named
    model::OrderId order_id;
    model::AccountId account;
    /// 0 when the command names none
    model::InstrumentId instrument;
    std::uint16_t command_template;
    model::RejectReason reason;
    model::ClientOrderId client_order_id;
};

/// The order entered the exchange: it rests, waits for its condition, or trades in the events that
/// follow.
struct OrderAccepted {
    static constexpr std::uint16_t template_id = 102;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderAccepted";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    /// of a market order: no_price
    model::Price price;
    model::Quantity quantity;
    /// cash held for a buy (price x quantity + fee); 0 for a sell, which holds `quantity` shares
    model::Money hold;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side;
    model::OrderType order_type;
    model::TimeInForce time_in_force;
    std::uint8_t instructions;
    model::ClientOrderId client_order_id;
    std::uint32_t expire_date;
    std::uint32_t reserved;
};

/// The answer to a client id that was used before: nothing changed; here is what the first command
/// led to.
struct DuplicateAnswered {
    static constexpr std::uint16_t template_id = 103;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "DuplicateAnswered";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// order id, or account id for OpenAccount; 0 for transfers
    std::uint64_t first_id;
    model::AccountId account;
    std::uint16_t command_template;
    /// none: the first command was accepted
    model::RejectReason first_reason;
    model::ClientOrderId client_order_id;
    std::uint32_t reserved;
};

/// Both executions of one match: execution ids are 2 x match_number (maker) and 2 x match_number +
/// 1 (taker).
struct TradeExecuted {
    static constexpr std::uint16_t template_id = 104;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "TradeExecuted";
    model::SequenceNumber command_sequence;
    model::MatchNumber match_number;
    model::OrderId maker_order;
    model::OrderId taker_order;
    model::Price price;
    model::Quantity quantity;
    model::Quantity maker_remaining;
    model::Quantity taker_remaining;
    /// paid by the maker's account; below 0: a rebate
    model::Money maker_fee;
    model::Money taker_fee;
    /// taken off the buyer's hold; price x quantity + fee of it is spent, the rest is free again
    model::Money buyer_hold_released;
    model::AccountId maker_account;
    model::AccountId taker_account;
    model::InstrumentId instrument;
    model::Side taker_side;
    /// auction and midpoint uncross: the maker is the seller, the taker the buyer, both rested
    model::TradeKind kind;
    std::uint16_t reserved;
};

/// The order is closed: `quantity` was still open. Reason `expired` closes it as expired, every
/// other as cancelled.
struct OrderCancelled {
    static constexpr std::uint16_t template_id = 105;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderCancelled";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity quantity;
    model::Money hold_released;
    model::AccountId account;
    model::InstrumentId instrument;
    model::CancelReason reason;
    model::Side side;
    std::uint16_t reserved;
    std::uint32_t reserved2;
};

/// The order keeps its place with less open quantity.
struct OrderReduced {
    static constexpr std::uint16_t template_id = 106;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderReduced";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity reduced_by;
    model::Quantity remaining;
    model::Money hold_released;
    model::AccountId account;
    model::InstrumentId instrument;
};

/// The order left its place and was entered again; its trades, if any, follow.
struct OrderReplaced {
    static constexpr std::uint16_t template_id = 107;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderReplaced";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price price;
    model::Quantity remaining;
    /// the new hold of a buy, in place of the old one
    model::Money hold;
    model::AccountId account;
    model::InstrumentId instrument;
};

/// The end of a mass cancel, after its OrderCancelled events.
struct MassCancelled {
    static constexpr std::uint16_t template_id = 108;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "MassCancelled";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::AccountId account;
    model::InstrumentId instrument;
    /// orders
    std::uint32_t cancelled;
    model::SideSelection side;
    std::uint8_t reserved;
    std::uint16_t reserved2;
};

/// A stop order became a market or limit order; its trades and what becomes of the rest follow.
struct OrderTriggered {
    static constexpr std::uint16_t template_id = 109;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderTriggered";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price stop_price;
    /// that triggered it
    model::Price last_price;
    model::AccountId account;
    model::InstrumentId instrument;
};

/// The instrument as it now is: after listing, a change of configuration, a halt or a resumption.
struct InstrumentUpdated {
    static constexpr std::uint16_t template_id = 110;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "InstrumentUpdated";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price tick_size;
    model::Quantity lot_size;
    model::Price reference_price;
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::InstrumentId instrument;
    model::Ppm collar;
    model::Currency currency;
    model::InstrumentState state;
    model::HaltReason reason;
    std::uint16_t reserved;
    model::Symbol symbol;
};

/// An iceberg order shows a new part of its reserve, at the end of its price level.
struct OrderRefreshed {
    static constexpr std::uint16_t template_id = 111;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderRefreshed";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity displayed;
    /// displayed and reserve
    model::Quantity remaining;
    model::AccountId account;
    model::InstrumentId instrument;
};

/// Follows the OrderAccepted of an order that has any of these.
struct OrderConditions {
    static constexpr std::uint16_t template_id = 112;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OrderConditions";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    /// 0: all
    model::Quantity display_quantity;
    /// 0: none
    model::Price stop_price;
    model::Price offset;
    model::AccountId account;
    model::InstrumentId instrument;
    model::PegKind peg;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// The price bands of an instrument as they now are; both 0: none.
struct PriceBandsSet {
    static constexpr std::uint16_t template_id = 113;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "PriceBandsSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::InstrumentId instrument;
    model::Ppm static_band;
    model::Ppm dynamic_band;
    std::uint32_t reserved;
};

/// Follows the OrderCancelled (outside_limit_band) events.
struct LimitBandsSet {
    static constexpr std::uint16_t template_id = 114;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "LimitBandsSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price lower;
    model::Price upper;
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// How an incoming order is shared among the orders at one price from now on.
struct AllocationSet {
    static constexpr std::uint16_t template_id = 115;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "AllocationSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::InstrumentId instrument;
    model::AccountId lead_account;
    model::Ppm lead_share;
    model::Allocation allocation;
    std::uint8_t reserved;
    std::uint16_t reserved2;
};

/// The ticks by price as they now are.
struct TickTableSet {
    static constexpr std::uint16_t template_id = 116;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "TickTableSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price from_price_1;
    model::Price tick_1;
    model::Price from_price_2;
    model::Price tick_2;
    model::Price from_price_3;
    model::Price tick_3;
    model::Price from_price_4;
    model::Price tick_4;
    model::InstrumentId instrument;
    std::uint32_t rows;
};

/// The quote of the reference market as it now is.
struct ReferenceQuoteSet {
    static constexpr std::uint16_t template_id = 117;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ReferenceQuoteSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price bid;
    model::Price ask;
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// What the auction would find now.
struct IndicativePrice {
    static constexpr std::uint16_t template_id = 118;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "IndicativePrice";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// no_price: nothing would trade
    model::Price price;
    model::Quantity volume;
    /// shares, above 0: more to buy
    std::int64_t surplus;
    model::InstrumentId instrument;
    model::InstrumentState state;
    std::uint8_t reserved;
    std::uint16_t reserved2;
};

/// The result of an auction, after its trades.
struct AuctionEnded {
    static constexpr std::uint16_t template_id = 119;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "AuctionEnded";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// no_price: nothing traded
    model::Price price;
    model::Quantity volume;
    /// shares at that price, above 0: more to buy
    std::int64_t surplus;
    model::InstrumentId instrument;
    /// that ended
    model::InstrumentState state;
    std::uint8_t reserved;
    std::uint16_t reserved2;
};

/// The account as it now is: after opening, a change of state or of limits.
struct AccountUpdated {
    static constexpr std::uint16_t template_id = 120;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "AccountUpdated";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::Quantity max_daily_quantity;
    model::Money max_daily_value;
    model::AccountId account;
    std::uint32_t max_open_orders;
    model::AccountState state;
    model::SelfTradePrevention self_trade_prevention;
    std::uint8_t fee_tier;
    std::uint8_t reserved;
    model::ClientOrderId reference;
    std::uint32_t self_trade_group;
    /// 0: none
    std::uint32_t firm;
};

/// The best bid came to rest at the upper limit band (side buy), or the best ask at the lower one
/// (side sell); or that ended.
struct LimitStateChanged {
    static constexpr std::uint16_t template_id = 121;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "LimitStateChanged";
    model::SequenceNumber command_sequence;
    model::InstrumentId instrument;
    /// 1: begins, 0: ends
    std::uint8_t entered;
    model::Side side;
    std::uint16_t reserved;
};

/// The end of a change of many instruments.
struct MarketStateSet {
    static constexpr std::uint16_t template_id = 122;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "MarketStateSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// instruments
    std::uint32_t changed;
    model::InstrumentState state;
    model::HaltReason reason;
    /// of the circuit breaker, 0: none
    std::uint8_t level;
    std::uint8_t reserved;
};

/// A deposit or a withdrawal of cash took effect.
struct CashMoved {
    static constexpr std::uint16_t template_id = 123;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "CashMoved";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Money amount;
    model::AccountId account;
    model::Currency currency;
    model::ClientOrderId reference;
    std::uint32_t reserved;
};

/// A deposit or a withdrawal of shares took effect.
struct SharesMoved {
    static constexpr std::uint16_t template_id = 124;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SharesMoved";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::int64_t quantity;
    model::AccountId account;
    model::InstrumentId instrument;
    model::ClientOrderId reference;
    std::uint32_t reserved;
};

/// The end of a kill switch's cancels, or its release.
struct KillSwitchSet {
    static constexpr std::uint16_t template_id = 125;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "KillSwitchSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t id;
    std::uint32_t operator_id;
    /// orders
    std::uint32_t cancelled;
    model::KillScope scope;
    /// 1: entries are refused from now on
    std::uint8_t on;
    std::uint16_t reserved;
};

/// Waits for another operator's Approve.
struct ProposalMade {
    static constexpr std::uint16_t template_id = 126;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ProposalMade";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint64_t proposal;
    std::uint32_t operator_id;
    std::uint16_t command_template;
    std::uint16_t reserved;
};

/// The trade is undone: shares and cash went back.
struct TradeBusted {
    static constexpr std::uint16_t template_id = 127;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "TradeBusted";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::MatchNumber match_number;
    model::Price price;
    model::Quantity quantity;
    /// given back
    model::Money buyer_fee;
    /// given back
    model::Money seller_fee;
    model::AccountId buyer;
    model::AccountId seller;
    model::InstrumentId instrument;
    std::uint32_t proposed_by;
    std::uint32_t approved_by;
    std::uint32_t reserved;
};

/// The trade has another price: the difference went from the buyer to the seller, or back.
struct TradeCorrected {
    static constexpr std::uint16_t template_id = 128;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "TradeCorrected";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::MatchNumber match_number;
    model::Price price_before;
    model::Price price;
    model::Quantity quantity;
    model::AccountId buyer;
    model::AccountId seller;
    model::InstrumentId instrument;
    std::uint32_t proposed_by;
    std::uint32_t approved_by;
    std::uint32_t reserved;
};

/// Other trading rules are in force, or will be from the end of the day on.
struct RuleSetChanged {
    static constexpr std::uint16_t template_id = 129;
    static constexpr std::uint16_t version = 2;
    static constexpr std::string_view name = "RuleSetChanged";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// 0: the exchange itself
    std::uint32_t proposed_by;
    /// 0: the exchange itself
    std::uint32_t approved_by;
    model::RuleSet rule_set;
    /// 1: from this command on; 0: from the end of the day on
    std::uint8_t in_force;
    std::uint8_t reserved;
    std::uint32_t reserved2;
};

/// The fee schedule of a tier as it now is.
struct FeesChanged {
    static constexpr std::uint16_t template_id = 130;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "FeesChanged";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::FeeRate maker;
    model::FeeRate taker;
    model::FeeRate auction;
    std::uint32_t tier;
};

/// The end of a split, after its cancels and adjusted positions.
struct SharesSplit {
    static constexpr std::uint16_t template_id = 132;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SharesSplit";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Quantity issued_before;
    model::Quantity issued;
    model::Price reference_price;
    model::InstrumentId instrument;
    std::uint32_t numerator;
    std::uint32_t denominator;
    std::uint32_t reserved;
};

/// A split changed the shares of an account.
struct PositionAdjusted {
    static constexpr std::uint16_t template_id = 133;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "PositionAdjusted";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Quantity total_before;
    model::Quantity total;
    model::AccountId account;
    model::InstrumentId instrument;
};

/// The price with which the day of an instrument ended.
struct ClosingPrice {
    static constexpr std::uint16_t template_id = 134;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ClosingPrice";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Price price;
    model::InstrumentId instrument;
    std::uint32_t business_date;
};

/// The end of the IndicativePrice events of a command.
struct IndicativesPublished {
    static constexpr std::uint16_t template_id = 136;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "IndicativesPublished";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t published;
    std::uint32_t reserved;
};

/// Follows the OrderCancelled (expired) events of the day.
struct DayEnded {
    static constexpr std::uint16_t template_id = 140;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "DayEnded";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t business_date;
    std::uint32_t reserved;
};

/// Whether the logs have room for entries.
struct StorageStateSet {
    static constexpr std::uint16_t template_id = 141;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "StorageStateSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// 1: entries are refused from now on
    std::uint8_t scarce;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// Another day counts as the last that ended; nothing else changes.
struct BusinessDateSet {
    static constexpr std::uint16_t template_id = 142;
    static constexpr std::uint16_t version = 2;
    static constexpr std::string_view name = "BusinessDateSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t business_date;
    std::uint32_t date_before;
    /// 0: the exchange itself
    std::uint32_t proposed_by;
    /// 0: the exchange itself
    std::uint32_t approved_by;
};

}  // namespace bw::codec
