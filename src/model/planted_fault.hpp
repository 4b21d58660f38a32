// Faults that can be switched on in a build made for it (BW_PLANTED_FAULTS), one at a time, to see
// that the tests find them. In every other build planted() is the constant false and leaves nothing
// behind.
#pragma once

#include <cstdint>

namespace bw::model {

enum class Fault : std::uint8_t {
    none,
    reduced_order_loses_priority,
    hold_stays_after_cancel,
    hold_stays_after_trade,
    own_hold_counts_against_replacement,
    fok_is_filled_in_part,
    minimum_quantity_is_ignored,
    ioc_rest_stays,
    market_order_has_no_protection,
    taker_price_is_paid,
    self_trade_happens,
    decrement_takes_from_one_side,
    fee_is_rounded_up,
    rebate_is_not_paid,
    duplicate_is_entered_again,
    iceberg_keeps_its_place,
    hidden_goes_before_displayed,
    stop_cascade_ends_early,
    trailing_stop_goes_back,
    peg_does_not_move,
    auction_ignores_surplus,
    auction_tie_goes_down,
    auction_leftovers_stay,
    halted_instrument_takes_orders,
    execution_range_is_ignored,
    limit_bands_are_ignored,
    kill_switch_forgets_stops,
    bust_keeps_the_fees,
    split_leaves_orders_open,
    gtd_lives_a_day_too_long,
    daily_counters_stay,
    pro_rata_ignores_the_lot,
    one_operator_suffices,
    count,
    // Only a start from a snapshot shows these.
    snapshot_lacks_holds,
    snapshot_lacks_client_ids,
};

#ifdef BW_PLANTED_FAULTS
inline Fault planted_fault = Fault::none;
[[nodiscard]] inline bool planted(Fault fault) { return planted_fault == fault; }
#else
[[nodiscard]] constexpr bool planted(Fault) { return false; }
#endif

}  // namespace bw::model
