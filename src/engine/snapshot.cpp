// The engine's state as fields. One description serves both directions, so what is written is what
// is read.
#include "engine/snapshot.hpp"

#include "engine/planted_fault.hpp"
#include "engine/state.hpp"

namespace bw::engine {
namespace {

template <class Archive>
void each(Archive& archive, risk::OrderLimits& limits) {
    archive(limits.max_quantity, limits.max_value);
}

template <class Archive>
void each(Archive& archive, Account& account, model::ClientOrderId& reference) {
    each(archive, account.order_limits);
    archive(account.daily_limits.max_quantity, account.daily_limits.max_value,
            account.max_open_orders, account.open_orders, account.state, account.self_trade_mode,
            account.self_trade_group, reference, account.firm, account.fee_tier, account.killed,
            account.blocked);
}

template <class Archive>
void each(Archive& archive, Instrument& instrument) {
    archive(instrument.reference, instrument.last_price, instrument.tick_size, instrument.lot_size);
    each(archive, instrument.order_limits);
    archive(instrument.collar, instrument.currency, instrument.state, instrument.halt_reason,
            instrument.traded, instrument.symbol);
    if constexpr (Archive::loading) {
        if (instrument.tick_size < model::Price{1}) return archive.spoil();
        instrument.ticks = TickDivider(instrument.tick_size);
    }
}

template <class Archive>
void each(Archive& archive, Listing& listing) {
    archive(listing.table.rows, listing.static_reference, listing.limit_lower, listing.limit_upper,
            listing.bid, listing.ask, listing.closing_auction, listing.static_band,
            listing.dynamic_band, listing.lead_account, listing.lead_share, listing.allocation,
            listing.in_limit_state, listing.limit_state_side, listing.limit_state_since,
            listing.trades_from);
    for (TickTable::Row& row : listing.table.row) archive(row.from, row.tick);
}

template <class Archive>
void each(Archive& archive, wallet::Position& position) {
    archive(position.total, position.held, position.open_quantity, position.day_quantity,
            position.open_value, position.day_value);
}

template <class Archive>
void each(Archive& archive, TradeRecord& trade) {
    archive(trade.buyer, trade.seller, trade.quantity, trade.price, trade.buyer_fee,
            trade.seller_fee, trade.instrument, trade.busted);
}

template <class Archive>
void each(Archive& archive, Proposal& proposal) {
    archive(proposal.number, proposal.operator_id, proposal.command_template, proposal.command);
}

template <class Archive>
void each(Archive& archive, order_book::Order& order) {
    archive(order.id, order.price, order.remaining, order.hold, order.account, order.position,
            order.fee_schedule, order.side, order.type, order.time_in_force, order.instructions,
            order.peg, order.traits);
}

template <class Archive>
void each(Archive& archive, order_book::OrderConditions& conditions) {
    archive(conditions.display, conditions.displayed, conditions.stop_price, conditions.offset,
            conditions.expire_date);
}

/// Behind everything else, only if the logs have no room for entries: a snapshot without it is one
/// of a version that did not know it.
constexpr std::byte scarce_at_the_end{1};

bool is_conditional(const order_book::Order& order) {
    return order.traits != 0 || order.type > model::OrderType::market ||
           order.time_in_force == model::TimeInForce::gtd;
}

}  // namespace

template <class Archive>
void Engine::State::each_scalar(Archive& archive) {
    archive(sequence_, account_count_, instrument_count_, currency_count_, last_fee_schedule_,
            last_match_, last_business_date_, market_killed_, breaker_level_, last_proposal_);
    for (std::uint16_t& schedule : tier_schedules_) archive(schedule);
    for (std::uint32_t c = 0; c < currency_count_ && c < currencies_.size(); ++c)
        archive(currencies_[c].code, currencies_[c].deposited, currencies_[c].fees,
                currencies_[c].rounding);
    for (std::uint32_t f = 0; f <= last_fee_schedule_; ++f)
        archive(fee_schedules_[f].maker, fee_schedules_[f].taker, fee_schedules_[f].auction,
                fee_schedules_[f].hold);
    each_killed_firm(archive);
    for (Proposal& proposal : proposals_) each(archive, proposal);
}

/// Their numbers, and 0 at the end.
template <class Archive>
void Engine::State::each_killed_firm(Archive& archive) {
    std::uint32_t firm = 0;
    if constexpr (Archive::loading) {
        for (archive(firm); firm != 0; archive(firm)) {
            if (firm >= killed_firms_.size()) return archive.spoil();
            killed_firms_[firm] = 1;
        }
    } else {
        for (std::uint32_t f = 1; f < killed_firms_.size(); ++f)
            if (killed_firms_[f] != 0) archive(f);
        archive(firm);
    }
}

template <class Archive>
void Engine::State::each_account(Archive& archive) {
    for (std::uint32_t a = 0; a < account_count_; ++a) {
        each(archive, accounts_[a], account_references_[a]);
        for (std::uint32_t c = 0; c < currency_count_; ++c) {
            archive(wallet_.cash(a, c).total);
            if (!planted(Fault::snapshot_lacks_holds)) archive(wallet_.cash(a, c).held);
        }
    }
    std::uint32_t positions = wallet_.positions();
    archive(positions);
    for (std::uint32_t p = 0; p < positions && archive.good(); ++p) {
        std::uint32_t owner = 0;
        std::uint32_t instrument = 0;
        if constexpr (!Archive::loading) {
            owner = wallet_.account_of(p);
            instrument = wallet_.instrument_of(p);
        }
        archive(owner, instrument);
        if constexpr (Archive::loading) {
            if (owner >= account_count_ || instrument >= instrument_count_ ||
                wallet_.positions_full())
                return archive.spoil();
            static_cast<void>(wallet_.open_position(owner, instrument));
        }
        each(archive, wallet_.position(p));
    }
}

template <class Archive>
void Engine::State::each_instrument(Archive& archive) {
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        if constexpr (Archive::loading) {
            instruments_[i] = Instrument{};
            listings_[i] = Listing{};
        }
        each(archive, instruments_[i]);
        each(archive, listings_[i]);
        archive(issued_[i]);
    }
    std::uint32_t symbols = symbols_.size();
    archive(symbols);
    if (symbols > symbol_hashes_.size()) symbols = 0;
    for (std::uint32_t s = 0; s < symbols; ++s) {
        archive(symbol_hashes_[s], symbol_owners_[s]);
        if constexpr (Archive::loading) static_cast<void>(symbols_.insert(symbol_hashes_[s]));
    }
    const std::uint64_t kept = std::min<std::uint64_t>(last_match_, limits_.trades);
    for (std::uint64_t t = last_match_ - kept + 1; t <= last_match_; ++t)
        each(archive, trades_[t & (limits_.trades - 1)]);
}

