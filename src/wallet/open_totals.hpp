// OpenTotals: what the open orders add up to, recomputed from them one by one, to be compared with
// what accounts and positions say. For the check of invariants only: it allocates.
#pragma once

#include <cstdint>
#include <vector>

#include "base/checked.hpp"
#include "wallet/wallet.hpp"

namespace bw::wallet {

struct OpenTotals {
    OpenTotals(std::uint32_t accounts, std::uint32_t positions)
        : held_cash(std::size_t{accounts} * currencies_max),
          held_shares(positions),
          open_quantity(positions),
          open_value(positions),
          open_orders(accounts) {}

    std::vector<std::int64_t> held_cash;  ///< currencies_max per account
    std::vector<std::uint64_t> held_shares;
    std::vector<std::uint64_t> open_quantity;
    std::vector<base::int128> open_value;
    std::vector<std::uint32_t> open_orders;  ///< per account
    std::uint32_t orders = 0;
};

}  // namespace bw::wallet
