#include "differential/naive_answers.hpp"

namespace bw::differential {

namespace {

constexpr std::uint32_t most_fee_ppm = 100'000;
constexpr std::uint32_t most_schedules = 65'535;

}  // namespace

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
    const auto price_in_range = [](model::Price price) {
        return price.value() >= 1 && price <= model::max_price;
    };
    if (!price_in_range(terms.tick_size) || !price_in_range(terms.reference_price)) return false;
    if (terms.lot_size.value() < 1 || terms.lot_size > model::max_quantity) return false;
    if (terms.reference_price.value() % terms.tick_size.value() != 0) return false;
    if (terms.collar.value() > model::ppm_unit) return false;
    return terms.max_order_quantity.value() >= 1 && terms.max_order_value.value() >= 1;
}

}  // namespace

NaiveExchange::Reason NaiveExchange::check_listing(
    const codec::ConfigureInstrument& command) const {
    if (!terms_in_range(command)) return Reason::bad_configuration;
    if (!is_symbol(command.symbol) || !is_currency(command.currency))
        return Reason::bad_configuration;
    for (const auto& [id, instrument] : instruments_)
        if (instrument.terms.symbol == command.symbol) return Reason::duplicate_symbol;
    if (instruments_.size() >= limits_.instruments) return Reason::full_instruments;
    if (!net_deposits_.contains(command.currency.str()) &&
        net_deposits_.size() >= limits_.currencies)
        return Reason::full_currencies;
    return Reason::none;
}

NaiveExchange::Reason NaiveExchange::check_relisting(
    const codec::ConfigureInstrument& command) const {
    if (!terms_in_range(command)) return Reason::bad_configuration;
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return Reason::unknown_instrument;
    const Instrument& present = listed->second;
    if (!is_empty(command.symbol) && command.symbol != present.terms.symbol)
        return Reason::bad_configuration;
    if (!is_empty(command.currency) && command.currency != present.terms.currency)
        return Reason::bad_configuration;
    const bool same_grid =
        command.tick_size == present.terms.tick_size && command.lot_size == present.terms.lot_size;
    const bool book_empty = present.sides[0].empty() && present.sides[1].empty();
    return same_grid || book_empty ? Reason::none : Reason::bad_configuration;
}

void NaiveExchange::on(const codec::SetInstrumentState& command) {
    const auto listed = instruments_.find(command.instrument.value());
    if (listed == instruments_.end()) return reject(command, Reason::unknown_instrument, 0);
    if (command.state > model::InstrumentState::halted ||
        command.reason > model::HaltReason::operational)
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
    if (const auto known = account_references_.find(raw(command.reference));
        known != account_references_.end())
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
    if (command.state > model::AccountState::closed)
        return reject(command, Reason::bad_configuration, 0);
    account->second.state = command.state;
    tell(account->first, command.request_id);
}

void NaiveExchange::on(const codec::SetSelfTradePrevention& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account, 0);
    const bool off = command.mode == model::SelfTradePrevention::none;
    if (command.mode > model::SelfTradePrevention::decrement || off != (command.group == 0))
        return reject(command, Reason::bad_configuration, 0);
    account->second.self_trade_mode = command.mode;
    account->second.self_trade_group = command.group;
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
    if (accounts_.at(command.account.value()).state == model::AccountState::closed)
        return Reason::account_not_active;
    if (command.amount.value() == 0) return Reason::bad_quantity;
    if (!is_currency(command.currency)) return Reason::unknown_currency;
    const std::string currency = command.currency.str();
    if (!net_deposits_.contains(currency) && net_deposits_.size() >= limits_.currencies)
        return Reason::full_currencies;
    const int128 net = get(net_deposits_, currency) + command.amount.value();
    if (!base::narrow_to_int64(net)) return Reason::value_overflow;
    const int128 wanted = -static_cast<int128>(command.amount.value());
    if (wanted > 0 && wanted > cash(command.account.value(), currency).available())
        return Reason::insufficient_cash;
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
    if (accounts_.at(account).state == model::AccountState::closed)
        return Reason::account_not_active;
    if (!instruments_.contains(instrument)) return Reason::unknown_instrument;
    const int128 quantity = command.quantity;
    const int128 magnitude = quantity < 0 ? -quantity : quantity;
    if (magnitude == 0 || magnitude > model::max_quantity.value()) return Reason::bad_quantity;
    if (get(net_shares_, instrument) + quantity > int64_max) return Reason::value_overflow;
    if (!shares_.contains({account, instrument}) && shares_.size() >= limits_.positions)
        return Reason::full_positions;
    if (quantity < 0 && magnitude > shares(account, instrument).available())
        return Reason::insufficient_shares;
    return Reason::none;
}

// ---- fees and the day

void NaiveExchange::on(const codec::SetFees& command) {
    if (command.maker.value() > most_fee_ppm || command.taker.value() > most_fee_ppm ||
        schedules_ >= most_schedules)
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
    if (!is_business_date(date) || date <= last_day_)
        return reject(command, Reason::bad_configuration, 0);
    last_day_ = date;
    for (const auto& [id, instrument] : instruments_)
        for (const BookEntry& entry : book(id))
            if (expires(open_.at(entry.order), date))
                cancel_resting(entry.order, command.request_id, model::CancelReason::expired);
    traded_.clear();
    forget_client_ids();
    codec::DayEnded event{};
    event.request_id = command.request_id;
    event.business_date = date;
    emit(event);
}

bool NaiveExchange::expires(const Order& order, std::uint32_t date) {
    if (order.time_in_force == model::TimeInForce::gtd) return order.expire_date <= date;
    return order.time_in_force != model::TimeInForce::gtc;
}

/// Of the day before the one that ends only the ids of open orders are left: they begin the new day.
void NaiveExchange::forget_client_ids() {
    std::erase_if(ids_of_yesterday_,
                  [&](const auto& entry) { return !open_.contains(entry.second.first_id); });
    std::swap(ids_of_yesterday_, ids_of_today_);
}

}  // namespace bw::differential
