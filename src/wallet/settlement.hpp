// Settlement: what orders hold, what trades move, and what is kept of trades so that they can be
// busted or corrected. Owns the wallet, the fees, the totals of each currency and the newest
// trades; nobody else changes them.
//
//   entry: hold, count_open ─► trade: settle ─► cancel: release, uncount_open
//
// Nothing is created or lost: cash of all accounts + fees = deposits, shares of all positions =
// issued. Callers check funds before they act (check_*, available()), so no action can fail. All
// O(1) but split() and end_day(). One thread; allocates in its constructor only.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "codec/event_buffer.hpp"
#include "codec/events.hpp"
#include "model/enums.hpp"
#include "order_book/order.hpp"
#include "wallet/fees.hpp"
#include "wallet/open_totals.hpp"
#include "wallet/wallet.hpp"

namespace bw::wallet {

using CurrencyIndex = std::uint32_t;
using InstrumentIndex = std::uint32_t;

struct CurrencyTotals {
    model::Currency code;
    model::Money deposited;  ///< less withdrawals, over all accounts
    model::Money fees;       ///< collected by the exchange
    std::int64_t rounding;   ///< what rounding left out of the fees, in 10^-6 of a Money unit
};

/// What is kept of a trade so that it can be busted or corrected.
struct TradeRecord {
    AccountIndex buyer;
    AccountIndex seller;
    model::Quantity quantity;
    model::Price price;
    model::Money buyer_fee;
    model::Money seller_fee;
    InstrumentIndex instrument;
    bool busted;
};

/// Two orders that trade; their remaining quantities are already lowered.
struct Match {
    order_book::Order& maker;
    order_book::Order& taker;
    model::Quantity quantity;
    model::Price price;
    model::TradeKind kind;
    CurrencyIndex currency;
};

/// limit x quantity of an admitted order always fits: it was checked for at least this quantity.
[[nodiscard]] constexpr model::Money value_of(model::Price price, model::Quantity quantity) {
    return model::Money{price.value() * static_cast<std::int64_t>(quantity.value())};
}

class Settlement {
 public:
    struct Capacity {
        std::uint32_t accounts;
        std::uint32_t positions;
        std::uint32_t instruments;
        std::uint32_t currencies;  ///< at most currencies_max
        std::uint32_t trades;      ///< newest that can be busted (a power of two)
    };

    Settlement(codec::EventBuffer& events, const Capacity& capacity);

    /// Lets the system provide the memory of the trades of so many orders now: fewer than one in
    /// eight trades.
    void provide_memory(std::uint32_t orders) { trades_.prepare(orders / 8); }

    [[nodiscard]] const Wallet& wallet() const { return wallet_; }
    [[nodiscard]] const Fees& fees() const { return fees_; }
    [[nodiscard]] Fees& fees() { return fees_; }
    [[nodiscard]] std::uint64_t last_match() const { return last_match_; }
    [[nodiscard]] model::Quantity issued(InstrumentIndex instrument) const {
        return issued_[instrument];
    }

    // Currencies: added as instruments and deposits name them.
    [[nodiscard]] const model::Currency& currency_code(CurrencyIndex currency) const {
        return currencies_[currency].code;
    }
    [[nodiscard]] std::optional<CurrencyIndex> find_currency(const model::Currency& code) const;
    [[nodiscard]] bool currencies_full() const { return currency_count_ == capacity_.currencies; }
    /// Requires: not there yet, not full.
    CurrencyIndex add_currency(const model::Currency& code);

    /// Finds the position or makes it. Requires: there is one, or positions are not full.
    [[nodiscard]] PositionIndex position_for(AccountIndex account, InstrumentIndex instrument) {
        return wallet_.open_position(account, instrument);
    }