void Engine::State::save_order(SnapshotOut& out, OrderSlot slot, Tick tick) {
    Order order = orders_[slot];
    out(tick);
    each(out, order);
    out(executed_quantity(slot));
    if (is_conditional(order)) each(out, conditions_[slot]);
}

/// The slots are new ones: nothing outside the engine knows them.
Engine::State::OrderSlot Engine::State::load_order(SnapshotIn& in, std::uint32_t instrument,
                                                   Tick& tick) {
    if (orders_.full()) {
        in.spoil();
        return order_book::no_order;
    }
    const OrderSlot slot = orders_.take();
    Order& order = orders_[slot];
    order = Order{};
    in(tick);
    each(in, order);
    in(executed_[slot]);
    order.executed = executed_[slot] != model::Quantity{};
    if (is_conditional(order)) each(in, conditions_[slot]);
    order.instrument = static_cast<std::uint16_t>(instrument);
    const bool sound = order.account < account_count_ && order.position < wallet_.positions() &&
                       order.side <= model::Side::sell && order.id <= directory_.last() &&
                       order.id != model::OrderId{};
    if (!sound) in.spoil();
    if (in.good()) directory_.open(order.id, slot);
    return slot;
}

template <model::Side side>
void Engine::State::save_queue(SnapshotOut& out, const order_book::BookSide<side>& resting) {
    const auto for_each = [&](auto&& visit) {
        for (LevelHandle handle = resting.best_level(); handle != order_book::LevelTree::none;
             handle = resting.worse(levels_, handle))
            for (OrderSlot slot = levels_.level(handle).head; slot != order_book::no_order;
                 slot = orders_[slot].next)
                visit(slot, levels_.tick_of(handle));
    };
    std::uint64_t count = 0;
    for_each([&](OrderSlot, Tick) { ++count; });
    out(count);
    for_each([&](OrderSlot slot, Tick tick) { save_order(out, slot, tick); });
}

