// Pre-trade limits as pure questions: each returns none or the reason of the refusal. State belongs
// to the callers.
#pragma once

#include <algorithm>

#include "base/checked.hpp"
#include "model/enums.hpp"
#include "model/types.hpp"

namespace bw::risk {

/// Limits of one order.
struct OrderLimits {
    model::Quantity max_quantity = model::unlimited_quantity;
    model::Money max_value = model::unlimited_money;
};

/// Limits of an account per instrument and trading day.
struct DailyLimits {
    model::Quantity max_quantity = model::unlimited_quantity;
    model::Money max_value = model::unlimited_money;
};

/// What counts against the daily limits before the order in question.
struct DailyUse {
    model::Quantity traded_quantity;
    model::Quantity open_quantity;
    base::int128 traded_value;
    base::int128 open_value;
};

[[nodiscard]] inline model::RejectReason check_order(const OrderLimits& instrument,
                                                     const OrderLimits& account,
                                                     model::Quantity quantity, model::Money value) {
    if (quantity > instrument.max_quantity || quantity > account.max_quantity)
        return model::RejectReason::order_quantity_limit;
    if (value > instrument.max_value || value > account.max_value)
        return model::RejectReason::order_value_limit;
    return model::RejectReason::none;
}

[[nodiscard]] inline model::RejectReason check_daily(const DailyLimits& limits, const DailyUse& use,
                                                     model::Quantity quantity, model::Money value) {
    if (limits.max_quantity != model::unlimited_quantity) {
        const base::uint128 sum = base::uint128{use.traded_quantity.value()} +
                                  use.open_quantity.value() + quantity.value();
        if (sum > limits.max_quantity.value()) return model::RejectReason::daily_quantity_limit;
    }
    if (limits.max_value != model::unlimited_money) {
        if (use.traded_value + use.open_value + value.value() > limits.max_value.value())
            return model::RejectReason::daily_value_limit;
    }
    return model::RejectReason::none;
}

/// Price collar: how far from the reference an order may be.
class Collar {
 public:
    /// `rate` 0: no collar.
    Collar(model::Price reference, model::Ppm rate)
        : reference_(reference.value()),
          band_(reference.value() * rate.value() / model::ppm_unit),
          on_(rate.value() != 0) {}

    [[nodiscard]] bool on() const { return on_; }
    [[nodiscard]] bool admits(model::Price price) const {
        return !on_ || (price.value() >= reference_ - band_ && price.value() <= reference_ + band_);
    }
    /// Edge of the band towards which an order of this side may trade, before rounding to a valid
    /// price; of a buy at most `highest`. Without a collar: the reference.
    [[nodiscard]] model::Price edge(model::Side side, model::Price highest) const {
        return model::Price{side == model::Side::buy
                                ? std::min(reference_ + band_, highest.value())
                                : std::max<std::int64_t>(reference_ - band_, 0)};
    }

 private:
    std::int64_t reference_;
    std::int64_t band_;  // reference <= 10^12 and rate <= 10^6: inside 64 bits
    bool on_;
};

}  // namespace bw::risk
