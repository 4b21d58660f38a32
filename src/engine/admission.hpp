// Admission: whether an order may be entered or replaced, in the order of the rules. Changes
// nothing: a refused command must leave no trace. What the checks find out (tick, value, hold,
// position) is handed on, so that nothing is computed twice. No state of its own. Cost: O(1).
#pragma once

#include "codec/commands.hpp"
#include "engine/market.hpp"
#include "matching/following.hpp"
#include "matching/open_orders.hpp"
#include "model/enums.hpp"
#include "model/rules.hpp"
#include "risk/accounts.hpp"
#include "wallet/settlement.hpp"

namespace bw::engine {

using model::RejectReason;

/// What the checks of an entry or a replacement find out.
struct Admitted {
    order_book::Tick tick = 0;  ///< of the limit
    model::Price limit;
    model::Price stop_price{};
    model::Money value;
    model::Money hold;
    wallet::PositionIndex position = wallet::no_position;  ///< of a replacement: the caller's
};

/// The part of an order that is being replaced that must not count against it.
struct Released {
    model::Quantity quantity;
    model::Money value;
    model::Money hold;
};

struct Terms {
    model::AccountId account;
    std::uint32_t instrument;  ///< index
    model::Side side;
    model::OrderType type;
    model::TimeInForce time_in_force;
    model::Price price;
    model::Quantity quantity;
    std::uint16_t fee_schedule;
    std::uint8_t instructions = 0;
    model::Quantity min_quantity{};
    model::Quantity display{};
    model::Price stop_price{};
    model::Price offset{};
    bool replacing = false;
};

class Admission {
 public:
    /// The parts that this one sees.
    struct Sees {
        const Market& market;
        const model::Rules& rules;
        const risk::Accounts& accounts;
        const matching::Instruments& instruments;
        const wallet::Settlement& settlement;
        const matching::OpenOrders& orders;
        const matching::Following& following;
    };
    explicit Admission(const Sees& sees)
        : market_(sees.market),
          rules_(sees.rules),
          accounts_(sees.accounts),
          instruments_(sees.instruments),
          settlement_(sees.settlement),
          orders_(sees.orders),
          following_(sees.following) {}

    /// Account, instrument, and whether the fields fit together. Requires: the account is known.
    [[nodiscard]] RejectReason check_header(const codec::NewOrder& command) const;
    /// Phase, quantity, price, limits, room, funds. Requires: check_header, or an open order.
    [[nodiscard]] RejectReason admit(const Terms& terms, const Released& released,
                                     Admitted& out) const;

 private:
    [[nodiscard]] RejectReason check_special_terms(const codec::NewOrder& command) const;
    [[nodiscard]] RejectReason check_phase(const Terms& terms) const;
    [[nodiscard]] RejectReason check_quantity(const Terms& terms) const;
    [[nodiscard]] RejectReason check_price(const Terms& terms, Admitted& out) const;
    [[nodiscard]] RejectReason check_limit_price(const Terms& terms, Admitted& out) const;
    [[nodiscard]] RejectReason check_stop_price(const Terms& terms, Admitted& out) const;
    [[nodiscard]] RejectReason check_limits(const Terms& terms, const Released& released,
                                            Admitted& out) const;
    [[nodiscard]] RejectReason check_funds(const Terms& terms, const Released& released,
                                           const Admitted& admitted) const;
    [[nodiscard]] bool outside_limit_bands(const Terms& terms) const;
    [[nodiscard]] bool would_trade(const Terms& terms, order_book::Tick tick) const;

    const Market& market_;
    const model::Rules& rules_;
    const risk::Accounts& accounts_;
    const matching::Instruments& instruments_;
    const wallet::Settlement& settlement_;
    const matching::OpenOrders& orders_;
    const matching::Following& following_;
};

}  // namespace bw::engine
