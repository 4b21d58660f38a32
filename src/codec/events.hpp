// Events: what happened, in the order it happened. Layouts follow protocol/sbe/buttonwood.xml.
// Every command causes at least one event; `command_sequence` names the command. Replaying the
// commands reproduces these bytes exactly.
#pragma once

#include <array>

#include "codec/fields.hpp"
#include "codec/market_events.hpp"

namespace bw::codec {

/// The only effect of a refused command.
struct CommandRejected {
    static constexpr std::uint16_t template_id = 101;
    static constexpr std::string_view name = "CommandRejected";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    /// of a refused new order: its own id; of a refused change: the id that was named
    model::OrderId order_id;
    model::AccountId account;
    model::InstrumentId instrument;  ///< 0 when the command names none
    std::uint16_t command_template;
    model::RejectReason reason;
    model::ClientOrderId client_order_id;

    static constexpr auto fields() {
        using M = CommandRejected;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, order_id),         BW_FIELD(M, account),
                          BW_FIELD(M, instrument),       BW_FIELD(M, command_template),
                          BW_FIELD(M, reason),           BW_FIELD(M, client_order_id)};
    }
};

struct OrderAccepted {
    static constexpr std::uint16_t template_id = 102;
    static constexpr std::string_view name = "OrderAccepted";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price price;  ///< of a market order: no_price
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

    static constexpr auto fields() {
        using M = OrderAccepted;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, order_id),
                          BW_FIELD(M, price),
                          BW_FIELD(M, quantity),
                          BW_FIELD(M, hold),
                          BW_FIELD(M, account),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, side),
                          BW_FIELD(M, order_type),
                          BW_FIELD(M, time_in_force),
                          BW_FIELD(M, instructions),
                          BW_FIELD(M, client_order_id),
                          BW_FIELD(M, expire_date),
                          BW_FIELD(M, reserved)};
    }
};

/// The answer to a client id that was used before: nothing changed; here is what the first command
/// led to.
struct DuplicateAnswered {
    static constexpr std::uint16_t template_id = 103;
    static constexpr std::string_view name = "DuplicateAnswered";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint64_t first_id;  ///< order id, or account id for OpenAccount; 0 for transfers
    model::AccountId account;
    std::uint16_t command_template;
    model::RejectReason first_reason;  ///< none: the first command was accepted
    model::ClientOrderId client_order_id;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = DuplicateAnswered;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, first_id),         BW_FIELD(M, account),
                          BW_FIELD(M, command_template), BW_FIELD(M, first_reason),
                          BW_FIELD(M, client_order_id),  BW_FIELD(M, reserved)};
    }
};

/// Both executions of one match: execution ids are 2 x match_number (maker) and 2 x match_number +
/// 1 (taker).
struct TradeExecuted {
    static constexpr std::uint16_t template_id = 104;
    static constexpr std::string_view name = "TradeExecuted";
    model::SequenceNumber command_sequence;
    model::MatchNumber match_number;
    model::OrderId maker_order;
    model::OrderId taker_order;
    model::Price price;
    model::Quantity quantity;
    model::Quantity maker_remaining;
    model::Quantity taker_remaining;
    model::Money maker_fee;  ///< paid by the maker's account; below 0: a rebate
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

    static constexpr auto fields() {
        using M = TradeExecuted;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, match_number),
                          BW_FIELD(M, maker_order),
                          BW_FIELD(M, taker_order),
                          BW_FIELD(M, price),
                          BW_FIELD(M, quantity),
                          BW_FIELD(M, maker_remaining),
                          BW_FIELD(M, taker_remaining),
                          BW_FIELD(M, maker_fee),
                          BW_FIELD(M, taker_fee),
                          BW_FIELD(M, buyer_hold_released),
                          BW_FIELD(M, maker_account),
                          BW_FIELD(M, taker_account),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, taker_side),
                          BW_FIELD(M, kind),
                          BW_FIELD(M, reserved)};
    }
};

/// The order is closed: `quantity` was still open. Reason `expired` closes it as expired, every
/// other as cancelled.
struct OrderCancelled {
    static constexpr std::uint16_t template_id = 105;
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

    static constexpr auto fields() {
        using M = OrderCancelled;
        return std::array{
            BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),    BW_FIELD(M, order_id),
            BW_FIELD(M, quantity),         BW_FIELD(M, hold_released), BW_FIELD(M, account),
            BW_FIELD(M, instrument),       BW_FIELD(M, reason),        BW_FIELD(M, side),
            BW_FIELD(M, reserved),         BW_FIELD(M, reserved2)};
    }
};

/// The order keeps its place with less open quantity.
struct OrderReduced {
    static constexpr std::uint16_t template_id = 106;
    static constexpr std::string_view name = "OrderReduced";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity reduced_by;
    model::Quantity remaining;
    model::Money hold_released;
    model::AccountId account;
    model::InstrumentId instrument;

    static constexpr auto fields() {
        using M = OrderReduced;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, order_id),         BW_FIELD(M, reduced_by),
                          BW_FIELD(M, remaining),        BW_FIELD(M, hold_released),
                          BW_FIELD(M, account),          BW_FIELD(M, instrument)};
    }
};

