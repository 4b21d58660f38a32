// Instruments, accounts, transfers, fees and the end of the day.
#include "engine/state.hpp"

namespace bw::engine {
namespace {

constexpr std::uint32_t fee_max_ppm = 100'000;
constexpr std::uint32_t fee_schedules_max = 65'535;

template <std::size_t Capacity, class Allowed>
bool spelled(const base::FixedText<Capacity>& text, std::size_t shortest, Allowed&& allowed) {
    if (!text.canonical() || text.view().size() < shortest) return false;
    for (const char c : text.view())
        if (!allowed(c)) return false;
    return true;
}

bool upper(char c) { return c >= 'A' && c <= 'Z'; }
bool well_formed(const model::Symbol& symbol) {
    return spelled(symbol, 1, [](char c) {
        return upper(c) || (c >= '0' && c <= '9') || c == '.' || c == '/' || c == '-';
    });
}
bool well_formed(const model::Currency& code) { return spelled(code, 3, upper); }

std::uint64_t hash_of(const model::Symbol& symbol) {
    base::RunningHash hash;
    hash.add(std::as_bytes(std::span(symbol.chars)));
    return hash.value();
}

}  // namespace

void Engine::State::on(const codec::ConfigureInstrument& command) {
    if (const RejectReason reason = check(command); reason != RejectReason::none)
        return reject({.request = command.request_id,
                       .instrument = command.instrument,
                       .command_template = codec::ConfigureInstrument::template_id,
                       .reason = reason});
    std::uint32_t index = command.instrument.value() - 1;
    if (command.instrument == model::InstrumentId{}) {
        index = instrument_count_++;
        symbols_.insert(hash_of(command.symbol));
        auto currency = find_currency(command.currency);
        if (!currency) {
            currency = currency_count_++;
            currencies_[*currency].code = command.currency;
        }
        Instrument& listed = instruments_[index] = Instrument{};
        listed.symbol = command.symbol;
        listed.currency = *currency;
    }
    Instrument& instrument = instruments_[index];
    instrument.reference = command.reference_price;
    instrument.tick_size = command.tick_size;
    instrument.lot_size = command.lot_size;
    instrument.ticks = TickDivider(command.tick_size);
    instrument.order_limits = {command.max_order_quantity, command.max_order_value};
    instrument.collar = command.collar;
    emit_instrument(index, command.request_id);
}

RejectReason Engine::State::check(const codec::ConfigureInstrument& command) const {
    const auto price_ok = [](model::Price p) {
        return p >= model::Price{1} && p <= model::max_price;
    };
    const bool values_ok = price_ok(command.tick_size) && price_ok(command.reference_price) &&
                           command.reference_price.value() % command.tick_size.value() == 0 &&
                           command.lot_size >= model::Quantity{1} &&
                           command.lot_size <= model::max_quantity &&
                           command.collar.value() <= model::ppm_unit &&
                           command.max_order_quantity >= model::Quantity{1} &&
                           command.max_order_value >= model::Money{1};
    if (!values_ok) return RejectReason::bad_configuration;
    if (command.instrument == model::InstrumentId{}) {
        if (!well_formed(command.symbol) || !well_formed(command.currency))
            return RejectReason::bad_configuration;
        const auto listed = symbols_.find(hash_of(command.symbol), [&](auto entry) {
            return instruments_[entry].symbol == command.symbol;
        });
        if (listed != base::GrowingIndex::none) return RejectReason::duplicate_symbol;
        if (instrument_count_ == limits_.instruments) return RejectReason::full_instruments;
        if (!find_currency(command.currency) && currency_count_ == limits_.currencies)
            return RejectReason::full_currencies;
        return RejectReason::none;
    }
    if (!known(command.instrument)) return RejectReason::unknown_instrument;
    const Instrument& present = instruments_[command.instrument.value() - 1];
    const bool names_ok = (command.symbol == model::Symbol{} || command.symbol == present.symbol) &&
                          (command.currency == model::Currency{} ||
                           command.currency == currencies_[present.currency].code);
    const bool steps_ok =
        (command.tick_size == present.tick_size && command.lot_size == present.lot_size) ||
        (present.book.bids.empty() && present.book.asks.empty());
    return names_ok && steps_ok ? RejectReason::none : RejectReason::bad_configuration;
}

void Engine::State::on(const codec::SetInstrumentState& command) {
    const auto refuse = [&](RejectReason reason) {
        reject({.request = command.request_id,
                .instrument = command.instrument,
                .command_template = codec::SetInstrumentState::template_id,
                .reason = reason});
    };
    if (!known(command.instrument)) return refuse(RejectReason::unknown_instrument);
    if (command.state > model::InstrumentState::halted ||
        command.reason > model::HaltReason::operational)
        return refuse(RejectReason::bad_configuration);
    Instrument& instrument = instruments_[command.instrument.value() - 1];
    instrument.state = command.state;
    instrument.halt_reason =
        command.state == model::InstrumentState::trading ? model::HaltReason::none : command.reason;
    emit_instrument(command.instrument.value() - 1, command.request_id);
}

void Engine::State::emit_instrument(std::uint32_t index, model::RequestId request) {
    const Instrument& instrument = instruments_[index];
    auto& event = emit<codec::InstrumentUpdated>();
    event.request_id = request;
    event.tick_size = instrument.tick_size;
    event.lot_size = instrument.lot_size;
    event.reference_price = instrument.reference;
    event.max_order_quantity = instrument.order_limits.max_quantity;
    event.max_order_value = instrument.order_limits.max_value;
    event.instrument = model::InstrumentId{index + 1};
    event.collar = instrument.collar;
    event.currency = currencies_[instrument.currency].code;
    event.state = instrument.state;
    event.reason = instrument.halt_reason;
    event.symbol = instrument.symbol;
}

void Engine::State::on(const codec::OpenAccount& command) {
    const auto refuse = [&](RejectReason reason) {
        reject({.request = command.request_id,
                .command_template = codec::OpenAccount::template_id,
                .reason = reason,
                .client_id = command.reference});
    };
    if (!order_manager::well_formed(command.reference))
        return refuse(RejectReason::bad_client_order_id);
    const std::uint64_t hash = order_manager::ClientIds::hash_of({}, command.reference);
    if (const auto* first = references_.find(hash, {}, command.reference))
        return answer_duplicate(command.request_id, {}, codec::OpenAccount::template_id, *first,
                                command.reference);
    if (account_count_ == limits_.accounts || references_.full())
        return refuse(RejectReason::full_accounts);

    const model::AccountId id{++account_count_};
    references_.remember(hash, {}, command.reference).id = id.value();
    Account& opened = account(id);
    opened = Account{};
    opened.max_open_orders = model::unlimited_count;
    opened.reference = command.reference;
    emit_account(id, command.request_id);
}

void Engine::State::on(const codec::SetAccountState& command) {
    const auto refuse = [&](RejectReason reason) {
        reject({.request = command.request_id,
                .account = command.account,
                .command_template = codec::SetAccountState::template_id,
                .reason = reason});
    };
    if (!known(command.account)) return refuse(RejectReason::unknown_account);
    if (command.state > model::AccountState::closed) return refuse(RejectReason::bad_configuration);
    account(command.account).state = command.state;
    emit_account(command.account, command.request_id);
}

void Engine::State::on(const codec::SetAccountLimits& command) {
    const auto refuse = [&](RejectReason reason) {
        reject({.request = command.request_id,
                .account = command.account,
                .command_template = codec::SetAccountLimits::template_id,
                .reason = reason});
    };
    if (!known(command.account)) return refuse(RejectReason::unknown_account);
    if (command.max_order_value < model::Money{0} || command.max_daily_value < model::Money{0})
        return refuse(RejectReason::bad_configuration);
    Account& owner = account(command.account);
    owner.order_limits = {command.max_order_quantity, command.max_order_value};
    owner.daily_limits = {command.max_daily_quantity, command.max_daily_value};
    owner.max_open_orders = command.max_open_orders;
    emit_account(command.account, command.request_id);
}

void Engine::State::on(const codec::SetSelfTradePrevention& command) {
    const auto refuse = [&](RejectReason reason) {
        reject({.request = command.request_id,
                .account = command.account,
                .command_template = codec::SetSelfTradePrevention::template_id,
                .reason = reason});
    };
    if (!known(command.account)) return refuse(RejectReason::unknown_account);
    const bool off = command.mode == model::SelfTradePrevention::none;
    if (command.mode > model::SelfTradePrevention::decrement || off != (command.group == 0))
        return refuse(RejectReason::bad_configuration);
    Account& owner = account(command.account);
    owner.self_trade_mode = command.mode;
    owner.self_trade_group = command.group;
    emit_account(command.account, command.request_id);
}

void Engine::State::emit_account(model::AccountId id, model::RequestId request) {
    const Account& owner = account(id);
    auto& event = emit<codec::AccountUpdated>();
    event.request_id = request;
    event.max_order_quantity = owner.order_limits.max_quantity;
    event.max_order_value = owner.order_limits.max_value;
    event.max_daily_quantity = owner.daily_limits.max_quantity;
    event.max_daily_value = owner.daily_limits.max_value;
    event.account = id;
    event.max_open_orders = owner.max_open_orders;
    event.state = owner.state;
    event.self_trade_prevention = owner.self_trade_mode;
    event.reference = owner.reference;
    event.self_trade_group = owner.self_trade_group;
}

/// The checks that both kinds of transfer share. Nothing if the command is already answered; else the remembered result to fill in
/// (nullptr when the command has no reference).
template <class Command>
std::optional<order_manager::FirstResult*> Engine::State::begin_transfer(const Command& command) {
    RejectReason reason = RejectReason::none;
    if (!known(command.account))
        reason = RejectReason::unknown_account;
    else if (command.reference != model::ClientOrderId{}) {
        if (!order_manager::well_formed(command.reference))
            reason = RejectReason::bad_client_order_id;
        else {
            const std::uint64_t hash =
                order_manager::ClientIds::hash_of(command.account, command.reference);
            if (const auto* first = transfers_.find(hash, command.account, command.reference)) {
                answer_duplicate(command.request_id, command.account, Command::template_id, *first,
                                 command.reference);
                return std::nullopt;
            }
            if (!transfers_.full())
                return &transfers_.remember(hash, command.account, command.reference);
            reason = RejectReason::full_client_order_ids;
        }
    }
    if (reason == RejectReason::none) return nullptr;
    Refusal refusal{.request = command.request_id,
                    .account = command.account,
                    .command_template = Command::template_id,
                    .reason = reason,
                    .client_id = command.reference};
    if constexpr (requires { command.instrument; }) refusal.instrument = command.instrument;
    reject(refusal);
    return std::nullopt;
}

void Engine::State::on(const codec::MoveCash& command) {
    const auto first = begin_transfer(command);
    if (!first) return;
    const RejectReason reason = move_cash(command);
    if (*first != nullptr) (*first)->reason = reason;
    if (reason != RejectReason::none)
        return reject({.request = command.request_id,
                       .account = command.account,
                       .command_template = codec::MoveCash::template_id,
                       .reason = reason,
                       .client_id = command.reference});
    auto& event = emit<codec::CashMoved>();
    event.request_id = command.request_id;
    event.amount = command.amount;
    event.account = command.account;
    event.currency = command.currency;
    event.reference = command.reference;
}

RejectReason Engine::State::move_cash(const codec::MoveCash& command) {
    if (account(command.account).state == model::AccountState::closed)
        return RejectReason::account_not_active;
    if (command.amount == model::Money{0}) return RejectReason::bad_quantity;
    if (!well_formed(command.currency)) return RejectReason::unknown_currency;
    auto currency = find_currency(command.currency);
    if (!currency && currency_count_ == limits_.currencies) return RejectReason::full_currencies;
    const model::Money deposited = currency ? currencies_[*currency].deposited : model::Money{0};
    const auto total = base::checked_add(deposited.value(), command.amount.value());
    if (!total) return RejectReason::value_overflow;
    const model::Money available =
        currency ? wallet_.cash(command.account.value() - 1, *currency).available()
                 : model::Money{0};
    if (command.amount < model::Money{0} && available.value() + command.amount.value() < 0)
        return RejectReason::insufficient_cash;
    if (!currency) {
        currency = currency_count_++;
        currencies_[*currency].code = command.currency;
    }
    currencies_[*currency].deposited = model::Money{*total};
    wallet_.cash(command.account.value() - 1, *currency).total += command.amount;
    return RejectReason::none;
}

void Engine::State::on(const codec::MoveShares& command) {
    const auto first = begin_transfer(command);
    if (!first) return;
    const RejectReason reason = move_shares(command);
    if (*first != nullptr) (*first)->reason = reason;
    if (reason != RejectReason::none)
        return reject({.request = command.request_id,
                       .account = command.account,
                       .instrument = command.instrument,
                       .command_template = codec::MoveShares::template_id,
                       .reason = reason,
                       .client_id = command.reference});
    auto& event = emit<codec::SharesMoved>();
    event.request_id = command.request_id;
    event.quantity = command.quantity;
    event.account = command.account;
    event.instrument = command.instrument;
    event.reference = command.reference;
}

RejectReason Engine::State::move_shares(const codec::MoveShares& command) {
    if (account(command.account).state == model::AccountState::closed)
        return RejectReason::account_not_active;
    if (!known(command.instrument)) return RejectReason::unknown_instrument;
    const auto largest = static_cast<std::int64_t>(model::max_quantity.value());
    if (command.quantity == 0 || command.quantity > largest || command.quantity < -largest)
        return RejectReason::bad_quantity;
    const std::uint32_t instrument = command.instrument.value() - 1;
    const auto issued =
        base::checked_add(static_cast<std::int64_t>(issued_[instrument].value()), command.quantity);
    if (!issued) return RejectReason::value_overflow;
    wallet::PositionIndex position = wallet_.find_position(command.account.value() - 1, instrument);
    if (position == wallet::no_position && wallet_.positions_full())
        return RejectReason::full_positions;
    const auto available =
        position == wallet::no_position
            ? 0
            : static_cast<std::int64_t>(wallet_.position(position).available().value());
    if (command.quantity < 0 && available + command.quantity < 0)
        return RejectReason::insufficient_shares;
    if (position == wallet::no_position)
        position = wallet_.open_position(command.account.value() - 1, instrument);
    issued_[instrument] = model::Quantity{static_cast<std::uint64_t>(*issued)};
    model::Quantity& total = wallet_.position(position).total;
    total = model::Quantity{total.value() + static_cast<std::uint64_t>(command.quantity)};
    return RejectReason::none;
}

void Engine::State::on(const codec::SetFees& command) {
    if (command.maker.value() > fee_max_ppm || command.taker.value() > fee_max_ppm ||
        fee_schedule_ == fee_schedules_max)
        return reject({.request = command.request_id,
                       .command_template = codec::SetFees::template_id,
                       .reason = RejectReason::bad_configuration});
    fee_schedules_[++fee_schedule_] = {command.maker, command.taker};
    auto& event = emit<codec::FeesChanged>();
    event.request_id = command.request_id;
    event.maker = command.maker;
    event.taker = command.taker;
}

void Engine::State::on(const codec::EndDay& command) {
    const std::uint32_t date = command.business_date;
    if (!is_business_date(date) || date <= last_business_date_)
        return reject({.request = command.request_id,
                       .command_template = codec::EndDay::template_id,
                       .reason = RejectReason::bad_configuration});
    last_business_date_ = date;
    for (std::uint32_t i = 0; i < instrument_count_; ++i) {
        expire<model::Side::buy>(instruments_[i], command);
        expire<model::Side::sell>(instruments_[i], command);
    }
    for (std::uint32_t i = 0; i < wallet_.positions(); ++i) {
        wallet_.position(i).day_quantity = model::Quantity{};
        wallet_.position(i).day_value = 0;
    }
    forget_client_ids();
    auto& event = emit<codec::DayEnded>();
    event.request_id = command.request_id;
    event.business_date = date;
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

template <model::Side side>
void Engine::State::expire(Instrument& instrument, const codec::EndDay& command) {
    const auto expires = [&](const Order& order) {
        if (order.time_in_force == model::TimeInForce::gtd)
            return order.expire_date <= command.business_date;
        return order.time_in_force != model::TimeInForce::gtc;
    };
    auto& resting = instrument.book.on<side>();
    for (auto handle = resting.best_level(); handle != order_book::LevelTree::none;) {
        const auto next_level = resting.worse(levels_, handle);
        for (OrderSlot slot = levels_.level(handle).head; slot != order_book::no_order;) {
            const OrderSlot next = orders_[slot].next;
            if (expires(orders_[slot]))
                cancel_resting(slot, command.request_id, model::CancelReason::expired);
            slot = next;
        }
        handle = next_level;
    }
}

}  // namespace bw::engine
