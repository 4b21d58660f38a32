#include "gateway/common/refusal.hpp"

#include <array>
#include <string_view>

#include "codec/commands.hpp"

namespace bw::gateway::common {
namespace {

using enum model::RejectReason;

constexpr std::uint16_t any_command = 0;

struct Row {
    std::uint16_t command_template;
    model::RejectReason reason;
    std::string_view field;
    std::string_view sentence{};  ///< empty: that of the reason
};

/// What is said of one command stands before what is said of all.
constexpr auto rows = std::to_array<Row>({
    {codec::MoveCash::template_id, bad_quantity, "amount", "The amount must not be 0."},
    {codec::MoveCash::template_id, insufficient_cash, "amount",
     "The account has less cash available than that: what its open buys hold cannot be "
     "withdrawn."},
    {codec::MoveCash::template_id, value_overflow, "amount",
     "All deposits of the currency together would be outside of -922337203685477.5808 to "
     "922337203685477.5807."},
    {codec::MoveCash::template_id, unknown_currency, "currency",
     "A currency has 3 or 4 letters A-Z."},
    {codec::MoveCash::template_id, currency_capacity_reached, "currency"},
    {codec::MoveCash::template_id, bad_client_order_id, "reference",
     "A reference has 1 to 36 of the characters A-Z a-z 0-9 _ . -"},
    {codec::MoveShares::template_id, bad_quantity, "quantity",
     "The quantity must not be 0, and at most 1000000000000000 either way."},
    {codec::MoveShares::template_id, insufficient_shares, "quantity",
     "The account has fewer shares available than that: what its open sells hold cannot be "
     "withdrawn."},
    {codec::MoveShares::template_id, value_overflow, "quantity",
     "All shares of the instrument together would be more than 9223372036854775807."},
    {codec::MoveShares::template_id, bad_client_order_id, "reference",
     "A reference has 1 to 36 of the characters A-Z a-z 0-9 _ . -"},
    {codec::OpenAccount::template_id, bad_client_order_id, "reference",
     "A reference has 1 to 36 of the characters A-Z a-z 0-9 _ . -"},
    {codec::SetSelfTradePrevention::template_id, bad_configuration, "group",
     "Mode none goes with group 0, every other mode with a group from 1 to 4294967295."},
    {codec::SetFees::template_id, bad_configuration, "takerPpm",
     "makerPpm and takerPpm together must not be below 0; and fees can change 65535 times in "
     "all."},
    {codec::ConfigureInstrument::template_id, bad_configuration, "tickSize",
     "The tick and the lot size can change only while the instrument has no open order."},
    {codec::ConfigureInstrument::template_id, duplicate_symbol, "symbol"},
    {codec::ConfigureInstrument::template_id, currency_capacity_reached, "currency"},
    {codec::ChangeSymbol::template_id, bad_configuration, "symbol"},
    {codec::ChangeSymbol::template_id, duplicate_symbol, "symbol"},
    {codec::SetTickTable::template_id, bad_configuration, "rows",
     "Both fromPrice and tick must rise from row to row, up to the instrument's maxPrice; a tick "
     "is a "
     "multiple of the instrument's tick size and more than it, a fromPrice a multiple of its "
     "row's tick."},
    {codec::SetLimitBands::template_id, bad_configuration, "upper",
     "lower and upper are both null, or multiples of the tick up to the instrument's maxPrice, "
     "lower "
     "below upper."},
    {codec::SetReferenceQuote::template_id, bad_configuration, "bid",
     "bid and ask are both null, or above 0 and up to the instrument's maxPrice, bid at most "
     "ask."},
    {codec::SetAllocation::template_id, bad_configuration, "policy",
     "The policy can change only while the instrument has no open order; leadSharePpm (1 to "
     "1000000) and leadAccount go with policy lead only."},
    {codec::SetAllocation::template_id, unknown_account, "leadAccount"},
    {codec::SplitShares::template_id, value_overflow, "numerator",
     "A position, or all shares of the instrument together, would become too large."},
    {codec::SplitShares::template_id, bad_configuration, "denominator",
     "numerator and denominator must differ."},
    {codec::EndDay::template_id, bad_configuration, "date",
     "The date must be from 1900-01-01 and later than the last day that ended."},
    {codec::EndDayEarly::template_id, bad_configuration, "date",
     "The date must be from 1900-01-01 and later than the last day that ended."},
    {codec::SetBusinessDate::template_id, bad_configuration, "date",
     "The date must be from 1900-01-01 and not the last day that ended already."},
    {codec::SetRuleSet::template_id, bad_configuration, "version",
     "The version must be one that this program knows, above the one in force and the one that "
     "waits for the end of the day."},
    {codec::CorrectTrade::template_id, bad_price, "price"},
    {any_command, unknown_instrument, "symbol"},
    {any_command, bad_quantity, "quantity"},
    {any_command, quantity_off_lot, "quantity"},
    {any_command, order_quantity_limit, "quantity"},
    {any_command, bad_price, "price"},
    {any_command, price_off_tick, "price"},
    {any_command, price_outside_collar, "price"},
    {any_command, price_outside_limit_band, "price"},
    {any_command, no_collar_for_market_order, "type"},
    {any_command, bad_order_type, "type"},
    {any_command, bad_time_in_force, "timeInForce"},
    {any_command, bad_side, "side"},
    {any_command, bad_client_order_id, "clientOrderId"},
    {any_command, bad_expire_date, "expireDate"},
    {any_command, bad_minimum_quantity, "minQuantity"},
    {any_command, bad_stop_price, "stopPrice"},
    {any_command, bad_offset, "offset"},
    {any_command, bad_display_quantity, "displayQuantity"},
});

}  // namespace

Problem refusal_of(model::RejectReason reason, std::uint16_t command_template) {
    Problem refusal = problem(reason);
    for (const Row& row : rows) {
        const bool meant =
            row.command_template == command_template || row.command_template == any_command;
        if (row.reason != reason || !meant) continue;
        refusal.field = row.field;
        if (!row.sentence.empty()) refusal.detail = row.sentence;
        break;
    }
    return refusal;
}

}  // namespace bw::gateway::common
