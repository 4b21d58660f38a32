// What holds between any two commands: model/invariants.hpp lists it, one row each. Here is which
// part of the state checks what; Engine::verify_invariants() calls them all.
//
//   part                        checks
//   matching::OpenOrders        shape of the queues, directory, counters of an instrument,
//                               and that in trading nothing is due (this after every command too)
//   wallet::Settlement          holds, cash, shares, their conservation
//   risk::Accounts              number of open orders
//   here                        the pool has no order that is not open
//
// Cost: O(state). Stops the process if one is broken.
#pragma once

#include "matching/open_orders.hpp"
#include "risk/accounts.hpp"
#include "wallet/settlement.hpp"

namespace bw::engine {

inline void verify_invariants(const risk::Accounts& accounts,
                              const matching::Instruments& instruments,
                              const wallet::Settlement& settlement,
                              const matching::OpenOrders& orders) {
    wallet::OpenTotals totals(accounts.count(), settlement.wallet().positions());
    for (std::uint32_t i = 0; i < instruments.count(); ++i) orders.verify(i, totals);
    model::require(model::Invariant::orders_in_pool, totals.orders == orders.count());
    accounts.verify(totals.open_orders);
    settlement.verify(totals, accounts.count(), instruments.count());
}

}  // namespace bw::engine
