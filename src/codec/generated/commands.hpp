// Commands: what gateways, operators and timers ask.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#pragma once

#include <cstdint>
#include <string_view>

#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::codec {

/// Enters an order.
struct NewOrder {
    static constexpr std::uint16_t template_id = 1;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "NewOrder";
    model::RequestId request_id;
    /// no_price for market orders
    model::Price price;
    model::Quantity quantity;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side;
    model::OrderType order_type;
    model::TimeInForce time_in_force;
    /// bits of model::Instruction
    std::uint8_t instructions;
    /// empty: the client gave none
    model::ClientOrderId client_order_id;
    /// ioc: at least so much at once or nothing; 0: any
    model::Quantity min_quantity;
    /// gtd: yyyymmdd of its last trading day; else 0
    std::uint32_t expire_date;
    model::PegKind peg;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    /// iceberg: shown at a time; 0: all
    model::Quantity display_quantity;
    /// stop, stop_limit; else 0
    model::Price stop_price;
    /// trailing_stop: distance from the last price; pegged: from what it is pegged to
    model::Price offset;
};

/// Names the order by order_id, or by the client's own id when order_id is 0. The account must own
/// it.
struct CancelOrder {
    static constexpr std::uint16_t template_id = 2;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "CancelOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::AccountId account;
    model::ClientOrderId client_order_id;
};

/// Takes `quantity` off the open quantity; keeps priority; cancels when nothing is left.
struct ReduceOrder {
    static constexpr std::uint16_t template_id = 3;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ReduceOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity quantity;
    model::AccountId account;
    model::ClientOrderId client_order_id;
};

/// Removes the order and enters it again at `price` with `quantity` remaining: it loses priority
/// and may trade.
struct ReplaceOrder {
    static constexpr std::uint16_t template_id = 4;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ReplaceOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price price;
    model::Quantity quantity;
    model::AccountId account;
    model::ClientOrderId client_order_id;
};

