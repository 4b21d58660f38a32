// LookAhead: what a batch of commands will need, loaded in waves: first the buckets of the indexes,
// then their entries, then the orders' surroundings. Each wave runs over the whole batch, so its
// cache misses overlap. Only reads; an outdated guess costs a wasted load and nothing else.
#pragma once

#include <cstdint>
#include <span>

#include "engine/engine.hpp"
#include "matching/open_orders.hpp"
#include "order_manager/known_ids.hpp"

namespace bw::engine {

class LookAhead {
 public:
    static constexpr std::size_t look_ahead_max = Engine::look_ahead_max;

    LookAhead(const risk::Accounts& accounts, const order_manager::KnownIds& ids,
              const wallet::Wallet& wallet, const matching::Instruments& instruments,
              const matching::OpenOrders& orders)
        : accounts_(accounts),
          ids_(ids),
          wallet_(wallet),
          instruments_(instruments),
          orders_(orders) {}

    /// Starts loading what these commands (the first look_ahead_max) will need.
    void load(std::span<const std::span<const std::byte>> messages) const;

 private:
    struct Hint;
    void hint_bucket(std::span<const std::byte> message, Hint& hint) const;
    void hint_entry(Hint& hint) const;
    void hint_named_order(Hint& hint) const;
    void hint_order(Hint& hint) const;
    void hint_tail(const Hint& hint) const;

    const risk::Accounts& accounts_;
    const order_manager::KnownIds& ids_;
    const wallet::Wallet& wallet_;
    const matching::Instruments& instruments_;
    const matching::OpenOrders& orders_;
};

}  // namespace bw::engine
