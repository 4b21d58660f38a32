// Closed lists of values. The numbers are on the wire and in the log: never change one, only add.
#pragma once

#include <cstdint>
#include <string_view>

namespace bw::model {

enum class Side : std::uint8_t { buy = 0, sell = 1 };
[[nodiscard]] constexpr Side opposite(Side side) {
    return static_cast<Side>(static_cast<std::uint8_t>(side) ^ 1);
}

enum class OrderType : std::uint8_t { limit = 0, market = 1 };

/// day: until the day ends. ioc: what does not trade at once is cancelled. fok: all at once or nothing. gtc: until cancelled.
/// gtd: until the end of its expire date.
enum class TimeInForce : std::uint8_t { day = 0, ioc = 1, fok = 2, gtc = 3, gtd = 4 };

/// Bits of NewOrder::instructions.
enum class Instruction : std::uint8_t { post_only = 1 };

/// What happens when an incoming order would trade with an order of its own group; the incoming account's mode decides.
enum class SelfTradePrevention : std::uint8_t {
    none = 0,
    cancel_newest = 1,
    cancel_oldest = 2,
    cancel_both = 3,
    decrement = 4
};

/// Which orders a mass cancel means.
enum class SideSelection : std::uint8_t { buy = 0, sell = 1, both = 2 };

enum class OrderStatus : std::uint8_t {
    accepted = 0,
    partially_filled = 1,
    filled = 2,
    cancelled = 3,
    rejected = 4,
    expired = 5
};

enum class InstrumentState : std::uint8_t { trading = 0, halted = 1 };

enum class HaltReason : std::uint8_t {
    none = 0,
    regulatory = 1,
    news_pending = 2,
    volatility = 3,
    operational = 4
};

/// `suspended` may cancel but not enter; `closed` may do nothing.
enum class AccountState : std::uint8_t { active = 0, suspended = 1, closed = 2 };

/// Why an order left the book (or never rested).
enum class CancelReason : std::uint8_t {
    requested = 0,
    immediate_or_cancel = 1,
    no_liquidity = 2,
    expired = 3,
    reduced_to_zero = 4,
    supervisory = 5,
    fill_or_kill = 6,
    minimum_quantity = 7,
    self_trade = 8,
    mass_cancel = 9
};

/// Why a command was refused. The numbers are the stable error codes of every gateway (documented in openapi.yaml).
enum class RejectReason : std::uint16_t {
    none = 0,
    malformed_command = 1001,
    unknown_template = 1002,
    unknown_instrument = 2001,
    unknown_account = 2002,
    unknown_order = 2003,
    unknown_currency = 2004,
    instrument_halted = 2101,
    account_not_active = 2102,
    order_closed = 2103,
    duplicate_symbol = 2104,
    post_only_would_trade = 2105,
    bad_quantity = 2201,
    quantity_off_lot = 2202,
    bad_price = 2203,
    price_off_tick = 2204,
    price_outside_collar = 2205,
    no_collar_for_market_order = 2206,
    bad_order_type = 2207,
    bad_time_in_force = 2208,
    bad_side = 2209,
    bad_client_order_id = 2210,
    bad_configuration = 2211,
    bad_instruction = 2212,
    bad_expire_date = 2213,
    bad_minimum_quantity = 2214,
    order_quantity_limit = 2301,
    order_value_limit = 2302,
    daily_quantity_limit = 2303,
    daily_value_limit = 2304,
    open_order_limit = 2305,
    value_overflow = 2306,
    insufficient_cash = 2401,
    insufficient_shares = 2402,
    full_orders = 2501,
    full_accounts = 2502,
    full_instruments = 2503,
    full_positions = 2504,
    full_price_levels = 2505,
    full_client_order_ids = 2506,
    full_currencies = 2507,
};

[[nodiscard]] std::string_view name_of(Side value);
[[nodiscard]] std::string_view name_of(OrderType value);
[[nodiscard]] std::string_view name_of(TimeInForce value);
[[nodiscard]] std::string_view name_of(OrderStatus value);
[[nodiscard]] std::string_view name_of(InstrumentState value);
[[nodiscard]] std::string_view name_of(HaltReason value);
[[nodiscard]] std::string_view name_of(AccountState value);
[[nodiscard]] std::string_view name_of(CancelReason value);
[[nodiscard]] std::string_view name_of(SelfTradePrevention value);
[[nodiscard]] std::string_view name_of(SideSelection value);
[[nodiscard]] std::string_view name_of(RejectReason value);

/// One sentence for a person: what was refused and what to do.
[[nodiscard]] std::string_view explain(RejectReason reason);

}  // namespace bw::model
