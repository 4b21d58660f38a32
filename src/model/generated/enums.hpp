// The enumerations of the schema, each with its table: value, name, sentence.
// Made by protocol/sbe/generate.py from protocol/sbe/buttonwood.xml; do not edit.
// clang-format off
#pragma once

#include <array>
#include <cstdint>

#include "model/enum_table.hpp"

namespace bw::model {

/// Which side of the book an order belongs to.
enum class Side : std::uint8_t {
    buy = 0,
    sell = 1,
};

template <>
struct EnumTable<Side> {
    static constexpr auto rows = std::to_array<EnumRow<Side>>({
        {Side::buy, "buy", ""},
        {Side::sell, "sell", ""},
    });
};

/// What makes an order executable, and at which price.
enum class OrderType : std::uint8_t {
    limit = 0,
    market = 1,
    stop = 2,
    stop_limit = 3,
    trailing_stop = 4,
    pegged = 5,
};

template <>
struct EnumTable<OrderType> {
    static constexpr auto rows = std::to_array<EnumRow<OrderType>>({
        {OrderType::limit, "limit",
         "Trades at its price or a better one; the rest waits in the book."},
        {OrderType::market, "market", "Trades at the best prices there are, within the collar."},
        {OrderType::stop, "stop",
         "Becomes a market order when the last price reaches its stop price."},
        {OrderType::stop_limit, "stop_limit",
         "Becomes a limit order when the last price reaches its stop price."},
        {OrderType::trailing_stop, "trailing_stop",
         "A stop whose stop price follows the market at a fixed distance."},
        {OrderType::pegged, "pegged",
         "A limit order whose price follows the best prices of the book."},
    });
};

/// How long an order lives.
enum class TimeInForce : std::uint8_t {
    day = 0,
    ioc = 1,
    fok = 2,
    gtc = 3,
    gtd = 4,
    at_open = 5,
    at_close = 6,
};

template <>
struct EnumTable<TimeInForce> {
    static constexpr auto rows = std::to_array<EnumRow<TimeInForce>>({
        {TimeInForce::day, "day", "Until the day ends."},
        {TimeInForce::ioc, "ioc", "What does not trade at once is cancelled."},
        {TimeInForce::fok, "fok", "All at once or nothing."},
        {TimeInForce::gtc, "gtc", "Until it is cancelled."},
        {TimeInForce::gtd, "gtd", "Until the end of its expire date."},
        {TimeInForce::at_open, "at_open", "For the opening auction only."},
        {TimeInForce::at_close, "at_close", "For the closing auction only."},
    });
};

/// What happens when an incoming order would trade with an order of its own group; the incoming
/// account's mode decides.
enum class SelfTradePrevention : std::uint8_t {
    none = 0,
    cancel_newest = 1,
    cancel_oldest = 2,
    cancel_both = 3,
    decrement = 4,
};

template <>
struct EnumTable<SelfTradePrevention> {
    static constexpr auto rows = std::to_array<EnumRow<SelfTradePrevention>>({
        {SelfTradePrevention::none, "none", "The orders trade with each other."},
        {SelfTradePrevention::cancel_newest, "cancel_newest", "The incoming order is cancelled."},
        {SelfTradePrevention::cancel_oldest, "cancel_oldest", "The resting order is cancelled."},
        {SelfTradePrevention::cancel_both, "cancel_both", "Both orders are cancelled."},
        {SelfTradePrevention::decrement, "decrement",
         "The smaller remaining quantity of the two is taken off both."},
    });
};

/// Which orders a mass cancel means.
enum class SideSelection : std::uint8_t {
    buy = 0,
    sell = 1,
    both = 2,
};

template <>
struct EnumTable<SideSelection> {
    static constexpr auto rows = std::to_array<EnumRow<SideSelection>>({
        {SideSelection::buy, "buy", ""},
        {SideSelection::sell, "sell", ""},
        {SideSelection::both, "both", ""},
    });
};

/// What a pegged order follows.
enum class PegKind : std::uint8_t {
    none = 0,
    primary = 1,
    market = 2,
    midpoint = 3,
};

template <>
struct EnumTable<PegKind> {
    static constexpr auto rows = std::to_array<EnumRow<PegKind>>({
        {PegKind::none, "none", "The order is not pegged."},
        {PegKind::primary, "primary", "The best price of its own side."},
        {PegKind::market, "market", "The best price of the other side."},
        {PegKind::midpoint, "midpoint", "The middle between the best bid and the best ask."},
    });
};

/// How an incoming order is shared among the orders at one price.
enum class Allocation : std::uint8_t {
    price_time = 0,
    lead = 1,
    pro_rata = 2,
    dark = 3,
};

template <>
struct EnumTable<Allocation> {
    static constexpr auto rows = std::to_array<EnumRow<Allocation>>({
        {Allocation::price_time, "price_time", "The earlier order first."},
        {Allocation::lead, "lead",
         "The lead market maker has a share, then the earlier order first."},
        {Allocation::pro_rata, "pro_rata", "In proportion to the open quantities."},
        {Allocation::dark, "dark",
         "Hidden orders that trade at the midpoint of a reference quote."},
    });
};

/// Whom a kill switch stops.
enum class KillScope : std::uint8_t {
    account = 0,
    firm = 1,
    market = 2,
};

template <>
struct EnumTable<KillScope> {
    static constexpr auto rows = std::to_array<EnumRow<KillScope>>({
        {KillScope::account, "account", "One account."},
        {KillScope::firm, "firm", "Every account of a firm."},
        {KillScope::market, "market", "Everybody."},
    });
};

/// How the two sides of a trade met.
enum class TradeKind : std::uint8_t {
    continuous = 0,
    auction = 1,
    midpoint = 2,
};

template <>
struct EnumTable<TradeKind> {
    static constexpr auto rows = std::to_array<EnumRow<TradeKind>>({
        {TradeKind::continuous, "continuous", "An incoming order met a resting one."},
        {TradeKind::auction, "auction", "Both rested until an auction found the price."},
        {TradeKind::midpoint, "midpoint", "Both rested in a dark book and met at the midpoint."},
    });
};

/// The phase of an instrument: which orders it takes, and whether they trade.
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

template <>
struct EnumTable<InstrumentState> {
    static constexpr auto rows = std::to_array<EnumRow<InstrumentState>>({
        {InstrumentState::trading, "trading", "Orders trade as they come in."},
        {InstrumentState::halted, "halted", "Cancels are taken, new orders are not."},
        {InstrumentState::closed, "closed", "No orders are taken."},
        {InstrumentState::pre_open, "pre_open", "Orders are collected; nothing trades."},
        {InstrumentState::opening_auction, "opening_auction",
         "Orders are collected; the phase ends with the opening auction."},
        {InstrumentState::volatility_auction, "volatility_auction",
         "A price band interrupted trading; the phase ends with an auction."},
        {InstrumentState::closing_auction, "closing_auction",
         "Orders are collected; the phase ends with the closing auction."},
        {InstrumentState::post_close, "post_close",
         "Trading is over; orders are collected, nothing trades."},
        {InstrumentState::delisted, "delisted", "Trading has ended for good."},
    });
};

/// Why trading in an instrument is halted.
enum class HaltReason : std::uint8_t {
    none = 0,
    regulatory = 1,
    news_pending = 2,
    volatility = 3,
    operational = 4,
    limit_up_limit_down = 5,
    market_wide = 6,
    extended = 7,
};

template <>
struct EnumTable<HaltReason> {
    static constexpr auto rows = std::to_array<EnumRow<HaltReason>>({
        {HaltReason::none, "none", "The instrument is not halted."},
        {HaltReason::regulatory, "regulatory", "A regulator demanded the halt."},
        {HaltReason::news_pending, "news_pending", "News about the issuer is expected."},
        {HaltReason::volatility, "volatility", "The price moved too far too fast."},
        {HaltReason::operational, "operational", "The operator of the market halted it."},
        {HaltReason::limit_up_limit_down, "limit_up_limit_down",
         "The best price stayed at a limit band for too long."},
        {HaltReason::market_wide, "market_wide", "A market-wide circuit breaker was tripped."},
        {HaltReason::extended, "extended",
         "The auction goes on: its price would have been outside the price bands."},
    });
};

/// What an account may do.
enum class AccountState : std::uint8_t {
    active = 0,
    suspended = 1,
    closed = 2,
};

template <>
struct EnumTable<AccountState> {
    static constexpr auto rows = std::to_array<EnumRow<AccountState>>({
        {AccountState::active, "active", "It may trade."},
        {AccountState::suspended, "suspended", "It may cancel but not enter orders."},
        {AccountState::closed, "closed", "It may do nothing."},
    });
};

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
    insufficient_cash = 16,
};

