// The state looked at as a whole: its hash, and the invariants that must hold between any two
// commands.
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
    std::uint32_t followers = 0;  ///< of the instrument at hand
    std::uint32_t icebergs = 0;
};

void Engine::State::verify_order(OrderSlot slot, std::uint32_t index, Sums& sums) const {
    const Order& order = orders_[slot];
    const Instrument& instrument = instruments_[index];
    BW_ASSERT(order.instrument == index && order.remaining > Quantity{0});
    BW_ASSERT(directory_.find(order.id).slot == slot &&
              directory_.find(order.id).account == order.account + 1);
    const base::int128 value = static_cast<base::int128>(order.price.value()) *
                               static_cast<base::int128>(order.remaining.value());
    if (order.side == model::Side::buy) {
        const auto hold = wallet::hold_for(Money{static_cast<std::int64_t>(value)},
                                           fee_schedules_[order.fee_schedule].hold);
        BW_ASSERT(hold && *hold == order.hold);
        sums.held_cash[std::size_t{order.account} * wallet::currencies_max + instrument.currency] +=
            order.hold.value();
    } else {
        sums.held_shares[order.position] += order.remaining.value();
    }
    sums.open_quantity[order.position] += order.remaining.value();
    sums.open_value[order.position] += value;
    ++sums.open_orders[order.account];
    ++sums.orders;
    if ((order.traits & order_book::following_trait) != 0) ++sums.followers;
    if ((order.traits & order_book::iceberg_trait) != 0 && order.place == Place::lit) {
        const auto& conditions = conditions_[slot];
        BW_ASSERT(conditions.displayed > Quantity{0} &&
                  conditions.displayed <= std::min(conditions.display, order.remaining));
        ++sums.icebergs;
    }
}

/// `side` is the direction in which the queue is ordered: of stop orders not that of the orders.
template <model::Side side>
void Engine::State::verify_queue(const order_book::BookSide<side>& resting, std::uint32_t index,
                                 model::Side orders_side, Place place, Sums& sums) const {
    const Instrument& instrument = instruments_[index];
    order_book::Tick last = order_book::no_tick;
    BW_ASSERT(resting.empty() == (resting.best_level() == order_book::LevelTree::none));
    for (auto handle = resting.best_level(); handle != order_book::LevelTree::none;
         handle = resting.worse(levels_, handle)) {
        const order_book::Level& level = levels_.level(handle);
        const order_book::Tick tick = levels_.tick_of(handle);
        if (last != order_book::no_tick)
            BW_ASSERT(side == model::Side::buy ? tick < last : tick > last);
        else
            BW_ASSERT(tick == resting.best());
        last = tick;
        BW_ASSERT(level.head != order_book::no_order);
        Quantity total{};
        OrderSlot previous = order_book::no_order;
        for (OrderSlot slot = level.head; slot != order_book::no_order; slot = orders_[slot].next) {
            const Order& order = orders_[slot];
            BW_ASSERT(order.previous == previous && order.level == handle &&
                      order.side == orders_side && order.place == place);
            if (place == Place::lit || (place == Place::dark && order.peg == model::PegKind::none))
                BW_ASSERT(instrument.ticks(order.price) == tick);
            if (place == Place::stop)
                BW_ASSERT(instrument.ticks(conditions_[slot].stop_price) == tick);
            verify_order(slot, index, sums);
            total += order.remaining;
            previous = slot;
        }
        BW_ASSERT(level.tail == previous && level.quantity == total);
    }
}

