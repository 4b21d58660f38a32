#include "matching/phases.hpp"

namespace bw::matching {

using model::HaltReason;
using model::InstrumentState;
using model::Side;

namespace {

template <class... State>
bool one_of(InstrumentState state, State... states) {
    return ((state == states) || ...);
}

}  // namespace

bool Phases::is_allowed(InstrumentIndex index, InstrumentState to) const {
    const InstrumentState from = instruments_[index].state;
    if (from == InstrumentState::delisted) return false;
    if (from == to) return true;
    switch (to) {
        case InstrumentState::halted:
            return from == InstrumentState::pre_open || from == InstrumentState::trading ||
                   is_auction(from);
        case InstrumentState::closed: return true;
        case InstrumentState::pre_open:
            return one_of(from, InstrumentState::closed, InstrumentState::post_close,
                          InstrumentState::halted);
        case InstrumentState::opening_auction:
            return one_of(from, InstrumentState::closed, InstrumentState::pre_open,
                          InstrumentState::halted);
        case InstrumentState::trading:
            return one_of(from, InstrumentState::opening_auction,
                          InstrumentState::volatility_auction, InstrumentState::halted);
        case InstrumentState::volatility_auction:
            return one_of(from, InstrumentState::trading, InstrumentState::halted);
        case InstrumentState::closing_auction:
            return one_of(from, InstrumentState::trading, InstrumentState::volatility_auction,
                          InstrumentState::halted);
        case InstrumentState::post_close:
            return one_of(from, InstrumentState::trading, InstrumentState::halted,
                          InstrumentState::volatility_auction, InstrumentState::closing_auction);
        case InstrumentState::delisted: return false;
    }
    return false;
}

/// The uncross runs over a closed input: the commands after this one come
/// later.
void Phases::change(InstrumentIndex index, InstrumentState to, HaltReason reason,
                    model::RequestId request) {
    Instrument& instrument = instruments_[index];
    const InstrumentState from = instrument.state;
    if (from != to) {
        if (from == InstrumentState::trading) orders_.park_pegged(index);
        if (to == InstrumentState::closing_auction) enter_closing_auction(index, request);
        const bool ends = to == InstrumentState::post_close || to == InstrumentState::closed;
        const bool uncrosses =
            to == InstrumentState::trading || (ends && from == InstrumentState::closing_auction);
        if (uncrosses && !auctions_.uncross(index, beyond_bands(index, to), request))
            return extend(index, request);
        if (to == InstrumentState::trading || ends)
            auctions_.cancel_leftovers(index, ends, request);
    }
    instrument.state = to;
    instrument.halt_reason = to == InstrumentState::trading ? HaltReason::none : reason;
    announce(index, request);
}

Beyond Phases::beyond_bands(InstrumentIndex index, InstrumentState to) const {
    const Instrument& instrument = instruments_[index];
    if (!rules_.unpriced_auctions()) return Beyond::trades;
    if (to == InstrumentState::closed) return Beyond::ends;
    const bool interrupted = instrument.state == InstrumentState::volatility_auction ||
                             instrument.halt_reason == HaltReason::extended;
    return interrupted ? Beyond::trades : Beyond::extends;
}

/// The auction goes on; a market that was halted gets one.
void Phases::extend(InstrumentIndex index, model::RequestId request) {
    Instrument& instrument = instruments_[index];
    const bool halted = instrument.state == InstrumentState::halted;
    if (halted) instrument.state = InstrumentState::volatility_auction;
    instrument.halt_reason = halted ? HaltReason::volatility : HaltReason::extended;
    announce(index, request);
}

void Phases::enter_closing_auction(InstrumentIndex index, model::RequestId request) {
    waiting_to_book<Side::buy>(index, request);
    waiting_to_book<Side::sell>(index, request);
}

template <Side side>
void Phases::waiting_to_book(InstrumentIndex index, model::RequestId request) {
    auto& waiting = instruments_.listing(index).waiting.on<side>();
    while (!waiting.empty()) {
        const OrderSlot slot = orders_.levels().level(waiting.best_level()).head;
        orders_.remove_from_place(slot);
        if (orders_.has_room()) {
            const Order& order = orders_[slot];
            orders_.insert_in_place(
                slot, Place::lit,
                orders_.resting_tick(order, instruments_[index].ticks(order.price)));
            continue;
        }
        orders_.insert_in_place(slot, Place::waiting, OpenOrders::waiting_tick);
        orders_.cancel(slot, request, model::CancelReason::no_room);
    }
}

void Phases::announce(InstrumentIndex index, model::RequestId request) const {
    instruments_.announce(index, settlement_.currency_code(instruments_[index].currency), events_,
                          request);
}

}  // namespace bw::matching