/// The order left its place and was entered again; its trades, if any, follow.
struct OrderReplaced {
    static constexpr std::uint16_t template_id = 107;
    static constexpr std::string_view name = "OrderReplaced";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price price;
    model::Quantity remaining;
    model::Money hold;  ///< the new hold of a buy, in place of the old one
    model::AccountId account;
    model::InstrumentId instrument;

    static constexpr auto fields() {
        using M = OrderReplaced;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, order_id),         BW_FIELD(M, price),
                          BW_FIELD(M, remaining),        BW_FIELD(M, hold),
                          BW_FIELD(M, account),          BW_FIELD(M, instrument)};
    }
};

/// The end of a mass cancel, after its OrderCancelled events.
struct MassCancelled {
    static constexpr std::uint16_t template_id = 108;
    static constexpr std::string_view name = "MassCancelled";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::AccountId account;
    model::InstrumentId instrument;
    std::uint32_t cancelled;  ///< orders
    model::SideSelection side;
    std::uint8_t reserved;
    std::uint16_t reserved2;

    static constexpr auto fields() {
        using M = MassCancelled;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, account),          BW_FIELD(M, instrument),
                          BW_FIELD(M, cancelled),        BW_FIELD(M, side),
                          BW_FIELD(M, reserved),         BW_FIELD(M, reserved2)};
    }
};

/// The instrument as it now is: after listing, a change of configuration, a halt or a resumption.
struct InstrumentUpdated {
    static constexpr std::uint16_t template_id = 110;
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

    static constexpr auto fields() {
        using M = InstrumentUpdated;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, tick_size),
                          BW_FIELD(M, lot_size),
                          BW_FIELD(M, reference_price),
                          BW_FIELD(M, max_order_quantity),
                          BW_FIELD(M, max_order_value),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, collar),
                          BW_FIELD(M, currency),
                          BW_FIELD(M, state),
                          BW_FIELD(M, reason),
                          BW_FIELD(M, reserved),
                          BW_FIELD(M, symbol)};
    }
};

/// The account as it now is: after opening, a change of state or of limits.
struct AccountUpdated {
    static constexpr std::uint16_t template_id = 120;
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
    std::uint32_t firm;  ///< 0: none

    static constexpr auto fields() {
        using M = AccountUpdated;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, max_order_quantity),
                          BW_FIELD(M, max_order_value),
                          BW_FIELD(M, max_daily_quantity),
                          BW_FIELD(M, max_daily_value),
                          BW_FIELD(M, account),
                          BW_FIELD(M, max_open_orders),
                          BW_FIELD(M, state),
                          BW_FIELD(M, self_trade_prevention),
                          BW_FIELD(M, fee_tier),
                          BW_FIELD(M, reserved),
                          BW_FIELD(M, reference),
                          BW_FIELD(M, self_trade_group),
                          BW_FIELD(M, firm)};
    }
};

struct CashMoved {
    static constexpr std::uint16_t template_id = 123;
    static constexpr std::string_view name = "CashMoved";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::Money amount;
    model::AccountId account;
    model::Currency currency;
    model::ClientOrderId reference;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = CashMoved;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, amount),           BW_FIELD(M, account),
                          BW_FIELD(M, currency),         BW_FIELD(M, reference),
                          BW_FIELD(M, reserved)};
    }
};

struct SharesMoved {
    static constexpr std::uint16_t template_id = 124;
    static constexpr std::string_view name = "SharesMoved";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::int64_t quantity;
    model::AccountId account;
    model::InstrumentId instrument;
    model::ClientOrderId reference;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = SharesMoved;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, quantity),         BW_FIELD(M, account),
                          BW_FIELD(M, instrument),       BW_FIELD(M, reference),
                          BW_FIELD(M, reserved)};
    }
};

struct FeesChanged {
    static constexpr std::uint16_t template_id = 130;
    static constexpr std::string_view name = "FeesChanged";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    model::FeeRate maker;
    model::FeeRate taker;
    model::FeeRate auction;
    std::uint32_t tier;

    static constexpr auto fields() {
        using M = FeesChanged;
        return std::array{BW_FIELD(M, command_sequence),
                          BW_FIELD(M, request_id),
                          BW_FIELD(M, maker),
                          BW_FIELD(M, taker),
                          BW_FIELD(M, auction),
                          BW_FIELD(M, tier)};
    }
};

/// Follows the OrderCancelled (expired) events of the day.
struct DayEnded {
    static constexpr std::uint16_t template_id = 140;
    static constexpr std::string_view name = "DayEnded";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint32_t business_date;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = DayEnded;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, business_date), BW_FIELD(M, reserved)};
    }
};

/// Whether the logs have room for entries.
struct StorageStateSet {
    static constexpr std::uint16_t template_id = 141;
    static constexpr std::string_view name = "StorageStateSet";
    model::SequenceNumber command_sequence;
    model::RequestId request_id;
    std::uint8_t scarce;  ///< 1: entries are refused from now on
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = StorageStateSet;
        return std::array{BW_FIELD(M, command_sequence), BW_FIELD(M, request_id),
                          BW_FIELD(M, scarce),           BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2),        BW_FIELD(M, reserved3)};
    }
};

}  // namespace bw::codec