void Engine::State::verify_instrument(std::uint32_t index, Sums& sums) const {
    const Instrument& instrument = instruments_[index];
    const Listing& listing = listings_[index];
    sums.followers = sums.icebergs = 0;
    verify_queue(instrument.book.bids, index, model::Side::buy, Place::lit, sums);
    verify_queue(instrument.book.asks, index, model::Side::sell, Place::lit, sums);
    verify_queue(listing.dark.bids, index, model::Side::buy, Place::dark, sums);
    verify_queue(listing.dark.asks, index, model::Side::sell, Place::dark, sums);
    verify_queue(listing.stops.buys, index, model::Side::buy, Place::stop, sums);
    verify_queue(listing.stops.sells, index, model::Side::sell, Place::stop, sums);
    verify_queue(listing.waiting.bids, index, model::Side::buy, Place::waiting, sums);
    verify_queue(listing.waiting.asks, index, model::Side::sell, Place::waiting, sums);
    for (std::uint32_t i = 0; i < listing.followers; ++i) {
        const OrderSlot slot = followers_[std::size_t{index} * followers_max + i];
        if (orders_[slot].place == Place::parked) verify_order(slot, index, sums);
    }
    BW_ASSERT(sums.followers == listing.followers && sums.icebergs == listing.icebergs);
    if (instrument.state != model::InstrumentState::trading) return;

    // In trading nothing that could trade is left: neither a crossed or locked book nor a stop
    // order that is due.
    const auto best_bid = best_queue<model::Side::buy>(index);
    const auto best_ask = best_queue<model::Side::sell>(index);
    if (listing.allocation != model::Allocation::dark)
        BW_ASSERT(best_bid.place == Place::none || best_ask.place == Place::none ||
                  best_bid.tick < best_ask.tick);
    BW_ASSERT(due_stop(index) == order_book::no_order);
}

