// Settlement looked at as a whole: its part of the invariants and of the state hash.
#include <vector>

#include "model/invariants.hpp"
#include "wallet/settlement.hpp"

namespace bw::wallet {

using model::Invariant;
using model::Money;
using model::require;

void Settlement::verify_order(const order_book::Order& order, CurrencyIndex currency,
                              OpenTotals& totals) const {
    const base::int128 value = static_cast<base::int128>(order.price.value()) *
                               static_cast<base::int128>(order.remaining.value());
    if (order.side == model::Side::buy) {
        const auto hold = hold_for(Money{static_cast<std::int64_t>(value)},
                                   fees_.schedule(order.fee_schedule).hold);
        require(Invariant::hold_of_an_order, hold && *hold == order.hold);
        totals.held_cash[std::size_t{order.account} * currencies_max + currency] +=
            order.hold.value();
    } else {
        totals.held_shares[order.position] += order.remaining.value();
    }
    totals.open_quantity[order.position] += order.remaining.value();
    totals.open_value[order.position] += value;
    ++totals.open_orders[order.account];
    ++totals.orders;
}

void Settlement::verify(const OpenTotals& totals, std::uint32_t accounts,
                        std::uint32_t instruments) const {
    std::vector<base::int128> cash(currency_count_);
    for (AccountIndex a = 0; a < accounts; ++a)
        for (CurrencyIndex c = 0; c < currency_count_; ++c) {
            const Cash& balance = wallet_.cash(a, c);
            require(Invariant::held_cash,
                    balance.held.value() == totals.held_cash[std::size_t{a} * currencies_max + c]);
            require(Invariant::cash_covers_holds,
                    balance.held >= Money{0} && balance.total >= balance.held);
            cash[c] += balance.total.value();
        }
    for (CurrencyIndex c = 0; c < currency_count_; ++c)
        require(Invariant::cash_conserved,
                cash[c] + currencies_[c].fees.value() == currencies_[c].deposited.value());

    std::vector<std::uint64_t> shares(instruments);
    for (PositionIndex p = 0; p < wallet_.positions(); ++p) {
        const Position& position = wallet_.position(p);
        require(Invariant::held_shares, position.held.value() == totals.held_shares[p]);
        require(Invariant::shares_cover_holds, position.total >= position.held);
        require(Invariant::open_quantity_and_value,
                position.open_quantity.value() == totals.open_quantity[p] &&
                    position.open_value == totals.open_value[p]);
        shares[wallet_.instrument_of(p)] += position.total.value();
    }
    for (InstrumentIndex i = 0; i < instruments; ++i)
        require(Invariant::shares_conserved, shares[i] == issued_[i].value());
}

void Settlement::add_currencies_to(base::RunningHash& hash) const {
    for (CurrencyIndex c = 0; c < currency_count_; ++c) {
        hash.add(std::as_bytes(std::span(currencies_[c].code.chars)));
        hash.add(static_cast<std::uint64_t>(currencies_[c].deposited.value()));
        hash.add(static_cast<std::uint64_t>(currencies_[c].fees.value()));
        hash.add(static_cast<std::uint64_t>(currencies_[c].rounding));
    }
}

void Settlement::add_cash_to(base::RunningHash& hash, AccountIndex account) const {
    for (CurrencyIndex c = 0; c < currency_count_; ++c) {
        hash.add(static_cast<std::uint64_t>(wallet_.cash(account, c).total.value()));
        hash.add(static_cast<std::uint64_t>(wallet_.cash(account, c).held.value()));
    }
}

void Settlement::add_positions_to(base::RunningHash& hash) const {
    const auto add_wide = [&](base::int128 value) {
        hash.add(static_cast<std::uint64_t>(value));
        hash.add(static_cast<std::uint64_t>(static_cast<base::uint128>(value) >> 64));
    };
    for (PositionIndex p = 0; p < wallet_.positions(); ++p) {
        const Position& position = wallet_.position(p);
        hash.add((std::uint64_t{wallet_.account_of(p)} << 32) | wallet_.instrument_of(p));
        hash.add(position.total.value());
        hash.add(position.held.value());
        hash.add(position.open_quantity.value());
        hash.add(position.day_quantity.value());
        add_wide(position.open_value);
        add_wide(position.day_value);
    }
}

}  // namespace bw::wallet
