// Commands: what gateways, operators and timers ask of the exchange. Layouts follow
// protocol/sbe/buttonwood.xml.
#pragma once

#include <array>

#include "codec/fields.hpp"
#include "codec/market_commands.hpp"

namespace bw::codec {

struct NewOrder {
    static constexpr std::uint16_t template_id = 1;
    static constexpr std::string_view name = "NewOrder";
    model::RequestId request_id;
    model::Price price;  ///< no_price for market orders
    model::Quantity quantity;
    model::AccountId account;
    model::InstrumentId instrument;
    model::Side side;
    model::OrderType order_type;
    model::TimeInForce time_in_force;
    std::uint8_t instructions;             ///< bits of model::Instruction
    model::ClientOrderId client_order_id;  ///< empty: the client gave none
    model::Quantity min_quantity;          ///< ioc: at least so much at once or nothing; 0: any
    std::uint32_t expire_date;             ///< gtd: yyyymmdd of its last trading day; else 0
    model::PegKind peg;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    model::Quantity display_quantity;  ///< iceberg: shown at a time; 0: all
    model::Price stop_price;           ///< stop, stop_limit; else 0
    /// trailing_stop: distance from the last price; pegged: from what it is pegged to
    model::Price offset;

    static constexpr auto fields() {
        using M = NewOrder;
        return std::array{BW_FIELD(M, request_id),   BW_FIELD(M, price),
                          BW_FIELD(M, quantity),     BW_FIELD(M, account),
                          BW_FIELD(M, instrument),   BW_FIELD(M, side),
                          BW_FIELD(M, order_type),   BW_FIELD(M, time_in_force),
                          BW_FIELD(M, instructions), BW_FIELD(M, client_order_id),
                          BW_FIELD(M, min_quantity), BW_FIELD(M, expire_date),
                          BW_FIELD(M, peg),          BW_FIELD(M, reserved),
                          BW_FIELD(M, reserved2),    BW_FIELD(M, display_quantity),
                          BW_FIELD(M, stop_price),   BW_FIELD(M, offset)};
    }
};

/// Names the order by order_id, or by the client's own id when order_id is 0. The account must own
/// it.
struct CancelOrder {
    static constexpr std::uint16_t template_id = 2;
    static constexpr std::string_view name = "CancelOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::AccountId account;
    model::ClientOrderId client_order_id;

    static constexpr auto fields() {
        using M = CancelOrder;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, order_id), BW_FIELD(M, account),
                          BW_FIELD(M, client_order_id)};
    }
};

/// Takes `quantity` off the open quantity; keeps priority; cancels when nothing is left.
struct ReduceOrder {
    static constexpr std::uint16_t template_id = 3;
    static constexpr std::string_view name = "ReduceOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::Quantity quantity;
    model::AccountId account;
    model::ClientOrderId client_order_id;

    static constexpr auto fields() {
        using M = ReduceOrder;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, order_id), BW_FIELD(M, quantity),
                          BW_FIELD(M, account), BW_FIELD(M, client_order_id)};
    }
};

/// Removes the order and enters it again at `price` with `quantity` remaining: it loses priority
/// and may trade.
struct ReplaceOrder {
    static constexpr std::uint16_t template_id = 4;
    static constexpr std::string_view name = "ReplaceOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price price;
    model::Quantity quantity;
    model::AccountId account;
    model::ClientOrderId client_order_id;

    static constexpr auto fields() {
        using M = ReplaceOrder;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, order_id),
                          BW_FIELD(M, price),      BW_FIELD(M, quantity),
                          BW_FIELD(M, account),    BW_FIELD(M, client_order_id)};
    }
};

