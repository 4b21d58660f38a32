// New orders of every kind, and changes of those that were seen.
#include "differential/generator_fields.hpp"

namespace bw::differential {

using model::InstrumentState;
using model::OrderType;
using model::PegKind;
using model::TimeInForce;

namespace {

bool is_priced(OrderType type) {
    return type == OrderType::limit || type == OrderType::stop_limit || type == OrderType::pegged;
}

bool stays(TimeInForce time) {
    return time == TimeInForce::day || time == TimeInForce::gtc || time == TimeInForce::gtd;
}

}  // namespace

Bytes CommandGenerator::new_order() {
    codec::NewOrder command{};
    command.request_id = request();
    command.account = account();
    command.instrument = random_.permille(250) ? collecting_instrument() : instrument();
    const Market market = market_of(command.instrument);
    command.side = random_.permille(500) ? Side::buy : Side::sell;
    command.order_type = order_type(market);
    command.time_in_force = time_in_force(command, market);
    command.quantity = model::Quantity{quantity_of(market)};
    command.client_order_id = client_id();
    add_price(command, market);
    add_stop(command, market);
    add_peg(command, market);
    add_instructions(command, market);
    add_display(command, market);
    add_all_or_nothing(command, market);
    if (random_.permille(40)) add_mistakes(command);
    return framed(command);
}

OrderType CommandGenerator::order_type(const Market& market) {
    if (market.allocation == model::Allocation::dark && random_.permille(950))
        return OrderType::limit;
    const std::uint64_t kind = random_.below(1000);
    if (kind < 50 && has("stops")) return OrderType::stop;
    if (kind < 100 && has("stops")) return OrderType::stop_limit;
    if (kind < 140 && has("stops")) return OrderType::trailing_stop;
    if (kind < 220 && has("pegs")) return OrderType::pegged;
    return kind < 300 ? OrderType::market : OrderType::limit;
}

/// Mostly what the phase takes.
TimeInForce CommandGenerator::time_in_force(const codec::NewOrder& command, const Market& market) {
    using enum TimeInForce;
    const bool limit_order = command.order_type == OrderType::limit;
    const bool market_order = command.order_type == OrderType::market;
    const std::uint64_t kind = random_.below(100);
    const bool trading = market.state == InstrumentState::trading;
    const bool opens = market.state == InstrumentState::pre_open ||
                       market.state == InstrumentState::opening_auction;
    if (limit_order || market_order) {
        const bool dark = market.allocation == model::Allocation::dark;
        if (trading && kind < 8 && !dark) return fok;
        if (trading && kind < 22) return ioc;
        if (opens && kind < 20) return at_open;
        if ((!trading || kind < 26) && kind < 30) return at_close;
        if (kind == 30) return ioc;
        if (kind == 31) return at_open;
    }
    if (market_order || kind < 84) return day;
    return kind < 91 ? gtc : gtd;
}

void CommandGenerator::add_price(codec::NewOrder& command, const Market& market) {
    const bool priced = is_priced(command.order_type) != random_.permille(10);
    command.price = priced ? model::Price{price_near(market)} : model::no_price;
    if (priced)
        command.price = model::Price{away_from_market(market, command.side, command.price.value())};
    if (command.time_in_force == TimeInForce::gtd)
        command.expire_date = date_ + 1 + static_cast<std::uint32_t>(random_.below(3));
}

/// Stops wait some ticks beyond the market; a few are due at once.
void CommandGenerator::add_stop(codec::NewOrder& command, const Market& market) {
    const std::int64_t tick = market.tick_here();
    const std::int64_t away = random_.between(random_.permille(100) ? -5 : 0, 12) * tick;
    if (command.order_type == OrderType::trailing_stop) {
        command.offset = model::Price{std::max<std::int64_t>(away, market.tick)};
        return;
    }
    if (command.order_type != OrderType::stop && command.order_type != OrderType::stop_limit)
        return;
    const std::int64_t centre = market.reference / tick * tick;
    const std::int64_t stop = command.side == Side::buy ? centre + away : centre - away;
    command.stop_price = model::Price{random_.permille(20) ? price_near(market) : stop};
    if (command.order_type == OrderType::stop_limit && random_.permille(800))
        command.price = model::Price{stop + random_.between(-4, 4) * tick};
}

/// Its price lets it follow some way beyond the market.
void CommandGenerator::add_peg(codec::NewOrder& command, const Market& market) {
    if (command.order_type != OrderType::pegged) return;
    command.peg = static_cast<PegKind>(1 + random_.below(3));
    if (command.peg != PegKind::midpoint)
        command.offset = model::Price{random_.between(command.peg == PegKind::market ? 1 : 0, 4) *
                                      market.tick_here()};
    const std::int64_t tick = market.tick_here();
    const std::int64_t centre = market.reference / tick * tick;
    const std::int64_t beyond = random_.between(-4, 20) * tick;
    if (random_.permille(900))
        command.price = model::Price{command.side == Side::buy ? centre + beyond : centre - beyond};
}

void CommandGenerator::add_display(codec::NewOrder& command, const Market& market) {
    const bool may_show_a_part = command.order_type == OrderType::limit &&
                                 stays(command.time_in_force) && command.instructions == 0 &&
                                 market.allocation == model::Allocation::price_time;
    if (!may_show_a_part || !has("icebergs") || !random_.permille(150)) return;
    const std::uint64_t lots = std::clamp<std::uint64_t>(
        command.quantity.value() / std::max<std::uint64_t>(market.lot, 1), 1, 1'000'000);
    const std::uint64_t least = std::max<std::uint64_t>(1, lots / 8);
    command.display_quantity =
        model::Quantity{market.lot * (least + random_.below(std::max<std::uint64_t>(1, lots / 3)))};
    if (random_.permille(20)) command.display_quantity = model::Quantity{random_.below(40)};
}

/// Post-only is sent near the touch, where it matters; dates are near the day that ends next.
void CommandGenerator::add_instructions(codec::NewOrder& command, const Market& market) {
    if (command.order_type != OrderType::limit || !stays(command.time_in_force)) return;
    if (market.allocation == model::Allocation::dark && random_.permille(950)) return;
    if (random_.permille(100) && has("hidden"))
        command.instructions |= static_cast<std::uint8_t>(model::Instruction::hidden);
    if (!random_.permille(100)) return;
    command.instructions |= static_cast<std::uint8_t>(model::Instruction::post_only);
    if (random_.permille(700))
        command.price = model::Price{best_opposite(command.instrument, command.side) +
                                     random_.between(-2, 2) * market.tick_here()};
}

/// A fok order, or an ioc with a minimum, asks for about as much as the book holds.
void CommandGenerator::add_all_or_nothing(codec::NewOrder& command, const Market& market) {
    const bool fok = command.time_in_force == TimeInForce::fok;
    if (!fok && (command.time_in_force != TimeInForce::ioc || !random_.permille(500))) return;
    const bool market_order = command.order_type == OrderType::market;
    const std::int64_t anything = command.side == Side::buy ? largest_int64 : 0;
    const std::int64_t limit = market_order ? anything : command.price.value();
    const std::uint64_t there = quantity_within(command.instrument, command.side, limit);
    const std::uint64_t more = market.lot * random_.below(3);
    const std::uint64_t less = std::min(there, market.lot * random_.below(4));
    const std::uint64_t wanted = std::max(market.lot, there + more - less);
    if (fok && random_.permille(700)) command.quantity = model::Quantity{wanted};
    if (fok) return;
    command.min_quantity =
        model::Quantity{random_.permille(700) ? wanted : market.lot * (1 + random_.below(40))};
    if (random_.permille(900)) command.quantity = std::max(command.quantity, command.min_quantity);
    if (random_.permille(20))
        command.min_quantity = model::Quantity{static_cast<std::uint64_t>(wild_number())};
}

void CommandGenerator::add_mistakes(codec::NewOrder& command) {
    const auto any_byte = [&] { return static_cast<std::uint8_t>(random_.below(256)); };
    const auto few = [&](std::uint64_t most) {
        return random_.permille(800) ? static_cast<std::uint8_t>(random_.below(most)) : any_byte();
    };
    switch (random_.below(15)) {
        case 0: command.side = static_cast<Side>(any_byte()); break;
        case 1: command.order_type = static_cast<OrderType>(few(7)); break;
        case 2: command.time_in_force = static_cast<TimeInForce>(few(8)); break;
        case 3: command.reserved = 77; break;
        case 4: command.instructions = few(5); break;
        case 5:
            command.expire_date = date_ - 2 + static_cast<std::uint32_t>(random_.below(5));
            break;
        case 6: command.expire_date = static_cast<std::uint32_t>(wild_number()); break;
        case 7: command.min_quantity = model::Quantity{random_.below(100)}; break;
        case 8: command.peg = static_cast<PegKind>(few(5)); break;
        case 9: command.stop_price = model::Price{wild_number()}; break;
        case 10: command.offset = model::Price{wild_number()}; break;
        case 11: command.offset = model::Price{random_.between(-3, 30)}; break;
        case 12: command.stop_price = model::Price{command.stop_price.value() ^ 1}; break;
        case 13:
            command.display_quantity = model::Quantity{static_cast<std::uint64_t>(wild_number())};
            break;
        default: command.display_quantity = model::Quantity{random_.below(60)}; break;
    }
}

// ---- changes

/// Names an order that was seen: mostly the owner's, mostly by id.
template <class Change>
void CommandGenerator::aim(Change& change) {
    change.request_id = request();
    if (seen_.empty() || random_.permille(15)) {
        change.account = account();
        change.order_id = model::OrderId{static_cast<std::uint64_t>(wild_number())};
        change.client_order_id = client_id();
        return;
    }
    const Seen& order = random_.permille(60) ? random_.one_of(closed_) : random_.one_of(seen_);
    change.account = random_.permille(30) ? account() : order.account;
    const bool by_client_id =
        random_.permille(300) && (!order.client_id.empty() || random_.permille(50));
    if (!by_client_id) change.order_id = model::OrderId{order.order};
    if (by_client_id || random_.permille(50)) change.client_order_id = order.client_id;
    if (random_.permille(20)) change.order_id = model::OrderId{order.order + random_.below(5)};
}

Bytes CommandGenerator::cancel() {
    codec::CancelOrder command{};
    aim(command);
    return framed(command);
}

Bytes CommandGenerator::reduce() {
    codec::ReduceOrder command{};
    aim(command);
    const Market market =
        seen_.empty() ? Market{} : market_of(seen_[random_.below(seen_.size())].instrument);
    command.quantity =
        model::Quantity{random_.permille(50) ? random_.below(4) : quantity_of(market)};
    return framed(command);
}

Bytes CommandGenerator::replace() {
    codec::ReplaceOrder command{};
    aim(command);
    Market market = market_of(instrument());
    for (const Seen& order : seen_)
        if (order.order == command.order_id.value()) market = market_of(order.instrument);
    command.price = model::Price{price_near(market)};
    command.quantity = model::Quantity{quantity_of(market)};
    return framed(command);
}

/// Up, down, to the same, to what is executed and below it; at the present price, near it, or
/// anywhere.
Bytes CommandGenerator::amend() {
    codec::AmendOrder command{};
    aim(command);
    Seen order{};
    for (const Seen& seen : seen_) {
        const bool by_client_id =
            command.order_id.value() == 0 && seen.client_id == command.client_order_id;
        if (by_client_id || seen.order == command.order_id.value()) order = seen;
    }
    const Market market = market_of(order.order == 0 ? instrument() : order.instrument);
    const std::uint64_t total = order.executed + order.remaining;
    const std::uint64_t some = market.lot * random_.below(order.remaining / market.lot + 1);
    switch (random_.below(8)) {
        case 0: command.quantity = model::Quantity{total}; break;
        case 1: command.quantity = model::Quantity{order.executed}; break;
        case 2: command.quantity = model::Quantity{order.executed / 2}; break;
        case 3: command.quantity = model::Quantity{quantity_of(market)}; break;
        case 4:
        case 5:
            command.quantity = model::Quantity{total + market.lot * (1 + random_.below(20))};
            break;
        default: command.quantity = model::Quantity{order.executed + some}; break;
    }
    const std::uint64_t price = random_.below(10);
    command.price =
        price < 4 ? model::no_price : model::Price{price < 6 ? order.price : price_near(market)};
    return framed(command);
}

Bytes CommandGenerator::mass_cancel() {
    codec::MassCancel command{};
    command.request_id = request();
    command.account = account();
    if (random_.permille(600)) command.instrument = instrument();
    command.side =
        static_cast<model::SideSelection>(random_.below(random_.permille(950) ? 3 : 256));
    return framed(command);
}

}  // namespace bw::differential