void Engine::State::verify() const {
    Sums sums(*this);
    for (std::uint32_t i = 0; i < instrument_count_; ++i) verify_instrument(i, sums);
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

void Engine::State::hash_order(OrderSlot slot, base::RunningHash& hash) const {
    const Order& order = orders_[slot];
    const auto byte = [](auto value) { return std::uint64_t{static_cast<std::uint8_t>(value)}; };
    hash.add(order.id.value());
    hash.add(static_cast<std::uint64_t>(order.price.value()));
    hash.add(order.remaining.value());
    hash.add(static_cast<std::uint64_t>(order.hold.value()));
    hash.add((std::uint64_t{order.account} << 32) | order.fee_schedule);
    hash.add((byte(order.side) << 16) | (byte(order.type) << 8) | byte(order.time_in_force));
    hash.add((byte(order.place) << 16) | (byte(order.peg) << 8) | byte(order.instructions));
    hash.add(executed_quantity(slot).value());
    const bool conditional = order.traits != 0 || order.place == Place::stop ||
                             order.time_in_force == model::TimeInForce::gtd;
    if (!conditional) return;
    const order_book::OrderConditions& conditions = conditions_[slot];
    hash.add(conditions.display.value());
    if (order.place == Place::lit) hash.add(conditions.displayed.value());
    hash.add(static_cast<std::uint64_t>(conditions.stop_price.value()));
    hash.add(static_cast<std::uint64_t>(conditions.offset.value()));
    hash.add(conditions.expire_date);
}

template <model::Side side>
void Engine::State::hash_queue(const order_book::BookSide<side>& resting,
                               base::RunningHash& hash) const {
    for (auto handle = resting.best_level(); handle != order_book::LevelTree::none;
         handle = resting.worse(levels_, handle))
        for (OrderSlot slot = levels_.level(handle).head; slot != order_book::no_order;
             slot = orders_[slot].next) {
            hash.add(levels_.tick_of(handle));
            hash_order(slot, hash);
        }
}

void Engine::State::hash_instrument(std::uint32_t index, base::RunningHash& hash) const {
    const Instrument& instrument = instruments_[index];
    const Listing& listing = listings_[index];
    const auto add_price = [&](model::Price price) {
        hash.add(static_cast<std::uint64_t>(price.value()));
    };
    hash.add(std::as_bytes(std::span(instrument.symbol.chars)));
    add_price(instrument.reference);
    add_price(instrument.last_price);
    add_price(instrument.tick_size);
    hash.add(instrument.lot_size.value());
    hash.add(instrument.order_limits.max_quantity.value());
    hash.add(static_cast<std::uint64_t>(instrument.order_limits.max_value.value()));
    hash.add((std::uint64_t{instrument.collar.value()} << 32) | instrument.currency);
    hash.add((std::uint64_t{instrument.traded} << 16) |
             (std::uint64_t{static_cast<std::uint8_t>(instrument.state)} << 8) |
             static_cast<std::uint8_t>(instrument.halt_reason));
    hash.add(issued_[index].value());

    for (const auto price : {listing.static_reference, listing.limit_lower, listing.limit_upper,
                             listing.bid, listing.ask, listing.closing_auction})
        add_price(price);
    hash.add((std::uint64_t{listing.static_band.value()} << 32) | listing.dynamic_band.value());
    hash.add((std::uint64_t{listing.lead_account} << 32) | listing.lead_share.value());
    hash.add(static_cast<std::uint64_t>(listing.allocation));
    hash.add(listing.in_limit_state ? listing.limit_state_since.value() : 0);
    hash.add(listing.trades_from.value());
    hash.add(listing.table.rows);
    for (const TickTable::Row& row : listing.table.row) {
        hash.add(static_cast<std::uint64_t>(row.from));
        hash.add(static_cast<std::uint64_t>(row.tick));
    }
    hash_queue(instrument.book.bids, hash);
    hash_queue(instrument.book.asks, hash);
    hash_queue(listing.dark.bids, hash);
    hash_queue(listing.dark.asks, hash);
    hash_queue(listing.stops.buys, hash);
    hash_queue(listing.stops.sells, hash);
    hash_queue(listing.waiting.bids, hash);
    hash_queue(listing.waiting.asks, hash);
    for (std::uint32_t i = 0; i < listing.followers; ++i)
        hash_order(followers_[std::size_t{index} * followers_max + i], hash);
}

void Engine::State::hash_accounts(base::RunningHash& hash) const {
    const auto add_money = [&](Money money) {
        hash.add(static_cast<std::uint64_t>(money.value()));
    };
    for (std::uint32_t a = 0; a < account_count_; ++a) {
        const Account& owner = accounts_[a];
        hash.add(std::as_bytes(std::span(account_references_[a].chars)));
        hash.add(owner.order_limits.max_quantity.value());
        add_money(owner.order_limits.max_value);
        hash.add(owner.daily_limits.max_quantity.value());
        add_money(owner.daily_limits.max_value);
        hash.add((std::uint64_t{owner.max_open_orders} << 32) | owner.open_orders);
        hash.add((std::uint64_t{owner.firm} << 32) | (std::uint64_t{owner.fee_tier} << 16) |
                 (std::uint64_t{owner.killed} << 8) | static_cast<std::uint8_t>(owner.state));
        hash.add((std::uint64_t{owner.self_trade_group} << 8) |
                 static_cast<std::uint8_t>(owner.self_trade_mode));
        for (std::uint32_t c = 0; c < currency_count_; ++c) {
            add_money(wallet_.cash(a, c).total);
            add_money(wallet_.cash(a, c).held);
        }
    }
}

std::uint64_t Engine::State::hash() const {
    base::RunningHash hash;
    const auto add_wide = [&](base::int128 value) {
        hash.add(static_cast<std::uint64_t>(value));
        hash.add(static_cast<std::uint64_t>(static_cast<base::uint128>(value) >> 64));
    };
    for (std::uint32_t i = 0; i < instrument_count_; ++i) hash_instrument(i, hash);
    for (std::uint32_t c = 0; c < currency_count_; ++c) {
        hash.add(std::as_bytes(std::span(currencies_[c].code.chars)));
        hash.add(static_cast<std::uint64_t>(currencies_[c].deposited.value()));
        hash.add(static_cast<std::uint64_t>(currencies_[c].fees.value()));
        hash.add(static_cast<std::uint64_t>(currencies_[c].rounding));
    }
    hash_accounts(hash);
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
    for (std::uint32_t f = 0; f <= last_fee_schedule_; ++f) {
        const FeeSchedule& schedule = fee_schedules_[f];
        for (const auto rate : {schedule.maker, schedule.taker, schedule.auction})
            hash.add(static_cast<std::uint64_t>(std::int64_t{rate.value()}));
    }
    for (const std::uint16_t schedule : tier_schedules_) hash.add(schedule);
    hash.add(directory_.last().value());
    hash.add(last_match_);
    hash.add(last_business_date_);
    hash.add((std::uint64_t{storage_scarce_} << 16) | (std::uint64_t{breaker_level_} << 8) |
             std::uint64_t{market_killed_});
    for (std::uint32_t f = 1; f < killed_firms_.size(); ++f)
        if (killed_firms_[f] != 0) hash.add(f);
    hash.add(last_proposal_);
    for (const Proposal& proposal : proposals_) {
        hash.add(proposal.number);
        if (proposal.number == 0) continue;
        hash.add((std::uint64_t{proposal.operator_id} << 16) | proposal.command_template);
        hash.add(std::span<const std::byte>(proposal.command));
    }
    return hash.value();
}

}  // namespace bw::engine
