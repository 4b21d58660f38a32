// The end of a trading day: what expires, what is counted anew, and the closing prices.
#include "engine/walk.hpp"

namespace bw::engine {

void Engine::State::on(const codec::EndDay& command) {
    const std::uint32_t date = command.business_date;
    if (!is_business_date(date) || date <= last_business_date_)
        return refuse(command, RejectReason::bad_configuration);
    last_business_date_ = date;
    touched_ = Touched::everything;
    for (std::uint32_t i = 0; i < instrument_count_; ++i) expire(i, command);
    for (std::uint32_t i = 0; i < instrument_count_; ++i) close_day(i, command);
    for (std::uint32_t i = 0; i < wallet_.positions(); ++i) {
        if (planted(Fault::daily_counters_stay)) break;
        wallet_.position(i).day_quantity = model::Quantity{};
        wallet_.position(i).day_value = 0;
    }
    breaker_level_ = 0;
    proposals_ = {};
    forget_client_ids();
    auto& event = emit<codec::DayEnded>();
    event.request_id = command.request_id;
    event.business_date = date;
}

void Engine::State::expire(std::uint32_t index, const codec::EndDay& command) {
    const auto expires = [&](OrderSlot slot) {
        const model::TimeInForce time_in_force = orders_[slot].time_in_force;
        if (time_in_force == model::TimeInForce::gtd)
            return planted(Fault::gtd_lives_a_day_too_long)
                       ? conditions_[slot].expire_date < command.business_date
                       : conditions_[slot].expire_date <= command.business_date;
        return time_in_force != model::TimeInForce::gtc;
    };
    for (const model::Side side : {model::Side::buy, model::Side::sell})
        walk(index, side, [&](OrderSlot slot) {
            if (expires(slot))
                cancel_resting(slot, command.request_id, model::CancelReason::expired);
        });
}

void Engine::State::close_day(std::uint32_t index, const codec::EndDay& command) {
    Instrument& instrument = instruments_[index];
    Listing& listing = listings_[index];
    if (instrument.traded && instrument.state != model::InstrumentState::delisted) {
        const model::Price price =
            listing.closing_auction.value() != 0 ? listing.closing_auction : basis(instrument);
        listing.static_reference = price;
        auto& event = emit<codec::ClosingPrice>();
        event.request_id = command.request_id;
        event.price = price;
        event.instrument = model::InstrumentId{index + 1};
        event.business_date = command.business_date;
    }
    instrument.traded = false;
    listing.closing_auction = model::Price{};
    if (listing.has_limit_bands()) {
        listing.limit_lower = listing.limit_upper = model::Price{};
        listing.followed_valid = false;
        update_special(index);
    }
}

/// Ids of the day before are forgotten, those of orders still open move over to the new day.
void Engine::State::forget_client_ids() {
    today_ = 1 - today_;
    order_ids_[today_].keep_only([&](const order_manager::FirstResult& first) {
        const auto entry = directory_.find(model::OrderId{first.id});
        return entry.slot != order_manager::OrderDirectory::closed &&
               orders_[entry.slot].id == model::OrderId{first.id};
    });
}

}  // namespace bw::engine
