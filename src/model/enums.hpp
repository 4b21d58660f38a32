// Closed lists of values. The numbers are on the wire and in the log: never change one, only add.
#pragma once

#include <cstdint>
#include <string_view>

namespace bw::model {

enum class Side : std::uint8_t { buy = 0, sell = 1 };
[[nodiscard]] constexpr Side opposite(Side side) {
    return static_cast<Side>(static_cast<std::uint8_t>(side) ^ 1);
}

enum class OrderType : std::uint8_t {
    limit = 0,
    market = 1,
    stop = 2,
    stop_limit = 3,
    trailing_stop = 4,
    pegged = 5,
};

/// at_open, at_close: for the opening or closing auction only. day: until the day ends. ioc: what
/// does not trade at once is cancelled. fok: all at once or nothing. gtc: until cancelled. gtd:
/// until the end of its expire date.
enum class TimeInForce : std::uint8_t {
    day = 0,
    ioc = 1,
    fok = 2,
    gtc = 3,
    gtd = 4,
    at_open = 5,
    at_close = 6,
};

/// Bits of NewOrder::instructions.
enum class Instruction : std::uint8_t {
    post_only = 1,
    hidden = 2,
};

/// What happens when an incoming order would trade with an order of its own group; the incoming
/// account's mode decides.
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

/// What a pegged order follows: the best price of its own side, of the other side, or the middle
/// between them.
enum class PegKind : std::uint8_t { none = 0, primary = 1, market = 2, midpoint = 3 };

/// How an incoming order is shared among those at one price. dark: hidden orders that trade at the
/// midpoint of a reference quote.
enum class Allocation : std::uint8_t { price_time = 0, lead = 1, pro_rata = 2, dark = 3 };

enum class KillScope : std::uint8_t { account = 0, firm = 1, market = 2 };

enum class TradeKind : std::uint8_t { continuous = 0, auction = 1, midpoint = 2 };

enum class InstrumentState : std::uint8_t {
    trading = 0,
    halted = 1,
    closed = 2,
    pre_open = 3,
    opening_auction = 4,
    volatility_auction = 5,
    closing_auction = 6,
    post_close = 7,
    delisted = 8,
};

enum class HaltReason : std::uint8_t {
    none = 0,
    regulatory = 1,
    news_pending = 2,
    volatility = 3,
    operational = 4,
    limit_up_limit_down = 5,
    market_wide = 6,
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
    mass_cancel = 9,
    auction_ended = 10,
    kill_switch = 11,
    no_room = 12,
    outside_limit_band = 13,
    corporate_action = 14,
    delisted = 15,
};

/// Why a command was refused. The numbers are the stable error codes of every gateway (documented
/// in openapi.yaml).
enum class RejectReason : std::uint16_t {
    none = 0,
    malformed_command = 1001,
    unknown_template = 1002,
    unknown_instrument = 2001,
    unknown_account = 2002,
    unknown_order = 2003,
    unknown_currency = 2004,
    unknown_proposal = 2005,
    unknown_trade = 2006,
    instrument_halted = 2101,
    account_not_active = 2102,
    order_closed = 2103,
    duplicate_symbol = 2104,
    post_only_would_trade = 2105,
    instrument_closed = 2106,
    wrong_phase = 2107,
    kill_switch = 2108,
    same_operator = 2109,
    not_in_limit_state = 2110,
    breaker_tripped = 2111,
    trade_busted = 2112,
    change_not_allowed = 2113,
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
    bad_stop_price = 2215,
    bad_offset = 2216,
    bad_display_quantity = 2217,
    price_outside_limit_band = 2218,
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
    full_following_orders = 2508,
    full_proposals = 2509,
    storage_scarce = 2601,
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
[[nodiscard]] std::string_view name_of(PegKind value);
[[nodiscard]] std::string_view name_of(Allocation value);
[[nodiscard]] std::string_view name_of(KillScope value);
[[nodiscard]] std::string_view name_of(TradeKind value);
[[nodiscard]] std::string_view name_of(RejectReason value);

/// One sentence for a person: what was refused and what to do.
[[nodiscard]] std::string_view explain(RejectReason reason);

}  // namespace bw::model
