#include "engine/day_commands.hpp"

namespace bw::engine {

using matching::Instrument;
using matching::Listing;

void DayCommands::on(const codec::SetStorageState& command) {
    if (command.scarce > 1) return answers_.refuse(command, RejectReason::bad_configuration);
    market_.storage_scarce = command.scarce != 0;
    auto& event = events_.emit<codec::StorageStateSet>();
    event.request_id = command.request_id;
    event.scarce = command.scarce;
    event.reserved = 0;
    event.reserved2 = 0;
    event.reserved3 = 0;
}

void DayCommands::on(const codec::EndDay& command) {
    const std::uint32_t date = command.business_date;
    if (!is_business_date(date) || date <= market_.last_business_date)
        return answers_.refuse(command, RejectReason::bad_configuration);
    end_day(date, command.request_id);
}

void DayCommands::end_day(std::uint32_t date, model::RequestId request) {
    market_.last_business_date = date;
    touched_.instrument = Touched::everything;
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) expire(i, request);
    for (std::uint32_t i = 0; i < instruments_.count(); ++i) close_day(i, request);
    settlement_.end_day();
    market_.breaker_level = 0;
    approvals_.forget_proposals();
    forget_client_ids();
    change_rules(request);
    auto& event = events_.emit<codec::DayEnded>();
    event.request_id = request;
    event.business_date = date;
}

/// Between two days nothing is in an auction that began under the old ones.
void DayCommands::change_rules(model::RequestId request) {
    if (rules_.next == rules_.in_force) return;
    rules_.in_force = rules_.next;
    instruments_.set_highest_prices(rules_);
    auto& event = events_.emit<codec::RuleSetChanged>();
    event.request_id = request;
    event.rule_set = rules_.in_force;
    event.in_force = 1;
}

void DayCommands::expire(std::uint32_t index, model::RequestId request) {
    const auto expires = [&](OrderSlot slot) {
        const model::TimeInForce time_in_force = orders_[slot].time_in_force;
        if (time_in_force == model::TimeInForce::gtd)
            return orders_.conditions(slot).expire_date <= market_.last_business_date;
        return time_in_force != model::TimeInForce::gtc;
    };
    for (const model::Side side : {model::Side::buy, model::Side::sell})
        orders_.walk(index, side, [&](OrderSlot slot) {
            if (expires(slot)) orders_.cancel(slot, request, model::CancelReason::expired);
        });
}

void DayCommands::close_day(std::uint32_t index, model::RequestId request) {
    Instrument& instrument = instruments_[index];
    Listing& listing = instruments_.listing(index);
    if (instrument.traded && instrument.state != model::InstrumentState::delisted) {
        const model::Price price =
            listing.closing_auction.value() != 0 ? listing.closing_auction : instrument.basis();
        listing.static_reference = price;
        auto& event = events_.emit<codec::ClosingPrice>();
        event.request_id = request;
        event.price = price;
        event.instrument = model::InstrumentId{index + 1};
        event.business_date = market_.last_business_date;
    }
    instrument.traded = false;
    listing.closing_auction = model::Price{};
    if (listing.has_limit_bands()) {
        listing.limit_lower = listing.limit_upper = model::Price{};
        listing.followed_valid = false;
        instruments_.update_special(index);
    }
}

/// Ids of the day before are forgotten, those of orders still open move over to the new day.
void DayCommands::forget_client_ids() {
    ids_.orders.begin_day([&](const order_manager::FirstResult& first) {
        const auto entry = orders_.directory().find(model::OrderId{first.id});
        return entry.slot != order_manager::OrderDirectory::closed &&
               orders_[entry.slot].id == model::OrderId{first.id};
    });
}

}  // namespace bw::engine
