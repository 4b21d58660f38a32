#include "engine/account_commands.hpp"

#include "model/limits.hpp"
#include "model/text_rules.hpp"

namespace bw::engine {

using risk::Account;

void AccountCommands::on(const codec::OpenAccount& command) {
    const auto refuse = [&](RejectReason reason) { answers_.refuse(command, reason); };
    if (!order_manager::well_formed(command.reference))
        return refuse(RejectReason::bad_client_order_id);
    const std::uint64_t hash = order_manager::ClientIds::hash_of({}, command.reference);
    if (const auto* first = ids_.accounts.find(hash, {}, command.reference))
        return answers_.answer_duplicate(command, {}, command.reference, *first);
    if (command.firm > model::firm_max) return refuse(RejectReason::bad_configuration);
    if (accounts_.full() || ids_.accounts.full())
        return refuse(RejectReason::account_capacity_reached);

    const model::AccountId id = accounts_.open(command.reference, command.firm);
    ids_.accounts.remember(hash, {}, command.reference).id = id.value();
    emit_account(id, command.request_id);
}

void AccountCommands::on(const codec::SetAccountState& command) {
    const auto refuse = [&](RejectReason reason) { answers_.refuse(command, reason); };
    if (!accounts_.known(command.account)) return refuse(RejectReason::unknown_account);
    if (command.state > model::AccountState::closed) return refuse(RejectReason::bad_configuration);
    accounts_.of(command.account).state = command.state;
    emit_account(command.account, command.request_id);
}

void AccountCommands::on(const codec::SetAccountLimits& command) {
    const auto refuse = [&](RejectReason reason) { answers_.refuse(command, reason); };
    if (!accounts_.known(command.account)) return refuse(RejectReason::unknown_account);
    if (command.max_order_value < model::Money{0} || command.max_daily_value < model::Money{0})
        return refuse(RejectReason::bad_configuration);
    Account& owner = accounts_.of(command.account);
    owner.order_limits = {command.max_order_quantity, command.max_order_value};
    owner.daily_limits = {command.max_daily_quantity, command.max_daily_value};
    owner.max_open_orders = command.max_open_orders;
    emit_account(command.account, command.request_id);
}

void AccountCommands::on(const codec::SetSelfTradePrevention& command) {
    const auto refuse = [&](RejectReason reason) { answers_.refuse(command, reason); };
    if (!accounts_.known(command.account)) return refuse(RejectReason::unknown_account);
    const bool off = command.mode == model::SelfTradePrevention::none;
    if (command.mode > model::SelfTradePrevention::decrement || off != (command.group == 0))
        return refuse(RejectReason::bad_configuration);
    Account& owner = accounts_.of(command.account);
    owner.self_trade_mode = command.mode;
    owner.self_trade_group = command.group;
    emit_account(command.account, command.request_id);
}

void AccountCommands::on(const codec::SetAccountFeeTier& command) {
    if (!accounts_.known(command.account))
        return answers_.refuse(command, RejectReason::unknown_account);
    if (command.tier >= model::fee_tiers)
        return answers_.refuse(command, RejectReason::bad_configuration);
    accounts_.of(command.account).fee_tier = static_cast<std::uint8_t>(command.tier);
    emit_account(command.account, command.request_id);
}

void AccountCommands::emit_account(model::AccountId id, model::RequestId request) {
    const risk::Account& owner = accounts_.of(id);
    auto& event = events_.emit<codec::AccountUpdated>();
    event.request_id = request;
    event.max_order_quantity = owner.order_limits.max_quantity;
    event.max_order_value = owner.order_limits.max_value;
    event.max_daily_quantity = owner.daily_limits.max_quantity;
    event.max_daily_value = owner.daily_limits.max_value;
    event.account = id;
    event.max_open_orders = owner.max_open_orders;
    event.state = owner.state;
    event.self_trade_prevention = owner.self_trade_mode;
    event.reference = accounts_.reference(id);
    event.self_trade_group = owner.self_trade_group;
    event.fee_tier = owner.fee_tier;
    event.firm = owner.firm;
}

/// The checks that both kinds of transfer share. Nothing if the command is already answered; else
/// the remembered result to fill in (nullptr when the command has no reference).
template <class Command>
std::optional<order_manager::FirstResult*> AccountCommands::begin_transfer(const Command& command) {
    RejectReason reason = RejectReason::none;
    if (!accounts_.known(command.account))
        reason = RejectReason::unknown_account;
    else if (command.reference != model::ClientOrderId{}) {
        if (!order_manager::well_formed(command.reference))
            reason = RejectReason::bad_client_order_id;
        else {
            const std::uint64_t hash =
                order_manager::ClientIds::hash_of(command.account, command.reference);
            if (const auto* first = ids_.transfers.find(hash, command.account, command.reference)) {
                answers_.answer_duplicate(command, command.account, command.reference, *first);
                return std::nullopt;
            }
            if (!ids_.transfers.full())
                return &ids_.transfers.remember(hash, command.account, command.reference);
            reason = RejectReason::client_order_id_capacity_reached;
        }
    }
    if (reason == RejectReason::none) return nullptr;
    answers_.refuse(command, reason);
    return std::nullopt;
}

void AccountCommands::on(const codec::MoveCash& command) {
    const auto first = begin_transfer(command);
    if (!first) return;
    const RejectReason reason = move_cash(command);
    if (*first != nullptr) (*first)->reason = reason;
    if (reason != RejectReason::none) return answers_.refuse(command, reason);
    auto& event = events_.emit<codec::CashMoved>();
    event.request_id = command.request_id;
    event.amount = command.amount;
    event.account = command.account;
    event.currency = command.currency;
    event.reference = command.reference;
}

RejectReason AccountCommands::move_cash(const codec::MoveCash& command) {
    if (accounts_.of(command.account).state == model::AccountState::closed)
        return RejectReason::account_not_active;
    if (command.amount == model::Money{0}) return RejectReason::bad_quantity;
    if (!model::well_formed(command.currency)) return RejectReason::unknown_currency;
    return settlement_.move_cash(command.account.value() - 1, command.currency, command.amount);
}

void AccountCommands::on(const codec::MoveShares& command) {
    const auto first = begin_transfer(command);
    if (!first) return;
    const RejectReason reason = move_shares(command);
    if (*first != nullptr) (*first)->reason = reason;
    if (reason != RejectReason::none) return answers_.refuse(command, reason);
    auto& event = events_.emit<codec::SharesMoved>();
    event.request_id = command.request_id;
    event.quantity = command.quantity;
    event.account = command.account;
    event.instrument = command.instrument;
    event.reference = command.reference;
}

RejectReason AccountCommands::move_shares(const codec::MoveShares& command) {
    if (accounts_.of(command.account).state == model::AccountState::closed)
        return RejectReason::account_not_active;
    if (!instruments_.known(command.instrument)) return RejectReason::unknown_instrument;
    const auto largest = static_cast<std::int64_t>(model::max_quantity.value());
    if (command.quantity == 0 || command.quantity > largest || command.quantity < -largest)
        return RejectReason::bad_quantity;
    return settlement_.move_shares(command.account.value() - 1, command.instrument.value() - 1,
                                   command.quantity);
}

void AccountCommands::on(const codec::SetFees& command) {
    const auto within = [](model::FeeRate rate, std::int32_t lowest) {
        return rate.value() >= lowest && rate.value() <= model::fee_rate_max;
    };
    const bool sound = command.tier < model::fee_tiers &&
                       within(command.maker, -model::fee_rate_max) && within(command.taker, 0) &&
                       within(command.auction, 0) &&
                       command.maker.value() + command.taker.value() >= 0;
    if (!sound || settlement_.fees().full())
        return answers_.refuse(command, RejectReason::bad_configuration);
    settlement_.fees().set(command.tier, command.maker, command.taker, command.auction);
    auto& event = events_.emit<codec::FeesChanged>();
    event.request_id = command.request_id;
    event.maker = command.maker;
    event.taker = command.taker;
    event.auction = command.auction;
    event.tier = command.tier;
}

}  // namespace bw::engine
