#include "differential/command_generator.hpp"

#include <utility>

#include "differential/generator_fields.hpp"
#include "model/rules.hpp"

namespace bw::differential {

CommandGenerator::CommandGenerator(std::uint64_t seed, Options options)
    : random_(seed), options_(std::move(options)) {
    for (std::uint32_t which = 1; which <= listings.size(); ++which) listed_as_.push_back(which);
    favourite_ = random_.below(listings.size());
    if (random_.permille(700))
        first_rules_ = random_.permille(700) ? model::newest_rule_set : model::RuleSet::version_2;
}

bool CommandGenerator::has(std::string_view feature) const {
    return options_.without.find(feature) == std::string::npos;
}

Bytes CommandGenerator::next() {
    if (first_rules_ != model::RuleSet::version_1 && !std::exchange(has_rules_, true))
        return first_rules();
    constexpr std::uint64_t opening_steps =
        2 * first_accounts + 2 * listings.size() + 2 * first_accounts * listings.size();
    const std::uint64_t step = step_++;
    if (step < opening_steps) return opening(step);
    if (!script_.empty()) {
        Bytes command = std::move(script_.front());
        script_.pop_front();
        return command;
    }
    if (!spree_.empty() && random_.permille(850)) {
        Bytes command = std::move(spree_.front());
        spree_.pop_front();
        return command;
    }
    if (spree_.empty() && random_.below(40'000) == 0) begin_spree();
    const std::uint64_t trading = options_.mood == Mood::restless ? 890 : 950;
    Bytes command = random_.permille(60)        ? remedy()
                    : random_.permille(trading) ? trading_command()
                                                : operator_command();
    return random_.permille(8) ? damaged(std::move(command)) : command;
}

Bytes CommandGenerator::first_rules() {
    codec::SetRuleSet command{};
    command.request_id = request();
    command.rule_set = first_rules_;
    return framed(command);
}

/// Accounts, instruments, and money and shares for everybody.
Bytes CommandGenerator::opening(std::uint64_t step) {
    if (step < first_accounts) {
        codec::OpenAccount command{};
        command.request_id = request();
        command.reference = *model::ClientOrderId::from("account-" + std::to_string(step));
        command.firm = static_cast<std::uint32_t>(step % (firms + 1));
        return framed(command);
    }
    step -= first_accounts;
    if (step < listings.size()) return listing(static_cast<std::uint32_t>(step));
    step -= listings.size();
    if (step < listings.size()) return home_allocation(static_cast<std::uint32_t>(step));
    step -= listings.size();
    if (step < first_accounts)
        return set_self_trade_prevention(model::AccountId{static_cast<std::uint32_t>(step) + 1});
    step -= first_accounts;
    const model::AccountId to{static_cast<std::uint32_t>(step / 2 % first_accounts) + 1};
    const auto which = static_cast<std::uint32_t>(step / 2 / first_accounts);
    if (step % 2 == 1) return deposit_shares(to, model::InstrumentId{which + 1});
    codec::MoveCash command{};
    command.request_id = request();
    command.account = to;
    command.currency = *model::Currency::from(listings[which].currency);
    command.amount = model::Money{to.value() == 1 ? largest_int64 / 16 : 3'000'000'000};
    return framed(command);
}

Bytes CommandGenerator::trading_command() {
    const bool calm = options_.mood == Mood::calm;
    if (random_.permille(calm ? 920 : 760)) return new_order();
    const std::uint64_t kind = random_.below(1000);
    if (kind < 370) return cancel();
    if (kind < 540) return reduce();
    if (kind < 710) return replace();
    return random_.permille(calm ? 990 : 960) ? amend() : mass_cancel();
}

Bytes CommandGenerator::operator_command() {
    using G = CommandGenerator;
    static constexpr std::array choices{
        Choice{130, &G::move_cash},
        Choice{130, &G::move_shares},
        Choice{60, &G::configure},
        Choice{110, &G::set_instrument_state, true},
        Choice{8, &G::dear_close, true},
        Choice{8, &G::even_auction, true},
        Choice{20, &G::open_account},
        Choice{80, &G::set_account_state, true},
        Choice{60, &G::set_account_limits, true},
        Choice{40, &G::set_self_trade_prevention_of_one},
        Choice{20, &G::set_account_fee_tier},
        Choice{30, &G::set_fees},
        Choice{12, &G::end_day, true},
        Choice{40, &G::set_price_bands, true},
        Choice{60, &G::set_limit_bands, true},
        Choice{30, &G::set_allocation},
        Choice{20, &G::set_tick_table},
        Choice{60, &G::set_reference_quote},
        Choice{40, &G::publish_indicative},
        Choice{30, &G::pause_on_limit_state},
        Choice{10, &G::kill_switch, true},
        Choice{5, &G::release_kill_switch},
        Choice{25, &G::bust_trade},
        Choice{25, &G::correct_trade},
        Choice{30, &G::approve},
        Choice{5, &G::set_rule_set},
        Choice{5, &G::end_day_early},
        Choice{5, &G::set_business_date},
        Choice{6, &G::split, true},
        Choice{6, &G::change_symbol},
        Choice{3, &G::delist, true},
        Choice{6, &G::trip_breaker, true},
        Choice{12, &G::set_storage_state, true},
    };
    std::uint32_t sum = 0;
    for (const Choice& choice : choices) sum += choice.weight;
    auto left = static_cast<std::uint32_t>(random_.below(sum));
    for (const Choice& choice : choices) {
        if (left < choice.weight) {
            const bool put_off = choice.disturbs && options_.mood == Mood::lively;
            return put_off && random_.permille(850) ? trading_command() : (this->*choice.make)();
        }
        left -= choice.weight;
    }
    return end_day();
}

/// What brings the market back to life: phases go on, switches are released, proposals approved.
Bytes CommandGenerator::remedy() {
    const std::size_t idle = instruments_not_trading();
    if (storage_scarce_ && random_.permille(500)) return set_storage_state();
    if (!switches_.empty() && random_.permille(600))
        return random_.permille(500) ? release_kill_switch() : approve();
    if (!passive_.empty() && random_.permille(300)) {
        codec::SetAccountState command{};
        command.request_id = request();
        command.account = random_.one_of(passive_);
        return framed(command);
    }
    if (random_.below(listings.size()) < idle) return set_instrument_state();
    return trading_command();
}

std::size_t CommandGenerator::instruments_not_trading() const {
    return static_cast<std::size_t>(std::ranges::count_if(listed_as_, [&](std::uint32_t id) {
        return market_of(model::InstrumentId{id}).state != model::InstrumentState::trading;
    }));
}

/// Many of a kind, for what only many bring about.
void CommandGenerator::begin_spree() {
    if (random_.permille(500)) {
        for (int i = 0; i < 70; ++i) script_.push_back(bust_trade());
        return;
    }
    if (!has("pegs")) return;
    const model::InstrumentId id = instrument();
    const Market market = market_of(id);
    for (int i = 0; i < 1'100; ++i) {
        codec::NewOrder command{};
        command.request_id = request();
        command.account = model::AccountId{1};
        command.instrument = id;
        command.order_type = model::OrderType::pegged;
        command.peg = model::PegKind::primary;
        command.price = model::Price{market.reference / market.tick_here() * market.tick_here()};
        command.quantity = model::Quantity{market.lot};
        command.offset = model::Price{random_.between(0, 3) * market.tick};
        command.time_in_force = model::TimeInForce::gtc;
        spree_.push_back(framed(command));
    }
    codec::MassCancel end{};
    end.request_id = request();
    end.account = model::AccountId{1};
    end.instrument = id;
    end.side = model::SideSelection::both;
    spree_.push_back(framed(end));
}

/// Bytes that are no longer the command they were: cut, lengthened, with a header that lies, or
/// with another byte somewhere.
Bytes CommandGenerator::damaged(Bytes command) {
    switch (random_.below(8)) {
        case 0: command.resize(random_.below(command.size())); break;
        case 1: command.resize(command.size() + 8 * random_.below(4), std::byte{0xAA}); break;
        case 2: command[0] = static_cast<std::byte>(random_.below(120)); break;
        case 3: command[2] = static_cast<std::byte>(random_.below(160)); break;
        case 4: command[4 + random_.below(2)] = static_cast<std::byte>(random_.below(256)); break;
        case 5: command[6] = static_cast<std::byte>(random_.below(256)); break;
        default:
            command[random_.below(command.size())] = static_cast<std::byte>(random_.below(256));
            break;
    }
    return command;
}

// ---- what the events teach

void CommandGenerator::see(std::span<const Bytes> events) {
    for (const Bytes& event : events) {
        codec::MessageHeader header{};
        if (!codec::read_header(event, header)) continue;
        const auto is = [&]<class Event>(Event& out) {
            return header.template_id == Event::template_id &&
                   codec::decode(event, out) == codec::DecodeError::none;
        };
        codec::OrderAccepted accepted;
        codec::OrderCancelled cancelled;
        codec::TradeExecuted trade;
        codec::InstrumentUpdated updated;
        codec::OrderReduced reduced;
        codec::OrderReplaced replaced;
        if (is(accepted)) {
            learn_order(accepted);
        } else if (is(cancelled)) {
            closes(cancelled.order_id.value());
        } else if (is(trade)) {
            learn_trade(trade);
        } else if (is(reduced)) {
            if (Seen* order = find_seen(reduced.order_id.value()))
                order->remaining = reduced.remaining.value();
        } else if (is(replaced)) {
            Seen* order = find_seen(replaced.order_id.value());
            if (order == nullptr) continue;
            order->price = replaced.price.value();
            order->remaining = replaced.remaining.value();
        } else if (is(updated)) {
            learn_instrument(updated);
        } else {
            learn_control(event);
        }
    }
}

void CommandGenerator::learn_order(const codec::OrderAccepted& accepted) {
    const Seen order{accepted.order_id.value(),
                     accepted.account,
                     accepted.instrument,
                     accepted.client_order_id,
                     accepted.side,
                     accepted.price.value(),
                     accepted.quantity.value(),
                     0};
    constexpr std::size_t most = 256;
    if (seen_.size() < most)
        seen_.push_back(order);
    else
        seen_[order.order % most] = order;
}

void CommandGenerator::learn_trade(const codec::TradeExecuted& trade) {
    markets_[trade.instrument.value() - 1].reference = trade.price.value();
    const std::uint64_t match = trade.match_number.value();
    trades_[match % trades_.size()] = {match, trade.instrument.value(), trade.price.value()};
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

void CommandGenerator::learn_instrument(const codec::InstrumentUpdated& updated) {
    const std::uint32_t id = updated.instrument.value();
    if (markets_.size() < id) {
        markets_.resize(id);
        for (std::size_t which = 0; which < listings.size(); ++which)
            if (updated.symbol.view() == listings[which].symbol && id > listings.size()) {
                listed_as_[which] = id;
                for (std::uint32_t to = 1; to <= first_accounts; ++to)
                    script_.push_back(deposit_shares(model::AccountId{to}, updated.instrument));
                script_.push_back(home_allocation(static_cast<std::uint32_t>(which)));
            }
    }
    Market& market = markets_[id - 1];
    if (market.tick != updated.tick_size.value()) market.tick_table.clear();
    market.tick = updated.tick_size.value();
    market.lot = updated.lot_size.value();
    market.reference = updated.reference_price.value();
    market.collar = updated.collar.value();
    market.symbol = updated.symbol;
    const bool ends = updated.state == model::InstrumentState::delisted &&
                      market.state != model::InstrumentState::delisted;
    market.state = updated.state;
    if (!ends) return;
    for (std::uint32_t which = 0; which < listings.size(); ++which)
        if (listed_as_[which] == id) script_.push_back(listing(which));
}

void CommandGenerator::learn_control(std::span<const std::byte> event) {
    codec::AllocationSet allocation;
    codec::AccountUpdated account;
    codec::TickTableSet ticks;
    codec::LimitStateChanged limit_state;
    codec::ProposalMade made;
    codec::KillSwitchSet set;
    codec::SharesSplit split;
    codec::TradeBusted busted;
    codec::TradeCorrected corrected;
    codec::DayEnded day;
    codec::StorageStateSet storage;
    const auto is = [&](auto& out) {
        return codec::decode(event, out) == codec::DecodeError::none;
    };
    if (is(allocation)) {
        markets_[allocation.instrument.value() - 1].allocation = allocation.allocation;
    } else if (is(account)) {
        std::erase(passive_, account.account);
        if (account.state != model::AccountState::active) passive_.push_back(account.account);
    } else if (is(ticks)) {
        const std::array rows{TickRow{ticks.from_price_1.value(), ticks.tick_1.value()},
                              TickRow{ticks.from_price_2.value(), ticks.tick_2.value()},
                              TickRow{ticks.from_price_3.value(), ticks.tick_3.value()},
                              TickRow{ticks.from_price_4.value(), ticks.tick_4.value()}};
        markets_[ticks.instrument.value() - 1].tick_table.assign(rows.begin(),
                                                                 rows.begin() + ticks.rows);
    } else if (is(limit_state)) {
        markets_[limit_state.instrument.value() - 1].limit_state_since =
            limit_state.command_sequence.value();
    } else if (is(made)) {
        if (proposals_.size() >= 64) proposals_.erase(proposals_.begin());
        proposals_.push_back({made.proposal, made.operator_id});
    } else if (is(set)) {
        learn_switch(set);
        if (set.on == 0) forget_proposal();
    } else if (is(busted) || is(corrected)) {
        forget_proposal();
    } else if (is(split)) {
        markets_[split.instrument.value() - 1].reference = split.reference_price.value();
    } else if (is(day)) {
        proposals_.clear();
    } else if (is(storage)) {
        storage_scarce_ = storage.scarce == 1;
    }
}

void CommandGenerator::learn_switch(const codec::KillSwitchSet& set) {
    const Switch seen{set.scope, set.id};
    const auto at = std::ranges::find(switches_, seen);
    if (set.on == 1 && at == switches_.end()) switches_.push_back(seen);
    if (set.on == 0 && at != switches_.end()) switches_.erase(at);
}

void CommandGenerator::forget_proposal() {
    std::erase_if(proposals_, [&](const SeenProposal& one) { return one.number == approving_; });
}

CommandGenerator::Seen* CommandGenerator::find_seen(std::uint64_t order) {
    const auto found = std::ranges::find(seen_, order, &Seen::order);
    return found == seen_.end() ? nullptr : &*found;
}

/// Closed orders are aimed at less often.
void CommandGenerator::closes(std::uint64_t order) {
    const auto found = std::ranges::find(seen_, order, &Seen::order);
    if (found == seen_.end()) return;
    closed_[order % closed_.size()] = *found;
    *found = seen_.back();
    seen_.pop_back();
}

}  // namespace bw::differential
