#include "differential/command_generator.hpp"

#include <algorithm>
#include <bit>
#include <limits>

namespace bw::differential {
namespace {

using model::Side;

constexpr std::uint32_t first_accounts = 7;
constexpr std::size_t remembered_orders = 256;
constexpr std::int64_t int64_max = std::numeric_limits<std::int64_t>::max();

struct Listing {
    std::string_view symbol;
    std::string_view currency;
    std::int64_t tick, reference;
    std::uint64_t lot;
    std::uint32_t collar;
};

/// Coarse and fine, with and without a collar, at the bottom and at the top of the prices.
constexpr std::array listings{
    Listing{"ACME", "USD", 1, 10'000, 1, 100'000},
    Listing{"BOLT.A", "USD", 100, 1'000'000, 10, 50'000},
    Listing{"CORK", "EUR", 7, 7'000, 3, 0},
    Listing{"DUNE/X", "EUR", 2'500, 1'999'997'500, 100, 1'000'000},
    Listing{"ELM", "USD", 1, 1, 1, 999'999},
    Listing{"FIR-1", "XAU", 50, 123'450, 1, 3'000},
};

std::uint64_t splitmix64(std::uint64_t& state) {
    std::uint64_t z = state += 0x9E3779B97F4A7C15ull;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

}  // namespace

Random::Random(std::uint64_t seed) {
    for (std::uint64_t& word : state_) word = splitmix64(seed);
}

std::uint64_t Random::next() {
    const std::uint64_t out = std::rotl(state_[1] * 5, 7) * 9;
    const std::uint64_t shifted = state_[1] << 17;
    state_[2] ^= state_[0];
    state_[3] ^= state_[1];
    state_[1] ^= state_[2];
    state_[0] ^= state_[3];
    state_[2] ^= shifted;
    state_[3] = std::rotl(state_[3], 45);
    return out;
}

Bytes CommandGenerator::next() {
    constexpr std::uint64_t opening_steps =
        2 * first_accounts + listings.size() + 2 * first_accounts * listings.size();
    const std::uint64_t step = step_++;
    if (step < opening_steps) return opening(step);
    Bytes command =
        random_.permille(mood_ == Mood::calm ? 950 : 900) ? trading_command() : operator_command();
    return random_.permille(8) ? damaged(std::move(command)) : command;
}

Bytes CommandGenerator::opening(std::uint64_t step) {
    if (step < first_accounts) {
        codec::OpenAccount command{};
        command.request_id = request();
        command.reference = *model::ClientOrderId::from("account-" + std::to_string(step));
        return framed(command);
    }
    step -= first_accounts;
    if (step < listings.size()) return listing(static_cast<std::uint32_t>(step));
    step -= listings.size();
    if (step < first_accounts)
        return set_self_trade_prevention(model::AccountId{static_cast<std::uint32_t>(step) + 1});
    step -= first_accounts;
    const model::AccountId to{static_cast<std::uint32_t>(step / 2 % first_accounts) + 1};
    const auto which = static_cast<std::uint32_t>(step / 2 / first_accounts);
    if (step % 2 == 0) {
        codec::MoveCash command{};
        command.request_id = request();
        command.account = to;
        command.currency = *model::Currency::from(listings[which].currency);
        command.amount = model::Money{to.value() == 1 ? int64_max / 8 : 3'000'000'000};
        return framed(command);
    }
    codec::MoveShares command{};
    command.request_id = request();
    command.account = to;
    command.instrument = model::InstrumentId{which + 1};
    command.quantity = 5'000;
    return framed(command);
}

Bytes CommandGenerator::listing(std::uint32_t which) {
    codec::ConfigureInstrument command{};
    const Listing& row = listings[which];
    command.request_id = request();
    command.symbol = *model::Symbol::from(row.symbol);
    command.currency = *model::Currency::from(row.currency);
    command.tick_size = model::Price{row.tick};
    command.lot_size = model::Quantity{row.lot};
    command.reference_price = model::Price{row.reference};
    command.collar = model::Ppm{row.collar};
    command.max_order_quantity = which == 5 ? model::Quantity{500} : model::unlimited_quantity;
    command.max_order_value = which == 5 ? model::Money{30'000'000} : model::unlimited_money;
    return framed(command);
}

void CommandGenerator::see(std::span<const Bytes> events) {
    for (const Bytes& event : events) {
        codec::OrderAccepted accepted;
        codec::OrderCancelled cancelled;
        codec::TradeExecuted trade;
        codec::InstrumentUpdated updated;
        codec::OrderReduced reduced;
        codec::OrderReplaced replaced;
        if (codec::decode(event, accepted) == codec::DecodeError::none) {
            const Seen order{accepted.order_id.value(),
                             accepted.account,
                             accepted.instrument,
                             accepted.client_order_id,
                             accepted.side,
                             accepted.price.value(),
                             accepted.quantity.value(),
                             0};
            if (seen_.size() < remembered_orders)
                seen_.push_back(order);
            else
                seen_[order.order % remembered_orders] = order;
        } else if (codec::decode(event, cancelled) == codec::DecodeError::none) {
            closes(cancelled.order_id.value());
        } else if (codec::decode(event, trade) == codec::DecodeError::none) {
            learn_from_trade(trade);
        } else if (codec::decode(event, reduced) == codec::DecodeError::none) {
            if (Seen* order = find_seen(reduced.order_id.value()))
                order->remaining = reduced.remaining.value();
        } else if (codec::decode(event, replaced) == codec::DecodeError::none) {
            Seen* order = find_seen(replaced.order_id.value());
            if (order == nullptr) continue;
            order->price = replaced.price.value();
            order->remaining = replaced.remaining.value();
        } else if (codec::decode(event, updated) == codec::DecodeError::none) {
            const std::uint32_t id = updated.instrument.value();
            if (markets_.size() < id) markets_.resize(id);
            markets_[id - 1] = {updated.tick_size.value(), updated.lot_size.value(),
                                updated.reference_price.value(), updated.collar.value()};
        }
    }
}

void CommandGenerator::learn_from_trade(const codec::TradeExecuted& trade) {
    markets_[trade.instrument.value() - 1].reference = trade.price.value();
    const auto executes = [&](std::uint64_t order, std::uint64_t remaining) {
        if (remaining == 0) return closes(order);
        if (Seen* seen = find_seen(order)) {
            seen->remaining = remaining;
            seen->executed += trade.quantity.value();
        }
    };
    executes(trade.maker_order.value(), trade.maker_remaining.value());
    executes(trade.taker_order.value(), trade.taker_remaining.value());
}

CommandGenerator::Seen* CommandGenerator::find_seen(std::uint64_t order) {
    const auto found = std::ranges::find(seen_, order, &Seen::order);
    return found == seen_.end() ? nullptr : &*found;
}

std::uint64_t CommandGenerator::quantity_within(model::InstrumentId id, Side incoming,
                                                std::int64_t price) const {
    std::uint64_t sum = 0;
    for (const Seen& order : seen_) {
        if (order.instrument != id || order.side == incoming ||
            order.price == model::no_price.value())
            continue;
        if (incoming == Side::buy ? order.price <= price : order.price >= price)
            sum += order.remaining;
    }
    return sum;
}

std::int64_t CommandGenerator::best_opposite(model::InstrumentId id, Side incoming) const {
    std::int64_t best = 0;
    for (const Seen& order : seen_) {
        if (order.instrument != id || order.side == incoming ||
            order.price == model::no_price.value())
            continue;
        if (best == 0 || (incoming == Side::buy ? order.price < best : order.price > best))
            best = order.price;
    }
    return best == 0 ? market_of(id).reference : best;
}

/// Closed orders are aimed at less often.
void CommandGenerator::closes(std::uint64_t order) {
    const auto found = std::ranges::find(seen_, order, &Seen::order);
    if (found == seen_.end()) return;
    closed_[order % closed_.size()] = *found;
    *found = seen_.back();
    seen_.pop_back();
}

Bytes CommandGenerator::trading_command() {
    const std::uint64_t kind = random_.below(100);
    if (mood_ == Mood::calm ? kind < 93 : kind < 74) return new_order();
    if (mood_ == Mood::calm && kind < 94) return cancel();
    if (kind < 84) return cancel();
    if (kind < 89) return reduce();
    if (kind < 93) return replace();
    return random_.permille(mood_ == Mood::calm ? 990 : 960) ? amend() : mass_cancel();
}

Bytes CommandGenerator::operator_command() {
    const std::uint64_t kind = random_.below(1000);
    if (kind < 250) return move_cash();
    if (kind < 500) return move_shares();
    if (kind < 580) return configure();
    if (kind < 700) return set_instrument_state();
    if (kind < 740) return open_account();
    if (kind < 840) return set_account_state();
    if (kind < 910) return set_account_limits();
    if (kind < 960) return set_self_trade_prevention(account());
    if (kind < 988) return set_fees();
    return end_day();
}

// ---- what a field may hold

model::RequestId CommandGenerator::request() { return model::make_request_id(3, step_ + 1); }

model::AccountId CommandGenerator::account() {
    if (random_.permille(5))
        return model::AccountId{static_cast<std::uint32_t>(random_.next() >> random_.below(60))};
    return model::AccountId{static_cast<std::uint32_t>(random_.below(first_accounts)) + 1};
}

model::InstrumentId CommandGenerator::instrument() {
    if (random_.permille(5))
        return model::InstrumentId{static_cast<std::uint32_t>(random_.next() >> random_.below(60))};
    return model::InstrumentId{static_cast<std::uint32_t>(random_.below(listings.size())) + 1};
}

model::ClientOrderId CommandGenerator::client_id() {
    const std::uint64_t kind = random_.below(1000);
    if (kind < 350) return {};
    if (kind < 900) return *model::ClientOrderId::from("c" + std::to_string(++next_client_id_));
    if (kind < 960)
        return *model::ClientOrderId::from("again-" + std::to_string(random_.below(40)));
    if (kind < 970) return *model::ClientOrderId::from("the_longest.client-id-36-characters_");
    model::ClientOrderId id =
        *model::ClientOrderId::from("c" + std::to_string(random_.below(next_client_id_ + 1)));
    if (kind < 985) id.chars[random_.below(36)] = static_cast<char>(random_.below(256));
    return id;
}

model::Currency CommandGenerator::currency() {
    constexpr std::array<std::string_view, 12> names{"USD", "EUR",  "XAU", "USD", "EUR", "XAU",
                                                     "GBP", "CHFX", "usd", "US",  "",    "U1D"};
    const std::uint64_t which =
        random_.permille(900) ? random_.below(6) : random_.below(names.size());
    model::Currency out = *model::Currency::from(names[which]);
    if (random_.permille(10))
        out.chars[random_.below(4)] = static_cast<char>('A' + random_.below(26));
    return out;
}

std::int64_t CommandGenerator::wild_number() {
    constexpr std::array edges{std::int64_t{0},
                               std::int64_t{1},
                               std::int64_t{-1},
                               int64_max,
                               int64_max - 1,
                               std::numeric_limits<std::int64_t>::min(),
                               model::max_price.value(),
                               model::max_price.value() + 1,
                               std::int64_t{1'000'000'000'000'000},
                               std::int64_t{1'000'000'000'000'001},
                               int64_max / 2,
                               int64_max / 1'000};
    if (random_.permille(700)) return edges[random_.below(edges.size())];
    return static_cast<std::int64_t>(random_.next() >> random_.below(64));
}

CommandGenerator::Market CommandGenerator::market_of(model::InstrumentId id) const {
    if (id.value() == 0 || id.value() > markets_.size()) return {};
    return markets_[id.value() - 1];
}

/// Mostly within some ticks of the reference; sometimes at the edges of the collar, sometimes anywhere.
std::int64_t CommandGenerator::price_near(const Market& market) {
    const std::uint64_t kind = random_.below(1000);
    if (kind < 10) return wild_number();
    if (kind < 25) return market.reference + random_.between(-3, 3);
    if (kind < 60) {
        const auto band = static_cast<std::int64_t>(static_cast<int128>(market.reference) *
                                                    market.collar / model::ppm_unit);
        const std::int64_t edge = market.reference + (random_.permille(500) ? band : -band);
        return edge / market.tick * market.tick + random_.between(-1, 1) * market.tick;
    }
    if (kind < 90) {  // far away: a sparse book
        const std::int64_t far = std::int64_t{1} << random_.below(24);
        return market.reference + random_.between(-far, far) * market.tick;
    }
    const std::int64_t spread = kind < 850 ? 6 : 60;
    return market.reference + random_.between(-spread, spread) * market.tick;
}

/// In a calm market most prices wait on their own side of the reference.
std::int64_t CommandGenerator::away_from_market(const Market& market, Side side,
                                                std::int64_t price) {
    const std::int64_t most_likely = market.reference + 100 * market.tick;
    if (mood_ != Mood::calm || price < 1 || price > most_likely || random_.permille(150))
        return price;
    const std::int64_t distance = std::abs(price - market.reference);
    return side == Side::buy ? market.reference - distance : market.reference + distance;
}

std::uint64_t CommandGenerator::quantity_of(const Market& market) {
    const std::uint64_t kind = random_.below(1000);
    if (kind < 10) return static_cast<std::uint64_t>(wild_number());
    if (kind < 20) return random_.below(50);
    if (kind < 40) return market.lot * (1 + random_.below(5'000));
    return market.lot * (1 + random_.below(40));
}

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
    const Seen& order = random_.permille(60) ? closed_[random_.below(closed_.size())]
                                             : seen_[random_.below(seen_.size())];
    change.account = random_.permille(30) ? account() : order.account;
    const bool by_client_id =
        random_.permille(300) && (!order.client_id.empty() || random_.permille(50));
    if (!by_client_id) change.order_id = model::OrderId{order.order};
    if (by_client_id || random_.permille(50)) change.client_order_id = order.client_id;
    if (random_.permille(20)) change.order_id = model::OrderId{order.order + random_.below(5)};
}

// ---- what is sent

Bytes CommandGenerator::new_order() {
    codec::NewOrder command{};
    command.request_id = request();
    command.account = account();
    command.instrument = instrument();
    const Market market = market_of(command.instrument);
    command.side = random_.permille(500) ? Side::buy : Side::sell;
    command.order_type = random_.permille(930) ? model::OrderType::limit : model::OrderType::market;
    command.time_in_force = time_in_force(command.order_type == model::OrderType::limit);
    command.quantity = model::Quantity{quantity_of(market)};
    const bool priced = (command.order_type == model::OrderType::limit) != random_.permille(10);
    command.price = priced ? model::Price{price_near(market)} : model::no_price;
    command.client_order_id = client_id();
    if (priced)
        command.price = model::Price{away_from_market(market, command.side, command.price.value())};
    add_instructions(command, market);
    add_all_or_nothing(command, market);
    if (random_.permille(40)) add_mistakes(command);
    return framed(command);
}

model::TimeInForce CommandGenerator::time_in_force(bool limit_order) {
    using enum model::TimeInForce;
    const std::uint64_t kind = random_.below(100);
    if (kind < 8) return fok;
    if (kind < 22) return ioc;
    if (!limit_order || kind < 84) return day;
    return kind < 91 ? gtc : gtd;
}

/// Post-only is sent near the touch, where it matters; dates are near the day that ends next.
void CommandGenerator::add_instructions(codec::NewOrder& command, const Market& market) {
    if (command.time_in_force == model::TimeInForce::gtd)
        command.expire_date = date_ + 1 + static_cast<std::uint32_t>(random_.below(3));
    const bool immediate = command.time_in_force == model::TimeInForce::ioc ||
                           command.time_in_force == model::TimeInForce::fok;
    if (command.order_type != model::OrderType::limit || immediate || !random_.permille(100))
        return;
    command.instructions = static_cast<std::uint8_t>(model::Instruction::post_only);
    if (random_.permille(700))
        command.price = model::Price{best_opposite(command.instrument, command.side) +
                                     random_.between(-2, 2) * market.tick};
}

/// A fok order, or an ioc with a minimum, asks for about as much as the book holds.
void CommandGenerator::add_all_or_nothing(codec::NewOrder& command, const Market& market) {
    const bool fok = command.time_in_force == model::TimeInForce::fok;
    if (!fok && (command.time_in_force != model::TimeInForce::ioc || !random_.permille(500)))
        return;
    const bool market_order = command.order_type == model::OrderType::market;
    const std::int64_t anything = command.side == Side::buy ? int64_max : 0;
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
    switch (random_.below(8)) {
        case 0: command.side = static_cast<Side>(random_.below(256)); break;
        case 1: command.order_type = static_cast<model::OrderType>(random_.below(256)); break;
        case 2: command.time_in_force = static_cast<model::TimeInForce>(random_.below(7)); break;
        case 3: command.reserved = 77; break;
        case 4:
            command.instructions =
                static_cast<std::uint8_t>(random_.permille(500) ? 1 : random_.below(256));
            break;
        case 5:
            command.expire_date = date_ - 2 + static_cast<std::uint32_t>(random_.below(5));
            break;
        case 6: command.expire_date = static_cast<std::uint32_t>(wild_number()); break;
        default: command.min_quantity = model::Quantity{random_.below(100)}; break;
    }
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

/// Up, down, to the same, to what is executed and below it; at the present price, near it, or anywhere.
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

Bytes CommandGenerator::configure() {
    codec::ConfigureInstrument command{};
    const auto which = static_cast<std::uint32_t>(random_.below(listings.size()));
    Bytes bytes = listing(which);
    BW_ASSERT(codec::decode(bytes, command) == codec::DecodeError::none);
    const bool list = random_.permille(100);
    if (list && !random_.permille(200))
        command.symbol = *model::Symbol::from("NEW" + std::to_string(random_.below(1'000)));
    if (!list) command.instrument = model::InstrumentId{which + 1};
    if (!list && random_.permille(300)) command.symbol = {};
    if (random_.permille(300)) command.currency = {};
    if (random_.permille(100)) command.currency = currency();
    if (random_.permille(500))
        command.reference_price = model::Price{market_of(model::InstrumentId{which + 1}).reference};
    if (random_.permille(100))
        command.collar = model::Ppm{static_cast<std::uint32_t>(random_.below(1'000'100))};
    if (random_.permille(40)) command.tick_size = model::Price{wild_number()};
    if (random_.permille(40))
        command.lot_size = model::Quantity{static_cast<std::uint64_t>(wild_number())};
    if (random_.permille(40)) command.reference_price = model::Price{wild_number()};
    if (random_.permille(40)) command.max_order_quantity = model::Quantity{random_.below(300)};
    if (random_.permille(40)) command.max_order_value = model::Money{wild_number()};
    if (random_.permille(10)) command.instrument = instrument();
    if (random_.permille(10))
        command.symbol.chars[random_.below(16)] = static_cast<char>(random_.below(256));
    return framed(command);
}

Bytes CommandGenerator::set_instrument_state() {
    codec::SetInstrumentState command{};
    command.request_id = request();
    command.instrument = instrument();
    command.state =
        random_.permille(960) ? model::InstrumentState::trading : model::InstrumentState::halted;
    command.reason = static_cast<model::HaltReason>(random_.below(5));
    if (random_.permille(20))
        command.state = static_cast<model::InstrumentState>(1 + random_.below(255));
    if (random_.permille(20)) command.reason = static_cast<model::HaltReason>(random_.below(256));
    return framed(command);
}

Bytes CommandGenerator::open_account() {
    codec::OpenAccount command{};
    command.request_id = request();
    command.reference =
        random_.permille(600)
            ? client_id()
            : *model::ClientOrderId::from("account-" + std::to_string(random_.below(20)));
    return framed(command);
}

Bytes CommandGenerator::set_account_state() {
    codec::SetAccountState command{};
    command.request_id = request();
    command.account = account();
    const std::uint64_t kind = random_.below(100);
    command.state =
        kind < 94 ? model::AccountState::active : static_cast<model::AccountState>(kind % 4);
    return framed(command);
}

Bytes CommandGenerator::set_account_limits() {
    codec::SetAccountLimits command{};
    command.request_id = request();
    command.account = account();
    const auto bites = [&] { return random_.permille(120); };
    command.max_order_quantity =
        bites() ? model::Quantity{random_.below(100)} : model::unlimited_quantity;
    command.max_order_value =
        bites() ? model::Money{static_cast<std::int64_t>(random_.below(30'000'000))}
                : model::unlimited_money;
    command.max_daily_quantity =
        bites() ? model::Quantity{random_.below(3'000)} : model::unlimited_quantity;
    command.max_daily_value =
        bites() ? model::Money{static_cast<std::int64_t>(random_.below(900'000'000))}
                : model::unlimited_money;
    command.max_open_orders =
        bites() ? static_cast<std::uint32_t>(random_.below(12)) : model::unlimited_count;
    if (random_.permille(30)) command.max_order_value = model::Money{wild_number()};
    if (random_.permille(30)) command.max_daily_value = model::Money{wild_number()};
    return framed(command);
}

/// Few groups for all accounts, so that they meet.
Bytes CommandGenerator::set_self_trade_prevention(model::AccountId of) {
    codec::SetSelfTradePrevention command{};
    command.request_id = request();
    command.account = of;
    if (random_.permille(650))
        command.mode = static_cast<model::SelfTradePrevention>(1 + random_.below(4));
    if (command.mode != model::SelfTradePrevention::none)
        command.group = 7 + static_cast<std::uint32_t>(random_.below(3));
    if (random_.permille(20))
        command.mode = static_cast<model::SelfTradePrevention>(random_.below(256));
    if (random_.permille(20)) command.group = static_cast<std::uint32_t>(wild_number());
    return framed(command);
}

Bytes CommandGenerator::move_cash() {
    codec::MoveCash command{};
    command.request_id = request();
    command.account = account();
    command.currency = currency();
    command.amount = model::Money{random_.between(-3'000'000'000, 3'000'000'000)};
    if (random_.permille(60)) command.amount = model::Money{wild_number()};
    command.reference = client_id();
    return framed(command);
}

Bytes CommandGenerator::move_shares() {
    codec::MoveShares command{};
    command.request_id = request();
    command.account = account();
    command.instrument = instrument();
    command.quantity = random_.between(-20'000, 20'000);
    if (random_.permille(60)) command.quantity = wild_number();
    command.reference = client_id();
    return framed(command);
}

Bytes CommandGenerator::set_fees() {
    codec::SetFees command{};
    command.request_id = request();
    const auto rate = [&](std::int64_t least) {
        const std::int64_t most = random_.permille(800) ? 3'000 : 100'010;
        return model::FeeRate{static_cast<std::int32_t>(random_.between(-least * most / 4, most))};
    };
    command.maker = rate(1);
    command.taker = rate(0);
    command.auction = rate(0);
    command.tier = static_cast<std::uint32_t>(random_.below(3));
    if (random_.permille(20)) command.tier = static_cast<std::uint32_t>(random_.below(20));
    if (random_.permille(20)) command.auction = rate(1);
    if (random_.permille(20)) command.taker = rate(1);
    return framed(command);
}

Bytes CommandGenerator::end_day() {
    codec::EndDay command{};
    command.request_id = request();
    if (random_.permille(700)) ++date_;
    command.business_date =
        random_.permille(50) ? static_cast<std::uint32_t>(random_.below(19'000'102)) : date_;
    return framed(command);
}

/// Bytes that are no longer the command they were: cut, lengthened, or with a header that lies.
Bytes CommandGenerator::damaged(Bytes command) {
    switch (random_.below(6)) {
        case 0: command.resize(random_.below(command.size())); break;
        case 1: command.resize(command.size() + 8 * random_.below(4), std::byte{0xAA}); break;
        case 2: command[0] = static_cast<std::byte>(random_.below(120)); break;
        case 3: command[2] = static_cast<std::byte>(random_.below(160)); break;
        case 4: command[4 + random_.below(2)] = static_cast<std::byte>(random_.below(256)); break;
        default: command[6] = static_cast<std::byte>(random_.below(256)); break;
    }
    return command;
}

}  // namespace bw::differential
