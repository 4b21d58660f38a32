// The phases of an instrument and of the market, and the parameters that decide where and how it
// trades.
#include "engine/walk.hpp"

namespace bw::engine {

using model::Allocation;
using model::HaltReason;
using model::InstrumentState;
using model::Side;

namespace {

constexpr std::uint8_t breaker_level_max = 3;
constexpr std::uint8_t closing_breaker_level = 3;

template <class... State>
bool one_of(InstrumentState state, State... states) {
    return ((state == states) || ...);
}

}  // namespace

bool Engine::State::change_allowed(std::uint32_t index, InstrumentState to) const {
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

/// Requires: change_allowed. The uncross runs over a closed input: the commands after this one come
/// later.
void Engine::State::change_state(std::uint32_t index, InstrumentState to, HaltReason reason,
                                 model::RequestId request) {
    Instrument& instrument = instruments_[index];
    const InstrumentState from = instrument.state;
    if (from != to) {
        if (from == InstrumentState::trading) park_pegged(index);
        if (to == InstrumentState::closing_auction) enter_closing_auction(index, request);
        const bool ends = to == InstrumentState::post_close || to == InstrumentState::closed;
        if (to == InstrumentState::trading || (ends && from == InstrumentState::closing_auction))
            uncross(index, request);
        if (to == InstrumentState::trading || ends) cancel_leftovers(index, ends, request);
    }
    instrument.state = to;
    instrument.halt_reason = to == InstrumentState::trading ? HaltReason::none : reason;
    emit_instrument(index, request);
}

void Engine::State::enter_closing_auction(std::uint32_t index, model::RequestId request) {
    waiting_to_book<Side::buy>(index, request);
    waiting_to_book<Side::sell>(index, request);
}

template <Side side>
void Engine::State::waiting_to_book(std::uint32_t index, model::RequestId request) {
    auto& waiting = listings_[index].waiting.on<side>();
    while (!waiting.empty()) {
        const OrderSlot slot = levels_.level(waiting.best_level()).head;
        leave(slot);
        if (levels_.has_room()) {
            put(slot, Place::lit, instruments_[index].ticks(orders_[slot].price));
            continue;
        }
        put(slot, Place::waiting, waiting_tick);
        cancel_resting(slot, request, model::CancelReason::no_room);
    }
}

void Engine::State::on(const codec::SetInstrumentState& command) {
    const bool all = command.instrument == model::InstrumentId{};
    if (!all && !known(command.instrument))
        return refuse(command, RejectReason::unknown_instrument);
    if (command.state >= InstrumentState::delisted || command.reason > HaltReason::market_wide)
        return refuse(command, RejectReason::bad_configuration);
    if (!all) {
        const std::uint32_t index = command.instrument.value() - 1;
        if (!change_allowed(index, command.state))
            return refuse(command, RejectReason::wrong_phase);
        touched_ = index;
        return change_state(index, command.state, command.reason, command.request_id);
    }
    touched_ = Touched::everything;
    std::uint32_t changed = 0;
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        if (!change_allowed(i, command.state)) continue;
        change_state(i, command.state, command.reason, command.request_id);
        ++changed;
    }
    emit_market_state(command.request_id, changed, command.state, command.reason, 0);
}

void Engine::State::emit_market_state(model::RequestId request, std::uint32_t changed,
                                      InstrumentState state, HaltReason reason,
                                      std::uint8_t level) {
    auto& event = emit<codec::MarketStateSet>();
    event.request_id = request;
    event.changed = changed;
    event.state = state;
    event.reason = state == InstrumentState::trading ? HaltReason::none : reason;
    event.level = level;
}

void Engine::State::on(const codec::TripBreaker& command) {
    if (command.level < 1 || command.level > breaker_level_max)
        return refuse(command, RejectReason::bad_configuration);
    if (command.level <= breaker_level_) return refuse(command, RejectReason::breaker_tripped);
    breaker_level_ = command.level;
    touched_ = Touched::everything;
    const bool closes = command.level >= closing_breaker_level;
    const InstrumentState to = closes ? InstrumentState::closed : InstrumentState::halted;
    std::uint32_t changed = 0;
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        if (instruments_[i].state == to || !change_allowed(i, to)) continue;
        change_state(i, to, HaltReason::market_wide, command.request_id);
        ++changed;
    }
    emit_market_state(command.request_id, changed, to, HaltReason::market_wide, command.level);
}

