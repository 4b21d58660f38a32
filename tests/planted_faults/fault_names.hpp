// The faults that can be planted in the engine, by name.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "model/planted_fault.hpp"

namespace bw::differential {

using model::Fault;

inline std::string name_of(Fault fault) {
    static constexpr std::array names{
        "none",
        "reduced_order_loses_priority",
        "hold_stays_after_cancel",
        "hold_stays_after_trade",
        "own_hold_counts_against_replacement",
        "fok_is_filled_in_part",
        "minimum_quantity_is_ignored",
        "ioc_rest_stays",
        "market_order_has_no_protection",
        "taker_price_is_paid",
        "self_trade_happens",
        "decrement_takes_from_one_side",
        "fee_is_rounded_up",
        "rebate_is_not_paid",
        "duplicate_is_entered_again",
        "iceberg_keeps_its_place",
        "hidden_goes_before_displayed",
        "stop_cascade_ends_early",
        "trailing_stop_goes_back",
        "peg_does_not_move",
        "auction_ignores_surplus",
        "auction_tie_goes_down",
        "auction_leftovers_stay",
        "halted_instrument_takes_orders",
        "execution_range_is_ignored",
        "limit_bands_are_ignored",
        "kill_switch_forgets_stops",
        "bust_keeps_the_fees",
        "split_leaves_orders_open",
        "gtd_lives_a_day_too_long",
        "daily_counters_stay",
        "pro_rata_ignores_the_lot",
        "one_operator_suffices",
    };
    static_assert(names.size() == static_cast<std::size_t>(Fault::count));
    return names.at(static_cast<std::size_t>(fault));
}

/// Every one of them.
inline std::vector<Fault> all_faults() {
    std::vector<Fault> out;
    for (int i = 1; i < static_cast<int>(Fault::count); ++i) out.push_back(static_cast<Fault>(i));
    return out;
}

}  // namespace bw::differential