template <>
struct EnumTable<CancelReason> {
    static constexpr auto rows = std::to_array<EnumRow<CancelReason>>({
        {CancelReason::requested, "requested", "The client cancelled it."},
        {CancelReason::immediate_or_cancel, "immediate_or_cancel",
         "What an ioc order could not trade at once was cancelled."},
        {CancelReason::no_liquidity, "no_liquidity",
         "A market order found nothing more to trade with."},
        {CancelReason::expired, "expired", "Its time in force ended."},
        {CancelReason::reduced_to_zero, "reduced_to_zero", "A reduction left nothing open."},
        {CancelReason::supervisory, "supervisory", "The operator of the market cancelled it."},
        {CancelReason::fill_or_kill, "fill_or_kill", "A fok order could not trade in full."},
        {CancelReason::minimum_quantity, "minimum_quantity",
         "Less than its minimum quantity could trade at once."},
        {CancelReason::self_trade, "self_trade",
         "It would have traded with an order of its own group."},
        {CancelReason::mass_cancel, "mass_cancel", "A mass cancel took it out."},
        {CancelReason::auction_ended, "auction_ended", "It was for an auction that has ended."},
        {CancelReason::kill_switch, "kill_switch", "A kill switch took it out."},
        {CancelReason::no_room, "no_room", "The exchange had no room left for the order to rest."},
        {CancelReason::outside_limit_band, "outside_limit_band",
         "The limit bands moved past its price."},
        {CancelReason::corporate_action, "corporate_action",
         "A split of its instrument took it out."},
        {CancelReason::delisted, "delisted", "Its instrument was delisted."},
        {CancelReason::insufficient_cash, "insufficient_cash",
         "The market moved, and its account has too little cash for its new protection price."},
    });
};

