#include "model/enums.hpp"

namespace bw::model {

std::string_view name_of(Side value) {
    switch (value) {
        case Side::buy: return "buy";
        case Side::sell: return "sell";
    }
    return "unknown";
}

std::string_view name_of(OrderType value) {
    switch (value) {
        case OrderType::limit: return "limit";
        case OrderType::market: return "market";
        case OrderType::stop: return "stop";
        case OrderType::stop_limit: return "stop_limit";
        case OrderType::trailing_stop: return "trailing_stop";
        case OrderType::pegged: return "pegged";
    }
    return "unknown";
}

std::string_view name_of(TimeInForce value) {
    switch (value) {
        case TimeInForce::day: return "day";
        case TimeInForce::ioc: return "ioc";
        case TimeInForce::fok: return "fok";
        case TimeInForce::gtc: return "gtc";
        case TimeInForce::gtd: return "gtd";
        case TimeInForce::at_open: return "at_open";
        case TimeInForce::at_close: return "at_close";
    }
    return "unknown";
}

std::string_view name_of(OrderStatus value) {
    switch (value) {
        case OrderStatus::accepted: return "new";
        case OrderStatus::partially_filled: return "partially_filled";
        case OrderStatus::filled: return "filled";
        case OrderStatus::cancelled: return "cancelled";
        case OrderStatus::rejected: return "rejected";
        case OrderStatus::expired: return "expired";
    }
    return "unknown";
}

std::string_view name_of(InstrumentState value) {
    switch (value) {
        case InstrumentState::trading: return "trading";
        case InstrumentState::halted: return "halted";
        case InstrumentState::closed: return "closed";
        case InstrumentState::pre_open: return "pre_open";
        case InstrumentState::opening_auction: return "opening_auction";
        case InstrumentState::volatility_auction: return "volatility_auction";
        case InstrumentState::closing_auction: return "closing_auction";
        case InstrumentState::post_close: return "post_close";
        case InstrumentState::delisted: return "delisted";
    }
    return "unknown";
}

std::string_view name_of(HaltReason value) {
    switch (value) {
        case HaltReason::none: return "none";
        case HaltReason::regulatory: return "regulatory";
        case HaltReason::news_pending: return "news_pending";
        case HaltReason::volatility: return "volatility";
        case HaltReason::operational: return "operational";
        case HaltReason::limit_up_limit_down: return "limit_up_limit_down";
        case HaltReason::market_wide: return "market_wide";
    }
    return "unknown";
}

std::string_view name_of(AccountState value) {
    switch (value) {
        case AccountState::active: return "active";
        case AccountState::suspended: return "suspended";
        case AccountState::closed: return "closed";
    }
    return "unknown";
}

std::string_view name_of(CancelReason value) {
    switch (value) {
        case CancelReason::requested: return "requested";
        case CancelReason::immediate_or_cancel: return "immediate_or_cancel";
        case CancelReason::no_liquidity: return "no_liquidity";
        case CancelReason::expired: return "expired";
        case CancelReason::reduced_to_zero: return "reduced_to_zero";
        case CancelReason::supervisory: return "supervisory";
        case CancelReason::fill_or_kill: return "fill_or_kill";
        case CancelReason::minimum_quantity: return "minimum_quantity";
        case CancelReason::self_trade: return "self_trade";
        case CancelReason::mass_cancel: return "mass_cancel";
        case CancelReason::auction_ended: return "auction_ended";
        case CancelReason::kill_switch: return "kill_switch";
        case CancelReason::no_room: return "no_room";
        case CancelReason::outside_limit_band: return "outside_limit_band";
        case CancelReason::corporate_action: return "corporate_action";
        case CancelReason::delisted: return "delisted";
    }
    return "unknown";
}

std::string_view name_of(SelfTradePrevention value) {
    switch (value) {
        case SelfTradePrevention::none: return "none";
        case SelfTradePrevention::cancel_newest: return "cancel_newest";
        case SelfTradePrevention::cancel_oldest: return "cancel_oldest";
        case SelfTradePrevention::cancel_both: return "cancel_both";
        case SelfTradePrevention::decrement: return "decrement";
    }
    return "unknown";
}

std::string_view name_of(SideSelection value) {
    switch (value) {
        case SideSelection::buy: return "buy";
        case SideSelection::sell: return "sell";
        case SideSelection::both: return "both";
    }
    return "unknown";
}

std::string_view name_of(PegKind value) {
    switch (value) {
        case PegKind::none: return "none";
        case PegKind::primary: return "primary";
        case PegKind::market: return "market";
        case PegKind::midpoint: return "midpoint";
    }
    return "unknown";
}

std::string_view name_of(Allocation value) {
    switch (value) {
        case Allocation::price_time: return "price_time";
        case Allocation::lead: return "lead";
        case Allocation::pro_rata: return "pro_rata";
        case Allocation::dark: return "dark";
    }
    return "unknown";
}

std::string_view name_of(KillScope value) {
    switch (value) {
        case KillScope::account: return "account";
        case KillScope::firm: return "firm";
        case KillScope::market: return "market";
    }
    return "unknown";
}

std::string_view name_of(TradeKind value) {
    switch (value) {
        case TradeKind::continuous: return "continuous";
        case TradeKind::auction: return "auction";
        case TradeKind::midpoint: return "midpoint";
    }
    return "unknown";
}

std::string_view name_of(RejectReason value) {
    switch (value) {
        case RejectReason::none: return "none";
        case RejectReason::malformed_command: return "malformed_command";
        case RejectReason::unknown_template: return "unknown_template";
        case RejectReason::unknown_instrument: return "unknown_instrument";
        case RejectReason::unknown_account: return "unknown_account";
        case RejectReason::unknown_order: return "unknown_order";
        case RejectReason::unknown_currency: return "unknown_currency";
        case RejectReason::instrument_halted: return "instrument_halted";
        case RejectReason::account_not_active: return "account_not_active";
        case RejectReason::order_closed: return "order_closed";
        case RejectReason::duplicate_symbol: return "duplicate_symbol";
        case RejectReason::post_only_would_trade: return "post_only_would_trade";
        case RejectReason::bad_quantity: return "bad_quantity";
        case RejectReason::quantity_off_lot: return "quantity_off_lot";
        case RejectReason::bad_price: return "bad_price";
        case RejectReason::price_off_tick: return "price_off_tick";
        case RejectReason::price_outside_collar: return "price_outside_collar";
        case RejectReason::no_collar_for_market_order: return "no_collar_for_market_order";
        case RejectReason::bad_order_type: return "bad_order_type";
        case RejectReason::bad_time_in_force: return "bad_time_in_force";
        case RejectReason::bad_side: return "bad_side";
        case RejectReason::bad_client_order_id: return "bad_client_order_id";
        case RejectReason::bad_configuration: return "bad_configuration";
        case RejectReason::bad_instruction: return "bad_instruction";
        case RejectReason::bad_expire_date: return "bad_expire_date";
        case RejectReason::bad_minimum_quantity: return "bad_minimum_quantity";
        case RejectReason::order_quantity_limit: return "order_quantity_limit";
        case RejectReason::order_value_limit: return "order_value_limit";
        case RejectReason::daily_quantity_limit: return "daily_quantity_limit";
        case RejectReason::daily_value_limit: return "daily_value_limit";
        case RejectReason::open_order_limit: return "open_order_limit";
        case RejectReason::value_overflow: return "value_overflow";
        case RejectReason::insufficient_cash: return "insufficient_cash";
        case RejectReason::insufficient_shares: return "insufficient_shares";
        case RejectReason::full_orders: return "full_orders";
        case RejectReason::full_accounts: return "full_accounts";
        case RejectReason::full_instruments: return "full_instruments";
        case RejectReason::full_positions: return "full_positions";
        case RejectReason::full_price_levels: return "full_price_levels";
        case RejectReason::full_client_order_ids: return "full_client_order_ids";
        case RejectReason::full_currencies: return "full_currencies";
        case RejectReason::unknown_proposal: return "unknown_proposal";
        case RejectReason::unknown_trade: return "unknown_trade";
        case RejectReason::instrument_closed: return "instrument_closed";
        case RejectReason::wrong_phase: return "wrong_phase";
        case RejectReason::kill_switch: return "kill_switch";
        case RejectReason::same_operator: return "same_operator";
        case RejectReason::not_in_limit_state: return "not_in_limit_state";
        case RejectReason::breaker_tripped: return "breaker_tripped";
        case RejectReason::trade_busted: return "trade_busted";
        case RejectReason::change_not_allowed: return "change_not_allowed";
        case RejectReason::bad_stop_price: return "bad_stop_price";
        case RejectReason::bad_offset: return "bad_offset";
        case RejectReason::bad_display_quantity: return "bad_display_quantity";
        case RejectReason::price_outside_limit_band: return "price_outside_limit_band";
        case RejectReason::full_following_orders: return "full_following_orders";
        case RejectReason::full_proposals: return "full_proposals";
        case RejectReason::storage_scarce: return "storage_scarce";
    }
    return "unknown";
}

std::string_view explain(RejectReason reason) {
    switch (reason) {
        case RejectReason::none: return "Accepted.";
        case RejectReason::malformed_command:
            return "The command could not be decoded; check the schema version.";
        case RejectReason::unknown_template:
            return "The exchange does not know this kind of command.";
        case RejectReason::unknown_instrument:
            return "No such instrument; see the list of instruments.";
        case RejectReason::unknown_account: return "No such account.";
        case RejectReason::unknown_order: return "No such order.";
        case RejectReason::unknown_currency: return "The account holds no such currency.";
        case RejectReason::instrument_halted:
            return "Trading in the instrument is halted; cancels are taken, new orders are not.";
        case RejectReason::account_not_active:
            return "The account may not do this in its present state.";
        case RejectReason::order_closed:
            return "The order is no longer open: it was filled, cancelled, rejected or has "
                   "expired.";
        case RejectReason::duplicate_symbol: return "The symbol is already listed.";
        case RejectReason::post_only_would_trade:
            return "The order is post-only and would trade at once; use a price further from the "
                   "market.";
        case RejectReason::bad_quantity:
            return "The quantity must be a whole number from 1 to the maximum.";
        case RejectReason::quantity_off_lot:
            return "The quantity must be a multiple of the instrument's lot size.";
        case RejectReason::bad_price: return "The price must be positive and at most 199999.9999.";
        case RejectReason::price_off_tick:
            return "The price must be a multiple of the instrument's tick size.";
        case RejectReason::price_outside_collar:
            return "The price is too far from the reference price of the instrument.";
        case RejectReason::no_collar_for_market_order:
            return "Market orders need an instrument with a price collar; send a limit order.";
        case RejectReason::bad_order_type:
            return "The order type is unknown, does not go with a price, or is not taken in this "
                   "instrument.";
        case RejectReason::bad_time_in_force:
            return "The time in force must be day, ioc, fok, gtc, gtd, at_open or at_close, and "
                   "fit the order type.";
        case RejectReason::bad_side: return "The side must be buy or sell.";
        case RejectReason::bad_client_order_id:
            return "A client id has 1 to 36 of the characters A-Z a-z 0-9 _ . -";
        case RejectReason::bad_configuration:
            return "A value of the configuration is out of its range.";
        case RejectReason::bad_instruction:
            return "Post-only and hidden are for limit orders that may rest (day, gtc, gtd), a peg "
                   "for pegged orders.";
        case RejectReason::bad_expire_date:
            return "A gtd order needs an expire date after the last trading day that ended; other "
                   "orders have none.";
        case RejectReason::bad_minimum_quantity:
            return "A minimum quantity is for ioc orders, a multiple of the lot, and at most the "
                   "order's quantity.";
        case RejectReason::order_quantity_limit:
            return "The quantity is above the limit for one order.";
        case RejectReason::order_value_limit:
            return "Price x quantity is above the limit for one order.";
        case RejectReason::daily_quantity_limit:
            return "The account would pass its daily share limit in this instrument.";
        case RejectReason::daily_value_limit:
            return "The account would pass its daily value limit in this instrument.";
        case RejectReason::open_order_limit:
            return "The account has as many open orders as it may have; cancel some first.";
        case RejectReason::value_overflow:
            return "Price x quantity is too large to be represented.";
        case RejectReason::insufficient_cash:
            return "Not enough available cash; cancel open buys or deposit.";
        case RejectReason::insufficient_shares:
            return "Not enough available shares; cancel open sells or deposit.";
        case RejectReason::full_orders:
            return "The exchange holds as many orders as it was configured for; try again later.";
        case RejectReason::full_accounts:
            return "The exchange holds as many accounts as it was configured for.";
        case RejectReason::full_instruments:
            return "The exchange holds as many instruments as it was configured for.";
        case RejectReason::full_positions:
            return "The exchange holds as many positions as it was configured for.";
        case RejectReason::full_price_levels:
            return "The exchange holds as many price levels as it was configured for; try again "
                   "later.";
        case RejectReason::full_client_order_ids:
            return "The exchange remembers as many client ids as it was configured for.";
        case RejectReason::full_currencies:
            return "The exchange holds as many currencies as it was configured for.";
        case RejectReason::unknown_proposal:
            return "No such proposal waits for approval; it was approved, or the day has ended.";
        case RejectReason::unknown_trade:
            return "No such trade, or it is too old, or from before a split.";
        case RejectReason::instrument_closed:
            return "The instrument is closed or delisted; cancels are taken, new orders are not.";
        case RejectReason::wrong_phase:
            return "This is not possible in the present phase of the instrument.";
        case RejectReason::kill_switch:
            return "A kill switch is on for the account, its firm or the market.";
        case RejectReason::same_operator:
            return "A proposal needs the approval of another operator than the one who made it.";
        case RejectReason::not_in_limit_state:
            return "The instrument has not been in its limit state since that command.";
        case RejectReason::breaker_tripped:
            return "A circuit breaker of this level or a higher one was already tripped on this "
                   "day.";
        case RejectReason::trade_busted: return "The trade was busted.";
        case RejectReason::change_not_allowed:
            return "This kind of order can only be reduced or cancelled; cancel it and enter "
                   "another.";
        case RejectReason::bad_stop_price:
            return "A stop or stop-limit order needs a positive stop price on the tick; other "
                   "orders have none.";
        case RejectReason::bad_offset:
            return "A trailing stop and a peg to the market need an offset of at least one tick; "
                   "an offset is a multiple of the tick.";
        case RejectReason::bad_display_quantity:
            return "A display quantity is for limit orders that may rest, a multiple of the lot, "
                   "at most the quantity and at least a thousandth of it.";
        case RejectReason::price_outside_limit_band:
            return "The price is beyond the limit-up/limit-down band in force.";
        case RejectReason::full_following_orders:
            return "The instrument has as many pegged and trailing stop orders as it may have.";
        case RejectReason::full_proposals:
            return "As many proposals wait for approval as may; approve some first.";
        case RejectReason::storage_scarce:
            return "The exchange has little room left for its records and takes no entries; "
                   "cancels "
                   "and reductions are taken. Try again later.";
    }
    return "Refused.";
}

}  // namespace bw::model
