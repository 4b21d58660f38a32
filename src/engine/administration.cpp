// Instruments, accounts, transfers, fees and the end of the day.
#include "engine/state.hpp"
#include "engine/text_rules.hpp"

namespace bw::engine {
namespace {

constexpr std::int32_t fee_max_ppm = 100'000;
constexpr std::uint32_t fee_schedules_max = 65'535;
constexpr std::uint32_t firm_max = 65'535;

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
        remember_symbol(command.symbol, index);
        auto currency = find_currency(command.currency);
        if (!currency) {
            currency = currency_count_++;
            currencies_[*currency].code = command.currency;
        }
        Instrument& added = instruments_[index] = Instrument{};
        added.symbol = command.symbol;
        added.currency = *currency;
        listings_[index] = Listing{};
    }
    Instrument& instrument = instruments_[index];
    Listing& listing = listings_[index];
    if (command.tick_size != instrument.tick_size) {
        listing.table = {};
        listing.limit_lower = listing.limit_upper = model::Price{};
    }
    listing.static_reference = command.reference_price;
    listing.followed_valid = false;
    touched_ = index;
    instrument.reference = command.reference_price;
    instrument.tick_size = command.tick_size;
    instrument.lot_size = command.lot_size;
    instrument.ticks = TickDivider(command.tick_size);
    instrument.order_limits = {command.max_order_quantity, command.max_order_value};
    instrument.collar = command.collar;
    update_special(index);
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
        if (listed(command.symbol)) return RejectReason::duplicate_symbol;
        if (instrument_count_ == limits_.instruments || symbols_.full())
            return RejectReason::full_instruments;
        if (!find_currency(command.currency) && currency_count_ == limits_.currencies)
            return RejectReason::full_currencies;
        return RejectReason::none;
    }
    if (!known(command.instrument)) return RejectReason::unknown_instrument;
    const Instrument& present = instruments_[command.instrument.value() - 1];
    if (present.state == model::InstrumentState::delisted) return RejectReason::instrument_closed;
    const bool names_ok = (command.symbol == model::Symbol{} || command.symbol == present.symbol) &&
                          (command.currency == model::Currency{} ||
                           command.currency == currencies_[present.currency].code);
    const bool steps_ok =
        (command.tick_size == present.tick_size && command.lot_size == present.lot_size) ||
        !has_open_orders(command.instrument.value() - 1);
    return names_ok && steps_ok ? RejectReason::none : RejectReason::bad_configuration;
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
    if (command.firm > firm_max) return refuse(RejectReason::bad_configuration);
    if (account_count_ == limits_.accounts || references_.full())
        return refuse(RejectReason::full_accounts);

    const model::AccountId id{++account_count_};
    references_.remember(hash, {}, command.reference).id = id.value();
    Account& opened = account(id);
    opened = Account{};
    opened.max_open_orders = model::unlimited_count;
    account_references_[id.value() - 1] = command.reference;
    opened.firm = static_cast<std::uint16_t>(command.firm);
    opened.blocked = market_killed_ || killed_firms_[command.firm] != 0;
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

void Engine::State::on(const codec::SetAccountFeeTier& command) {
    if (!known(command.account)) return refuse(command, RejectReason::unknown_account);
    if (command.tier >= fee_tiers) return refuse(command, RejectReason::bad_configuration);
    account(command.account).fee_tier = static_cast<std::uint8_t>(command.tier);
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
    event.reference = account_references_[id.value() - 1];
    event.self_trade_group = owner.self_trade_group;
    event.fee_tier = owner.fee_tier;
    event.firm = owner.firm;
}

/// The checks that both kinds of transfer share. Nothing if the command is already answered; else
/// the remembered result to fill in (nullptr when the command has no reference).
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
    const auto within = [](model::FeeRate rate, std::int32_t lowest) {
        return rate.value() >= lowest && rate.value() <= fee_max_ppm;
    };
    const bool sound = command.tier < fee_tiers && within(command.maker, -fee_max_ppm) &&
                       within(command.taker, 0) && within(command.auction, 0) &&
                       command.maker.value() + command.taker.value() >= 0;
    if (!sound || last_fee_schedule_ == fee_schedules_max)
        return refuse(command, RejectReason::bad_configuration);
    const model::FeeRate hold = std::max({command.maker, command.taker, command.auction});
    fee_schedules_[++last_fee_schedule_] = {command.maker, command.taker, command.auction, hold};
    tier_schedules_[command.tier] = last_fee_schedule_;
    auto& event = emit<codec::FeesChanged>();
    event.request_id = command.request_id;
    event.maker = command.maker;
    event.taker = command.taker;
    event.auction = command.auction;
    event.tier = command.tier;
}

}  // namespace bw::engine
