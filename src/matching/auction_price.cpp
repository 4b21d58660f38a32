// The price of an auction: the candidates and the rule that chooses one. The uncross is in
// auctions.cpp.
#include <array>
#include <cstdlib>

#include "matching/auctions.hpp"

namespace bw::matching {

using model::Side;
using order_book::LevelTree;
using order_book::no_tick;

namespace {

std::uint64_t magnitude(std::int64_t surplus) {
    return static_cast<std::uint64_t>(surplus < 0 ? -surplus : surplus);
}

/// The occupied levels of up to two sides of the same direction, from a tick on upwards, as one:
/// what rests at each tick.
template <Side side>
class Ladder {
 public:
    Ladder(const order_book::LevelPool& levels, const order_book::BookSide<side>& lit,
           const order_book::BookSide<side>& dark, order_book::Tick from)
        : levels_(levels), sides_{&lit, &dark} {
        for (std::size_t i = 0; i < 2; ++i) handles_[i] = first(*sides_[i], from);
    }

    /// no_tick when there is nothing more.
    [[nodiscard]] order_book::Tick tick() const { return std::min(tick_of(0), tick_of(1)); }

    /// What rests at tick(); goes on to the next higher one.
    [[nodiscard]] std::uint64_t take() {
        const order_book::Tick now = tick();
        std::uint64_t quantity = 0;
        for (std::size_t i = 0; i < 2; ++i) {
            if (tick_of(i) != now) continue;
            quantity += levels_.level(handles_[i]).quantity.value();
            handles_[i] = higher(*sides_[i], handles_[i]);
        }
        return quantity;
    }

 private:
    using Handle = order_book::LevelHandle;

    [[nodiscard]] order_book::Tick tick_of(std::size_t i) const {
        return handles_[i] == LevelTree::none ? no_tick : levels_.tick_of(handles_[i]);
    }
    [[nodiscard]] Handle higher(const order_book::BookSide<side>& resting, Handle handle) const {
        return side == Side::buy ? resting.better_than(levels_, levels_.tick_of(handle))
                                 : resting.worse(levels_, handle);
    }
    /// The lowest level at or above `from`.
    [[nodiscard]] Handle first(const order_book::BookSide<side>& resting,
                               order_book::Tick from) const {
        return side == Side::buy ? resting.better_than(levels_, from - 1)
                                 : resting.at_or_worse(levels_, from);
    }

    const order_book::LevelPool& levels_;
    std::array<const order_book::BookSide<side>*, 2> sides_;
    std::array<Handle, 2> handles_{};
};

/// One candidate after the other, each compared with the best so far. Keeps what the last rule
/// needs.
struct Candidates {
    std::uint64_t volume = 0;
    std::uint64_t surplus = 0;  ///< magnitude
    bool some_to_buy = false, some_to_sell = false, some_even = false;
    order_book::Tick lowest = 0, highest = 0;

