// What an operator sets about an instrument: ticks, bands, allocation, reference quote.
#include "differential/naive_places.hpp"

namespace bw::differential {

// ---- ticks

namespace {

std::array<TickRow, 4> rows_of(const codec::SetTickTable& command) {
    return {TickRow{command.from_price_1.value(), command.tick_1.value()},
            TickRow{command.from_price_2.value(), command.tick_2.value()},
            TickRow{command.from_price_3.value(), command.tick_3.value()},
            TickRow{command.from_price_4.value(), command.tick_4.value()}};
}

bool is_tick_table(const codec::SetTickTable& command, std::int64_t tick_size,
                   std::int64_t highest) {
    const auto rows = rows_of(command);
    if (command.rows > rows.size()) return false;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const auto& [from, tick] = rows[i];
        if (i >= command.rows) {
            if (from != 0 || tick != 0) return false;
            continue;
        }
        const TickRow below = i == 0 ? TickRow{0, tick_size} : rows[i - 1];
        if (from > highest || tick > highest) return false;
        if (from <= below.from || tick <= below.tick) return false;
        if (tick % tick_size != 0 || from % tick != 0) return false;
    }
    return true;
}

}  // namespace

void NaiveExchange::on(const codec::SetTickTable& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    Instrument& instrument = instruments_.at(command.instrument.value());
    const std::int64_t tick_size = instrument.terms.tick_size.value();
    if (!is_tick_table(command, tick_size, highest_price(tick_size)))
        return reject(command, Reason::bad_configuration);
    const auto rows = rows_of(command);
    instrument.tick_table.assign(rows.begin(), rows.begin() + command.rows);
    codec::TickTableSet event{};
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
    emit(event);
}

// ---- bands

void NaiveExchange::on(const codec::SetPriceBands& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    if (command.static_band.value() > model::ppm_unit ||
        command.dynamic_band.value() > model::ppm_unit)
        return reject(command, Reason::bad_configuration);
    Instrument& instrument = instruments_.at(command.instrument.value());
    instrument.static_band = command.static_band.value();
    instrument.dynamic_band = command.dynamic_band.value();
    codec::PriceBandsSet event{};
    event.instrument = command.instrument;
    event.static_band = command.static_band;
    event.dynamic_band = command.dynamic_band;
    emit(event);
}

void NaiveExchange::on(const codec::SetLimitBands& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    Instrument& instrument = instruments_.at(command.instrument.value());
    const std::int64_t lower = command.lower.value();
    const std::int64_t upper = command.upper.value();
    const std::int64_t tick = instrument.terms.tick_size.value();
    const bool none = lower == 0 && upper == 0;
    const bool sound = is_price(instrument, lower) && is_price(instrument, upper) &&
                       lower < upper && lower % tick == 0 && upper % tick == 0;
    if (!none && !sound) return reject(command, Reason::bad_configuration);
    instrument.lower_limit = lower;
    instrument.upper_limit = upper;
    cancel_each(instrument, model::CancelReason::outside_limit_band, [&](const Order& order) {
        const bool in_book = order.place == Place::lit || order.place == Place::dark;
        const bool bound = rules_ >= model::RuleSet::version_2
                               ? order.price != model::no_price.value()
                               : in_book && order.type != model::OrderType::market;
        return bound && !within_limit_bands(instrument, order.side, order.limit);
    });
    codec::LimitBandsSet event{};
    event.lower = command.lower;
    event.upper = command.upper;
    event.instrument = command.instrument;
    emit(event);
}

// ---- allocation and quote

void NaiveExchange::on(const codec::SetAllocation& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    Instrument& instrument = instruments_.at(command.instrument.value());
    const bool lead = command.allocation == model::Allocation::lead;
    const std::uint32_t share = command.lead_share.value();
    const bool share_fits = lead ? share >= 1 && share <= model::ppm_unit : share == 0;
    const bool account_fits = lead || command.lead_account == model::AccountId{};
    if (command.allocation > model::Allocation::dark || has_open_orders(instrument) ||
        !share_fits || !account_fits)
        return reject(command, Reason::bad_configuration);
    if (lead && !accounts_.contains(command.lead_account.value()))
        return reject(command, Reason::unknown_account);
    instrument.allocation = command.allocation;
    instrument.lead_account = command.lead_account.value();
    instrument.lead_share = share;
    codec::AllocationSet event{};
    event.instrument = command.instrument;
    event.lead_account = command.lead_account;
    event.lead_share = command.lead_share;
    event.allocation = command.allocation;
    emit(event);
}

void NaiveExchange::on(const codec::SetReferenceQuote& command) {
    const Reason reason = check_listed(command.instrument);
    if (reason != Reason::none) return reject(command, reason);
    const std::int64_t bid = command.bid.value();
    const std::int64_t ask = command.ask.value();
    const bool none = bid == 0 && ask == 0;
    Instrument& instrument = instruments_.at(command.instrument.value());
    if (!none && !(is_price(instrument, bid) && is_price(instrument, ask) && bid <= ask))
        return reject(command, Reason::bad_configuration);
    instrument.quote_bid = bid;
    instrument.quote_ask = ask;
    codec::ReferenceQuoteSet event{};
    event.bid = command.bid;
    event.ask = command.ask;
    event.instrument = command.instrument;
    emit(event);
    if (instrument.allocation == model::Allocation::dark &&
        instrument.state == model::InstrumentState::trading)
        uncross_dark(instrument);
}

}  // namespace bw::differential
