#include "risk/accounts.hpp"

namespace bw::risk {

model::AccountId Accounts::open(const model::ClientOrderId& reference, std::uint32_t firm) {
    BW_ASSERT(!full());
    const model::AccountId id{++count_};
    Account& opened = of(id);
    opened = Account{};
    opened.max_open_orders = model::unlimited_count;
    opened.firm = static_cast<std::uint16_t>(firm);
    opened.blocked = market_killed_ || killed_firms_[firm] != 0;
    references_[id.value() - 1] = reference;
    return id;
}

bool Accounts::is_killed(model::KillScope scope, std::uint32_t id) const {
    switch (scope) {
        case model::KillScope::account: return of(model::AccountId{id}).killed;
        case model::KillScope::firm: return killed_firms_[id] != 0;
        case model::KillScope::market: return market_killed_;
    }
    return false;
}

void Accounts::set_killed(model::KillScope scope, std::uint32_t id, bool on) {
    switch (scope) {
        case model::KillScope::account: of(model::AccountId{id}).killed = on; break;
        case model::KillScope::firm: killed_firms_[id] = on ? 1 : 0; break;
        case model::KillScope::market: market_killed_ = on; break;
    }
    block_accounts();
}

/// Every account's own answer to "is any kill switch on", so that an order asks one byte.
void Accounts::block_accounts() {
    for (AccountIndex a = 0; a < count_; ++a)
        accounts_[a].blocked =
            accounts_[a].killed || killed_firms_[accounts_[a].firm] != 0 || market_killed_;
}

void Accounts::add_to(base::RunningHash& hash, AccountIndex index) const {
    const Account& owner = accounts_[index];
    const auto add_money = [&](model::Money money) {
        hash.add(static_cast<std::uint64_t>(money.value()));
    };
    hash.add(std::as_bytes(std::span(references_[index].chars)));
    hash.add(owner.order_limits.max_quantity.value());
    add_money(owner.order_limits.max_value);
    hash.add(owner.daily_limits.max_quantity.value());
    add_money(owner.daily_limits.max_value);
    hash.add((std::uint64_t{owner.max_open_orders} << 32) | owner.open_orders);
    hash.add((std::uint64_t{owner.firm} << 32) | (std::uint64_t{owner.fee_tier} << 16) |
             (std::uint64_t{owner.killed} << 8) | static_cast<std::uint8_t>(owner.state));
    hash.add((std::uint64_t{owner.self_trade_group} << 8) |
             static_cast<std::uint8_t>(owner.self_trade_mode));
}

}  // namespace bw::risk
