// Rules: which version of the trading rules is in force, and what differs between the versions
// (docs/internals/trading-rules.md). It changes by command only, so that records of earlier days
// replay under the rules of their time.
#pragma once

#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::model {

/// What a new exchange begins with.
inline constexpr RuleSet newest_rule_set = values_of<RuleSet>().back();

struct Rules {
    RuleSet in_force = RuleSet::version_1;
    RuleSet next = RuleSet::version_1;  ///< from the next end of a day on; may be the one in force

    /// Market orders have no price in an auction; its price lies within the bands; its self-trade
    /// prevention follows the mode.
    [[nodiscard]] bool unpriced_auctions() const { return in_force >= RuleSet::version_2; }
    /// Limit bands bind every open order that has a price, wherever it waits.
    [[nodiscard]] bool bands_bind_everywhere() const { return in_force >= RuleSet::version_2; }
    /// Of an instrument with this tick size. A book counts prices in ticks of 32 bits. Under the
    /// first versions 199,999.9999, whatever the tick.
    [[nodiscard]] Price max_price(Price tick_size) const {
        constexpr std::int64_t ticks_max = 1'999'999'999;
        if (in_force < RuleSet::version_3) return Price{ticks_max};
        if (tick_size.value() > model::max_price.value() / ticks_max) return model::max_price;
        return Price{tick_size.value() * ticks_max};
    }
    /// Of one order. From version 2 on the orders of one price can be added up: as many as there
    /// can be (2^24) fit 64 bits.
    [[nodiscard]] Quantity max_order_quantity() const {
        return in_force >= RuleSet::version_2 ? Quantity{1'000'000'000'000} : max_quantity;
    }
};

}  // namespace bw::model