void Engine::State::on(const codec::SetStorageState& command) {
    if (command.scarce > 1) return refuse(command, RejectReason::bad_configuration);
    storage_scarce_ = command.scarce != 0;
    auto& event = emit<codec::StorageStateSet>();
    event.request_id = command.request_id;
    event.scarce = command.scarce;
    event.reserved = 0;
    event.reserved2 = 0;
    event.reserved3 = 0;
}

void Engine::State::on(const codec::PauseOnLimitState& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    const Listing& listing = listings_[index];
    if (!listing.in_limit_state || listing.limit_state_since != command.since)
        return refuse(command, RejectReason::not_in_limit_state);
    touched_ = index;
    change_state(index, InstrumentState::halted, HaltReason::limit_up_limit_down,
                 command.request_id);
}

bool Engine::State::sound(const codec::SetTickTable& command) const {
    const std::array rows{std::pair{command.from_price_1, command.tick_1},
                          std::pair{command.from_price_2, command.tick_2},
                          std::pair{command.from_price_3, command.tick_3},
                          std::pair{command.from_price_4, command.tick_4}};
    if (command.rows > rows.size()) return false;
    const std::int64_t tick_size = instruments_[command.instrument.value() - 1].tick_size.value();
    std::int64_t from_before = 0;
    std::int64_t tick_before = tick_size;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t from = rows[i].first.value();
        const std::int64_t tick = rows[i].second.value();
        if (i >= command.rows) {
            if (from != 0 || tick != 0) return false;
            continue;
        }
        const std::int64_t largest = model::max_price.value();
        if (from <= from_before || from > largest || tick <= tick_before || tick > largest ||
            tick % tick_size != 0 || from % tick != 0)
            return false;
        from_before = from;
        tick_before = tick;
    }
    return true;
}

void Engine::State::on(const codec::SetTickTable& command) {
    if (!usable(command)) return;
    if (!sound(command)) return refuse(command, RejectReason::bad_configuration);
    const std::uint32_t index = command.instrument.value() - 1;
    listings_[index].table = {.row = {{{command.from_price_1.value(), command.tick_1.value()},
                                       {command.from_price_2.value(), command.tick_2.value()},
                                       {command.from_price_3.value(), command.tick_3.value()},
                                       {command.from_price_4.value(), command.tick_4.value()}}},
                              .rows = command.rows};
    listings_[index].followed_valid = false;
    touched_ = index;
    update_special(index);
    auto& event = emit<codec::TickTableSet>();
    event.request_id = command.request_id;
    event.from_price_1 = command.from_price_1;
    event.tick_1 = command.tick_1;
    event.from_price_2 = command.from_price_2;
    event.tick_2 = command.tick_2;
    event.from_price_3 = command.from_price_3;
    event.tick_3 = command.tick_3;
    event.from_price_4 = command.from_price_4;
    event.tick_4 = command.tick_4;
    event.instrument = command.instrument;
    event.rows = command.rows;
}

void Engine::State::on(const codec::SetPriceBands& command) {
    if (!usable(command)) return;
    if (command.static_band.value() > model::ppm_unit ||
        command.dynamic_band.value() > model::ppm_unit)
        return refuse(command, RejectReason::bad_configuration);
    const std::uint32_t index = command.instrument.value() - 1;
    listings_[index].static_band = command.static_band;
    listings_[index].dynamic_band = command.dynamic_band;
    touched_ = index;
    update_special(index);
    auto& event = emit<codec::PriceBandsSet>();
    event.request_id = command.request_id;
    event.instrument = command.instrument;
    event.static_band = command.static_band;
    event.dynamic_band = command.dynamic_band;
}

