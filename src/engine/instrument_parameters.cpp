// The parameters that decide where and how an instrument trades: ConfigureInstrument, tick table,
// bands, allocation.
#include <algorithm>

#include "engine/instrument_commands.hpp"
#include "model/text_rules.hpp"

namespace bw::engine {

using matching::Instrument;
using matching::Listing;
using model::Allocation;
using model::Side;

void InstrumentCommands::on(const codec::ConfigureInstrument& command) {
    if (const RejectReason reason = check(command); reason != RejectReason::none)
        return answers_.refuse(command, reason);
    std::uint32_t index = command.instrument.value() - 1;
    if (command.instrument == model::InstrumentId{}) {
        auto currency = settlement_.find_currency(command.currency);
        if (!currency) currency = settlement_.add_currency(command.currency);
        index = instruments_.add(command.symbol, *currency);
    }
    Instrument& instrument = instruments_[index];
    Listing& listing = instruments_.listing(index);
    if (command.tick_size != instrument.tick_size) {
        listing.table = {};
        listing.limit_lower = listing.limit_upper = model::Price{};
    }
    listing.static_reference = command.reference_price;
    listing.followed_valid = false;
    touched_.instrument = index;
    instrument.reference = command.reference_price;
    instrument.tick_size = command.tick_size;
    instrument.lot_size = command.lot_size;
    instrument.ticks =
        matching::TickDivider(command.tick_size, rules_.max_price(command.tick_size));
    instrument.order_limits = {command.max_order_quantity, command.max_order_value};
    instrument.collar = command.collar;
    instruments_.update_special(index);
    phases_.announce(index, command.request_id);
}

RejectReason InstrumentCommands::check(const codec::ConfigureInstrument& command) const {
    const model::Price tick = std::max(command.tick_size, model::Price{1});
    const matching::TickDivider ticks(tick, rules_.max_price(tick));
    const auto price_ok = [&ticks](model::Price price) { return ticks.admits(price); };
    const bool values_ok = price_ok(command.tick_size) && price_ok(command.reference_price) &&
                           command.reference_price.value() % command.tick_size.value() == 0 &&
                           command.lot_size >= model::Quantity{1} &&
                           command.lot_size <= model::max_quantity &&
                           command.collar.value() <= model::ppm_unit &&
                           command.max_order_quantity >= model::Quantity{1} &&
                           command.max_order_value >= model::Money{1};
    if (!values_ok) return RejectReason::bad_configuration;
    if (command.instrument == model::InstrumentId{}) {
        if (!model::well_formed(command.symbol) || !model::well_formed(command.currency))
            return RejectReason::bad_configuration;
        if (instruments_.listed(command.symbol)) return RejectReason::duplicate_symbol;
        if (instruments_.full()) return RejectReason::instrument_capacity_reached;
        if (!settlement_.find_currency(command.currency) && settlement_.currencies_full())
            return RejectReason::currency_capacity_reached;
        return RejectReason::none;
    }
    if (!instruments_.known(command.instrument)) return RejectReason::unknown_instrument;
    const Instrument& present = instruments_[command.instrument.value() - 1];
    if (present.state == model::InstrumentState::delisted) return RejectReason::instrument_closed;
    const bool names_ok = (command.symbol == model::Symbol{} || command.symbol == present.symbol) &&
                          (command.currency == model::Currency{} ||
                           command.currency == settlement_.currency_code(present.currency));
    const std::uint32_t index = command.instrument.value() - 1;
    const bool same_steps =
        command.tick_size == present.tick_size && command.lot_size == present.lot_size;
    const model::Price known_prices = std::max(present.last_price, instruments_.listing(index).ask);
    const bool steps_ok =
        same_steps || (!instruments_.has_open_orders(index) && known_prices <= ticks.max_price());
    return names_ok && steps_ok ? RejectReason::none : RejectReason::bad_configuration;
}

bool InstrumentCommands::sound(const codec::SetTickTable& command) const {
    const std::array rows{std::pair{command.from_price_1, command.tick_1},
                          std::pair{command.from_price_2, command.tick_2},
                          std::pair{command.from_price_3, command.tick_3},
                          std::pair{command.from_price_4, command.tick_4}};
    if (command.rows > rows.size()) return false;
    const std::int64_t tick_size = instruments_[command.instrument.value() - 1].tick_size.value();
    const std::int64_t largest =
        instruments_[command.instrument.value() - 1].ticks.max_price().value();
    std::int64_t from_before = 0;
    std::int64_t tick_before = tick_size;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::int64_t from = rows[i].first.value();
        const std::int64_t tick = rows[i].second.value();
        if (i >= command.rows) {
            if (from != 0 || tick != 0) return false;
            continue;
        }
        if (from <= from_before || from > largest || tick <= tick_before || tick > largest ||
            tick % tick_size != 0 || from % tick != 0)
            return false;
        from_before = from;
        tick_before = tick;
    }
    return true;
}