    void look_at(order_book::Tick tick, std::uint64_t demand, std::uint64_t supply) {
        const std::uint64_t tradable = std::min(demand, supply);
        const std::uint64_t left = std::max(demand, supply) - tradable;
        if (tradable < volume || (tradable == volume && left > surplus) || tradable == 0) return;
        if (tradable > volume || left < surplus)
            *this = {tradable, left, false, false, false, tick, tick};
        highest = tick;
        (demand > supply ? some_to_buy : demand < supply ? some_to_sell : some_even) = true;
    }
    [[nodiscard]] bool pressed_up() const { return some_to_buy && !some_to_sell && !some_even; }
    [[nodiscard]] bool pressed_down() const { return some_to_sell && !some_to_buy && !some_even; }
};

}  // namespace

template <Side side>
Queue Auctions::best_limit(InstrumentIndex index) const {
    const Queue best = orders_.best_queue<side>(index);
    return OpenOrders::is_unpriced<side>(best) ? orders_.worse_queue<side>(index, best) : best;
}
template Queue Auctions::best_limit<Side::buy>(InstrumentIndex) const;
template Queue Auctions::best_limit<Side::sell>(InstrumentIndex) const;

template <Side side>
std::uint64_t Auctions::unpriced_quantity(InstrumentIndex index) const {
    const Queue best = orders_.best_queue<side>(index);
    return OpenOrders::is_unpriced<side>(best) ? orders_.levels().level(best.level).quantity.value()
                                               : 0;
}

Tick Auctions::protection_tick(InstrumentIndex index, Side side) const {
    const Instrument& instrument = instruments_[index];
    return instrument.ticks(instruments_.protection(index, side, instrument.reference));
}

/// The reference as a price at which the instrument may trade.
Tick Auctions::reference_tick(InstrumentIndex index) const {
    const Instrument& instrument = instruments_[index];
    const Listing& listing = instruments_.listing(index);
    const auto valid = [&](model::Price price) {
        return std::max(listing.table.round_down(price.value(), instrument.tick_size),
                        instrument.tick_size);
    };
    model::Price price = valid(instrument.reference);
    if (listing.has_limit_bands() && price > listing.limit_upper)
        price = valid(listing.limit_upper);
    if (listing.has_limit_bands() && price < listing.limit_lower)
        price = listing.table.round_up(listing.limit_lower.value(), instrument.tick_size);
    return instrument.ticks(price);
}

Auctions::BesideLimits Auctions::beside_limits(InstrumentIndex index) const {
    if (!rules_.unpriced_auctions()) return {};
    const Instrument& instrument = instruments_[index];
    const Listing& listing = instruments_.listing(index);
    BesideLimits out{.buys = unpriced_quantity<Side::buy>(index),
                     .sells = unpriced_quantity<Side::sell>(index),
                     .buys_up_to = protection_tick(index, Side::buy),
                     .sells_down_to = protection_tick(index, Side::sell),
                     .reference = reference_tick(index)};
    if (listing.has_limit_bands()) {
        out.lowest = instrument.ticks(listing.limit_lower);
        out.highest = instrument.ticks(listing.limit_upper);
    }
    return out;
}

AuctionResult Auctions::find_price(InstrumentIndex index) const {
    const BesideLimits beside = beside_limits(index);
    const Queue best_bid = best_limit<Side::buy>(index);
    const Queue best_ask = best_limit<Side::sell>(index);
    Tick from = best_ask.place == Place::none ? no_tick : best_ask.tick;
    Tick to = best_bid.place == Place::none ? 0 : best_bid.tick;
    if (beside.sells != 0) from = std::min(from, beside.sells_down_to);
    if (beside.buys != 0) to = std::max(to, beside.buys_up_to);
    if (from > to) return {};
    const auto& bids = orders_.side_of<Side::buy>(index, Place::lit);
    const auto& dark_bids = orders_.side_of<Side::buy>(index, Place::dark);
    const auto& asks = orders_.side_of<Side::sell>(index, Place::lit);
    const auto& dark_asks = orders_.side_of<Side::sell>(index, Place::dark);

    std::uint64_t all_bids = 0;
    for (Ladder<Side::buy> ladder(orders_.levels(), bids, dark_bids, from);
         ladder.tick() < OpenOrders::market_tick(Side::buy);)
        all_bids += ladder.take();
    const auto for_each_candidate = [&](auto&& look) {
        Ladder<Side::buy> buys(orders_.levels(), bids, dark_bids, from);
        Ladder<Side::sell> sells(orders_.levels(), asks, dark_asks, from);
        std::uint64_t demand = all_bids;
        std::uint64_t supply = 0;
        Tick reference = beside.reference >= from ? beside.reference : no_tick;
        while (true) {
            const Tick tick = std::min({buys.tick(), sells.tick(), reference});
            if (tick > to) break;
            if (sells.tick() == tick) supply += sells.take();
            if (tick >= beside.lowest && tick <= beside.highest)
                look(tick, demand + (tick <= beside.buys_up_to ? beside.buys : 0),
                     supply + (tick >= beside.sells_down_to ? beside.sells : 0));
            if (buys.tick() == tick) demand -= buys.take();
            if (reference == tick) reference = no_tick;
        }
    };
    return choose(index, for_each_candidate);
}

/// Among the candidates the one that the last rule chooses.
template <class ForEach>
AuctionResult Auctions::choose(InstrumentIndex index, ForEach&& for_each_candidate) const {
    Candidates candidates;
    for_each_candidate([&](Tick tick, std::uint64_t demand, std::uint64_t supply) {
        candidates.look_at(tick, demand, supply);
    });
    const std::int64_t tick_size = instruments_[index].tick_size.value();
    std::int64_t wanted = instruments_[index].reference.value();
    if (candidates.pressed_up()) wanted = candidates.highest * tick_size;
    if (candidates.pressed_down()) wanted = candidates.lowest * tick_size;

    AuctionResult result;
    std::int64_t nearest = 0;
    for_each_candidate([&](Tick tick, std::uint64_t demand, std::uint64_t supply) {
        const std::uint64_t tradable = std::min(demand, supply);
        const auto surplus = static_cast<std::int64_t>(demand) - static_cast<std::int64_t>(supply);
        if (tradable == 0 || tradable != candidates.volume ||
            magnitude(surplus) != candidates.surplus)
            return;
        const std::int64_t distance = std::abs(tick * tick_size - wanted);
        if (result.found && distance > nearest) return;  // at equal distance the higher, later one
        result = {true, tick, tradable, surplus};
        nearest = distance;
    });
    return result;
}

}  // namespace bw::matching