/// Cancels every open order of the account, in one instrument or all, on one side or both.
struct MassCancel {
    static constexpr std::uint16_t template_id = 5;
    static constexpr std::string_view name = "MassCancel";
    model::RequestId request_id;
    model::AccountId account;
    model::InstrumentId instrument;  ///< 0: all
    model::SideSelection side;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = MassCancel;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, account),  BW_FIELD(M, instrument),
                          BW_FIELD(M, side),       BW_FIELD(M, reserved), BW_FIELD(M, reserved2),
                          BW_FIELD(M, reserved3)};
    }
};

/// Changes price and total quantity (which includes what is executed). Less quantity at the same
/// price keeps the order's place; any other change gives it up.
struct AmendOrder {
    static constexpr std::uint16_t template_id = 6;
    static constexpr std::string_view name = "AmendOrder";
    model::RequestId request_id;
    model::OrderId order_id;
    model::Price price;  ///< no_price: as it is
    model::Quantity quantity;
    model::AccountId account;
    model::ClientOrderId client_order_id;

    static constexpr auto fields() {
        using M = AmendOrder;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, order_id),
                          BW_FIELD(M, price),      BW_FIELD(M, quantity),
                          BW_FIELD(M, account),    BW_FIELD(M, client_order_id)};
    }
};

/// Lists an instrument (instrument = 0: the engine assigns the next id) or changes one (symbol and
/// currency stay).
struct ConfigureInstrument {
    static constexpr std::uint16_t template_id = 10;
    static constexpr std::string_view name = "ConfigureInstrument";
    model::RequestId request_id;
    model::Price tick_size;
    model::Quantity lot_size;
    model::Price reference_price;  ///< centre of the collar until the first trade
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::InstrumentId instrument;
    model::Ppm collar;  ///< distance from the reference in parts per million; 0 = none
    model::Currency currency;
    std::uint32_t reserved;
    model::Symbol symbol;

    static constexpr auto fields() {
        using M = ConfigureInstrument;
        return std::array{BW_FIELD(M, request_id),
                          BW_FIELD(M, tick_size),
                          BW_FIELD(M, lot_size),
                          BW_FIELD(M, reference_price),
                          BW_FIELD(M, max_order_quantity),
                          BW_FIELD(M, max_order_value),
                          BW_FIELD(M, instrument),
                          BW_FIELD(M, collar),
                          BW_FIELD(M, currency),
                          BW_FIELD(M, reserved),
                          BW_FIELD(M, symbol)};
    }
};

struct SetInstrumentState {
    static constexpr std::uint16_t template_id = 11;
    static constexpr std::string_view name = "SetInstrumentState";
    model::RequestId request_id;
    model::InstrumentId instrument;  ///< 0: all
    model::InstrumentState state;
    model::HaltReason reason;
    std::uint16_t reserved;

    static constexpr auto fields() {
        using M = SetInstrumentState;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, instrument), BW_FIELD(M, state),
                          BW_FIELD(M, reason), BW_FIELD(M, reserved)};
    }
};

/// `reference` names the account outside; opening the same reference again answers with the first
/// account.
struct OpenAccount {
    static constexpr std::uint16_t template_id = 20;
    static constexpr std::string_view name = "OpenAccount";
    model::RequestId request_id;
    model::ClientOrderId reference;
    std::uint32_t firm;  ///< that answers for the account; 0: none

    static constexpr auto fields() {
        using M = OpenAccount;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, reference), BW_FIELD(M, firm)};
    }
};

struct SetAccountState {
    static constexpr std::uint16_t template_id = 21;
    static constexpr std::string_view name = "SetAccountState";
    model::RequestId request_id;
    model::AccountId account;
    model::AccountState state;
    std::uint8_t reserved;
    std::uint16_t reserved2;

    static constexpr auto fields() {
        using M = SetAccountState;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, account), BW_FIELD(M, state),
                          BW_FIELD(M, reserved), BW_FIELD(M, reserved2)};
    }
};

