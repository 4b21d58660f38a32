// Commands about instruments: terms, phases, bands, allocation, corporate actions.
#include "differential/generator_fields.hpp"
#include "model/rules.hpp"

namespace bw::differential {

using model::InstrumentState;

namespace {

codec::ConfigureInstrument terms_of(std::uint32_t which, std::int64_t reference) {
    codec::ConfigureInstrument terms{};
    const Listing& row = listings[which];
    terms.symbol = *model::Symbol::from(row.symbol);
    terms.currency = *model::Currency::from(row.currency);
    terms.tick_size = model::Price{row.tick};
    terms.lot_size = model::Quantity{row.lot};
    terms.reference_price = model::Price{reference};
    terms.collar = model::Ppm{row.collar};
    terms.max_order_quantity = which == 5 ? model::Quantity{500} : model::unlimited_quantity;
    terms.max_order_value = which == 5 ? model::Money{30'000'000} : model::unlimited_money;
    return terms;
}

}  // namespace

Bytes CommandGenerator::listing(std::uint32_t which) {
    codec::ConfigureInstrument command = terms_of(which, reference_of(which));
    command.request_id = request();
    return framed(command);
}

Bytes CommandGenerator::home_allocation(std::uint32_t which) {
    codec::SetAllocation command{};
    command.request_id = request();
    command.instrument = model::InstrumentId{listed_as_[which]};
    command.allocation = listings[which].allocation;
    if (command.allocation == model::Allocation::lead) {
        command.lead_account = model::AccountId{1 + which % first_accounts};
        command.lead_share = model::Ppm{400'000};
    }
    return framed(command);
}

/// Orders stand in the way of some changes: the next commands take them away.
void CommandGenerator::empty_the_book(model::InstrumentId id) {
    for (std::uint32_t account = 1; account <= first_accounts; ++account) {
        codec::MassCancel command{};
        command.request_id = request();
        command.account = model::AccountId{account};
        command.instrument = id;
        command.side = model::SideSelection::both;
        script_.push_back(framed(command));
    }
}

Bytes CommandGenerator::configure() {
    const auto which = static_cast<std::uint32_t>(random_.below(listings.size()));
    codec::ConfigureInstrument command = terms_of(which, reference_of(which));
    command.request_id = request();
    const model::InstrumentId id{listed_as_[which]};
    const Market market = market_of(id);
    const bool list = random_.permille(60);
    if (list && !random_.permille(200))
        command.symbol = *model::Symbol::from("NEW" + std::to_string(random_.below(1'000)));
    if (list && markets_.size() + 4 > options_.instruments && options_.instruments >= 60)
        command.symbol = {};
    if (!list) {
        command.instrument = id;
        command.symbol = random_.permille(900) ? market.symbol : command.symbol;
        command.tick_size = model::Price{market.tick};
        command.lot_size = model::Quantity{market.lot};
        command.reference_price = model::Price{reference_of(which) / market.tick * market.tick};
    }
    if (!list && random_.permille(300)) command.symbol = {};
    if (random_.permille(300)) command.currency = {};
    if (random_.permille(50)) command.currency = currency();
    if (random_.permille(400))
        command.reference_price = model::Price{market.reference / market.tick * market.tick};
    if (random_.permille(50))
        command.collar = model::Ppm{static_cast<std::uint32_t>(random_.below(1'000'100))};
    if (random_.permille(20)) command.tick_size = model::Price{wild_number()};
    if (random_.permille(20))
        command.lot_size = model::Quantity{static_cast<std::uint64_t>(wild_number())};
    if (random_.permille(20)) command.reference_price = model::Price{wild_number()};
    if (random_.permille(20)) command.max_order_quantity = model::Quantity{random_.below(300)};
    if (random_.permille(20)) command.max_order_value = model::Money{wild_number()};
    if (random_.permille(10)) command.instrument = instrument();
    if (random_.permille(10))
        command.symbol.chars[random_.below(16)] = static_cast<char>(random_.below(256));
    if (list || !random_.permille(80)) return framed(command);

    empty_the_book(id);  // for a new grid
    const std::int64_t times = random_.permille(500) ? 2 : 1;
    command.tick_size = model::Price{listings[which].tick * times};
    command.lot_size = model::Quantity{listings[which].lot * static_cast<std::uint64_t>(times)};
    const model::Price highest =
        model::Rules{first_rules_, first_rules_}.max_price(command.tick_size);
    command.reference_price = model::Price{
        std::min(reference_of(which) * times,
                 highest.value() / command.tick_size.value() * command.tick_size.value())};
    script_.push_back(framed(command));
    const Bytes first = script_.front();
    script_.pop_front();
    return first;
}

/// An account spends all that it has on market orders for the close; then the reference rises.
Bytes CommandGenerator::dear_close() {
    const auto which = static_cast<std::uint32_t>(random_.below(listings.size()));
    const model::InstrumentId id{listed_as_[which]};
    const Market market = market_of(id);
    codec::NewOrder order{};
    order.account = account();
    order.instrument = id;
    order.price = model::no_price;
    order.order_type = model::OrderType::market;
    order.time_in_force = model::TimeInForce::at_close;
    for (unsigned shift = 24; shift-- > 0;) {
        order.request_id = request();
        order.quantity = model::Quantity{market.lot << shift};
        script_.push_back(framed(order));
    }
    codec::ConfigureInstrument command = terms_of(which, reference_of(which));
    command.request_id = request();
    command.instrument = id;
    command.symbol = market.symbol;
    command.tick_size = model::Price{market.tick};
    command.lot_size = model::Quantity{market.lot};
    command.reference_price = model::Price{(market.reference + market.reference / 8 + market.tick) /
                                           market.tick * market.tick};
    script_.push_back(framed(command));
    script_.push_back(set_state_of(id, InstrumentState::closing_auction));
    script_.push_back(set_state_of(id, InstrumentState::post_close));
    Bytes first = std::move(script_.front());
    script_.pop_front();
    return first;
}

/// Two orders alone, at prices equally far from the reference: both are equally good.
Bytes CommandGenerator::even_auction() {
    const auto which = static_cast<std::uint32_t>(random_.below(listings.size()));
    const model::InstrumentId id{listed_as_[which]};
    const Market market = market_of(id);
    empty_the_book(id);
    script_.push_back(set_state_of(id, InstrumentState::volatility_auction));
    codec::NewOrder order{};
    order.instrument = id;
    order.quantity = model::Quantity{market.lot};
    const std::int64_t distance = random_.between(1, 4) * market.tick;
    for (const Side side : {Side::buy, Side::sell}) {
        order.request_id = request();
        order.account = account();
        order.side = side;
        order.price = model::Price{market.reference + (side == Side::buy ? distance : -distance)};
        script_.push_back(framed(order));
    }
    script_.push_back(set_state_of(id, InstrumentState::trading));
    Bytes first = std::move(script_.front());
    script_.pop_front();
    return first;
}

// ---- phases

/// One that does not trade is led back there by and by; one that does leaves now and then.
Bytes CommandGenerator::set_instrument_state() {
    model::InstrumentId id = instrument();
    if (random_.permille(700))
        for (const std::uint32_t listed : listed_as_)
            if (market_of(model::InstrumentId{listed}).state != InstrumentState::trading &&
                random_.permille(400))
                id = model::InstrumentId{listed};
    InstrumentState state = next_state(market_of(id).state);
    if (random_.permille(30)) {
        id = {};
        state = random_.permille(600) ? InstrumentState::trading : next_state(state);
    }
    if (!has("phases") && state != InstrumentState::trading) state = InstrumentState::halted;
    return set_state_of(id, state);
}

Bytes CommandGenerator::set_state_of(model::InstrumentId id, InstrumentState state) {
    codec::SetInstrumentState command{};
    command.request_id = request();
    command.instrument = id;
    command.state = state;
    command.reason = static_cast<model::HaltReason>(random_.below(8));
    if (random_.permille(10)) command.state = static_cast<InstrumentState>(7 + random_.below(249));
    if (random_.permille(10)) command.reason = static_cast<model::HaltReason>(random_.below(256));
    return framed(command);
}

InstrumentState CommandGenerator::next_state(InstrumentState now) {
    using enum InstrumentState;
    if (random_.permille(60)) return static_cast<InstrumentState>(random_.below(9));
    const auto one_of = [&](std::initializer_list<InstrumentState> states) {
        return *(states.begin() + random_.below(states.size()));
    };
    switch (now) {
        case trading:
            return one_of({trading, trading, trading, closing_auction, closing_auction,
                           volatility_auction, halted, closed, post_close});
        case halted:
            return one_of({trading, trading, pre_open, opening_auction, volatility_auction,
                           closing_auction, post_close, closed});
        case closed: return one_of({pre_open, opening_auction, opening_auction});
        case pre_open: return one_of({opening_auction, opening_auction, opening_auction, halted});
        case opening_auction: return one_of({trading, trading, trading, trading, halted});
        case volatility_auction:
            return one_of({trading, trading, trading, trading, closing_auction, post_close});
        case closing_auction: return one_of({post_close, post_close, closed, closed, halted});
        case post_close: return one_of({pre_open, pre_open, closed});
        case delisted: break;
    }
    return trading;
}

Bytes CommandGenerator::trip_breaker() {
    codec::TripBreaker command{};
    command.request_id = request();
    command.level = static_cast<std::uint8_t>(random_.permille(800) ? 1 + random_.below(3)
                                                                    : random_.below(256));
    return framed(command);
}

Bytes CommandGenerator::set_storage_state() {
    codec::SetStorageState command{};
    command.request_id = request();
    command.scarce = storage_scarce_ ? 0 : 1;
    if (random_.permille(50)) command.scarce = static_cast<std::uint8_t>(random_.below(256));
    return framed(command);
}

Bytes CommandGenerator::publish_indicative() {
    codec::PublishIndicative command{};
    command.request_id = request();
    if (random_.permille(600))
        command.instrument = random_.permille(700) ? collecting_instrument() : instrument();
    return framed(command);
}

Bytes CommandGenerator::pause_on_limit_state() {
    codec::PauseOnLimitState command{};
    command.request_id = request();
    command.instrument = instrument();
    for (const std::uint32_t listed : listed_as_)
        if (market_of(model::InstrumentId{listed}).limit_state_since != 0 && random_.permille(300))
            command.instrument = model::InstrumentId{listed};
    const std::uint64_t since = market_of(command.instrument).limit_state_since;
    command.since = model::SequenceNumber{since - random_.below(random_.permille(850) ? 1 : 3)};
    return framed(command);
}

// ---- parameters

Bytes CommandGenerator::set_price_bands() {
    constexpr std::array bands{0u, 0u, 500u, 2'000u, 10'000u, 50'000u, 200'000u, 1'000'000u};
    codec::SetPriceBands command{};
    command.request_id = request();
    command.instrument = instrument();
    command.static_band = model::Ppm{random_.one_of(bands)};
    command.dynamic_band = model::Ppm{random_.one_of(bands)};
    if (random_.permille(30)) command.static_band = model::Ppm{wild_count()};
    if (random_.permille(30)) command.dynamic_band = model::Ppm{wild_count()};
    return framed(command);
}

Bytes CommandGenerator::set_limit_bands() {
    codec::SetLimitBands command{};
    command.request_id = request();
    command.instrument = instrument();
    if (random_.permille(200)) return framed(command);
    const Market market = market_of(command.instrument);
    const std::int64_t tick = market.tick_here();
    const std::int64_t centre = market.reference / tick * tick;
    command.lower = model::Price{centre - random_.between(0, 8) * tick};
    command.upper = model::Price{centre + random_.between(0, 8) * tick};
    if (random_.permille(100) && command.lower.value() < tick) command.lower = model::Price{tick};
    if (random_.permille(30)) command.lower = model::Price{wild_number()};
    if (random_.permille(30)) command.upper = model::Price{wild_number()};
    if (random_.permille(30)) command.upper = model::Price{centre + random_.between(0, 20)};
    return framed(command);
}

Bytes CommandGenerator::set_allocation() {
    const auto which = static_cast<std::uint32_t>(random_.below(listings.size()));
    codec::SetAllocation command{};
    const Bytes home = home_allocation(which);
    BW_ASSERT(codec::decode(home, command) == codec::DecodeError::none);
    if (random_.permille(300)) {
        command.allocation = static_cast<model::Allocation>(random_.below(4));
        const bool lead = command.allocation == model::Allocation::lead;
        command.lead_account = lead ? account() : model::AccountId{};
        command.lead_share =
            model::Ppm{lead ? 1 + static_cast<std::uint32_t>(random_.below(1'000'000)) : 0};
    }
    if (random_.permille(40))
        command.allocation = static_cast<model::Allocation>(random_.below(256));
    if (random_.permille(40)) command.lead_share = model::Ppm{wild_count()};
    if (random_.permille(20)) command.lead_account = model::AccountId{wild_count()};
    if (!has("dark") && command.allocation == model::Allocation::dark)
        command.allocation = model::Allocation::price_time;
    if (!random_.permille(250)) return framed(command);
    empty_the_book(command.instrument);
    script_.push_back(framed(command));
    const Bytes first = script_.front();
    script_.pop_front();
    return first;
}

/// Rows begin around the market, so that prices cross them.
Bytes CommandGenerator::set_tick_table() {
    codec::SetTickTable command{};
    command.request_id = request();
    command.instrument = instrument();
    const Market market = market_of(command.instrument);
    command.rows = static_cast<std::uint32_t>(random_.below(5));
    const std::array fields{std::pair{&command.from_price_1, &command.tick_1},
                            std::pair{&command.from_price_2, &command.tick_2},
                            std::pair{&command.from_price_3, &command.tick_3},
                            std::pair{&command.from_price_4, &command.tick_4}};
    std::int64_t factor = 1;
    std::int64_t from =
        std::max<std::int64_t>(1, market.reference + random_.between(-40, 3) * market.tick);
    for (std::uint32_t row = 0; row < command.rows; ++row) {
        factor += has("ticks") ? random_.between(1, 3) : factor;
        const std::int64_t tick = market.tick * factor;
        from = (from + tick) / tick * tick;
        *fields[row].first = model::Price{from};
        *fields[row].second = model::Price{tick};
        from += random_.between(0, 20) * market.tick;
    }
    if (random_.permille(40)) *fields[random_.below(4)].first = model::Price{wild_number()};
    if (random_.permille(40)) *fields[random_.below(4)].second = model::Price{wild_number()};
    if (random_.permille(30)) command.rows = wild_count();
    return framed(command);
}

/// Mostly for dark books, around the reference, not always on a tick.
Bytes CommandGenerator::set_reference_quote() {
    codec::SetReferenceQuote command{};
    command.request_id = request();
    command.instrument = instrument();
    for (const std::uint32_t listed : listed_as_)
        if (market_of(model::InstrumentId{listed}).allocation == model::Allocation::dark &&
            random_.permille(800))
            command.instrument = model::InstrumentId{listed};
    if (random_.permille(100)) return framed(command);
    const Market market = market_of(command.instrument);
    const std::int64_t tick = random_.permille(700) ? market.tick : 1;
    command.bid = model::Price{market.reference - random_.between(-2, 6) * tick};
    command.ask = model::Price{std::max(command.bid.value(), market.reference) +
                               random_.between(0, 6) * tick};
    if (random_.permille(30)) command.bid = model::Price{wild_number()};
    if (random_.permille(30)) command.ask = model::Price{wild_number()};
    return framed(command);
}

// ---- corporate actions

Bytes CommandGenerator::split() {
    constexpr std::array ratios{std::pair{2u, 1u}, std::pair{3u, 2u},  std::pair{1u, 2u},
                                std::pair{5u, 7u}, std::pair{1u, 10u}, std::pair{10u, 1u}};
    codec::SplitShares command{};
    command.request_id = request();
    command.instrument = instrument();
    std::tie(command.numerator, command.denominator) = random_.one_of(ratios);
    if (random_.permille(60)) command.numerator = wild_count();
    if (random_.permille(60)) command.denominator = wild_count();
    if (random_.permille(100)) return framed(command);
    script_.push_back(framed(command));
    return set_state_of(command.instrument,
                        random_.permille(500) ? InstrumentState::halted : InstrumentState::closed);
}

Bytes CommandGenerator::change_symbol() {
    codec::ChangeSymbol command{};
    command.request_id = request();
    command.instrument = instrument();
    command.symbol = *model::Symbol::from("SYM" + std::to_string(random_.below(100'000)));
    if (random_.permille(100)) command.symbol = market_of(instrument()).symbol;
    if (random_.permille(100))
        command.symbol.chars[random_.below(16)] = static_cast<char>(random_.below(256));
    return framed(command);
}

/// Its successor is listed, and everybody gets shares of it.
Bytes CommandGenerator::delist() {
    codec::Delist command{};
    command.request_id = request();
    const auto which = static_cast<std::uint32_t>(random_.below(listings.size()));
    command.instrument = model::InstrumentId{listed_as_[which]};
    if (random_.permille(200)) command.instrument = instrument();
    const bool there_is_room = markets_.size() + 4 < options_.instruments;
    if (!there_is_room && !random_.permille(300)) return set_instrument_state();
    if (!there_is_room || random_.permille(300)) {
        const auto state = market_of(command.instrument).state;
        if (state == InstrumentState::halted || state == InstrumentState::closed)
            command.instrument = {};
        return framed(command);
    }
    script_.push_back(framed(command));
    return set_state_of(command.instrument, InstrumentState::closed);
}

}  // namespace bw::differential