/// Version of the trading rules. Which one is in force is a fact of the log.
enum class RuleSet : std::uint16_t {
    version_1 = 1,
    version_2 = 2,
    version_3 = 3,
};

template <>
struct EnumTable<RuleSet> {
    static constexpr auto rows = std::to_array<EnumRow<RuleSet>>({
        {RuleSet::version_1, "version_1", "Until another one is set."},
        {RuleSet::version_2, "version_2",
         "Auctions with market orders that have no price, and prices inside the bands."},
        {RuleSet::version_3, "version_3", "Prices up to 100,000,000."},
    });
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
    order_capacity_reached = 2501,
    account_capacity_reached = 2502,
    instrument_capacity_reached = 2503,
    position_capacity_reached = 2504,
    price_level_capacity_reached = 2505,
    client_order_id_capacity_reached = 2506,
    currency_capacity_reached = 2507,
    following_order_capacity_reached = 2508,
    proposal_capacity_reached = 2509,
    storage_scarce = 2601,
};

template <>
struct EnumTable<RejectReason> {
    static constexpr auto rows = std::to_array<EnumRow<RejectReason>>({
        {RejectReason::none, "none", "Accepted."},
        {RejectReason::malformed_command, "malformed_command",
         "The command could not be decoded; check the schema version."},
        {RejectReason::unknown_template, "unknown_template",
         "The exchange does not know this kind of command."},
        {RejectReason::unknown_instrument, "unknown_instrument",
         "No such instrument; see the list of instruments."},
        {RejectReason::unknown_account, "unknown_account", "No such account."},
        {RejectReason::unknown_order, "unknown_order", "No such order."},
        {RejectReason::unknown_currency, "unknown_currency", "The account holds no such currency."},
        {RejectReason::unknown_proposal, "unknown_proposal",
         "No such proposal waits for approval; it was approved, or the day has ended."},
        {RejectReason::unknown_trade, "unknown_trade",
         "No such trade, or it is too old, or from before a split."},
        {RejectReason::instrument_halted, "instrument_halted",
         "Trading in the instrument is halted; cancels are taken, new orders are not."},
        {RejectReason::account_not_active, "account_not_active",
         "The account may not do this in its present state."},
        {RejectReason::order_closed, "order_closed",
         "The order is no longer open: it was filled, cancelled, rejected or has expired."},
        {RejectReason::duplicate_symbol, "duplicate_symbol", "The symbol is already listed."},
        {RejectReason::post_only_would_trade, "post_only_would_trade",
         "The order is post-only and would trade at once; use a price further from the market."},
        {RejectReason::instrument_closed, "instrument_closed",
         "The instrument is closed or delisted; cancels are taken, new orders are not."},
        {RejectReason::wrong_phase, "wrong_phase",
         "This is not possible in the present phase of the instrument."},
        {RejectReason::kill_switch, "kill_switch",
         "A kill switch is on for the account, its firm or the market."},
        {RejectReason::same_operator, "same_operator",
         "A proposal needs the approval of another operator than the one who made it."},
        {RejectReason::not_in_limit_state, "not_in_limit_state",
         "The instrument has not been in its limit state since that command."},
        {RejectReason::breaker_tripped, "breaker_tripped",
         "A circuit breaker of this level or a higher one was already tripped on this day."},
        {RejectReason::trade_busted, "trade_busted", "The trade was busted."},
        {RejectReason::change_not_allowed, "change_not_allowed",
         "This kind of order can only be reduced or cancelled; cancel it and enter another."},
        {RejectReason::bad_quantity, "bad_quantity",
         "The quantity must be a whole number from 1 to the maximum."},
        {RejectReason::quantity_off_lot, "quantity_off_lot",
         "The quantity must be a multiple of the instrument's lot size."},
        {RejectReason::bad_price, "bad_price",
         "The price must be positive and at most the highest price of the instrument."},
        {RejectReason::price_off_tick, "price_off_tick",
         "The price must be a multiple of the instrument's tick size."},
        {RejectReason::price_outside_collar, "price_outside_collar",
         "The price is too far from the reference price of the instrument."},
        {RejectReason::no_collar_for_market_order, "no_collar_for_market_order",
         "Market orders need an instrument with a price collar; send a limit order."},
        {RejectReason::bad_order_type, "bad_order_type",
         "The order type is unknown, does not go with a price, or is not taken in this "
         "instrument."},
        {RejectReason::bad_time_in_force, "bad_time_in_force",
         "The time in force must be day, ioc, fok, gtc, gtd, at_open or at_close, and fit the "
         "order type."},
        {RejectReason::bad_side, "bad_side", "The side must be buy or sell."},
        {RejectReason::bad_client_order_id, "bad_client_order_id",
         "A client id has 1 to 36 of the characters A-Z a-z 0-9 _ . -"},
        {RejectReason::bad_configuration, "bad_configuration",
         "A value of the configuration is out of its range."},
        {RejectReason::bad_instruction, "bad_instruction",
         "Post-only and hidden are for limit orders that may rest (day, gtc, gtd), a peg for "
         "pegged orders."},
        {RejectReason::bad_expire_date, "bad_expire_date",
         "A gtd order needs an expire date after the last trading day that ended; other orders "
         "have none."},
        {RejectReason::bad_minimum_quantity, "bad_minimum_quantity",
         "A minimum quantity is for ioc orders, a multiple of the lot, and at most the order's "
         "quantity."},
        {RejectReason::bad_stop_price, "bad_stop_price",
         "A stop or stop-limit order needs a positive stop price on the tick; other orders have"
         " none."},
        {RejectReason::bad_offset, "bad_offset",
         "A trailing stop and a peg to the market need an offset of at least one tick; an "
         "offset is a multiple of the tick."},
        {RejectReason::bad_display_quantity, "bad_display_quantity",
         "A display quantity is for limit orders that may rest, a multiple of the lot, at most "
         "the quantity and at least a thousandth of it."},
        {RejectReason::price_outside_limit_band, "price_outside_limit_band",
         "The price is beyond the limit-up/limit-down band in force."},
        {RejectReason::order_quantity_limit, "order_quantity_limit",
         "The quantity is above the limit for one order."},
        {RejectReason::order_value_limit, "order_value_limit",
         "Price x quantity is above the limit for one order."},
        {RejectReason::daily_quantity_limit, "daily_quantity_limit",
         "The account would pass its daily share limit in this instrument."},
        {RejectReason::daily_value_limit, "daily_value_limit",
         "The account would pass its daily value limit in this instrument."},
        {RejectReason::open_order_limit, "open_order_limit",
         "The account has as many open orders as it may have; cancel some first."},
        {RejectReason::value_overflow, "value_overflow",
         "Price x quantity is too large to be represented."},
        {RejectReason::insufficient_cash, "insufficient_cash",
         "Not enough available cash; cancel open buys or deposit."},
        {RejectReason::insufficient_shares, "insufficient_shares",
         "Not enough available shares; cancel open sells or deposit."},
        {RejectReason::order_capacity_reached, "order_capacity_reached",
         "The exchange holds as many orders as it was configured for; try again later."},
        {RejectReason::account_capacity_reached, "account_capacity_reached",
         "The exchange holds as many accounts as it was configured for."},
        {RejectReason::instrument_capacity_reached, "instrument_capacity_reached",
         "The exchange holds as many instruments as it was configured for."},
        {RejectReason::position_capacity_reached, "position_capacity_reached",
         "The exchange holds as many positions as it was configured for."},
        {RejectReason::price_level_capacity_reached, "price_level_capacity_reached",
         "The exchange holds as many price levels as it was configured for; try again later."},
        {RejectReason::client_order_id_capacity_reached, "client_order_id_capacity_reached",
         "The exchange remembers as many client ids as it was configured for."},
        {RejectReason::currency_capacity_reached, "currency_capacity_reached",
         "The exchange holds as many currencies as it was configured for."},
        {RejectReason::following_order_capacity_reached, "following_order_capacity_reached",
         "The instrument has as many pegged and trailing stop orders as it may have."},
        {RejectReason::proposal_capacity_reached, "proposal_capacity_reached",
         "As many proposals wait for approval as may; approve some first."},
        {RejectReason::storage_scarce, "storage_scarce",
         "The exchange has little room left for its records and takes no entries; cancels and "
         "reductions are taken. Try again later."},
    });
};

