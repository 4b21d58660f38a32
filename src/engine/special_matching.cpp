// Matching where the book is more than displayed orders in price-time: dark and iceberg orders,
// execution ranges, other allocations. The loop is the plain one, a queue (one price in one place)
// at a time.
#include "engine/state.hpp"

namespace bw::engine {

using model::Allocation;
using model::Side;
using order_book::LevelTree;
using order_book::no_order;

template <Side side>
order_book::BookSide<side>& Engine::State::side_of(std::uint32_t instrument, Place place) {
    return place == Place::lit ? instruments_[instrument].book.on<side>()
                               : listings_[instrument].dark.on<side>();
}

template <Side side>
const order_book::BookSide<side>& Engine::State::side_of(std::uint32_t instrument,
                                                         Place place) const {
    return const_cast<State*>(this)->side_of<side>(instrument, place);
}

template <Side side>
Engine::State::Queue Engine::State::better_of(LevelHandle lit, LevelHandle dark) const {
    if (lit == LevelTree::none && dark == LevelTree::none) return {};
    const Queue lit_queue{Place::lit, lit, lit == LevelTree::none ? 0 : levels_.tick_of(lit)};
    const Queue dark_queue{Place::dark, dark, dark == LevelTree::none ? 0 : levels_.tick_of(dark)};
    if (dark == LevelTree::none) return lit_queue;
    if (lit == LevelTree::none) return dark_queue;
    if (planted(Fault::hidden_goes_before_displayed) && dark_queue.tick == lit_queue.tick)
        return dark_queue;
    const bool dark_is_better =
        side == Side::buy ? dark_queue.tick > lit_queue.tick : dark_queue.tick < lit_queue.tick;
    return dark_is_better ? dark_queue : lit_queue;
}

template <Side side>
Engine::State::Queue Engine::State::best_queue(std::uint32_t instrument) const {
    return better_of<side>(side_of<side>(instrument, Place::lit).best_level(),
                           side_of<side>(instrument, Place::dark).best_level());
}

/// The queue after `queue` in priority: at the same price dark follows lit.
template <Side side>
Engine::State::Queue Engine::State::worse_queue(std::uint32_t instrument,
                                                const Queue& queue) const {
    const auto& lit = side_of<side>(instrument, Place::lit);
    const auto& dark = side_of<side>(instrument, Place::dark);
    return better_of<side>(lit.worse_than(levels_, queue.tick),
                           queue.place == Place::lit ? dark.at_or_worse(levels_, queue.tick)
                                                     : dark.worse_than(levels_, queue.tick));
}

template const order_book::BookSide<Side::buy>& Engine::State::side_of<Side::buy>(std::uint32_t,
                                                                                  Place) const;
template const order_book::BookSide<Side::sell>& Engine::State::side_of<Side::sell>(std::uint32_t,
                                                                                    Place) const;
template Engine::State::Queue Engine::State::best_queue<Side::buy>(std::uint32_t) const;
template Engine::State::Queue Engine::State::best_queue<Side::sell>(std::uint32_t) const;
template Engine::State::Queue Engine::State::worse_queue<Side::buy>(std::uint32_t,
                                                                    const Queue&) const;
template Engine::State::Queue Engine::State::worse_queue<Side::sell>(std::uint32_t,
                                                                     const Queue&) const;

Reach Engine::State::reach_of(const Order& taker, Tick limit) const {
    const Instrument& instrument = instruments_[taker.instrument];
    const Listing& listing = listings_[taker.instrument];
    Reach reach{limit, 0, order_book::no_tick};
    if (listing.allocation == Allocation::dark) {
        // Whether the midpoint is within the limit is asked once, of the price; then the resting
        // limits decide.
        const std::int64_t middle = listing.midpoint().value();
        const std::int64_t tick = instrument.tick_size.value();
        const bool buys = taker.side == Side::buy;
        const bool meets =
            middle != 0 && (buys ? taker.price.value() >= middle : taker.price.value() <= middle);
        if (!meets)
            reach.limit = buys ? 0 : order_book::no_tick;
        else
            reach.limit = static_cast<Tick>(buys ? middle / tick : (middle + tick - 1) / tick);
        return reach;
    }
    if (listing.has_limit_bands())
        reach.limit = taker.side == Side::buy
                          ? std::min(reach.limit, instrument.ticks(listing.limit_upper))
                          : std::max(reach.limit, instrument.ticks(listing.limit_lower));
    const auto narrow = [&](model::Price reference, model::Ppm band) {
        if (band.value() == 0) return;
        const std::int64_t distance = reference.value() * band.value() / model::ppm_unit;
        const std::int64_t tick = instrument.tick_size.value();
        const std::int64_t low = std::max<std::int64_t>(reference.value() - distance, 0);
        reach.lowest = std::max(reach.lowest, static_cast<Tick>((low + tick - 1) / tick));
        reach.highest =
            std::min(reach.highest, static_cast<Tick>((reference.value() + distance) / tick));
    };
    narrow(listing.static_reference, listing.static_band);
    narrow(instrument.reference, listing.dynamic_band);
    return reach;
}

model::Price Engine::State::queue_price(std::uint32_t index, const Queue& queue) const {
    if (is_dark_book(index)) return listings_[index].midpoint();
    return model::Price{static_cast<std::int64_t>(queue.tick) *
                        instruments_[index].tick_size.value()};
}

namespace {

template <Side resting>
bool within(order_book::Tick tick, order_book::Tick limit) {
    return resting == Side::buy ? tick >= limit : tick <= limit;
}

}  // namespace

template <Side resting>
bool Engine::State::match_special(OrderSlot taker_slot, Tick limit, model::RequestId request) {
    const Order& taker = orders_[taker_slot];
    const Reach reach = reach_of(taker, limit);
    while (taker.remaining > model::Quantity{0}) {
        const Queue queue = best_queue<resting>(taker.instrument);
        if (queue.place == Place::none || !within<resting>(queue.tick, reach.limit)) break;
        if (!reach.in_range(queue.tick) && !planted(Fault::execution_range_is_ignored)) {
            interrupted_ = true;
            break;
        }
        if (!match_queue<resting>(queue, taker_slot, request)) return false;
    }
    return true;
}

template bool Engine::State::match_special<Side::buy>(OrderSlot, Tick, model::RequestId);
template bool Engine::State::match_special<Side::sell>(OrderSlot, Tick, model::RequestId);

/// One step: a trade with the oldest order of the queue, or the whole queue shared out. False: the
/// taker was cancelled.
template <Side resting>
bool Engine::State::match_queue(const Queue& queue, OrderSlot taker_slot,
                                model::RequestId request) {
    Order& taker = orders_[taker_slot];
    const Allocation allocation = listings_[taker.instrument].allocation;
    const bool guarded =
        accounts_[taker.account].self_trade_mode != model::SelfTradePrevention::none;
    if (allocation == Allocation::lead || allocation == Allocation::pro_rata) {
        if (guarded && !prevent_in_queue<resting>(queue, taker_slot, request)) return false;
        const Queue now = best_queue<resting>(taker.instrument);
        if (now.level == queue.level && now.place == queue.place && now.tick == queue.tick)
            share_out<resting>(queue, taker);
        return true;
    }
    const OrderSlot maker = levels_.level(queue.level).head;
    if (guarded && same_group(accounts_[taker.account], accounts_[orders_[maker].account]))
        return prevent_self_trade(maker, taker_slot, request);
    const bool iceberg = (orders_[maker].traits & order_book::iceberg_trait) != 0;
    const model::Quantity there = iceberg ? conditions_[maker].displayed : orders_[maker].remaining;
    fill<resting>(queue, maker, taker, std::min(taker.remaining, there));
    return true;
}

template <Side resting>
bool Engine::State::prevent_in_queue(const Queue& queue, OrderSlot taker,
                                     model::RequestId request) {
    const Account& owner = accounts_[orders_[taker].account];
    for (OrderSlot slot = levels_.level(queue.level).head; slot != no_order;) {
        const OrderSlot next = orders_[slot].next;
        if (same_group(owner, accounts_[orders_[slot].account]) &&
            !prevent_self_trade(slot, taker, request))
            return false;
        slot = next;
    }
    return true;
}

template <Side resting>
void Engine::State::share_out(const Queue& queue, Order& taker) {
    if (taker.remaining < levels_.level(queue.level).quantity) {
        if (listings_[taker.instrument].allocation == Allocation::lead)
            share_to_lead<resting>(queue, taker);
        else
            share_pro_rata<resting>(queue, taker);
        // Less than the queue held was taken so far: it is still there.
    }
    while (taker.remaining > model::Quantity{0}) {
        const OrderSlot maker = levels_.level(queue.level).head;
        const model::Quantity there = orders_[maker].remaining;
        const bool last = orders_[maker].next == no_order && there <= taker.remaining;
        fill<resting>(queue, maker, taker, std::min(taker.remaining, there));
        if (last) return;
    }
}

template <Side resting>
void Engine::State::share_to_lead(const Queue& queue, Order& taker) {
    const Listing& listing = listings_[taker.instrument];
    const std::uint64_t lot = instruments_[taker.instrument].lot_size.value();
    const auto share = static_cast<std::uint64_t>(base::uint128{taker.remaining.value()} *
                                                  listing.lead_share.value() / model::ppm_unit);
    model::Quantity left{share - share % lot};
    for (OrderSlot slot = levels_.level(queue.level).head;
         slot != no_order && left > model::Quantity{0};) {
        const OrderSlot next = orders_[slot].next;
        if (orders_[slot].account == listing.lead_account) {
            const model::Quantity part = std::min(left, orders_[slot].remaining);
            left -= part;
            fill<resting>(queue, slot, taker, part);
        }
        slot = next;
    }
}

template <Side resting>
void Engine::State::share_pro_rata(const Queue& queue, Order& taker) {
    const std::uint64_t lot = instruments_[taker.instrument].lot_size.value();
    const base::uint128 incoming = taker.remaining.value();
    const std::uint64_t total = levels_.level(queue.level).quantity.value();
    for (OrderSlot slot = levels_.level(queue.level).head; slot != no_order;) {
        const OrderSlot next = orders_[slot].next;
        const auto share =
            static_cast<std::uint64_t>(incoming * orders_[slot].remaining.value() / total);
        if (planted(Fault::pro_rata_ignores_the_lot) && share > 0)
            fill<resting>(queue, slot, taker, model::Quantity{share});
        else if (share >= lot)
            fill<resting>(queue, slot, taker, model::Quantity{share - share % lot});
        slot = next;
    }
}

template <Side resting>
void Engine::State::fill(const Queue& queue, OrderSlot slot, Order& taker,
                         model::Quantity quantity) {
    Order& maker = orders_[slot];
    auto& side = side_of<resting>(maker.instrument, queue.place);
    const model::Price price = queue_price(maker.instrument, queue);
    maker.remaining -= quantity;
    levels_.level(queue.level).quantity -= quantity;
    taker.remaining -= quantity;
    settle<false>(
        maker, taker, quantity, price,
        is_dark_book(maker.instrument) ? model::TradeKind::midpoint : model::TradeKind::continuous);
    if (maker.remaining == model::Quantity{0}) {
        --accounts_[maker.account].open_orders;
        leave(slot);
        give_back(slot);
    } else if ((maker.traits & order_book::iceberg_trait) != 0) {
        conditions_[slot].displayed -= quantity;
        if (conditions_[slot].displayed == model::Quantity{0}) {
            if (!planted(Fault::iceberg_keeps_its_place)) {
                side.remove(levels_, orders_, slot);
                side.add(levels_, orders_, queue.tick, slot);
            }
            refresh_iceberg(slot);
        }
    }
}

/// Shows the next part of an iceberg order and tells.
void Engine::State::refresh_iceberg(OrderSlot slot) {
    const Order& order = orders_[slot];
    conditions_[slot].displayed = std::min(conditions_[slot].display, order.remaining);
    auto& event = emit<codec::OrderRefreshed>();
    event.request_id = request_;
    event.order_id = order.id;
    event.displayed = conditions_[slot].displayed;
    event.remaining = order.remaining;
    event.account = model::AccountId{order.account + 1};
    event.instrument = model::InstrumentId{order.instrument + 1u};
}

void Engine::State::interrupt_if_needed(std::uint32_t index, model::RequestId request) {
    interrupted_ = false;
    change_state(index, model::InstrumentState::volatility_auction, model::HaltReason::volatility,
                 request);
}

/// Which path the orders of this instrument must take now.
void Engine::State::update_special(std::uint32_t index) {
    const Listing& listing = listings_[index];
    const bool dark = !listing.dark.bids.empty() || !listing.dark.asks.empty();
    const bool stops = !listing.stops.buys.empty() || !listing.stops.sells.empty();
    std::uint8_t special = 0;
    if (dark || listing.icebergs != 0 || listing.has_bands() || listing.has_limit_bands() ||
        listing.allocation != Allocation::price_time)
        special |= special_matching;
    if (stops || listing.followers != 0 || listing.has_limit_bands() || listing.in_limit_state)
        special |= special_following;
    if (listing.table.rows != 0 || listing.has_limit_bands() ||
        listing.allocation == Allocation::dark)
        special |= special_prices;
    instruments_[index].special = special;
}

}  // namespace bw::engine
