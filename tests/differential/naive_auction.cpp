// Uncrossing: every candidate price is tried, with demand and supply summed anew for each.
#include "differential/naive_places.hpp"

namespace bw::differential {

using model::InstrumentState;

// ---- price

std::optional<AuctionResult> NaiveExchange::find_auction_price(const Instrument& instrument) const {
    const Ids buys = ladder(instrument, Side::buy);
    const Ids sells = ladder(instrument, Side::sell);
    std::set<std::int64_t> candidates;
    for (const Ids* side : {&buys, &sells})
        for (const std::uint64_t id : *side) candidates.insert(orders_.at(id).limit);

    const auto quantity_at = [&](const Ids& side, std::int64_t price) {
        int128 sum = 0;
        for (const std::uint64_t id : side) {
            const Order& order = orders_.at(id);
            if (meets(order.side, order.limit, price)) sum += order.remaining;
        }
        return sum;
    };
    std::vector<AuctionResult> left;
    for (const std::int64_t price : candidates) {
        const int128 demand = quantity_at(buys, price);
        const int128 supply = quantity_at(sells, price);
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

/// Goes through the trades without making them. True if any order was cancelled.
bool NaiveExchange::cancel_group_pairs(const Instrument& instrument, std::int64_t price) {
    const Ids buys = ladder(instrument, Side::buy);
    const Ids sells = ladder(instrument, Side::sell);
    std::map<std::uint64_t, std::uint64_t> traded;
    bool any = false;
    for (std::size_t b = 0, s = 0; b < buys.size() && s < sells.size();) {
        Order& buy = orders_.at(buys[b]);
        Order& sell = orders_.at(sells[s]);
        if (buy.limit < price || sell.limit > price) break;
        if (is_group_pair(buy, sell)) {
            any = true;
            cancel(buy.id > sell.id ? buy : sell, model::CancelReason::self_trade);
            ++(buy.id > sell.id ? b : s);
            continue;
        }
        const std::uint64_t quantity =
            std::min(buy.remaining - traded[buy.id], sell.remaining - traded[sell.id]);
        traded[buy.id] += quantity;
        traded[sell.id] += quantity;
        if (traded[buy.id] == buy.remaining) ++b;
        if (traded[sell.id] == sell.remaining) ++s;
    }
    return any;
}

// ---- uncross

void NaiveExchange::uncross(Instrument& instrument) {
    const InstrumentState left = instrument.state;
    if (instrument.allocation == model::Allocation::dark) return uncross_dark(instrument);
    auto result = find_auction_price(instrument);
    while (result && cancel_group_pairs(instrument, result->price))
        result = find_auction_price(instrument);
    if (result) uncross_at(instrument, *result);
    if (result && left == InstrumentState::closing_auction)
        instrument.closing_auction_price = result->price;
    if (!result && !is_auction(left)) return;
    codec::AuctionEnded event{};
    event.price = result ? model::Price{result->price} : model::no_price;
    if (result) event.volume = model::Quantity{static_cast<std::uint64_t>(result->volume)};
    if (result) event.surplus = narrow(result->surplus);
    event.instrument = instrument.terms.instrument;
    event.state = left;
    emit(event);
}

void NaiveExchange::uncross_at(Instrument& instrument, const AuctionResult& result) {
    for (;;) {
        const auto buys = best_queue(instrument, Side::buy);
        const auto sells = best_queue(instrument, Side::sell);
        if (!buys || !sells || buys->price < result.price || sells->price > result.price) break;
        Order& buy = orders_.at(buys->orders->front());
        Order& sell = orders_.at(sells->orders->front());
        trade(sell, buy,
              {result.price, std::min(buy.remaining, sell.remaining), model::TradeKind::auction,
               true});
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
            cancel(buy.id > sell.id ? buy : sell, model::CancelReason::self_trade);
            continue;
        }
        trade(sell, buy,
              {*price, std::min(buy.remaining, sell.remaining), model::TradeKind::midpoint, true});
    }
}

void NaiveExchange::cancel_leftovers(Instrument& instrument, bool also_waiting) {
    cancel_each(instrument, model::CancelReason::auction_ended, [&](const Order& order) {
        if (order.place == Place::waiting) return also_waiting;
        const bool in_book = order.place == Place::lit || order.place == Place::dark;
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