/// For whom the member acts.
enum class Capacity : std::uint8_t {
    not_given = 0,
    agency = 1,
    principal = 2,
    riskless_principal = 3,
};

template <>
struct EnumTable<Capacity> {
    static constexpr auto rows = std::to_array<EnumRow<Capacity>>({
        {Capacity::not_given, "not_given", "The member did not say."},
        {Capacity::agency, "agency", "For a client (MiFID: AOTC)."},
        {Capacity::principal, "principal", "For its own account (MiFID: DEAL)."},
        {Capacity::riskless_principal, "riskless_principal",
         "Between two clients, on its own account without risk (MiFID: MTCH)."},
    });
};

/// Whether a sell is a short sale.
enum class ShortSale : std::uint8_t {
    not_given = 0,
    long_sale = 1,
    short_sale = 2,
    short_exempt = 3,
    undisclosed = 4,
};

template <>
struct EnumTable<ShortSale> {
    static constexpr auto rows = std::to_array<EnumRow<ShortSale>>({
        {ShortSale::not_given, "not_given", "The member did not say."},
        {ShortSale::long_sale, "long_sale", "The seller owns what it sells."},
        {ShortSale::short_sale, "short_sale", "The seller borrows what it sells."},
        {ShortSale::short_exempt, "short_exempt",
         "A short sale that is exempt from the rules for short sales."},
        {ShortSale::undisclosed, "undisclosed", "The member does not know."},
    });
};

/// Who or what a short code of a decision means.
enum class DecisionMaker : std::uint8_t {
    none = 0,
    person = 1,
    algorithm = 2,
};

template <>
struct EnumTable<DecisionMaker> {
    static constexpr auto rows = std::to_array<EnumRow<DecisionMaker>>({
        {DecisionMaker::none, "none", "There is no short code."},
        {DecisionMaker::person, "person", "A person."},
        {DecisionMaker::algorithm, "algorithm", "An algorithm."},
    });
};

}  // namespace bw::model