/// Cancels every open order of the account, in one instrument or all, on one side or both.
struct MassCancel {
    static constexpr std::uint16_t template_id = 5;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "MassCancel";
    model::RequestId request_id;
    model::AccountId account;
    /// 0: all
    model::InstrumentId instrument;
    model::SideSelection side;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// Changes price and total quantity (which includes what is executed). Less quantity at the same
/// price keeps the order's place; any other change gives it up.
struct AmendOrder {
    static constexpr std::uint16_t template_id = 6;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "AmendOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    /// no_price: as it is
    model::Price price;
    model::Quantity quantity;
    model::AccountId account;
    model::ClientOrderId client_order_id;
};

/// Lists an instrument (instrument = 0: the engine assigns the next id) or changes one (symbol and
/// currency stay).
struct ConfigureInstrument {
    static constexpr std::uint16_t template_id = 10;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ConfigureInstrument";
    model::RequestId request_id;
    model::Price tick_size;
    model::Quantity lot_size;
    /// centre of the collar until the first trade
    model::Price reference_price;
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::InstrumentId instrument;
    /// distance from the reference in parts per million; 0 = none
    model::Ppm collar;
    model::Currency currency;
    std::uint32_t reserved;
    model::Symbol symbol;
};

/// Moves an instrument into a phase, halts it, or lets it trade again.
struct SetInstrumentState {
    static constexpr std::uint16_t template_id = 11;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetInstrumentState";
    model::RequestId request_id;
    /// 0: all
    model::InstrumentId instrument;
    model::InstrumentState state;
    model::HaltReason reason;
    std::uint16_t reserved;
};

/// How far from the static and from the moving reference an execution may be; beyond it trading
/// goes into a volatility auction.
struct SetPriceBands {
    static constexpr std::uint16_t template_id = 12;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetPriceBands";
    model::RequestId request_id;
    model::InstrumentId instrument;
    /// 0: none
    model::Ppm static_band;
    /// 0: none
    model::Ppm dynamic_band;
    std::uint32_t reserved;
};

/// Limit-up/limit-down: the prices within which the instrument may trade now. Both 0: no bands.
struct SetLimitBands {
    static constexpr std::uint16_t template_id = 13;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetLimitBands";
    model::RequestId request_id;
    model::Price lower;
    model::Price upper;
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// How an incoming order is shared among the orders at one price.
struct SetAllocation {
    static constexpr std::uint16_t template_id = 14;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetAllocation";
    model::RequestId request_id;
    model::InstrumentId instrument;
    /// lead: the lead market maker, else 0
    model::AccountId lead_account;
    model::Ppm lead_share;
    model::Allocation allocation;
    std::uint8_t reserved;
    std::uint16_t reserved2;
};

/// Ticks by price: from `from_price_k` on the tick is `tick_k`; below the first row `tick_size` of
/// the instrument. Unused rows are zero.
struct SetTickTable {
    static constexpr std::uint16_t template_id = 15;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetTickTable";
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
    /// 0: the same tick everywhere
    std::uint32_t rows;
};

/// Best bid and ask of the reference market: a dark book trades at their midpoint. Both 0: no
/// quote.
struct SetReferenceQuote {
    static constexpr std::uint16_t template_id = 16;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetReferenceQuote";
    model::RequestId request_id;
    model::Price bid;
    model::Price ask;
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// A timer: asks for the indicative price of the auctions that are collecting.
struct PublishIndicative {
    static constexpr std::uint16_t template_id = 17;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "PublishIndicative";
    model::RequestId request_id;
    /// 0: all
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// A timer: halts the instrument if it has been in its limit state since the command `since`.
struct PauseOnLimitState {
    static constexpr std::uint16_t template_id = 18;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "PauseOnLimitState";
    model::RequestId request_id;
    model::SequenceNumber since;
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// `reference` names the account outside; opening the same reference again answers with the first
/// account.
struct OpenAccount {
    static constexpr std::uint16_t template_id = 20;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "OpenAccount";
    model::RequestId request_id;
    model::ClientOrderId reference;
    /// that answers for the account; 0: none
    std::uint32_t firm;
};

/// Suspends, closes or activates an account.
struct SetAccountState {
    static constexpr std::uint16_t template_id = 21;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetAccountState";
    model::RequestId request_id;
    model::AccountId account;
    model::AccountState state;
    std::uint8_t reserved;
    std::uint16_t reserved2;
};

/// All limits at once; unlimited_* switches one off. Daily limits count per account and instrument:
/// traded today + open + the new order may not pass them.
struct SetAccountLimits {
    static constexpr std::uint16_t template_id = 22;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetAccountLimits";
    model::RequestId request_id;
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::Quantity max_daily_quantity;
    model::Money max_daily_value;
    model::AccountId account;
    std::uint32_t max_open_orders;
};

/// Deposit (amount > 0) or withdrawal (amount < 0). A reference used before by the account answers
/// with the first result.
struct MoveCash {
    static constexpr std::uint16_t template_id = 23;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "MoveCash";
    model::RequestId request_id;
    model::Money amount;
    model::AccountId account;
    model::Currency currency;
    model::ClientOrderId reference;
    std::uint32_t reserved;
};

/// Deposit (quantity > 0) or withdrawal (quantity < 0) of shares.
struct MoveShares {
    static constexpr std::uint16_t template_id = 24;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "MoveShares";
    model::RequestId request_id;
    std::int64_t quantity;
    model::AccountId account;
    model::InstrumentId instrument;
    model::ClientOrderId reference;
    std::uint32_t reserved;
};

/// Accounts of one group do not trade with each other where the incoming one's mode is on. Group 0
/// goes with mode none.
struct SetSelfTradePrevention {
    static constexpr std::uint16_t template_id = 25;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetSelfTradePrevention";
    model::RequestId request_id;
    model::AccountId account;
    std::uint32_t group;
    model::SelfTradePrevention mode;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// Which fee schedule the orders of the account get from now on.
struct SetAccountFeeTier {
    static constexpr std::uint16_t template_id = 26;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetAccountFeeTier";
    model::RequestId request_id;
    model::AccountId account;
    /// 0 to 15
    std::uint32_t tier;
};

/// The fee schedule of a tier. Applies to orders accepted from now on; an order keeps the rates it
/// was accepted with.
struct SetFees {
    static constexpr std::uint16_t template_id = 30;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetFees";
    model::RequestId request_id;
    /// below 0: a rebate
    model::FeeRate maker;
    model::FeeRate taker;
    model::FeeRate auction;
    /// 0 to 15, 0 is every account's at first
    std::uint32_t tier;
};

/// Cancels every open order of an account, a firm or the market, and refuses new ones until it is
/// released.
struct KillSwitch {
    static constexpr std::uint16_t template_id = 31;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "KillSwitch";
    model::RequestId request_id;
    /// account, firm, or 0 for the market
    std::uint32_t id;
    std::uint32_t operator_id;
    model::KillScope scope;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// Proposes to let the account, firm or market enter orders again; another operator approves.
struct ReleaseKillSwitch {
    static constexpr std::uint16_t template_id = 32;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ReleaseKillSwitch";
    model::RequestId request_id;
    std::uint32_t id;
    std::uint32_t operator_id;
    model::KillScope scope;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// Proposes to undo a trade; another operator approves.
struct BustTrade {
    static constexpr std::uint16_t template_id = 33;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "BustTrade";
    model::RequestId request_id;
    model::MatchNumber match_number;
    std::uint32_t operator_id;
    std::uint32_t reserved;
};

/// Proposes another price for a trade; another operator approves.
struct CorrectTrade {
    static constexpr std::uint16_t template_id = 34;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "CorrectTrade";
    model::RequestId request_id;
    model::MatchNumber match_number;
    model::Price price;
    std::uint32_t operator_id;
    std::uint32_t reserved;
};

/// The second operator's consent to a proposal; it takes effect at once.
struct Approve {
    static constexpr std::uint16_t template_id = 35;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "Approve";
    model::RequestId request_id;
    std::uint64_t proposal;
    std::uint32_t operator_id;
    std::uint32_t reserved;
};

/// Proposes newer trading rules from the end of the day on; another operator approves. Operator 0,
/// before anything is listed or opened: they are in force at once.
struct SetRuleSet {
    static constexpr std::uint16_t template_id = 36;
    static constexpr std::uint16_t version = 2;
    static constexpr std::string_view name = "SetRuleSet";
    model::RequestId request_id;
    std::uint32_t operator_id;
    model::RuleSet rule_set;
    std::uint16_t reserved;
};

/// Proposes to end a day before its time; another operator approves.
struct EndDayEarly {
    static constexpr std::uint16_t template_id = 37;
    static constexpr std::uint16_t version = 2;
    static constexpr std::string_view name = "EndDayEarly";
    model::RequestId request_id;
    std::uint32_t operator_id;
    /// yyyymmdd of the day that ends
    std::uint32_t business_date;
};

/// Proposes that another day counts as the last that ended: the way back from a wrong one; another
/// operator approves. Operator 0, before anything is listed or opened: it counts at once.
struct SetBusinessDate {
    static constexpr std::uint16_t template_id = 38;
    static constexpr std::uint16_t version = 2;
    static constexpr std::string_view name = "SetBusinessDate";
    model::RequestId request_id;
    std::uint32_t operator_id;
    /// yyyymmdd of the last day that ended
    std::uint32_t business_date;
};

/// A timer: expires every day order and resets the daily counters.
struct EndDay {
    static constexpr std::uint16_t template_id = 40;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "EndDay";
    model::RequestId request_id;
    /// yyyymmdd of the day that ends
    std::uint32_t business_date;
    std::uint32_t reserved;
};

/// Each `denominator` shares become `numerator`. Open orders of the instrument are cancelled.
struct SplitShares {
    static constexpr std::uint16_t template_id = 41;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SplitShares";
    model::RequestId request_id;
    model::InstrumentId instrument;
    std::uint32_t numerator;
    std::uint32_t denominator;
    std::uint32_t reserved;
};

/// The instrument goes by another symbol; everything else stays.
struct ChangeSymbol {
    static constexpr std::uint16_t template_id = 42;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "ChangeSymbol";
    model::RequestId request_id;
    model::InstrumentId instrument;
    std::uint32_t reserved;
    model::Symbol symbol;
};

/// Ends trading in the instrument for good. Positions stay and can be withdrawn.
struct Delist {
    static constexpr std::uint16_t template_id = 43;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "Delist";
    model::RequestId request_id;
    model::InstrumentId instrument;
    std::uint32_t reserved;
};

/// A market-wide circuit breaker: levels 1 and 2 halt every instrument, level 3 closes the market.
struct TripBreaker {
    static constexpr std::uint16_t template_id = 44;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "TripBreaker";
    model::RequestId request_id;
    std::uint8_t level;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

/// The exchange itself says so: its logs have little room left, or enough again.
struct SetStorageState {
    static constexpr std::uint16_t template_id = 45;
    static constexpr std::uint16_t version = 1;
    static constexpr std::string_view name = "SetStorageState";
    model::RequestId request_id;
    /// 1: entries are refused until it is 0 again
    std::uint8_t scarce;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;
};

}  // namespace bw::codec