    /// Sets aside what an order of this owner, position, hold and remaining quantity needs.
    void hold(const order_book::Order& order, CurrencyIndex currency) {
        if (order.side == model::Side::buy)
            wallet_.cash(order.account, currency).held += order.hold;
        else
            wallet_.position(order.position).held += order.remaining;
    }
    /// The order is about to have this hold and quantity in place of its own.
    void change_hold(const order_book::Order& order, model::Money hold, model::Quantity quantity,
                     CurrencyIndex currency) {
        if (order.side == model::Side::buy) {
            wallet_.cash(order.account, currency).held += hold - order.hold;
        } else {
            Position& position = wallet_.position(order.position);
            position.held = position.held - order.remaining + quantity;
        }
    }
    /// The cash that the order would hold at another limit, 0 of a sell; nothing if its value or
    /// hold does not fit Money.
    [[nodiscard]] std::optional<model::Money> hold_at(const order_book::Order& order,
                                                      model::Price limit) const {
        const auto value = model::notional(limit, order.remaining);
        if (!value || order.side == model::Side::sell) return value ? order.hold : value;
        return hold_for(*value, fees_.schedule(order.fee_schedule).hold);
    }
    /// Frees all that the order still holds.
    void release(const order_book::Order& order, CurrencyIndex currency) {
        if (order.side == model::Side::buy)
            wallet_.cash(order.account, currency).held -= order.hold;
        else
            wallet_.position(order.position).held -= order.remaining;
    }
    /// Frees what `quantity` held, which is already taken off the order. Returns the cash freed.
    [[nodiscard]] model::Money release_part(order_book::Order& order, model::Quantity quantity,
                                            CurrencyIndex currency) {
        if (order.side == model::Side::sell) {
            wallet_.position(order.position).held -= quantity;
            return model::Money{};
        }
        const model::Money released = lower_hold(order);
        wallet_.cash(order.account, currency).held -= released;
        return released;
    }

    /// What is open counts against the daily limits of its position.
    void count_open(const order_book::Order& order) {
        Position& position = wallet_.position(order.position);
        position.open_quantity += order.remaining;
        position.open_value += value_of(order.price, order.remaining).value();
    }
    void uncount_open(const order_book::Order& order) { uncount_open(order, order.remaining); }
    void uncount_open(const order_book::Order& order, model::Quantity quantity) {
        Position& position = wallet_.position(order.position);
        position.open_quantity -= quantity;
        position.open_value -= value_of(order.price, quantity).value();
    }

    /// One trade's money and shares; emits TradeExecuted and remembers the trade. `both_rest`:
    /// neither is incoming, the maker sells, both pay the auction rate.
    template <bool both_rest>
    void settle(const Match& match);

    /// Deposits, or withdraws if below 0. Refused for want of cash or of room; else done.
    [[nodiscard]] model::RejectReason move_cash(AccountIndex account, const model::Currency& code,
                                                model::Money amount);
    /// Likewise shares of an instrument. Requires: |quantity| <= max_quantity.
    [[nodiscard]] model::RejectReason move_shares(AccountIndex account, InstrumentIndex instrument,
                                                  std::int64_t quantity);

    // Trades that were wrong. `currency`: of the trade's instrument.
    /// nullptr: never made, too old, or before a split of its instrument.
    [[nodiscard]] const TradeRecord* find_trade(model::MatchNumber number) const;
    [[nodiscard]] model::RejectReason check_trade(model::MatchNumber number) const;
    /// Requires: check_trade. Whether buyer and seller still have what goes back.
    [[nodiscard]] model::RejectReason check_bust(model::MatchNumber number,
                                                 CurrencyIndex currency) const;
    /// Requires: check_bust. Undoes the trade.
    const TradeRecord& bust(model::MatchNumber number, CurrencyIndex currency);
    /// Requires: check_trade. Whether who would have to pay can.
    [[nodiscard]] model::RejectReason check_correction(model::MatchNumber number,
                                                       model::Price price,
                                                       CurrencyIndex currency) const;
    /// Requires: check_correction. The trade counts at `price` from now on.
    void correct(model::MatchNumber number, model::Price price, CurrencyIndex currency);

    /// Whether every position fits after a split.
    [[nodiscard]] bool split_fits(InstrumentIndex instrument, std::uint32_t numerator,
                                  std::uint32_t denominator) const;
    /// Every position of the instrument times numerator / denominator, rounded down; emits
    /// PositionAdjusted for those that change. Its trades so far can no longer be busted. Requires:
    /// split_fits, no open orders. Cost: O(positions).
    void split(InstrumentIndex instrument, std::uint32_t numerator, std::uint32_t denominator);
    /// Resets the daily counters. Cost: O(positions).
    void end_day();

    // The state looked at as a whole: settlement_state.cpp.
    /// Checks hold_of_an_order, and adds the order to the totals.
    void verify_order(const order_book::Order& order, CurrencyIndex currency,
                      OpenTotals& totals) const;
    void verify(const OpenTotals& totals, std::uint32_t accounts, std::uint32_t instruments) const;