template <model::Side side>
void Engine::State::load_queue(SnapshotIn& in, order_book::BookSide<side>& resting,
                               std::uint32_t instrument, Place place) {
    std::uint64_t count = 0;
    in(count);
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        Tick tick = 0;
        const OrderSlot slot = load_order(in, instrument, tick);
        if (!in.good() || !resting.has_room_at(levels_, tick)) return in.spoil();
        orders_[slot].place = place;
        resting.add(levels_, orders_, tick, slot);
        if (place == Place::lit && (orders_[slot].traits & order_book::iceberg_trait) != 0)
            ++listings_[instrument].icebergs;
    }
}

void Engine::State::save_orders(SnapshotOut& out, std::uint32_t index) {
    const Listing& listing = listings_[index];
    save_queue(out, instruments_[index].book.bids);
    save_queue(out, instruments_[index].book.asks);
    save_queue(out, listing.dark.bids);
    save_queue(out, listing.dark.asks);
    save_queue(out, listing.stops.buys);
    save_queue(out, listing.stops.sells);
    save_queue(out, listing.waiting.bids);
    save_queue(out, listing.waiting.asks);
    out(listing.followers);
    for (std::uint32_t i = 0; i < listing.followers; ++i) {
        const OrderSlot slot = follower(index, i);
        const bool parked = orders_[slot].place == Place::parked;
        out(parked, orders_[slot].id);
        if (parked) save_order(out, slot, 0);
    }
}

void Engine::State::load_orders(SnapshotIn& in, std::uint32_t index) {
    Listing& listing = listings_[index];
    load_queue(in, instruments_[index].book.bids, index, Place::lit);
    load_queue(in, instruments_[index].book.asks, index, Place::lit);
    load_queue(in, listing.dark.bids, index, Place::dark);
    load_queue(in, listing.dark.asks, index, Place::dark);
    load_queue(in, listing.stops.buys, index, Place::stop);
    load_queue(in, listing.stops.sells, index, Place::stop);
    load_queue(in, listing.waiting.bids, index, Place::waiting);
    load_queue(in, listing.waiting.asks, index, Place::waiting);
    std::uint32_t followers = 0;
    in(followers);
    if (followers > followers_max) return in.spoil();
    for (std::uint32_t i = 0; i < followers && in.good(); ++i) {
        bool parked = false;
        model::OrderId id;
        in(parked, id);
        Tick tick = 0;
        OrderSlot slot = parked ? load_order(in, index, tick) : directory_.find(id).slot;
        if (!in.good() || slot == order_manager::OrderDirectory::closed) return in.spoil();
        if (parked) orders_[slot].place = Place::parked;
        follower(index, i) = slot;
        listing.followers = i + 1;
    }
    update_special(index);
}

void Engine::State::save(SnapshotSink& sink) {
    SnapshotOut out(sink);
    each_scalar(out);
    each_instrument(out);
    each_account(out);
    directory_.save(out);
    if (!planted(Fault::snapshot_lacks_client_ids))
        for (const std::uint32_t generation : {today_, 1 - today_})
            order_ids_[generation].save(out);
    transfers_.save(out);
    references_.save(out);
    for (std::uint32_t i = 0; i < instrument_count_; ++i) save_orders(out, i);
    if (storage_scarce_) out(scarce_at_the_end);
}

bool Engine::State::load(SnapshotSource& source) {
    SnapshotIn in(source);
    each_scalar(in);
    const bool fits = account_count_ <= limits_.accounts &&
                      instrument_count_ <= limits_.instruments &&
                      currency_count_ <= limits_.currencies;
    if (!in.good() || !fits) return false;
    each_instrument(in);
    if (in.good()) each_account(in);
    if (in.good()) directory_.load(in);
    today_ = 0;
    if (!planted(Fault::snapshot_lacks_client_ids))
        for (order_manager::ClientIds& ids : order_ids_)
            if (in.good()) ids.load(in);
    for (order_manager::ClientIds* ids : {&transfers_, &references_})
        if (in.good()) ids->load(in);
    for (std::uint32_t i = 0; i < instrument_count_ && in.good(); ++i) load_orders(in, i);
    std::byte last{};
    if (in.good() && source.read(std::span(&last, 1))) {
        storage_scarce_ = true;
        return last == scarce_at_the_end;
    }
    return in.good();
}

}  // namespace bw::engine
