// Wallet: cash per account and currency, shares per account and instrument, and what of them is
// held for open orders. Nothing here decides: callers check first (available_*), then act. Never
// allocates after construction. One thread.
#pragma once

#include <cstdint>

#include "base/assert.hpp"
#include "base/checked.hpp"
#include "base/growing_index.hpp"
#include "base/hash.hpp"
#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
#include "model/types.hpp"

namespace bw::wallet {

inline constexpr std::uint32_t currencies_max = 8;

struct Cash {
    model::Money total;
    model::Money held;
    [[nodiscard]] model::Money available() const { return total - held; }
};

/// One account's shares in one instrument, and what the daily limits count. One cache line.
struct alignas(64) Position {
    model::Quantity total;
    model::Quantity held;
    model::Quantity open_quantity;  ///< of open orders, both sides
    /// traded today, both sides; stays at its maximum if it would pass 2^64
    model::Quantity day_quantity;
    base::int128 open_value;  ///< sum of limit x remaining of open orders, in Money units
    base::int128 day_value;   ///< traded today, in Money units
    [[nodiscard]] model::Quantity available() const { return total - held; }
};
static_assert(sizeof(Position) == 64);

using AccountIndex = std::uint32_t;
using PositionIndex = std::uint32_t;
inline constexpr PositionIndex no_position = base::GrowingIndex::none;

class Wallet {
 public:
    Wallet(std::uint32_t accounts, std::uint32_t positions)
        : cash_(std::size_t{accounts} * currencies_max, base::PageSize::huge),
          positions_(positions, base::PageSize::huge),
          keys_(positions, base::PageSize::huge),
          index_(positions) {}

    [[nodiscard]] Cash& cash(AccountIndex account, std::uint32_t currency) {
        return cash_[std::size_t{account} * currencies_max + currency];
    }
    [[nodiscard]] const Cash& cash(AccountIndex account, std::uint32_t currency) const {
        return cash_[std::size_t{account} * currencies_max + currency];
    }

    [[nodiscard]] PositionIndex find_position(AccountIndex account,
                                              std::uint32_t instrument) const {
        const std::uint64_t key = key_of(account, instrument);
        return index_.find(base::mix64(key), [&](auto entry) { return keys_[entry] == key; });
    }
    /// Hints for find_position, in two steps.
    [[nodiscard]] static std::uint64_t position_hash(AccountIndex account,
                                                     std::uint32_t instrument) {
        return base::mix64(key_of(account, instrument));
    }
    void prefetch_position(std::uint64_t hash) const { index_.prefetch(hash); }
    void prefetch_position_entry(std::uint64_t hash) const {
        const auto entry = index_.likely(hash);
        if (entry == base::GrowingIndex::none) return;
        base::prefetch(&keys_[entry]);
        base::prefetch_to_write(&positions_[entry]);
    }
    void prefetch(AccountIndex account, std::uint32_t currency) const {
        base::prefetch_to_write(&cash(account, currency));
    }
    void prefetch_at(PositionIndex index) const { base::prefetch_to_write(&positions_[index]); }

    [[nodiscard]] bool positions_full() const { return index_.full(); }
    [[nodiscard]] PositionIndex open_position(AccountIndex account, std::uint32_t instrument) {
        const std::uint64_t key = key_of(account, instrument);
        const PositionIndex entry = index_.insert(base::mix64(key));
        keys_[entry] = key;
        return entry;
    }
    [[nodiscard]] Position& position(PositionIndex index) { return positions_[index]; }
    [[nodiscard]] const Position& position(PositionIndex index) const { return positions_[index]; }
    [[nodiscard]] std::uint32_t positions() const { return index_.size(); }
    [[nodiscard]] AccountIndex account_of(PositionIndex index) const {
        return static_cast<AccountIndex>(keys_[index] >> 32);
    }
    [[nodiscard]] std::uint32_t instrument_of(PositionIndex index) const {
        return static_cast<std::uint32_t>(keys_[index]);
    }

 private:
    static std::uint64_t key_of(AccountIndex account, std::uint32_t instrument) {
        return (static_cast<std::uint64_t>(account) << 32) | instrument;
    }

    base::LazyArray<Cash> cash_;
    base::LazyArray<Position> positions_;
    base::LazyArray<std::uint64_t> keys_;
    base::GrowingIndex index_;
};

/// Cash that a buy with `value` = limit x remaining must hold: the value and the fee at the larger
/// rate. Nothing if it does not fit.
[[nodiscard]] inline std::optional<model::Money> hold_for(model::Money value, model::FeeRate rate) {
    const auto sum = base::checked_add(value.value(), model::fee_on(value, rate).value());
    if (!sum) return std::nullopt;
    return model::Money{*sum};
}

}  // namespace bw::wallet