void InstrumentCommands::on(const codec::SetTickTable& command) {
    if (!usable(command)) return;
    if (!sound(command)) return answers_.refuse(command, RejectReason::bad_configuration);
    const std::uint32_t index = command.instrument.value() - 1;
    instruments_.listing(index).table = {
        .row = {{{command.from_price_1.value(), command.tick_1.value()},
                 {command.from_price_2.value(), command.tick_2.value()},
                 {command.from_price_3.value(), command.tick_3.value()},
                 {command.from_price_4.value(), command.tick_4.value()}}},
        .rows = command.rows};
    instruments_.listing(index).followed_valid = false;
    touched_.instrument = index;
    instruments_.update_special(index);
    auto& event = events_.emit<codec::TickTableSet>();
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

void InstrumentCommands::on(const codec::SetPriceBands& command) {
    if (!usable(command)) return;
    if (command.static_band.value() > model::ppm_unit ||
        command.dynamic_band.value() > model::ppm_unit)
        return answers_.refuse(command, RejectReason::bad_configuration);
    const std::uint32_t index = command.instrument.value() - 1;
    instruments_.listing(index).static_band = command.static_band;
    instruments_.listing(index).dynamic_band = command.dynamic_band;
    touched_.instrument = index;
    instruments_.update_special(index);
    auto& event = events_.emit<codec::PriceBandsSet>();
    event.request_id = command.request_id;
    event.instrument = command.instrument;
    event.static_band = command.static_band;
    event.dynamic_band = command.dynamic_band;
}

void InstrumentCommands::on(const codec::SetLimitBands& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    const std::int64_t lower = command.lower.value();
    const std::int64_t upper = command.upper.value();
    const std::int64_t tick = instruments_[index].tick_size.value();
    const bool off = lower == 0 && upper == 0;
    const bool sound = lower >= 1 && lower < upper &&
                       upper <= instruments_[index].ticks.max_price().value() &&
                       lower % tick == 0 && upper % tick == 0;
    if (!off && !sound) return answers_.refuse(command, RejectReason::bad_configuration);
    Listing& listing = instruments_.listing(index);
    listing.limit_lower = command.lower;
    listing.limit_upper = command.upper;
    listing.followed_valid = false;
    touched_.instrument = index;
    instruments_.update_special(index);
    for (const Side side : {Side::buy, Side::sell}) {
        if (off) break;
        orders_.walk(index, side, [&](OrderSlot slot) {
            const Order& order = orders_[slot];
            const bool beyond =
                side == Side::buy ? order.price > command.upper : order.price < command.lower;
            if (beyond && bound_by_limit_bands(order))
                orders_.cancel(slot, command.request_id, model::CancelReason::outside_limit_band);
        });
    }
    auto& event = events_.emit<codec::LimitBandsSet>();
    event.request_id = command.request_id;
    event.lower = command.lower;
    event.upper = command.upper;
    event.instrument = command.instrument;
}

/// Under the first rules only what is in the book; under newer ones every order with a price.
bool InstrumentCommands::bound_by_limit_bands(const Order& order) const {
    switch (order.type) {
        case model::OrderType::limit:
        case model::OrderType::pegged:
        case model::OrderType::stop_limit: break;
        case model::OrderType::market:
        case model::OrderType::stop:
        case model::OrderType::trailing_stop: return false;
    }
    return rules_.bands_bind_everywhere() || order.place == Place::lit ||
           order.place == Place::dark;
}

void InstrumentCommands::on(const codec::SetAllocation& command) {
    if (!usable(command)) return;
    const std::uint32_t index = command.instrument.value() - 1;
    const bool lead = command.allocation == Allocation::lead;
    const bool share_ok =
        lead ? command.lead_share.value() >= 1 && command.lead_share.value() <= model::ppm_unit
             : command.lead_share.value() == 0 && command.lead_account == model::AccountId{};
    if (command.allocation > Allocation::dark || instruments_.has_open_orders(index) || !share_ok)
        return answers_.refuse(command, RejectReason::bad_configuration);
    if (lead && !accounts_.known(command.lead_account))
        return answers_.refuse(command, RejectReason::unknown_account);
    Listing& listing = instruments_.listing(index);
    listing.allocation = command.allocation;
    listing.lead_account = lead ? command.lead_account.value() - 1 : 0;
    listing.lead_share = command.lead_share;
    touched_.instrument = index;
    instruments_.update_special(index);
    auto& event = events_.emit<codec::AllocationSet>();
    event.request_id = command.request_id;
    event.instrument = command.instrument;
    event.lead_account = command.lead_account;
    event.lead_share = command.lead_share;
    event.allocation = command.allocation;
}

}  // namespace bw::engine
