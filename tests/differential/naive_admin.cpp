// Accounts and their settings, transfers, fees, and the end of a day.
#include "differential/naive_places.hpp"

namespace bw::differential {

namespace {

constexpr std::int32_t most_fee_ppm = 100'000;
constexpr std::uint32_t most_schedules = 65'535;
constexpr std::uint32_t most_firms = 65'535;
constexpr std::uint32_t highest_tier = 15;

}  // namespace

// ---- accounts and transfers

void NaiveExchange::on(const codec::OpenAccount& command) {
    if (!is_client_id(command.reference)) return reject(command, Reason::bad_client_order_id);
    if (const auto known = account_references_.find(raw(command.reference));
        known != account_references_.end())
        return answer_duplicate(command, {known->second, Reason::none});
    if (command.firm > most_firms) return reject(command, Reason::bad_configuration);
    if (accounts_.size() >= limits_.accounts)
        return reject(command, Reason::account_capacity_reached);
    const auto id = static_cast<std::uint32_t>(accounts_.size() + 1);
    account_references_[raw(command.reference)] = id;
    accounts_[id].reference = command.reference;
    accounts_[id].firm = command.firm;
    tell(id);
}

void NaiveExchange::on(const codec::SetAccountState& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account);
    if (command.state > model::AccountState::closed)
        return reject(command, Reason::bad_configuration);
    account->second.state = command.state;
    tell(account->first);
}

void NaiveExchange::on(const codec::SetAccountFeeTier& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account);
    if (command.tier > highest_tier) return reject(command, Reason::bad_configuration);
    account->second.fee_tier = command.tier;
    tell(account->first);
}

void NaiveExchange::on(const codec::SetSelfTradePrevention& command) {
    const auto account = accounts_.find(command.account.value());
    if (account == accounts_.end()) return reject(command, Reason::unknown_account);
    const bool off = command.mode == model::SelfTradePrevention::none;
    if (command.mode > model::SelfTradePrevention::decrement || off != (command.group == 0))
        return reject(command, Reason::bad_configuration);
    account->second.self_trade_mode = command.mode;
    account->second.self_trade_group = command.group;
    tell(account->first);
}

void NaiveExchange::on(const codec::SetAccountLimits& command) {
    const auto found = accounts_.find(command.account.value());
    if (found == accounts_.end()) return reject(command, Reason::unknown_account);
    if (command.max_order_value.value() < 0 || command.max_daily_value.value() < 0)
        return reject(command, Reason::bad_configuration);
    Account& account = found->second;
    account.max_order_quantity = command.max_order_quantity;
    account.max_order_value = command.max_order_value;
    account.max_daily_quantity = command.max_daily_quantity;
    account.max_daily_value = command.max_daily_value;
    account.max_open_orders = command.max_open_orders;
    tell(found->first);
}

/// The checks that transfers share up to the point where they are remembered. False: the answer was
/// given.
template <class Transfer>
bool NaiveExchange::transfer_begins(const Transfer& command) {
    const auto refuse = [&](Reason reason) { return reject(command, reason), false; };
    if (!accounts_.contains(command.account.value())) return refuse(Reason::unknown_account);
    if (is_empty(command.reference)) return true;
    if (!is_client_id(command.reference)) return refuse(Reason::bad_client_order_id);
    const auto known = transfers_.find({command.account.value(), raw(command.reference)});
    if (known != transfers_.end()) return answer_duplicate(command, known->second), false;
    if (transfers_.size() >= limits_.references)
        return refuse(Reason::client_order_id_capacity_reached);
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
    if (reason != Reason::none) return reject(command, reason);
    const std::string currency = command.currency.str();
    net_deposits_[currency] += command.amount.value();
    cash_[{command.account.value(), currency}].total += command.amount.value();
    codec::CashMoved event{};
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
        return Reason::currency_capacity_reached;
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
    if (reason != Reason::none) return reject(command, reason);
    issued_[command.instrument.value()] += command.quantity;
    position(command.account.value(), command.instrument.value()).total += command.quantity;
    codec::SharesMoved event{};
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
    if (get(issued_, instrument) + quantity > int64_max) return Reason::value_overflow;
    if (!shares_.contains({account, instrument}) && shares_.size() >= limits_.positions)
        return Reason::position_capacity_reached;
    if (quantity < 0 && magnitude > shares(account, instrument).available())
        return Reason::insufficient_shares;
    return Reason::none;
}

// ---- fees and the day

void NaiveExchange::on(const codec::SetFees& command) {
    const std::int32_t maker = command.maker.value();
    const std::int32_t taker = command.taker.value();
    const std::int32_t auction = command.auction.value();
    const auto in_range = [](std::int32_t rate) {
        return rate >= -most_fee_ppm && rate <= most_fee_ppm;
    };
    if (command.tier > highest_tier || !in_range(maker) || !in_range(taker) || !in_range(auction) ||
        taker < 0 || maker + taker < 0 || auction < 0 || schedules_ >= most_schedules)
        return reject(command, Reason::bad_configuration);
    ++schedules_;
    fee_rates_[command.tier] = {maker, taker, auction};
    codec::FeesChanged event{};
    event.maker = command.maker;
    event.taker = command.taker;
    event.auction = command.auction;
    event.tier = command.tier;
    emit(event);
}

void NaiveExchange::on(const codec::EndDay& command) {
    const std::uint32_t date = command.business_date;
    if (!is_business_date(date) || date <= last_day_)
        return reject(command, Reason::bad_configuration);
    end_day(date);
}

void NaiveExchange::end_day(std::uint32_t date) {
    last_day_ = date;
    for (auto& [id, instrument] : instruments_)
        cancel_each(instrument, model::CancelReason::expired,
                    [&](const Order& order) { return expires(order, date); });
    announce_closing_prices(date);
    for (auto& [id, instrument] : instruments_) instrument.lower_limit = instrument.upper_limit = 0;
    traded_.clear();
    breaker_level_ = 0;
    proposals_.clear();
    forget_client_ids();
    if (rules_ != rules_of_next_day_) {
        rules_ = rules_of_next_day_;
        codec::RuleSetChanged change{};
        change.rule_set = rules_;
        change.in_force = 1;
        emit(change);
    }
    codec::DayEnded event{};
    event.business_date = date;
    emit(event);
}

bool NaiveExchange::expires(const Order& order, std::uint32_t date) {
    if (order.time_in_force == model::TimeInForce::gtd) return order.expire_date <= date;
    return order.time_in_force != model::TimeInForce::gtc;
}

void NaiveExchange::announce_closing_prices(std::uint32_t date) {
    for (auto& [id, instrument] : instruments_) {
        const bool traded = std::exchange(instrument.traded_today, false);
        const auto in_auction = std::exchange(instrument.closing_auction_price, {});
        if (!traded || instrument.state == model::InstrumentState::delisted) continue;
        const std::int64_t otherwise = instrument.last_price.value_or(instrument.reference);
        instrument.static_reference = in_auction.value_or(otherwise);
        codec::ClosingPrice event{};
        event.price = model::Price{instrument.static_reference};
        event.instrument = model::InstrumentId{id};
        event.business_date = date;
        emit(event);
    }
}

/// Of the day before the one that ends only the ids of open orders are left: they begin the new
/// day.
void NaiveExchange::forget_client_ids() {
    std::erase_if(ids_of_yesterday_,
                  [&](const auto& entry) { return !is_open(entry.second.first_id); });
    std::swap(ids_of_yesterday_, ids_of_today_);
}

}  // namespace bw::differential
