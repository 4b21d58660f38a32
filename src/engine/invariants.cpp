// The state looked at as a whole: its hash, and the invariants that must hold between any two commands.
#include <vector>

#include "engine/state.hpp"

namespace bw::engine {

using model::Money;
using model::Quantity;

/// What the open orders add up to, to be compared with what accounts and positions say.
struct Engine::State::Sums {
    explicit Sums(const State& state)
        : held_cash(std::size_t{state.account_count_} * wallet::currencies_max),
          held_shares(state.wallet_.positions()),
          open_quantity(state.wallet_.positions()),
          open_value(state.wallet_.positions()),
          open_orders(state.account_count_) {}
    std::vector<std::int64_t> held_cash;
    std::vector<std::uint64_t> held_shares;
    std::vector<std::uint64_t> open_quantity;
    std::vector<base::int128> open_value;
    std::vector<std::uint32_t> open_orders;
    std::uint32_t orders = 0;
};

template <model::Side side>
void Engine::State::verify_side(std::uint32_t index, Sums& sums) const {
    const Instrument& instrument = instruments_[index];
    const auto& resting = const_cast<Instrument&>(instrument).book.on<side>();
    order_book::Tick last = order_book::no_tick;
    for (auto handle = resting.best_level(); handle != order_book::LevelTree::none;
         handle = resting.worse(levels_, handle)) {
        const order_book::Level& level = levels_.level(handle);
        const order_book::Tick tick = levels_.tick_of(handle);
        if (last != order_book::no_tick)
            BW_ASSERT(side == model::Side::buy ? tick < last : tick > last);
        last = tick;
        BW_ASSERT(level.head != order_book::no_order);
        Quantity total{};
        OrderSlot previous = order_book::no_order;
        for (OrderSlot slot = level.head; slot != order_book::no_order; slot = orders_[slot].next) {
            const Order& order = orders_[slot];
            BW_ASSERT(order.previous == previous && order.level == handle && order.side == side &&
                      order.instrument == index);
            BW_ASSERT(order.remaining > Quantity{0} && instrument.ticks(order.price) == tick);
            BW_ASSERT(directory_.find(order.id).slot == slot &&
                      directory_.find(order.id).account == order.account + 1);
            const base::int128 value = static_cast<base::int128>(order.price.value()) *
                                       static_cast<base::int128>(order.remaining.value());
            if (side == model::Side::buy) {
                const auto hold = wallet::hold_for(Money{static_cast<std::int64_t>(value)},
                                                   fee_schedules_[order.fee_schedule].larger());
                BW_ASSERT(hold && *hold == order.hold);
                sums.held_cash[std::size_t{order.account} * wallet::currencies_max +
                               instrument.currency] += order.hold.value();
            } else {
                sums.held_shares[order.position] += order.remaining.value();
            }
            sums.open_quantity[order.position] += order.remaining.value();
            sums.open_value[order.position] += value;
            ++sums.open_orders[order.account];
            ++sums.orders;
            total += order.remaining;
            previous = slot;
        }
        BW_ASSERT(level.tail == previous && level.quantity == total);
    }
}

void Engine::State::verify() const {
    Sums sums(*this);
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        verify_side<model::Side::buy>(i, sums);
        verify_side<model::Side::sell>(i, sums);
        const order_book::Book& book = instruments_[i].book;
        BW_ASSERT(book.bids.empty() || book.asks.empty() || book.bids.best() < book.asks.best());
    }
    BW_ASSERT(sums.orders == orders_.in_use());

    std::vector<base::int128> cash(currency_count_);
    for (std::uint32_t a = 0; a < account_count_; ++a) {
        BW_ASSERT(accounts_[a].open_orders == sums.open_orders[a]);
        for (std::uint32_t c = 0; c < currency_count_; ++c) {
            const wallet::Cash& balance = wallet_.cash(a, c);
            BW_ASSERT(balance.held.value() ==
                      sums.held_cash[std::size_t{a} * wallet::currencies_max + c]);
            BW_ASSERT(balance.held >= Money{0} && balance.total >= balance.held);
            cash[c] += balance.total.value();
        }
    }
    for (std::uint32_t c = 0; c < currency_count_; ++c)
        BW_ASSERT(cash[c] + currencies_[c].fees.value() == currencies_[c].deposited.value());

    std::vector<std::uint64_t> shares(instrument_count_);
    for (std::uint32_t p = 0; p < wallet_.positions(); ++p) {
        const wallet::Position& position = wallet_.position(p);
        BW_ASSERT(position.held.value() == sums.held_shares[p] && position.total >= position.held);
        BW_ASSERT(position.open_quantity.value() == sums.open_quantity[p] &&
                  position.open_value == sums.open_value[p]);
        shares[wallet_.instrument_of(p)] += position.total.value();
    }
    for (std::uint32_t i = 0; i < instrument_count_; ++i)
        BW_ASSERT(shares[i] == issued_[i].value());
}