/// All limits at once; unlimited_* switches one off. Daily limits count per account and instrument:
/// traded today + open + the new order may not pass them.
struct SetAccountLimits {
    static constexpr std::uint16_t template_id = 22;
    static constexpr std::string_view name = "SetAccountLimits";
    model::RequestId request_id;
    model::Quantity max_order_quantity;
    model::Money max_order_value;
    model::Quantity max_daily_quantity;
    model::Money max_daily_value;
    model::AccountId account;
    std::uint32_t max_open_orders;

    static constexpr auto fields() {
        using M = SetAccountLimits;
        return std::array{BW_FIELD(M, request_id),      BW_FIELD(M, max_order_quantity),
                          BW_FIELD(M, max_order_value), BW_FIELD(M, max_daily_quantity),
                          BW_FIELD(M, max_daily_value), BW_FIELD(M, account),
                          BW_FIELD(M, max_open_orders)};
    }
};

/// Deposit (amount > 0) or withdrawal (amount < 0). A reference used before by the account answers
/// with the first result.
struct MoveCash {
    static constexpr std::uint16_t template_id = 23;
    static constexpr std::string_view name = "MoveCash";
    model::RequestId request_id;
    model::Money amount;
    model::AccountId account;
    model::Currency currency;
    model::ClientOrderId reference;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = MoveCash;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, amount),    BW_FIELD(M, account),
                          BW_FIELD(M, currency),   BW_FIELD(M, reference), BW_FIELD(M, reserved)};
    }
};

/// Deposit (quantity > 0) or withdrawal (quantity < 0) of shares.
struct MoveShares {
    static constexpr std::uint16_t template_id = 24;
    static constexpr std::string_view name = "MoveShares";
    model::RequestId request_id;
    std::int64_t quantity;
    model::AccountId account;
    model::InstrumentId instrument;
    model::ClientOrderId reference;
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = MoveShares;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, quantity),  BW_FIELD(M, account),
                          BW_FIELD(M, instrument), BW_FIELD(M, reference), BW_FIELD(M, reserved)};
    }
};

/// Accounts of one group do not trade with each other where the incoming one's mode is on. Group 0
/// goes with mode none.
struct SetSelfTradePrevention {
    static constexpr std::uint16_t template_id = 25;
    static constexpr std::string_view name = "SetSelfTradePrevention";
    model::RequestId request_id;
    model::AccountId account;
    std::uint32_t group;
    model::SelfTradePrevention mode;
    std::uint8_t reserved;
    std::uint16_t reserved2;
    std::uint32_t reserved3;

    static constexpr auto fields() {
        using M = SetSelfTradePrevention;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, account),  BW_FIELD(M, group),
                          BW_FIELD(M, mode),       BW_FIELD(M, reserved), BW_FIELD(M, reserved2),
                          BW_FIELD(M, reserved3)};
    }
};

/// The fee schedule of a tier. Applies to orders accepted from now on; an order keeps the rates it
/// was accepted with.
struct SetFees {
    static constexpr std::uint16_t template_id = 30;
    static constexpr std::string_view name = "SetFees";
    model::RequestId request_id;
    model::FeeRate maker;  ///< below 0: a rebate
    model::FeeRate taker;
    model::FeeRate auction;
    std::uint32_t tier;  ///< 0 to 15, 0 is every account's at first

    static constexpr auto fields() {
        using M = SetFees;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, maker), BW_FIELD(M, taker),
                          BW_FIELD(M, auction), BW_FIELD(M, tier)};
    }
};

/// A timer: expires every day order and resets the daily counters.
struct EndDay {
    static constexpr std::uint16_t template_id = 40;
    static constexpr std::string_view name = "EndDay";
    model::RequestId request_id;
    std::uint32_t business_date;  ///< yyyymmdd of the day that ends
    std::uint32_t reserved;

    static constexpr auto fields() {
        using M = EndDay;
        return std::array{BW_FIELD(M, request_id), BW_FIELD(M, business_date),
                          BW_FIELD(M, reserved)};
    }
};

}  // namespace bw::codec