    void add_currencies_to(base::RunningHash& hash) const;
    void add_cash_to(base::RunningHash& hash, AccountIndex account) const;
    void add_positions_to(base::RunningHash& hash) const;
    [[nodiscard]] model::MatchNumber bustable_from(InstrumentIndex instrument) const {
        return bustable_from_[instrument];
    }

    template <class Archive>
    void archive_counts(Archive& archive) {
        archive(currency_count_);
        fees_.archive_count(archive);
        archive(last_match_);
    }
    template <class Archive>
    void archive_currencies(Archive& archive) {
        for (std::uint32_t c = 0; c < currency_count_ && c < currencies_.size(); ++c)
            archive(currencies_[c].code, currencies_[c].deposited, currencies_[c].fees,
                    currencies_[c].rounding);
    }
    template <class Archive>
    void archive_bustable_from(Archive& archive, InstrumentIndex instrument) {
        archive(bustable_from_[instrument]);
    }
    template <class Archive>
    void archive_issued(Archive& archive, InstrumentIndex instrument) {
        archive(issued_[instrument]);
    }
    template <class Archive>
    void archive_cash(Archive& archive, AccountIndex account) {
        for (std::uint32_t c = 0; c < currency_count_; ++c) {
            archive(wallet_.cash(account, c).total);
            archive(wallet_.cash(account, c).held);
        }
    }
    /// Positions of other accounts or instruments than so many spoil the archive.
    template <class Archive>
    void archive_positions(Archive& archive, std::uint32_t accounts, std::uint32_t instruments);
    template <class Archive>
    void archive_trades(Archive& archive);
    /// Whether the counts that were loaded fit the capacity.
    [[nodiscard]] bool fits() const { return currency_count_ <= capacity_.currencies; }

 private:
    template <bool both_rest>
    void settle_shares(const Match& match, model::Money amount);
    void remember_trade(const Match& match, model::Money buyer_fee, model::Money seller_fee);
    [[nodiscard]] model::Money lower_hold(order_book::Order& order) {
        const model::Money before = order.hold;
        const model::Money value = value_of(order.price, order.remaining);
        order.hold = value + model::fee_on(value, fees_.schedule(order.fee_schedule).hold);
        return before - order.hold;
    }
    [[nodiscard]] TradeRecord& trade(model::MatchNumber number) {
        return trades_[number.value() & (capacity_.trades - 1)];
    }

    Capacity capacity_;
    codec::EventBuffer& events_;
    Wallet wallet_;
    Fees fees_;
    std::array<CurrencyTotals, currencies_max> currencies_{};
    std::uint32_t currency_count_ = 0;
    base::LazyArray<model::Quantity> issued_;            ///< per instrument
    base::LazyArray<model::MatchNumber> bustable_from_;  ///< per instrument, the first trade
    base::LazyArray<TradeRecord> trades_;                ///< ring, by match number
    std::uint64_t last_match_ = 0;
};

template <class Archive>
void Settlement::archive_positions(Archive& archive, std::uint32_t accounts,
                                   std::uint32_t instruments) {
    std::uint32_t positions = wallet_.positions();
    archive(positions);
    for (std::uint32_t p = 0; p < positions && archive.good(); ++p) {
        AccountIndex owner = 0;
        InstrumentIndex instrument = 0;
        if constexpr (!Archive::loading) {
            owner = wallet_.account_of(p);
            instrument = wallet_.instrument_of(p);
        }
        archive(owner, instrument);
        if constexpr (Archive::loading) {
            if (owner >= accounts || instrument >= instruments || wallet_.positions_full())
                return archive.spoil();
            static_cast<void>(wallet_.open_position(owner, instrument));
        }
        Position& position = wallet_.position(p);
        archive(position.total, position.held, position.open_quantity, position.day_quantity,
                position.open_value, position.day_value);
    }
}

template <class Archive>
void Settlement::archive_trades(Archive& archive) {
    const std::uint64_t kept = std::min<std::uint64_t>(last_match_, capacity_.trades);
    for (std::uint64_t t = last_match_ - kept + 1; t <= last_match_; ++t) {
        TradeRecord& kept_trade = trade(model::MatchNumber{t});
        archive(kept_trade.buyer, kept_trade.seller, kept_trade.quantity, kept_trade.price,
                kept_trade.buyer_fee, kept_trade.seller_fee, kept_trade.instrument,
                kept_trade.busted);
    }
}

}  // namespace bw::wallet
