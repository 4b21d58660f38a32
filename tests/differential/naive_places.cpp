// Where open orders are, in the book and beside it, what they hold, and how they end.
#include "differential/naive_places.hpp"

namespace bw::differential {

/// In the book the best price comes first, among the stop orders the one that the market reaches
/// first.
std::int64_t NaiveExchange::rank_of(Place place, Side side, std::int64_t price) {
    const bool highest_first = (side == Side::buy) != (place == Place::stop);
    return highest_first ? -price : price;
}

Levels& NaiveExchange::levels_of(Instrument& instrument, Place place, Side side) {
    auto& both = place == Place::lit    ? instrument.lit
                 : place == Place::dark ? instrument.dark
                                        : instrument.stops;
    return both[index_of(side)];
}

/// Into the book, at the end of the queue at this price.
void NaiveExchange::rest(Order& order, std::int64_t price) {
    if (order.type == model::OrderType::market && rules_ >= model::RuleSet::version_2)
        return put(order, Place::unpriced, 0);
    const bool unseen = (order.instructions & hidden) != 0 ||
                        order.type == model::OrderType::pegged ||
                        instruments_.at(order.instrument).allocation == model::Allocation::dark;
    order.displayed = std::min(order.display_quantity, order.remaining);
    put(order, unseen ? Place::dark : Place::lit, price);
}

void NaiveExchange::put(Order& order, Place place, std::int64_t price) {
    BW_ASSERT(order.place == Place::incoming);
    Instrument& instrument = instruments_.at(order.instrument);
    order.place = place;
    order.at = price;
    if (place == Place::unpriced)
        instrument.unpriced[index_of(order.side)].push_back(order.id);
    else if (place == Place::waiting)
        instrument.waiting[index_of(order.side)].push_back(order.id);
    else if (place == Place::parked)
        instrument.parked[index_of(order.side)].insert(order.id);
    else
        levels_of(instrument, place, order.side)[rank_of(place, order.side, price)].push_back(
            order.id);
}

void NaiveExchange::leave_place(Order& order) {
    Instrument& instrument = instruments_.at(order.instrument);
    const Place from = std::exchange(order.place, Place::incoming);
    if (from == Place::incoming) return;
    if (from == Place::unpriced) {
        instrument.unpriced[index_of(order.side)].remove(order.id);
    } else if (from == Place::waiting) {
        instrument.waiting[index_of(order.side)].remove(order.id);
    } else if (from == Place::parked) {
        instrument.parked[index_of(order.side)].erase(order.id);
    } else {
        Levels& levels = levels_of(instrument, from, order.side);
        const auto level = levels.find(rank_of(from, order.side, order.at));
        level->second.remove(order.id);
        if (level->second.empty()) levels.erase(level);
    }
}

void NaiveExchange::park_pegged(Instrument& instrument) {
    for (const std::uint64_t id : instrument.pegged) {
        Order& order = orders_.at(id);
        leave_place(order);
        put(order, Place::parked, 0);
    }
}

// ---- ways through them

NaiveExchange::Ids NaiveExchange::ladder(const Instrument& instrument, Side side) const {
    const Levels& lit = instrument.lit[index_of(side)];
    const Levels& dark = instrument.dark[index_of(side)];
    Ids out;
    auto next_dark = dark.begin();
    const auto take_dark_before = [&](auto is_before) {
        for (; next_dark != dark.end() && is_before(next_dark->first); ++next_dark)
            out.insert(out.end(), next_dark->second.begin(), next_dark->second.end());
    };
    for (const auto& [rank, queue] : lit) {
        take_dark_before([&](std::int64_t dark_rank) { return dark_rank < rank; });
        out.insert(out.end(), queue.begin(), queue.end());
    }
    take_dark_before([](std::int64_t) { return true; });
    return out;
}

NaiveExchange::Ids NaiveExchange::walk(const Instrument& instrument, Side side) const {
    const std::size_t which = index_of(side);
    Ids out(instrument.unpriced[which].begin(), instrument.unpriced[which].end());
    for (const Levels* levels :
         {&instrument.lit[which], &instrument.dark[which], &instrument.stops[which]})
        for (const auto& [rank, queue] : *levels) out.insert(out.end(), queue.begin(), queue.end());
    out.insert(out.end(), instrument.waiting[which].begin(), instrument.waiting[which].end());
    out.insert(out.end(), instrument.parked[which].begin(), instrument.parked[which].end());
    return out;
}

bool NaiveExchange::has_open_orders(const Instrument& instrument) const {
    return !walk(instrument, Side::buy).empty() || !walk(instrument, Side::sell).empty();
}

std::optional<NaiveExchange::Queue> NaiveExchange::best_queue(Instrument& instrument,
                                                              Side side) const {
    Levels& lit = instrument.lit[index_of(side)];
    Levels& dark = instrument.dark[index_of(side)];
    if (lit.empty() && dark.empty()) return std::nullopt;
    const bool take_lit =
        dark.empty() || (!lit.empty() && lit.begin()->first <= dark.begin()->first);
    auto& [rank, orders] = *(take_lit ? lit : dark).begin();
    return Queue{orders_.at(orders.front()).at, &orders};
}

std::optional<std::int64_t> NaiveExchange::best_lit(const Instrument& instrument, Side side) {
    const Levels& levels = instrument.lit[index_of(side)];
    if (levels.empty()) return std::nullopt;
    return side == Side::buy ? -levels.begin()->first : levels.begin()->first;
}

// ---- funds

Balance& NaiveExchange::position(std::uint32_t account, std::uint32_t instrument) {
    const auto [entry, is_new] = shares_.try_emplace({account, instrument});
    if (is_new) instruments_.at(instrument).holders.push_back(account);
    return entry->second;
}

void NaiveExchange::hold(const Order& order) {
    Balance& shares = position(order.account, order.instrument);
    if (order.side == Side::sell)
        shares.held += order.remaining;
    else
        cash_[{order.account, currency_of(order.instrument)}].held += cash_hold_of(order);
}

void NaiveExchange::release(const Order& order) {
    if (order.side == Side::sell)
        position(order.account, order.instrument).held -= order.remaining;
    else
        cash_[{order.account, currency_of(order.instrument)}].held -= cash_hold_of(order);
}

// ---- ends

/// The order is kept, with nothing left, until the command ends: who still looks at it sees that it
/// is gone.
void NaiveExchange::close(Order& order) {
    leave_place(order);
    order.place = Place::closed;
    order.remaining = 0;
    accounts_.at(order.account).open.erase(order.id);
    Instrument& instrument = instruments_.at(order.instrument);
    instrument.pegged.erase(order.id);
    instrument.trailing.erase(order.id);
    closed_now_.push_back(order.id);
}

void NaiveExchange::cancel(Order& order, model::CancelReason reason) {
    release(order);
    codec::OrderCancelled event{};
    event.order_id = model::OrderId{order.id};
    event.quantity = model::Quantity{order.remaining};
    event.hold_released = model::Money{narrow(cash_hold_of(order))};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    event.reason = reason;
    event.side = order.side;
    emit(event);
    close(order);
}

/// By less than remains.
void NaiveExchange::reduce(Order& order, std::uint64_t quantity) {
    const int128 hold_before = cash_hold_of(order);
    release(order);
    order.remaining -= quantity;
    order.displayed = std::min(order.displayed, order.remaining);
    hold(order);
    codec::OrderReduced event{};
    event.order_id = model::OrderId{order.id};
    event.reduced_by = model::Quantity{quantity};
    event.remaining = model::Quantity{order.remaining};
    event.hold_released = model::Money{narrow(hold_before - cash_hold_of(order))};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    emit(event);
}

}  // namespace bw::differential
