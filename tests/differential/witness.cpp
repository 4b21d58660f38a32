#include "differential/witness.hpp"

#include <fmt/format.h>

namespace bw::differential {

using model::CancelReason;
using model::InstrumentState;
using model::OrderType;
using model::RejectReason;
using model::TimeInForce;

namespace {

std::string kind_name(OrderType type, TimeInForce time) {
    return fmt::format("{} {}", model::name_of(type), model::name_of(time));
}

bool is_a_kind(OrderType type, TimeInForce time) {
    const bool lasts = time == TimeInForce::gtc || time == TimeInForce::gtd;
    if (type == OrderType::limit) return true;
    if (type == OrderType::market) return !lasts;
    return lasts || time == TimeInForce::day;
}

std::string change_name(InstrumentState from, InstrumentState to) {
    return fmt::format("{} to {}", model::name_of(from), model::name_of(to));
}

}  // namespace

void Witness::count(std::string_view what, std::string_view name) {
    ++counts_[fmt::format("{}: {}", what, name)];
}

std::string Witness::see(const Bytes& command, std::span<const Bytes> events) {
    codec::MessageHeader cause{};
    const bool readable = codec::read_header(command, cause);
    const codec::MessageInfo* sent = readable ? codec::find_message(cause.template_id) : nullptr;
    std::string wrong;
    for (const Bytes& event : events) {
        codec::MessageHeader header{};
        static_cast<void>(codec::read_header(event, header));
        const auto is = [&]<class Event>(Event& out) {
            return header.template_id == Event::template_id &&
                   codec::decode(event, out) == codec::DecodeError::none;
        };
        count("event", codec::find_message(header.template_id)->name);
        codec::CommandRejected rejected;
        codec::AccountUpdated account;
        codec::TradeExecuted trade;
        codec::OrderCancelled cancelled;
        codec::OrderAccepted accepted;
        codec::OrderConditions conditions;
        codec::InstrumentUpdated updated;
        codec::AllocationSet allocation;
        if (is(rejected)) {
            count("refused", model::name_of(rejected.reason));
        } else if (is(account)) {
            groups_[account.account] = {account.self_trade_prevention, account.self_trade_group};
        } else if (is(trade)) {
            if (auto found = see_trade(trade); !found.empty()) wrong = found;
        } else if (is(cancelled)) {
            count("cancelled", model::name_of(cancelled.reason));
        } else if (is(accepted)) {
            count("order", kind_name(accepted.order_type, accepted.time_in_force));
            count("instructions", std::to_string(accepted.instructions));
        } else if (is(conditions)) {
            count("peg", model::name_of(conditions.peg));
        } else if (is(updated)) {
            see_instrument(updated);
        } else if (is(allocation)) {
            allocations_[allocation.instrument] = allocation.allocation;
        }
    }
    codec::CommandRejected first;
    const bool accepted = codec::decode(events.front(), first) != codec::DecodeError::none;
    if (sent != nullptr) count(accepted ? "command accepted" : "command refused", sent->name);
    return wrong;
}

std::string Witness::see_trade(const codec::TradeExecuted& trade) {
    count("trade", model::name_of(trade.kind));
    count("traded with", model::name_of(allocations_[trade.instrument]));
    const Group& taker = groups_[trade.taker_account];
    const bool guarded = taker.mode != model::SelfTradePrevention::none;
    if (!guarded || taker.number != groups_[trade.maker_account].number) return {};
    return fmt::format("a trade within one group: match {}", trade.match_number.value());
}

void Witness::see_instrument(const codec::InstrumentUpdated& updated) {
    const auto known = states_.find(updated.instrument);
    if (known != states_.end()) count("state", change_name(known->second, updated.state));
    states_[updated.instrument] = updated.state;
    count("because", model::name_of(updated.reason));
}

std::vector<std::string> Witness::missing(bool narrow) const {
    std::vector<std::string> out;
    const auto want = [&](std::string_view what, std::string_view name) {
        const std::string key = fmt::format("{}: {}", what, name);
        if (!counts_.contains(key)) out.push_back(key);
    };
    for (const auto& info : codec::all_messages()) {
        const bool is_event = info.template_id >= codec::CommandRejected::template_id;
        if (is_event) want("event", info.name);
        if (!is_event) want("command accepted", info.name);
        if (!is_event) want("command refused", info.name);
    }
    using enum RejectReason;
    const std::set out_of_reach{none,
                                price_level_capacity_reached};  // as many levels as no test fills
    const std::set only_when_narrow{order_capacity_reached,           account_capacity_reached,
                                    instrument_capacity_reached,      position_capacity_reached,
                                    client_order_id_capacity_reached, currency_capacity_reached};
    const std::set only_when_wide{following_order_capacity_reached, proposal_capacity_reached};
    for (const RejectReason reason : model::values_of<RejectReason>())
        if (!out_of_reach.contains(reason) && !(only_when_narrow.contains(reason) && !narrow) &&
            !(only_when_wide.contains(reason) && narrow))
            want("refused", model::name_of(reason));
    for (const CancelReason reason : model::values_of<CancelReason>())
        if (reason != CancelReason::supervisory && reason != CancelReason::no_room)
            want("cancelled", model::name_of(reason));
    for (const OrderType type : model::values_of<OrderType>())
        for (const TimeInForce time : model::values_of<TimeInForce>())
            if (is_a_kind(type, time)) want("order", kind_name(type, time));
    for (const unsigned instructions : {0u, 1u, 2u, 3u})
        want("instructions", std::to_string(instructions));
    for (const auto peg : model::values_of<model::PegKind>()) want("peg", model::name_of(peg));
    for (const auto kind : model::values_of<model::TradeKind>())
        want("trade", model::name_of(kind));
    for (const auto policy : model::values_of<model::Allocation>())
        want("traded with", model::name_of(policy));
    for (const InstrumentState from : model::values_of<InstrumentState>())
        for (const InstrumentState to : model::values_of<InstrumentState>())
            if (NaiveExchange::may_become(from, to) && to != InstrumentState::delisted)
                want("state", change_name(from, to));
    for (const auto reason : model::values_of<model::HaltReason>())
        want("because", model::name_of(reason));
    return out;
}

}  // namespace bw::differential
