// Uncrossing: every candidate price is tried, with demand and supply summed anew for each.
#include "differential/naive_places.hpp"

namespace bw::differential {

using model::InstrumentState;

// ---- price

/// The reference, rounded down to a valid price, inside the limit bands.
std::int64_t NaiveExchange::reference_candidate(const Instrument& instrument) {
    const std::int64_t tick = instrument.terms.tick_size.value();
    const std::int64_t price = std::max(tick, rounded_down(instrument, instrument.reference));
    if (instrument.upper_limit == 0) return price;
    if (price > instrument.upper_limit)
        return std::max(tick, rounded_down(instrument, instrument.upper_limit));
    return price < instrument.lower_limit ? rounded_up(instrument, instrument.lower_limit) : price;
}

std::set<std::int64_t> NaiveExchange::candidates(const Instrument& instrument) const {
    std::set<std::int64_t> out;
    for (const Side side : {Side::buy, Side::sell})
        for (const std::uint64_t id : ladder(instrument, side)) out.insert(orders_.at(id).limit);
    if (rules_ < model::RuleSet::version_2) return out;
    out.insert(reference_candidate(instrument));
    if (instrument.upper_limit != 0)
        std::erase_if(out, [&](std::int64_t price) {
            return price < instrument.lower_limit || price > instrument.upper_limit;
        });
    return out;
}

/// Those of a side that would trade at a price, first come first.
NaiveExchange::Ids NaiveExchange::in_turn(const Instrument& instrument, Side side,
                                          std::int64_t price) const {
    Ids out, others;
    const auto& unpriced = instrument.unpriced[index_of(side)];
    const std::int64_t protection = protection_price(instrument, side, instrument.reference);
    for (const std::uint64_t id : ladder(instrument, side)) {
        const std::int64_t limit = orders_.at(id).limit;
        if (!meets(side, limit, price)) continue;
        const bool beyond = limit != protection && meets(side, limit, protection);
        (beyond && !unpriced.empty() ? out : others).push_back(id);
    }
    if (meets(side, protection, price)) out.insert(out.end(), unpriced.begin(), unpriced.end());
    out.insert(out.end(), others.begin(), others.end());
    return out;
}

std::optional<AuctionResult> NaiveExchange::find_auction_price(const Instrument& instrument) const {
    const auto quantity_at = [&](Side side, std::int64_t price) {
        int128 sum = 0;
        for (const std::uint64_t id : in_turn(instrument, side, price))
            sum += orders_.at(id).remaining;
        return sum;
    };
    std::vector<AuctionResult> left;
    for (const std::int64_t price : candidates(instrument)) {
        const int128 demand = quantity_at(Side::buy, price);
        const int128 supply = quantity_at(Side::sell, price);
        left.push_back({price, std::min(demand, supply), demand - supply});
    }
    const auto keep_smallest = [&](auto key) {
        if (left.empty()) return;
        const int128 smallest = key(*std::ranges::min_element(left, {}, key));
        std::erase_if(left, [&](const AuctionResult& one) { return key(one) != smallest; });
    };
    const auto size_of = [](int128 number) { return number < 0 ? -number : number; };
    std::erase_if(left, [](const AuctionResult& one) { return one.volume == 0; });
    keep_smallest([](const AuctionResult& one) { return -one.volume; });
    keep_smallest([&](const AuctionResult& one) { return size_of(one.surplus); });
    if (left.empty()) return std::nullopt;
    if (std::ranges::all_of(left, [](const auto& one) { return one.surplus > 0; }))
        return left.back();
    if (std::ranges::all_of(left, [](const auto& one) { return one.surplus < 0; }))
        return left.front();
    keep_smallest([&](const AuctionResult& one) {
        return size_of(static_cast<int128>(one.price) - instrument.reference);
    });
    return left.back();
}

// ---- self-trade prevention

bool NaiveExchange::is_group_pair(const Order& buy, const Order& sell) const {
    const Account& buyer = accounts_.at(buy.account);
    const Account& seller = accounts_.at(sell.account);
    constexpr auto none = model::SelfTradePrevention::none;
    return buyer.self_trade_group == seller.self_trade_group &&
           (buyer.self_trade_mode != none || seller.self_trade_mode != none);
}

/// The two do something else than trade `quantity`. True if each of them loses it all the same.
bool NaiveExchange::part_group_pair(Order& buy, Order& sell, std::uint64_t quantity) {
    using Mode = model::SelfTradePrevention;
    Order& older = buy.id < sell.id ? buy : sell;
    Order& younger = buy.id < sell.id ? sell : buy;
    Mode mode = Mode::cancel_newest;
    if (rules_ >= model::RuleSet::version_2) mode = accounts_.at(younger.account).self_trade_mode;
    if (mode == Mode::decrement) {
        for (Order* order : {&older, &younger})
            if (order->remaining == quantity)
                cancel(*order, model::CancelReason::self_trade);
            else
                reduce(*order, quantity);
        return true;
    }
    if (mode == Mode::cancel_oldest || mode == Mode::cancel_both)
        cancel(older, model::CancelReason::self_trade);
    if (mode != Mode::cancel_oldest) cancel(younger, model::CancelReason::self_trade);
    return false;
}

/// Goes through the trades without making them. True if there was such a pair.
bool NaiveExchange::cancel_group_pairs(const Instrument& instrument, std::int64_t price) {
    const Ids buys = in_turn(instrument, Side::buy, price);
    const Ids sells = in_turn(instrument, Side::sell, price);
    std::map<std::uint64_t, std::uint64_t> left;
    for (const Ids* side : {&buys, &sells})
        for (const std::uint64_t id : *side) left[id] = orders_.at(id).remaining;
    bool any = false;
    for (std::size_t b = 0, s = 0; b < buys.size() && s < sells.size();) {
        Order& buy = orders_.at(buys[b]);
        Order& sell = orders_.at(sells[s]);
        const std::uint64_t quantity = std::min(left[buy.id], left[sell.id]);
        bool both_lose_it = true;
        if (is_group_pair(buy, sell)) {
            any = true;
            both_lose_it = part_group_pair(buy, sell, quantity);
        }
        if (both_lose_it) {
            left[buy.id] -= quantity;
            left[sell.id] -= quantity;
        }
        if (left[buy.id] == 0 || buy.place == Place::closed) ++b;
        if (left[sell.id] == 0 || sell.place == Place::closed) ++s;
    }
    return any;
}

// ---- uncross

/// Market orders may trade as far as the reference of today allows.
void NaiveExchange::renew_protection(Instrument& instrument) {
    for (const Side side : {Side::buy, Side::sell}) {
        const std::int64_t limit = protection_price(instrument, side, instrument.reference);
        for (const std::uint64_t id : std::list(instrument.unpriced[index_of(side)])) {
            Order& order = orders_.at(id);
            if (order.limit == limit) continue;
            Order changed = order;
            changed.limit = limit;
            const int128 more = cash_hold_of(changed) - cash_hold_of(order);
            const bool fits = value_of(changed) <= int64_max && cash_hold_of(changed) <= int64_max;
            if (!fits || more > cash(order.account, currency_of(order.instrument)).available()) {
                cancel(order, model::CancelReason::insufficient_cash);
                continue;
            }
            release(order);
            order.limit = limit;
            hold(order);
            if (more == 0) continue;
            codec::OrderReplaced event{};
            event.order_id = model::OrderId{id};
            event.price = model::no_price;
            event.remaining = model::Quantity{order.remaining};
            event.hold = model::Money{narrow(cash_hold_of(order))};
            event.account = model::AccountId{order.account};
            event.instrument = model::InstrumentId{order.instrument};
            emit(event);
        }
    }
}

bool NaiveExchange::uncross(Instrument& instrument, Outside outside) {
    const InstrumentState left = instrument.state;
    if (instrument.allocation == model::Allocation::dark) {
        uncross_dark(instrument);
        return true;
    }
    if (rules_ >= model::RuleSet::version_2) renew_protection(instrument);
    auto result = find_auction_price(instrument);
    while (result && cancel_group_pairs(instrument, result->price))
        result = find_auction_price(instrument);
    if (result && outside != Outside::trades) {
        const Range range = execution_range(instrument);
        const bool inside = result->price >= range.least && result->price <= range.most;
        if (!inside && outside == Outside::extends) return false;
        if (!inside) result.reset();
    }
    if (result) uncross_at(instrument, *result);
    if (result && left == InstrumentState::closing_auction)
        instrument.closing_auction_price = result->price;
    if (!result && !is_auction(left)) return true;
    codec::AuctionEnded event{};
    event.price = result ? model::Price{result->price} : model::no_price;
    if (result) event.volume = model::Quantity{static_cast<std::uint64_t>(result->volume)};
    if (result) event.surplus = narrow(result->surplus);
    event.instrument = instrument.terms.instrument;
    event.state = left;
    emit(event);
    return true;
}

void NaiveExchange::uncross_at(Instrument& instrument, const AuctionResult& result) {
    // Whether market orders take part is decided once: the first trade moves the reference.
    const Ids buys = in_turn(instrument, Side::buy, result.price);
    const Ids sells = in_turn(instrument, Side::sell, result.price);
    for (std::size_t b = 0, s = 0; b < buys.size() && s < sells.size();) {
        Order& buy = orders_.at(buys[b]);
        Order& sell = orders_.at(sells[s]);
        trade(sell, buy,
              {result.price, std::min(buy.remaining, sell.remaining), model::TradeKind::auction,
               true});
        if (buy.remaining == 0) ++b;
        if (sell.remaining == 0) ++s;
    }
    instrument.static_reference = result.price;
}

void NaiveExchange::uncross_dark(Instrument& instrument) {
    const auto price = midpoint(instrument);
    while (price) {
        const auto buys = best_queue(instrument, Side::buy);
        const auto sells = best_queue(instrument, Side::sell);
        if (!buys || !sells || buys->price < *price || sells->price > *price) break;
        Order& buy = orders_.at(buys->orders->front());
        Order& sell = orders_.at(sells->orders->front());
        if (is_group_pair(buy, sell)) {
            static_cast<void>(part_group_pair(buy, sell, std::min(buy.remaining, sell.remaining)));
            continue;
        }
        trade(sell, buy,
              {*price, std::min(buy.remaining, sell.remaining), model::TradeKind::midpoint, true});
    }
}

void NaiveExchange::cancel_leftovers(Instrument& instrument, bool also_waiting) {
    cancel_each(instrument, model::CancelReason::auction_ended, [&](const Order& order) {
        if (order.place == Place::waiting) return also_waiting;
        const bool in_book = order.place == Place::lit || order.place == Place::dark ||
                             order.place == Place::unpriced;
        return in_book && (order.type == model::OrderType::market ||
                           order.time_in_force == model::TimeInForce::at_open ||
                           order.time_in_force == model::TimeInForce::at_close);
    });
}

void NaiveExchange::on(const codec::PublishIndicative& command) {
    const std::uint32_t only = command.instrument.value();
    if (only != 0 && !instruments_.contains(only))
        return reject(command, Reason::unknown_instrument);
    if (storage_scarce_) return reject(command, Reason::storage_scarce);
    codec::IndicativesPublished end{};
    for (const auto& [id, instrument] : instruments_) {
        if (only != 0 && id != only) continue;
        if (!is_auction(instrument.state) || instrument.allocation == model::Allocation::dark)
            continue;
        const auto result = find_auction_price(instrument);
        codec::IndicativePrice event{};
        event.price = result ? model::Price{result->price} : model::no_price;
        if (result) event.volume = model::Quantity{static_cast<std::uint64_t>(result->volume)};
        if (result) event.surplus = narrow(result->surplus);
        event.instrument = model::InstrumentId{id};
        event.state = instrument.state;
        emit(event);
        ++end.published;
    }
    emit(end);
}

}  // namespace bw::differential
