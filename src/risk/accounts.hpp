// Accounts: who may trade, within which limits, and whether a kill switch is on. Owns the account
// records and the switches of firms and of the market. An account's index is its id less 1; ids are
// given in order and never again. One thread; allocates in its constructor only.
#pragma once

#include <cstdint>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "base/lazy_array.hpp"
#include "base/prefetch.hpp"
#include "model/enums.hpp"
#include "model/invariants.hpp"
#include "model/limits.hpp"
#include "model/types.hpp"
#include "risk/limits.hpp"

namespace bw::risk {

using AccountIndex = std::uint32_t;

/// What an order needs of its account. One cache line.
struct alignas(64) Account {
    OrderLimits order_limits;
    DailyLimits daily_limits;
    std::uint32_t max_open_orders;
    std::uint32_t open_orders;
    std::uint32_t self_trade_group;
    model::AccountState state;
    model::SelfTradePrevention self_trade_mode;
    std::uint16_t firm;  ///< 0: none
    std::uint8_t fee_tier;
    bool killed;   ///< by a kill switch of its own
    bool blocked;  ///< by any kill switch: its own, its firm's, the market's
};
static_assert(sizeof(Account) == 64);

/// Whether two accounts must not trade with each other.
[[nodiscard]] inline bool same_group(const Account& a, const Account& b) {
    return a.self_trade_group != 0 && a.self_trade_group == b.self_trade_group;
}

class Accounts {
 public:
    explicit Accounts(std::uint32_t capacity)
        : accounts_(capacity, base::PageSize::huge),
          references_(capacity),
          killed_firms_(std::size_t{model::firm_max} + 1) {}

    [[nodiscard]] bool known(model::AccountId id) const {
        return id.value() != 0 && id.value() <= count_;
    }
    [[nodiscard]] std::uint32_t count() const { return count_; }
    [[nodiscard]] bool full() const { return count_ == accounts_.size(); }
    [[nodiscard]] Account& operator[](AccountIndex index) { return accounts_[index]; }
    [[nodiscard]] const Account& operator[](AccountIndex index) const { return accounts_[index]; }
    /// Requires: known.
    [[nodiscard]] Account& of(model::AccountId id) { return accounts_[id.value() - 1]; }
    [[nodiscard]] const Account& of(model::AccountId id) const { return accounts_[id.value() - 1]; }
    [[nodiscard]] const model::ClientOrderId& reference(model::AccountId id) const {
        return references_[id.value() - 1];
    }

    /// A new account without limits, under the switches that are on. Requires: not full, firm <=
    /// model::firm_max.
    model::AccountId open(const model::ClientOrderId& reference, std::uint32_t firm);

    /// Requires of both: the account is known, or the firm <= model::firm_max.
    [[nodiscard]] bool is_killed(model::KillScope scope, std::uint32_t id) const;
    /// Switches, and blocks or frees whom it concerns. Cost: O(accounts).
    void set_killed(model::KillScope scope, std::uint32_t id, bool on);

    /// open_orders_counted: `open_orders` by account, recomputed from the orders.
    template <class Counts>
    void verify(const Counts& open_orders) const {
        for (AccountIndex a = 0; a < count_; ++a)
            model::require(model::Invariant::open_orders_counted,
                           accounts_[a].open_orders == open_orders[a]);
    }
    void add_to(base::RunningHash& hash, AccountIndex index) const;
    void add_switches_to(base::RunningHash& hash) const {
        for (std::uint32_t f = 1; f < killed_firms_.size(); ++f)
            if (killed_firms_[f] != 0) hash.add(f);
    }
    [[nodiscard]] bool market_killed() const { return market_killed_; }

    template <class Archive>
    void archive_count(Archive& archive) {
        archive(count_);
    }
    /// Whether the count that was loaded fits the capacity.
    [[nodiscard]] bool fits() const { return count_ <= accounts_.size(); }
    template <class Archive>
    void archive_market_switch(Archive& archive) {
        archive(market_killed_);
    }
    /// The numbers of the firms, and 0 at the end.
    template <class Archive>
    void archive_killed_firms(Archive& archive);
    template <class Archive>
    void archive_account(Archive& archive, AccountIndex index) {
        Account& account = accounts_[index];
        archive(account.order_limits.max_quantity, account.order_limits.max_value,
                account.daily_limits.max_quantity, account.daily_limits.max_value,
                account.max_open_orders, account.open_orders, account.state,
                account.self_trade_mode, account.self_trade_group, references_[index], account.firm,
                account.fee_tier, account.killed, account.blocked);
    }

 private:
    void block_accounts();

    base::LazyArray<Account> accounts_;
    base::LazyArray<model::ClientOrderId> references_;
    base::LazyArray<std::uint8_t> killed_firms_;
    std::uint32_t count_ = 0;
    bool market_killed_ = false;
};

template <class Archive>
void Accounts::archive_killed_firms(Archive& archive) {
    std::uint32_t firm = 0;
    if constexpr (Archive::loading) {
        for (archive(firm); firm != 0; archive(firm)) {
            if (firm >= killed_firms_.size()) return archive.spoil();
            killed_firms_[firm] = 1;
        }
    } else {
        for (std::uint32_t f = 1; f < killed_firms_.size(); ++f)
            if (killed_firms_[f] != 0) archive(f);
        archive(firm);
    }
}

}  // namespace bw::risk