template <model::Side side>
void Engine::State::hash_side(const Instrument& instrument, base::RunningHash& hash) const {
    const auto& resting = const_cast<Instrument&>(instrument).book.on<side>();
    for (auto handle = resting.best_level(); handle != order_book::LevelTree::none;
         handle = resting.worse(levels_, handle)) {
        for (OrderSlot slot = levels_.level(handle).head; slot != order_book::no_order;
             slot = orders_[slot].next) {
            const Order& order = orders_[slot];
            hash.add(order.id.value());
            hash.add(static_cast<std::uint64_t>(order.price.value()));
            hash.add(order.remaining.value());
            hash.add(static_cast<std::uint64_t>(order.hold.value()));
            hash.add((std::uint64_t{order.account} << 32) | order.fee_schedule);
            hash.add((std::uint64_t{static_cast<std::uint8_t>(order.side)} << 16) |
                     (std::uint64_t{static_cast<std::uint8_t>(order.type)} << 8) |
                     static_cast<std::uint8_t>(order.time_in_force));
            hash.add((std::uint64_t{order.expire_date} << 8) | order.instructions);
            hash.add(executed_[slot].value());
        }
    }
}

std::uint64_t Engine::State::hash() const {
    base::RunningHash hash;
    const auto add_money = [&](Money money) {
        hash.add(static_cast<std::uint64_t>(money.value()));
    };
    const auto add_wide = [&](base::int128 value) {
        hash.add(static_cast<std::uint64_t>(value));
        hash.add(static_cast<std::uint64_t>(static_cast<base::uint128>(value) >> 64));
    };
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        const Instrument& instrument = instruments_[i];
        hash.add(std::as_bytes(std::span(instrument.symbol.chars)));
        hash.add(static_cast<std::uint64_t>(instrument.reference.value()));
        hash.add(static_cast<std::uint64_t>(instrument.tick_size.value()));
        hash.add(instrument.lot_size.value());
        hash.add(instrument.order_limits.max_quantity.value());
        add_money(instrument.order_limits.max_value);
        hash.add((std::uint64_t{instrument.collar.value()} << 32) | instrument.currency);
        hash.add((std::uint64_t{static_cast<std::uint8_t>(instrument.state)} << 8) |
                 static_cast<std::uint8_t>(instrument.halt_reason));
        hash.add(issued_[i].value());
        hash_side<model::Side::buy>(instrument, hash);
        hash_side<model::Side::sell>(instrument, hash);
    }
    for (std::uint32_t c = 0; c < currency_count_; ++c) {
        hash.add(std::as_bytes(std::span(currencies_[c].code.chars)));
        add_money(currencies_[c].deposited);
        add_money(currencies_[c].fees);
    }
    for (std::uint32_t a = 0; a < account_count_; ++a) {
        const Account& owner = accounts_[a];
        hash.add(std::as_bytes(std::span(owner.reference.chars)));
        hash.add(owner.order_limits.max_quantity.value());
        add_money(owner.order_limits.max_value);
        hash.add(owner.daily_limits.max_quantity.value());
        add_money(owner.daily_limits.max_value);
        hash.add((std::uint64_t{owner.max_open_orders} << 32) | owner.open_orders);
        hash.add(static_cast<std::uint64_t>(owner.state));
        hash.add((std::uint64_t{owner.self_trade_group} << 8) |
                 static_cast<std::uint8_t>(owner.self_trade_mode));
        for (std::uint32_t c = 0; c < currency_count_; ++c) {
            add_money(wallet_.cash(a, c).total);
            add_money(wallet_.cash(a, c).held);
        }
    }
    for (std::uint32_t p = 0; p < wallet_.positions(); ++p) {
        const wallet::Position& position = wallet_.position(p);
        hash.add((std::uint64_t{wallet_.account_of(p)} << 32) | wallet_.instrument_of(p));
        hash.add(position.total.value());
        hash.add(position.held.value());
        hash.add(position.open_quantity.value());
        hash.add(position.day_quantity.value());
        add_wide(position.open_value);
        add_wide(position.day_value);
    }
    order_ids_[today_].add_to(hash);
    order_ids_[1 - today_].add_to(hash);
    transfers_.add_to(hash);
    references_.add_to(hash);
    for (std::uint32_t f = 0; f <= fee_schedule_; ++f)
        hash.add((std::uint64_t{fee_schedules_[f].maker.value()} << 32) |
                 fee_schedules_[f].taker.value());
    hash.add(directory_.last().value());
    hash.add(last_match_);
    hash.add(last_business_date_);
    return hash.value();
}

}  // namespace bw::engine
