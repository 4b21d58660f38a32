#include "differential/naive_exchange.hpp"

#include <algorithm>
#include <limits>

namespace bw::differential {
namespace {

using model::Side;

constexpr std::uint32_t most_fee_ppm = 100'000;
constexpr std::uint32_t most_schedules = 65'535;
constexpr int128 int64_max = std::numeric_limits<std::int64_t>::max();

std::int64_t narrow(int128 value) {
    const auto out = base::narrow_to_int64(value);
    BW_ASSERT(out.has_value());
    return *out;
}

template <std::size_t N>
std::string raw(const base::FixedText<N>& text) {
    return {text.chars.data(), N};
}

template <std::size_t N>
bool is_empty(const base::FixedText<N>& text) {
    return text == base::FixedText<N>{};
}

template <std::size_t N>
bool consists_of(const base::FixedText<N>& text, std::size_t shortest, std::string_view allowed) {
    const std::string_view seen = text.view();
    if (seen.size() < shortest || !text.canonical()) return false;
    return seen.find_first_not_of(allowed) == std::string_view::npos;
}

constexpr std::string_view upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

bool is_client_id(const model::ClientOrderId& id) {
    return consists_of(id, 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-");
}
bool is_symbol(const model::Symbol& symbol) { return consists_of(symbol, 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789./-"); }
bool is_currency(const model::Currency& currency) { return consists_of(currency, 3, upper); }

/// The value under a key, or a fresh one where there is none.
template <class Map, class Key>
typename Map::mapped_type get(const Map& map, const Key& key) {
    const auto found = map.find(key);
    return found == map.end() ? typename Map::mapped_type{} : found->second;
}

}  // namespace

NaiveExchange::NaiveExchange(const engine::Limits& limits) : limits_(limits) {}

std::vector<Bytes> NaiveExchange::apply(std::uint64_t sequence, std::span<const std::byte> command) {
    sequence_ = sequence;
    events_.clear();
    codec::MessageHeader header;
    if (!codec::read_header(command, header)) reject_undecodable(Reason::unknown_template, 0);
    else if (header.schema != codec::schema_id) reject_undecodable(Reason::unknown_template, header.template_id);
    else dispatch(static_cast<codec::AllCommands*>(nullptr), command, header);
    return std::move(events_);
}

template <class... Command>
void NaiveExchange::dispatch(std::tuple<Command...>*, std::span<const std::byte> bytes, const codec::MessageHeader& header) {
    const auto attempt = [&]<class C>(C command) {
        if (header.template_id != C::template_id) return false;
        if (codec::decode(bytes, command) == codec::DecodeError::none) on(command);
        else reject_undecodable(Reason::malformed_command, header.template_id);
        return true;
    };
    if (!(attempt(Command{}) || ...)) reject_undecodable(Reason::unknown_template, header.template_id);
}

// ---- what is said

template <class Event>
void NaiveExchange::emit(Event event) {
    event.command_sequence = model::SequenceNumber{sequence_};
    codec::Framed<Event> framed;
    framed.body = event;
    const auto bytes = codec::bytes_of(framed);
    events_.emplace_back(bytes.begin(), bytes.end());
}

void NaiveExchange::reject_undecodable(Reason reason, std::uint16_t template_id) {
    codec::CommandRejected event{};
    event.reason = reason;
    event.command_template = template_id;
    emit(event);
}

/// `found`: the new order, or the open order that a change names, where there is one.
template <class Command>
void NaiveExchange::reject(const Command& command, Reason reason, std::uint64_t found) {
    codec::CommandRejected event{};
    event.request_id = command.request_id;
    event.order_id = model::OrderId{found};
    event.command_template = Command::template_id;
    event.reason = reason;
    if constexpr (requires { command.account; }) event.account = command.account;
    if constexpr (requires { command.instrument; }) event.instrument = command.instrument;
    if constexpr (requires { command.client_order_id; }) event.client_order_id = command.client_order_id;
    if constexpr (requires { command.reference; }) event.client_order_id = command.reference;
    if constexpr (requires { command.order_id; }) {
        event.order_id = command.order_id;
        if (found != 0) event.instrument = model::InstrumentId{open_.at(found).instrument};
    }
    emit(event);
}

template <class Command>
void NaiveExchange::answer_duplicate(const Command& command, const Remembered& first) {
    codec::DuplicateAnswered event{};
    event.request_id = command.request_id;
    event.first_id = first.first_id;
    event.first_reason = first.reason;
    event.command_template = Command::template_id;
    if constexpr (requires { command.account; }) event.account = command.account;
    if constexpr (requires { command.client_order_id; }) event.client_order_id = command.client_order_id;
    else event.client_order_id = command.reference;
    emit(event);
}

void NaiveExchange::tell(const Instrument& instrument, model::RequestId request) {
    codec::InstrumentUpdated event{};
    event.request_id = request;
    event.tick_size = instrument.terms.tick_size;
    event.lot_size = instrument.terms.lot_size;
    event.reference_price = model::Price{instrument.reference};
    event.max_order_quantity = instrument.terms.max_order_quantity;
    event.max_order_value = instrument.terms.max_order_value;
    event.instrument = instrument.terms.instrument;
    event.collar = instrument.terms.collar;
    event.currency = instrument.terms.currency;
    event.state = instrument.state;
    event.reason = instrument.halt_reason;
    event.symbol = instrument.terms.symbol;
    emit(event);
}

void NaiveExchange::tell(std::uint32_t id, model::RequestId request) {
    const Account& account = accounts_.at(id);
    codec::AccountUpdated event{};
    event.request_id = request;
    event.max_order_quantity = account.max_order_quantity;
    event.max_order_value = account.max_order_value;
    event.max_daily_quantity = account.max_daily_quantity;
    event.max_daily_value = account.max_daily_value;
    event.account = model::AccountId{id};
    event.max_open_orders = account.max_open_orders;
    event.state = account.state;
    event.reference = account.reference;
    emit(event);
}

// ---- words of the page

int128 NaiveExchange::value_of(const Order& order) { return static_cast<int128>(order.limit) * order.remaining; }

int128 NaiveExchange::fee_on(int128 amount, std::uint32_t rate) { return amount * rate / model::ppm_unit; }

int128 NaiveExchange::cash_hold_of(const Order& order) {
    if (order.side == Side::sell) return 0;
    return value_of(order) + fee_on(value_of(order), std::max(order.fees.maker, order.fees.taker));
}

std::int64_t NaiveExchange::rank_of(Side side, std::int64_t price) { return side == Side::buy ? -price : price; }

int128 NaiveExchange::band_of(const Instrument& instrument) {
    return static_cast<int128>(instrument.reference) * instrument.terms.collar.value() / model::ppm_unit;
}

std::int64_t NaiveExchange::protection_price(const Instrument& instrument, Side side) {
    const int128 tick = instrument.terms.tick_size.value();
    if (side == Side::buy) {
        const int128 top = std::min<int128>(instrument.reference + band_of(instrument), model::max_price.value());
        return narrow(top - top % tick);
    }
    const int128 bottom = instrument.reference - band_of(instrument);
    return narrow(std::max<int128>(tick, (bottom + tick - 1) / tick * tick));
}

std::string NaiveExchange::currency_of(std::uint32_t instrument) const {
    return instruments_.at(instrument).terms.currency.str();
}

// ---- new orders

void NaiveExchange::on(const codec::NewOrder& command) {
    const std::uint32_t account = command.account.value();
    const bool named = !is_empty(command.client_order_id);
    if (!accounts_.contains(account)) return reject(command, Reason::unknown_account, 0);
    if (named && !is_client_id(command.client_order_id)) return reject(command, Reason::bad_client_order_id, 0);
    if (const auto* first = find_client_id(account, command.client_order_id)) return answer_duplicate(command, *first);
    if (named && ids_of_today_.size() >= limits_.client_order_ids)
        return reject(command, Reason::full_client_order_ids, 0);

    owners_.push_back(account);
    const std::uint64_t id = owners_.size();
    const Reason reason = check_new(command);
    if (named) ids_of_today_[{account, raw(command.client_order_id)}] = {id, reason};
    if (reason != Reason::none) return reject(command, reason, id);
    enter(command, order_of(command, id));
}

NaiveExchange::Order NaiveExchange::order_of(const codec::NewOrder& command, std::uint64_t id) const {
    const Instrument& instrument = instruments_.at(command.instrument.value());
    const bool market = command.order_type == model::OrderType::market;
    return {.id = id,
            .account = command.account.value(),
            .instrument = command.instrument.value(),
            .side = command.side,
            .limit = market ? protection_price(instrument, command.side) : command.price.value(),
            .remaining = command.quantity.value(),
            .fees = fee_schedule_};
}

NaiveExchange::Reason NaiveExchange::check_new(const codec::NewOrder& command) const {
    const Account& account = accounts_.at(command.account.value());
    if (account.state != model::AccountState::active) return Reason::account_not_active;
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return Reason::unknown_instrument;
    const Instrument& instrument = listed->second;
    if (const Reason reason = check_words(command); reason != Reason::none) return reason;
    if (instrument.state != model::InstrumentState::trading) return Reason::instrument_halted;
    if (const Reason reason = check_quantity(instrument, command.quantity.value()); reason != Reason::none) return reason;
    const bool limit_order = command.order_type == model::OrderType::limit;
    if (limit_order) {
        if (const Reason reason = check_price(instrument, command.price.value()); reason != Reason::none) return reason;
    } else if (instrument.terms.collar.value() == 0) {
        return Reason::no_collar_for_market_order;
    }
    const Order order = order_of(command, 0);
    if (const Reason reason = check_limits(order); reason != Reason::none) return reason;
    if (limit_order && command.time_in_force == model::TimeInForce::day) {
        const auto mine = [&](const auto& entry) { return entry.second.account == order.account; };
        if (std::ranges::count_if(open_, mine) + 1 > account.max_open_orders) return Reason::open_order_limit;
    }
    if (const Reason reason = check_room(order); reason != Reason::none) return reason;
    return check_funds(order);
}

NaiveExchange::Reason NaiveExchange::check_words(const codec::NewOrder& command) {
    if (command.side != Side::buy && command.side != Side::sell) return Reason::bad_side;
    const bool market = command.order_type == model::OrderType::market;
    if (!market && command.order_type != model::OrderType::limit) return Reason::bad_order_type;
    if (command.time_in_force != model::TimeInForce::day && command.time_in_force != model::TimeInForce::ioc)
        return Reason::bad_time_in_force;
    if (market && command.price != model::no_price) return Reason::bad_order_type;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_quantity(const Instrument& instrument, std::uint64_t quantity) const {
    if (quantity < 1 || quantity > model::max_quantity.value()) return Reason::bad_quantity;
    if (quantity % instrument.terms.lot_size.value() != 0) return Reason::quantity_off_lot;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_price(const Instrument& instrument, std::int64_t price) const {
    if (price < 1 || price > model::max_price.value()) return Reason::bad_price;
    if (price % instrument.terms.tick_size.value() != 0) return Reason::price_off_tick;
    if (instrument.terms.collar.value() == 0) return Reason::none;
    const int128 band = band_of(instrument);
    if (price < instrument.reference - band || price > instrument.reference + band) return Reason::price_outside_collar;
    return Reason::none;
}

/// Steps 11 to 13. An open order with the same id is the one being replaced, and is left out.
NaiveExchange::Reason NaiveExchange::check_limits(const Order& order) const {
    const Instrument& instrument = instruments_.at(order.instrument);
    const Account& account = accounts_.at(order.account);
    if (value_of(order) > int64_max || cash_hold_of(order) > int64_max) return Reason::value_overflow;
    const auto most_quantity = std::min(instrument.terms.max_order_quantity, account.max_order_quantity);
    const auto most_value = std::min(instrument.terms.max_order_value, account.max_order_value);
    if (order.remaining > most_quantity.value()) return Reason::order_quantity_limit;
    if (value_of(order) > most_value.value()) return Reason::order_value_limit;
    return check_daily_limits(order);
}

NaiveExchange::Reason NaiveExchange::check_daily_limits(const Order& order) const {
    const Account& account = accounts_.at(order.account);
    Traded sum = get(traded_, PerInstrument{order.account, order.instrument});
    sum.quantity += order.remaining;
    sum.value += value_of(order);
    for (const auto& [id, other] : open_) {
        if (other.account != order.account || other.instrument != order.instrument || id == order.id) continue;
        sum.quantity += other.remaining;
        sum.value += value_of(other);
    }
    const bool any_quantity = account.max_daily_quantity == model::unlimited_quantity;
    const bool any_value = account.max_daily_value == model::unlimited_money;
    if (!any_quantity && sum.quantity > account.max_daily_quantity.value()) return Reason::daily_quantity_limit;
    if (!any_value && sum.value > account.max_daily_value.value()) return Reason::daily_value_limit;
    return Reason::none;
}

/// Price levels are as many as there is memory here: their capacity is not modelled.
NaiveExchange::Reason NaiveExchange::check_room(const Order& order) const {
    if (open_.size() >= limits_.open_orders) return Reason::full_orders;
    if (!shares_.contains({order.account, order.instrument}) && shares_.size() >= limits_.positions)
        return Reason::full_positions;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_funds(const Order& order) const {
    const auto replaced = open_.find(order.id);
    if (order.side == Side::buy) {
        int128 free = cash(order.account, currency_of(order.instrument)).available();
        if (replaced != open_.end()) free += cash_hold_of(replaced->second);
        return free >= cash_hold_of(order) ? Reason::none : Reason::insufficient_cash;
    }
    int128 free = shares(order.account, order.instrument).available();
    if (replaced != open_.end()) free += replaced->second.remaining;
    return free >= order.remaining ? Reason::none : Reason::insufficient_shares;
}

void NaiveExchange::enter(const codec::NewOrder& command, Order order) {
    hold(order);
    codec::OrderAccepted event{};
    event.request_id = command.request_id;
    event.order_id = model::OrderId{order.id};
    event.price = command.price;
    event.quantity = command.quantity;
    event.hold = model::Money{narrow(cash_hold_of(order))};
    event.account = command.account;
    event.instrument = command.instrument;
    event.side = command.side;
    event.order_type = command.order_type;
    event.time_in_force = command.time_in_force;
    event.client_order_id = command.client_order_id;
    emit(event);

    match(order);
    if (order.remaining == 0) return;
    if (command.order_type == model::OrderType::market)
        return cancel(order, command.request_id, model::CancelReason::no_liquidity);
    if (command.time_in_force == model::TimeInForce::ioc)
        return cancel(order, command.request_id, model::CancelReason::immediate_or_cancel);
    rest(order);
}

// ---- matching

void NaiveExchange::match(Order& taker) {
    auto& levels = instruments_.at(taker.instrument).sides[static_cast<std::size_t>(model::opposite(taker.side))];
    while (taker.remaining > 0 && !levels.empty()) {
        Order& maker = open_.at(levels.begin()->second.front());
        const bool crosses = taker.side == Side::buy ? maker.limit <= taker.limit : maker.limit >= taker.limit;
        if (!crosses) return;
        trade(maker, taker);
        if (maker.remaining == 0) leave_book(Order(maker));
    }
}

void NaiveExchange::trade(Order& maker, Order& taker) {
    const std::uint64_t quantity = std::min(maker.remaining, taker.remaining);
    const int128 amount = static_cast<int128>(maker.limit) * quantity;
    const int128 maker_fee = fee_on(amount, maker.fees.maker);
    const int128 taker_fee = fee_on(amount, taker.fees.taker);
    Order& buyer = taker.side == Side::buy ? taker : maker;
    Order& seller = taker.side == Side::buy ? maker : taker;

    const int128 hold_before = cash_hold_of(buyer);
    maker.remaining -= quantity;
    taker.remaining -= quantity;
    const int128 released = hold_before - cash_hold_of(buyer);

    Balance& sold = shares_[{seller.account, seller.instrument}];
    sold.total -= quantity;
    sold.held -= quantity;
    shares_[{buyer.account, buyer.instrument}].total += quantity;
    settle_cash(buyer, -amount, &buyer == &maker ? maker_fee : taker_fee, released);
    settle_cash(seller, amount, &seller == &maker ? maker_fee : taker_fee, 0);
    for (const Order* side : {&maker, &taker}) {
        Traded& traded = traded_[{side->account, side->instrument}];
        traded.quantity += quantity;
        traded.value += amount;
    }
    instruments_.at(maker.instrument).reference = maker.limit;

    codec::TradeExecuted event{};
    event.match_number = model::MatchNumber{++matches_};
    event.maker_order = model::OrderId{maker.id};
    event.taker_order = model::OrderId{taker.id};
    event.price = model::Price{maker.limit};
    event.quantity = model::Quantity{quantity};
    event.maker_remaining = model::Quantity{maker.remaining};
    event.taker_remaining = model::Quantity{taker.remaining};
    event.maker_fee = model::Money{narrow(maker_fee)};
    event.taker_fee = model::Money{narrow(taker_fee)};
    event.buyer_hold_released = model::Money{narrow(released)};
    event.maker_account = model::AccountId{maker.account};
    event.taker_account = model::AccountId{taker.account};
    event.instrument = model::InstrumentId{maker.instrument};
    event.taker_side = taker.side;
    emit(event);
}

void NaiveExchange::settle_cash(const Order& order, int128 amount, int128 fee, int128 released) {
    const std::string currency = currency_of(order.instrument);
    Balance& balance = cash_[{order.account, currency}];
    balance.total += amount - fee;
    balance.held -= released;
    fees_[currency] += fee;
}

void NaiveExchange::rest(const Order& order) {
    open_[order.id] = order;
    auto& levels = instruments_.at(order.instrument).sides[static_cast<std::size_t>(order.side)];
    levels[rank_of(order.side, order.limit)].push_back(order.id);
}

void NaiveExchange::leave_book(const Order& order) {
    auto& levels = instruments_.at(order.instrument).sides[static_cast<std::size_t>(order.side)];
    const auto level = levels.find(rank_of(order.side, order.limit));
    level->second.remove(order.id);
    if (level->second.empty()) levels.erase(level);
    open_.erase(order.id);
}

void NaiveExchange::hold(const Order& order) {
    Balance& position = shares_[{order.account, order.instrument}];
    if (order.side == Side::sell) position.held += order.remaining;
    else cash_[{order.account, currency_of(order.instrument)}].held += cash_hold_of(order);
}

void NaiveExchange::release(const Order& order) {
    if (order.side == Side::sell) shares_[{order.account, order.instrument}].held -= order.remaining;
    else cash_[{order.account, currency_of(order.instrument)}].held -= cash_hold_of(order);
}

void NaiveExchange::cancel(const Order& order, model::RequestId request, model::CancelReason reason) {
    release(order);
    codec::OrderCancelled event{};
    event.request_id = request;
    event.order_id = model::OrderId{order.id};
    event.quantity = model::Quantity{order.remaining};
    event.hold_released = model::Money{narrow(cash_hold_of(order))};
    event.account = model::AccountId{order.account};
    event.instrument = model::InstrumentId{order.instrument};
    event.reason = reason;
    event.side = order.side;
    emit(event);
}

// ---- changes of an order

const NaiveExchange::Remembered* NaiveExchange::find_client_id(std::uint32_t account,
                                                               const model::ClientOrderId& id) const {
    if (is_empty(id)) return nullptr;
    const std::pair key{account, raw(id)};
    for (const IdMemory* day : {&ids_of_today_, &ids_of_yesterday_})
        if (const auto found = day->find(key); found != day->end()) return &found->second;
    return nullptr;
}

NaiveExchange::Target NaiveExchange::find(model::AccountId account, model::OrderId id,
                                          const model::ClientOrderId& client_id) const {
    std::uint64_t order = id.value();
    if (order == 0) {
        const Remembered* remembered = find_client_id(account.value(), client_id);
        if (remembered == nullptr) return {Reason::unknown_order, 0};
        order = remembered->first_id;
    }
    if (order > owners_.size() || owners_[order - 1] != account.value()) return {Reason::unknown_order, 0};
    if (!open_.contains(order)) return {Reason::order_closed, 0};
    return {Reason::none, order};
}

template <class Change>
NaiveExchange::Target NaiveExchange::find_changeable(const Change& command, bool must_be_active) const {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return {Reason::unknown_account, 0};
    const auto state = account->second.state;
    if (state == model::AccountState::closed || (must_be_active && state != model::AccountState::active))
        return {Reason::account_not_active, 0};
    return find(command.account, command.order_id, command.client_order_id);
}

void NaiveExchange::on(const codec::CancelOrder& command) {
    const Target target = find_changeable(command, false);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    const Order order = open_.at(target.order);
    cancel(order, command.request_id, model::CancelReason::requested);
    leave_book(order);
}

void NaiveExchange::on(const codec::ReduceOrder& command) {
    const Target target = find_changeable(command, false);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    const Order order = open_.at(target.order);
    const std::uint64_t quantity = command.quantity.value();
    if (quantity == 0) return reject(command, Reason::bad_quantity, order.id);
    if (quantity >= order.remaining) {
        cancel(order, command.request_id, model::CancelReason::reduced_to_zero);
        return leave_book(order);
    }
    if (quantity % instruments_.at(order.instrument).terms.lot_size.value() != 0)
        return reject(command, Reason::quantity_off_lot, order.id);

    Order& reduced = open_.at(order.id);
    release(order);
    reduced.remaining -= quantity;
    hold(reduced);
    codec::OrderReduced event{};
    event.request_id = command.request_id;
    event.order_id = model::OrderId{order.id};
    event.reduced_by = command.quantity;
    event.remaining = model::Quantity{reduced.remaining};
    event.hold_released = model::Money{narrow(cash_hold_of(order) - cash_hold_of(reduced))};
    event.account = command.account;
    event.instrument = model::InstrumentId{order.instrument};
    emit(event);
}

NaiveExchange::Reason NaiveExchange::check_replace(const Order& changed) const {
    const Instrument& instrument = instruments_.at(changed.instrument);
    if (instrument.state != model::InstrumentState::trading) return Reason::instrument_halted;
    if (const Reason reason = check_quantity(instrument, changed.remaining); reason != Reason::none) return reason;
    if (const Reason reason = check_price(instrument, changed.limit); reason != Reason::none) return reason;
    if (const Reason reason = check_limits(changed); reason != Reason::none) return reason;
    return check_funds(changed);
}

void NaiveExchange::on(const codec::ReplaceOrder& command) {
    const Target target = find_changeable(command, true);
    if (target.reason != Reason::none) return reject(command, target.reason, 0);
    const Order before = open_.at(target.order);
    Order after = before;
    after.limit = command.price.value();
    after.remaining = command.quantity.value();
    if (const Reason reason = check_replace(after); reason != Reason::none) return reject(command, reason, after.id);

    leave_book(before);
    release(before);
    hold(after);
    codec::OrderReplaced event{};
    event.request_id = command.request_id;
    event.order_id = model::OrderId{after.id};
    event.price = command.price;
    event.remaining = command.quantity;
    event.hold = model::Money{narrow(cash_hold_of(after))};
    event.account = command.account;
    event.instrument = model::InstrumentId{after.instrument};
    emit(event);
    match(after);
    if (after.remaining > 0) rest(after);
}

// ---- instruments

void NaiveExchange::on(const codec::ConfigureInstrument& command) {
    const bool listing = command.instrument == model::InstrumentId{};
    const Reason reason = listing ? check_listing(command) : check_relisting(command);
    if (reason != Reason::none) return reject(command, reason, 0);
    const std::uint32_t id =
        listing ? static_cast<std::uint32_t>(instruments_.size() + 1) : command.instrument.value();
    Instrument& instrument = instruments_[id];
    const codec::ConfigureInstrument before = instrument.terms;
    instrument.terms = command;
    instrument.terms.instrument = model::InstrumentId{id};
    instrument.reference = command.reference_price.value();
    if (listing) {
        net_deposits_[command.currency.str()] += 0;
    } else {
        instrument.terms.symbol = before.symbol;
        instrument.terms.currency = before.currency;
    }
    tell(instrument, command.request_id);
}

namespace {

bool terms_in_range(const codec::ConfigureInstrument& terms) {
    const auto price_in_range = [](model::Price price) { return price.value() >= 1 && price <= model::max_price; };
    if (!price_in_range(terms.tick_size) || !price_in_range(terms.reference_price)) return false;
    if (terms.lot_size.value() < 1 || terms.lot_size > model::max_quantity) return false;
    if (terms.reference_price.value() % terms.tick_size.value() != 0) return false;
    if (terms.collar.value() > model::ppm_unit) return false;
    return terms.max_order_quantity.value() >= 1 && terms.max_order_value.value() >= 1;
}

}  // namespace

NaiveExchange::Reason NaiveExchange::check_listing(const codec::ConfigureInstrument& command) const {
    if (!terms_in_range(command)) return Reason::bad_configuration;
    if (!is_symbol(command.symbol) || !is_currency(command.currency)) return Reason::bad_configuration;
    for (const auto& [id, instrument] : instruments_)
        if (instrument.terms.symbol == command.symbol) return Reason::duplicate_symbol;
    if (instruments_.size() >= limits_.instruments) return Reason::full_instruments;
    if (!net_deposits_.contains(command.currency.str()) && net_deposits_.size() >= limits_.currencies)
        return Reason::full_currencies;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_relisting(const codec::ConfigureInstrument& command) const {
    if (!terms_in_range(command)) return Reason::bad_configuration;
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return Reason::unknown_instrument;
    const Instrument& present = listed->second;
    if (!is_empty(command.symbol) && command.symbol != present.terms.symbol) return Reason::bad_configuration;
    if (!is_empty(command.currency) && command.currency != present.terms.currency) return Reason::bad_configuration;
    const bool same_grid =
        command.tick_size == present.terms.tick_size && command.lot_size == present.terms.lot_size;
    const bool book_empty = present.sides[0].empty() && present.sides[1].empty();
    return same_grid || book_empty ? Reason::none : Reason::bad_configuration;
}

void NaiveExchange::on(const codec::SetInstrumentState& command) {
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return reject(command, Reason::unknown_instrument, 0);
    if (command.state > model::InstrumentState::halted || command.reason > model::HaltReason::operational)
        return reject(command, Reason::bad_configuration, 0);
    Instrument& instrument = listed->second;
    const bool trading = command.state == model::InstrumentState::trading;
    instrument.state = command.state;
    instrument.halt_reason = trading ? model::HaltReason::none : command.reason;
    tell(instrument, command.request_id);
}

// ---- accounts and transfers

void NaiveExchange::on(const codec::OpenAccount& command) {
    if (!is_client_id(command.reference)) return reject(command, Reason::bad_client_order_id, 0);
    if (const auto known = account_references_.find(raw(command.reference)); known != account_references_.end())
        return answer_duplicate(command, {known->second, Reason::none});
    if (accounts_.size() >= limits_.accounts) return reject(command, Reason::full_accounts, 0);
    const auto id = static_cast<std::uint32_t>(accounts_.size() + 1);
    account_references_[raw(command.reference)] = id;
    accounts_[id].reference = command.reference;
    tell(id, command.request_id);
}

void NaiveExchange::on(const codec::SetAccountState& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account, 0);
    if (command.state > model::AccountState::closed) return reject(command, Reason::bad_configuration, 0);
    account->second.state = command.state;
    tell(account->first, command.request_id);
}

void NaiveExchange::on(const codec::SetAccountLimits& command) {
    const auto found = accounts_.find(command.account.value());
    if (found == accounts_.end()) return reject(command, Reason::unknown_account, 0);
    if (command.max_order_value.value() < 0 || command.max_daily_value.value() < 0)
        return reject(command, Reason::bad_configuration, 0);
    Account& account = found->second;
    account.max_order_quantity = command.max_order_quantity;
    account.max_order_value = command.max_order_value;
    account.max_daily_quantity = command.max_daily_quantity;
    account.max_daily_value = command.max_daily_value;
    account.max_open_orders = command.max_open_orders;
    tell(found->first, command.request_id);
}

/// The checks that transfers share up to the point where they are remembered. False: the answer was given.
template <class Transfer>
bool NaiveExchange::transfer_begins(const Transfer& command) {
    const auto refuse = [&](Reason reason) { return reject(command, reason, 0), false; };
    if (!accounts_.contains(command.account.value())) return refuse(Reason::unknown_account);
    if (is_empty(command.reference)) return true;
    if (!is_client_id(command.reference)) return refuse(Reason::bad_client_order_id);
    const auto known = transfers_.find({command.account.value(), raw(command.reference)});
    if (known != transfers_.end()) return answer_duplicate(command, known->second), false;
    if (transfers_.size() >= limits_.references) return refuse(Reason::full_client_order_ids);
    return true;
}

template <class Transfer>
void NaiveExchange::remember_transfer(const Transfer& command, Reason reason) {
    if (is_empty(command.reference)) return;
    transfers_[{command.account.value(), raw(command.reference)}] = {0, reason};
}

void NaiveExchange::on(const codec::MoveCash& command) {
    if (!transfer_begins(command)) return;
    const Reason reason = check_cash(command);
    remember_transfer(command, reason);
    if (reason != Reason::none) return reject(command, reason, 0);
    const std::string currency = command.currency.str();
    net_deposits_[currency] += command.amount.value();
    cash_[{command.account.value(), currency}].total += command.amount.value();
    codec::CashMoved event{};
    event.request_id = command.request_id;
    event.amount = command.amount;
    event.account = command.account;
    event.currency = command.currency;
    event.reference = command.reference;
    emit(event);
}

NaiveExchange::Reason NaiveExchange::check_cash(const codec::MoveCash& command) const {
    if (accounts_.at(command.account.value()).state == model::AccountState::closed) return Reason::account_not_active;
    if (command.amount.value() == 0) return Reason::bad_quantity;
    if (!is_currency(command.currency)) return Reason::unknown_currency;
    const std::string currency = command.currency.str();
    if (!net_deposits_.contains(currency) && net_deposits_.size() >= limits_.currencies) return Reason::full_currencies;
    const int128 net = get(net_deposits_, currency) + command.amount.value();
    if (!base::narrow_to_int64(net)) return Reason::value_overflow;
    const int128 wanted = -static_cast<int128>(command.amount.value());
    if (wanted > 0 && wanted > cash(command.account.value(), currency).available()) return Reason::insufficient_cash;
    return Reason::none;
}

void NaiveExchange::on(const codec::MoveShares& command) {
    if (!transfer_begins(command)) return;
    const Reason reason = check_shares(command);
    remember_transfer(command, reason);
    if (reason != Reason::none) return reject(command, reason, 0);
    net_shares_[command.instrument.value()] += command.quantity;
    shares_[{command.account.value(), command.instrument.value()}].total += command.quantity;
    codec::SharesMoved event{};
    event.request_id = command.request_id;
    event.quantity = command.quantity;
    event.account = command.account;
    event.instrument = command.instrument;
    event.reference = command.reference;
    emit(event);
}

NaiveExchange::Reason NaiveExchange::check_shares(const codec::MoveShares& command) const {
    const std::uint32_t account = command.account.value();
    const std::uint32_t instrument = command.instrument.value();
    if (accounts_.at(account).state == model::AccountState::closed) return Reason::account_not_active;
    if (!instruments_.contains(instrument)) return Reason::unknown_instrument;
    const int128 quantity = command.quantity;
    const int128 magnitude = quantity < 0 ? -quantity : quantity;
    if (magnitude == 0 || magnitude > model::max_quantity.value()) return Reason::bad_quantity;
    if (get(net_shares_, instrument) + quantity > int64_max) return Reason::value_overflow;
    if (!shares_.contains({account, instrument}) && shares_.size() >= limits_.positions) return Reason::full_positions;
    if (quantity < 0 && magnitude > shares(account, instrument).available()) return Reason::insufficient_shares;
    return Reason::none;
}

// ---- fees and the day

void NaiveExchange::on(const codec::SetFees& command) {
    if (command.maker.value() > most_fee_ppm || command.taker.value() > most_fee_ppm || schedules_ >= most_schedules)
        return reject(command, Reason::bad_configuration, 0);
    ++schedules_;
    fee_schedule_ = {command.maker.value(), command.taker.value()};
    codec::FeesChanged event{};
    event.request_id = command.request_id;
    event.maker = command.maker;
    event.taker = command.taker;
    emit(event);
}

void NaiveExchange::on(const codec::EndDay& command) {
    const std::uint32_t date = command.business_date;
    if (date < 19000101 || date > 99991231 || date <= last_day_) return reject(command, Reason::bad_configuration, 0);
    last_day_ = date;
    for (const auto& [id, instrument] : instruments_)
        for (const BookEntry& entry : book(id)) {
            const Order order = open_.at(entry.order);
            cancel(order, command.request_id, model::CancelReason::expired);
            leave_book(order);
        }
    traded_.clear();
    ids_of_yesterday_ = std::move(ids_of_today_);
    ids_of_today_.clear();
    codec::DayEnded event{};
    event.request_id = command.request_id;
    event.business_date = date;
    emit(event);
}

// ---- what it looks like from outside

Balance NaiveExchange::cash(std::uint32_t account, std::string_view currency) const {
    return get(cash_, PerCurrency{account, std::string(currency)});
}

Balance NaiveExchange::shares(std::uint32_t account, std::uint32_t instrument) const {
    return get(shares_, PerInstrument{account, instrument});
}

int128 NaiveExchange::fees_collected(std::string_view currency) const { return get(fees_, std::string(currency)); }

std::vector<BookEntry> NaiveExchange::book(std::uint32_t instrument) const {
    std::vector<BookEntry> out;
    for (const auto& levels : instruments_.at(instrument).sides)
        for (const auto& [rank, queue] : levels)
            for (const std::uint64_t id : queue) {
                const Order& order = open_.at(id);
                out.push_back({order.side, order.limit, id, order.remaining});
            }
    return out;
}

std::string NaiveExchange::broken_balance() const {
    std::map<std::string, int128> money = fees_;
    std::map<std::uint32_t, int128> stock;
    for (const auto& [key, balance] : cash_) {
        money[key.second] += balance.total;
        if (balance.held < 0 || balance.available() < 0) return "cash of account " + std::to_string(key.first);
    }
    for (const auto& [key, balance] : shares_) {
        stock[key.second] += balance.total;
        if (balance.held < 0 || balance.available() < 0) return "shares of account " + std::to_string(key.first);
    }
    for (const auto& [currency, net] : net_deposits_)
        if (money[currency] != net) return "cash is not conserved in " + currency;
    for (const auto& [instrument, total] : stock)
        if (total != get(net_shares_, instrument)) return "shares are not conserved in " + std::to_string(instrument);
    return {};
}

std::string NaiveExchange::broken_book() const {
    std::map<PerCurrency, int128> cash_held;
    std::map<PerInstrument, int128> shares_held;
    for (const auto& [id, order] : open_) {
        if (order.remaining == 0) return "order " + std::to_string(id) + " is open with nothing left";
        if (order.side == Side::sell) shares_held[{order.account, order.instrument}] += order.remaining;
        else cash_held[{order.account, currency_of(order.instrument)}] += cash_hold_of(order);
    }
    for (const auto& [key, balance] : cash_)
        if (balance.held != cash_held[key]) return "held cash of account " + std::to_string(key.first);
    for (const auto& [key, balance] : shares_)
        if (balance.held != shares_held[key]) return "held shares of account " + std::to_string(key.first);
    std::size_t resting = 0;
    for (const auto& [id, instrument] : instruments_) {
        const auto& [buys, sells] = instrument.sides;
        if (!buys.empty() && !sells.empty() && -buys.begin()->first >= sells.begin()->first)
            return "the book of instrument " + std::to_string(id) + " is crossed";
        for (const auto& levels : instrument.sides)
            for (const auto& [rank, queue] : levels) {
                if (queue.empty()) return "instrument " + std::to_string(id) + " has an empty level";
                resting += queue.size();
            }
    }
    return resting == open_.size() ? "" : "open orders and resting orders differ";
}

}  // namespace bw::differential