void Engine::State::on(const codec::SetLimitBands& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    const std::int64_t lower = command.lower.value();
    const std::int64_t upper = command.upper.value();
    const std::int64_t tick = instruments_[index].tick_size.value();
    const bool off = lower == 0 && upper == 0;
    const bool sound = lower >= 1 && lower < upper && upper <= model::max_price.value() &&
                       lower % tick == 0 && upper % tick == 0;
    if (!off && !sound) return refuse(command, RejectReason::bad_configuration);
    Listing& listing = listings_[index];
    listing.limit_lower = command.lower;
    listing.limit_upper = command.upper;
    listing.followed_valid = false;
    touched_ = index;
    update_special(index);
    for (const Side side : {Side::buy, Side::sell}) {
        if (off) break;
        walk(index, side, [&](OrderSlot slot) {
            const Order& order = orders_[slot];
            const bool in_book = order.place == Place::lit || order.place == Place::dark;
            const bool beyond =
                side == Side::buy ? order.price > command.upper : order.price < command.lower;
            if (in_book && beyond && order.type != model::OrderType::market)
                cancel_resting(slot, command.request_id, model::CancelReason::outside_limit_band);
        });
    }
    auto& event = emit<codec::LimitBandsSet>();
    event.request_id = command.request_id;
    event.lower = command.lower;
    event.upper = command.upper;
    event.instrument = command.instrument;
}

bool Engine::State::has_open_orders(std::uint32_t index) const {
    const Listing& listing = listings_[index];
    const auto empty = [](const order_book::Book& book) {
        return book.bids.empty() && book.asks.empty();
    };
    return !empty(instruments_[index].book) || !empty(listing.dark) || !empty(listing.waiting) ||
           !listing.stops.buys.empty() || !listing.stops.sells.empty() || listing.followers != 0;
}

void Engine::State::on(const codec::SetAllocation& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    const bool lead = command.allocation == Allocation::lead;
    const bool share_ok =
        lead ? command.lead_share.value() >= 1 && command.lead_share.value() <= model::ppm_unit
             : command.lead_share.value() == 0 && command.lead_account == model::AccountId{};
    if (command.allocation > Allocation::dark || has_open_orders(index) || !share_ok)
        return refuse(command, RejectReason::bad_configuration);
    if (lead && !known(command.lead_account)) return refuse(command, RejectReason::unknown_account);
    Listing& listing = listings_[index];
    listing.allocation = command.allocation;
    listing.lead_account = lead ? command.lead_account.value() - 1 : 0;
    listing.lead_share = command.lead_share;
    touched_ = index;
    update_special(index);
    auto& event = emit<codec::AllocationSet>();
    event.request_id = command.request_id;
    event.instrument = command.instrument;
    event.lead_account = command.lead_account;
    event.lead_share = command.lead_share;
    event.allocation = command.allocation;
}

void Engine::State::on(const codec::SetReferenceQuote& command) {
    if (!usable(command)) return;
    const bool off = command.bid.value() == 0 && command.ask.value() == 0;
    const bool sound =
        command.bid.value() >= 1 && command.bid <= command.ask && command.ask <= model::max_price;
    if (!off && !sound) return refuse(command, RejectReason::bad_configuration);
    const std::uint32_t index = command.instrument.value() - 1;
    listings_[index].bid = command.bid;
    listings_[index].ask = command.ask;
    touched_ = index;
    auto& event = emit<codec::ReferenceQuoteSet>();
    event.request_id = command.request_id;
    event.bid = command.bid;
    event.ask = command.ask;
    event.instrument = command.instrument;
    if (is_dark_book(index) && instruments_[index].state == InstrumentState::trading)
        uncross_at_midpoint(index, command.request_id);
}

}  // namespace bw::engine
