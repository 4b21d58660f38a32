// An incoming order meets the book: reach, self-trade prevention, allocation, interruption.
#include "differential/naive_answers.hpp"

namespace bw::differential {

using model::Allocation;
using Mode = model::SelfTradePrevention;

// ---- reach

NaiveExchange::Range NaiveExchange::execution_range(const Instrument& instrument) {
    Range out{0, int64_max};
    const auto narrow_to = [&](std::int64_t around, std::uint32_t band) {
        if (band == 0) return;
        out.least = std::max(out.least, around - part_of(around, band));
        out.most = std::min(out.most, around + part_of(around, band));
    };
    narrow_to(instrument.static_reference, instrument.static_band);
    narrow_to(instrument.reference, instrument.dynamic_band);
    return out;
}

bool NaiveExchange::within_limit_bands(const Instrument& instrument, Side side,
                                       std::int64_t price) {
    if (instrument.upper_limit == 0) return true;
    return side == Side::buy ? price <= instrument.upper_limit : price >= instrument.lower_limit;
}

std::optional<std::int64_t> NaiveExchange::midpoint(const Instrument& instrument) {
    if (instrument.quote_bid == 0) return std::nullopt;
    return (instrument.quote_bid + instrument.quote_ask) / 2;
}

/// Apart from the execution range.
bool NaiveExchange::is_within_reach(const Instrument& instrument, const Order& incoming,
                                    std::int64_t limit, std::int64_t queue_price) const {
    if (instrument.allocation != Allocation::dark)
        return meets(incoming.side, limit, queue_price) &&
               within_limit_bands(instrument, incoming.side, queue_price);
    const auto middle = midpoint(instrument);
    return middle && meets(incoming.side, limit, *middle) &&
           meets(model::opposite(incoming.side), queue_price, *middle);
}

bool NaiveExchange::finds(const Order& incoming, std::uint64_t wanted) const {
    if (wanted == 0) return true;
    const Instrument& instrument = instruments_.at(incoming.instrument);
    const Range range = execution_range(instrument);
    const bool dark_book = instrument.allocation == Allocation::dark;
    const bool whole_queues =
        instrument.allocation == Allocation::lead || instrument.allocation == Allocation::pro_rata;
    const bool goes_on = accounts_.at(incoming.account).self_trade_mode == Mode::cancel_oldest;
    int128 sum = 0, sum_before_queue = 0;
    const Order* before = nullptr;
    for (const std::uint64_t id : ladder(instrument, model::opposite(incoming.side))) {
        const Order& resting = orders_.at(id);
        if (!is_within_reach(instrument, incoming, incoming.limit, resting.at)) break;
        if (!dark_book && (resting.at < range.least || resting.at > range.most)) break;
        if (before == nullptr || before->at != resting.at || before->place != resting.place)
            sum_before_queue = sum;
        before = &resting;
        if (!is_self_trade(incoming, resting)) {
            sum += resting.remaining;
        } else if (!goes_on) {
            if (whole_queues) sum = sum_before_queue;
            break;
        }
    }
    return sum >= wanted;
}

// ---- matching

bool NaiveExchange::match(Order& taker, std::int64_t limit) {
    Instrument& instrument = instruments_.at(taker.instrument);
    if (instrument.allocation == Allocation::dark) {
        match_at_midpoint(instrument, taker);
        return false;
    }
    const Range range = execution_range(instrument);
    while (taker.remaining > 0) {
        const auto queue = best_queue(instrument, model::opposite(taker.side));
        if (!queue || !is_within_reach(instrument, taker, limit, queue->price)) return false;
        if (queue->price < range.least || queue->price > range.most) return true;
        trade_with_queue(instrument, taker, *queue);
    }
    return false;
}

void NaiveExchange::match_at_midpoint(Instrument& instrument, Order& taker) {
    while (taker.remaining > 0) {
        const auto queue = best_queue(instrument, model::opposite(taker.side));
        if (!queue || !is_within_reach(instrument, taker, taker.limit, queue->price)) return;
        Order& maker = orders_.at(queue->orders->front());
        if (is_self_trade(taker, maker))
            prevent_self_trade(maker, taker);
        else
            trade(maker, taker,
                  {*midpoint(instrument), std::min(maker.remaining, taker.remaining),
                   model::TradeKind::midpoint});
    }
}

void NaiveExchange::trade_with_queue(Instrument& instrument, Order& taker, Queue queue) {
    if (instrument.allocation == Allocation::price_time) {
        Order& maker = orders_.at(queue.orders->front());
        if (is_self_trade(taker, maker)) return prevent_self_trade(maker, taker);
        const std::uint64_t shown = maker.display_quantity > 0 ? maker.displayed : maker.remaining;
        return trade(maker, taker, {queue.price, std::min(shown, taker.remaining)});
    }
    const Ids ids(queue.orders->begin(), queue.orders->end());
    Ids others;
    for (const std::uint64_t id : ids) {
        Order& resting = orders_.at(id);
        if (taker.remaining > 0 && is_self_trade(taker, resting))
            prevent_self_trade(resting, taker);
        if (is_open(id)) others.push_back(id);
    }
    if (taker.remaining > 0) allocate(instrument, others, taker, queue.price);
}

// ---- allocation

void NaiveExchange::allocate(const Instrument& instrument, const Ids& queue, Order& taker,
                             std::int64_t price) {
    int128 sum = 0;
    for (const std::uint64_t id : queue) sum += orders_.at(id).remaining;
    if (taker.remaining < sum && instrument.allocation == Allocation::lead)
        allocate_to_lead(instrument, queue, taker, price);
    if (taker.remaining < sum && instrument.allocation == Allocation::pro_rata)
        allocate_pro_rata(instrument, queue, taker, price);
    for (const std::uint64_t id : queue) {
        Order& maker = orders_.at(id);
        const std::uint64_t quantity = std::min(maker.remaining, taker.remaining);
        if (quantity > 0) trade(maker, taker, {price, quantity});
    }
}

void NaiveExchange::allocate_to_lead(const Instrument& instrument, const Ids& queue, Order& taker,
                                     std::int64_t price) {
    const std::uint64_t lot = instrument.terms.lot_size.value();
    auto left = static_cast<std::uint64_t>(static_cast<int128>(taker.remaining) *
                                           instrument.lead_share / model::ppm_unit);
    left -= left % lot;
    for (const std::uint64_t id : queue) {
        Order& maker = orders_.at(id);
        const std::uint64_t quantity = std::min(maker.remaining, left);
        if (maker.account != instrument.lead_account || quantity == 0) continue;
        trade(maker, taker, {price, quantity});
        left -= quantity;
    }
}

void NaiveExchange::allocate_pro_rata(const Instrument& instrument, const Ids& queue, Order& taker,
                                      std::int64_t price) {
    const std::uint64_t lot = instrument.terms.lot_size.value();
    const int128 incoming = taker.remaining;
    int128 sum = 0;
    for (const std::uint64_t id : queue) sum += orders_.at(id).remaining;
    for (const std::uint64_t id : queue) {
        Order& maker = orders_.at(id);
        auto quantity = static_cast<std::uint64_t>(incoming * maker.remaining / sum);
        quantity -= quantity % lot;
        if (quantity > 0) trade(maker, taker, {price, quantity});
    }
}

// ---- self-trade prevention

bool NaiveExchange::is_self_trade(const Order& incoming, const Order& resting) const {
    const Account& one = accounts_.at(incoming.account);
    const Account& other = accounts_.at(resting.account);
    return one.self_trade_mode != Mode::none && one.self_trade_group == other.self_trade_group;
}

void NaiveExchange::prevent_self_trade(Order& resting, Order& incoming) {
    const Mode mode = accounts_.at(incoming.account).self_trade_mode;
    if (mode == Mode::decrement) {
        const std::uint64_t quantity = std::min(resting.remaining, incoming.remaining);
        decrement(resting, quantity);
        return decrement(incoming, quantity);
    }
    if (mode != Mode::cancel_newest) cancel(resting, model::CancelReason::self_trade);
    if (mode != Mode::cancel_oldest) cancel(incoming, model::CancelReason::self_trade);
}

/// Takes `quantity` off the order; the order is cancelled if that is all it has.
void NaiveExchange::decrement(Order& order, std::uint64_t quantity) {
    if (quantity < order.remaining) return reduce(order, quantity);
    cancel(order, model::CancelReason::self_trade);
}

// ---- volatility

void NaiveExchange::interrupt(Instrument& instrument) {
    park_pegged(instrument);
    instrument.state = model::InstrumentState::volatility_auction;
    instrument.halt_reason = model::HaltReason::volatility;
    tell(instrument);
}

}  // namespace bw::differential
