#include "simulation/order_facts.hpp"

#include "codec/commands.hpp"
#include "codec/registry.hpp"
#include "simulation/violation.hpp"

namespace bw::simulation {

using model::OrderStatus;

void OrderFacts::apply(const event_store::RecordView& record) {
    sequence_ = record.sequence;
    if (!codec::visit<codec::AllEvents>(record.message, [this](const auto& event) { on(event); }))
        violated("event {} cannot be decoded", sequence_);
}

const OrderFact* OrderFacts::order(std::uint64_t id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second;
}

std::uint64_t OrderFacts::order_of(std::uint32_t account,
                                   const std::string& client_order_id) const {
    const auto found = by_client_.find({account, client_order_id});
    return found == by_client_.end() ? 0 : found->second;
}

std::uint64_t OrderFacts::open_orders(std::uint32_t account) const {
    const auto found = open_.find(account);
    return found == open_.end() ? 0 : found->second;
}

const std::vector<ReportFact>& OrderFacts::reports(std::uint32_t account, bool executions) const {
    static const std::vector<ReportFact> none;
    const auto found = told_.find(account);
    if (found == told_.end()) return none;
    return executions ? found->second.executions : found->second.orders;
}

const std::vector<std::uint64_t>& OrderFacts::trades(std::uint32_t instrument) const {
    static const std::vector<std::uint64_t> none;
    const auto found = trades_.find(instrument);
    return found == trades_.end() ? none : found->second;
}

void OrderFacts::tell(std::uint32_t account, std::uint64_t order, bool execution) {
    Told& told = told_[account];
    told.orders.push_back({sequence_, order});
    if (execution) told.executions.push_back({sequence_, order});
}

void OrderFacts::enter(std::uint64_t id, OrderFact fact) {
    if (!fact.client_order_id.empty()) by_client_[{fact.account, fact.client_order_id}] = id;
    if (fact.open()) ++open_[fact.account];
    orders_[id] = std::move(fact);
}

void OrderFacts::close(OrderFact& fact, OrderStatus status) {
    fact.status = status;
    --open_[fact.account];
}

void OrderFacts::on(const codec::OrderAccepted& event) {
    enter(event.order_id.value(), {.account = event.account.value(),
                                   .instrument = event.instrument.value(),
                                   .client_order_id = std::string(event.client_order_id.view()),
                                   .request = event.request_id.value(),
                                   .day = days_,
                                   .quantity = event.quantity.value(),
                                   .remaining = event.quantity.value()});
    tell(event.account.value(), event.order_id.value());
}

/// Refused orders have numbers, too. Only what concerns orders is reported, and only to accounts
/// that are there.
void OrderFacts::on(const codec::CommandRejected& event) {
    if (event.command_template == codec::NewOrder::template_id && event.order_id.value() != 0)
        enter(event.order_id.value(), {.account = event.account.value(),
                                       .instrument = event.instrument.value(),
                                       .client_order_id = std::string(event.client_order_id.view()),
                                       .request = event.request_id.value(),
                                       .day = days_,
                                       .status = OrderStatus::rejected,
                                       .reason = event.reason});
    const bool of_orders = event.command_template >= codec::NewOrder::template_id &&
                           event.command_template <= codec::AmendOrder::template_id;
    if (of_orders && event.reason != model::RejectReason::unknown_account &&
        event.account.value() != 0)
        tell(event.account.value(), event.order_id.value());
}

void OrderFacts::on(const codec::TradeExecuted& event) {
    fill(event.maker_order.value(), event.quantity.value(), event.maker_remaining.value());
    fill(event.taker_order.value(), event.quantity.value(), event.taker_remaining.value());
    trades_[event.instrument.value()].push_back(event.match_number.value());
    tell(event.maker_account.value(), event.maker_order.value(), true);
    tell(event.taker_account.value(), event.taker_order.value(), true);
}

void OrderFacts::fill(std::uint64_t id, std::uint64_t quantity, std::uint64_t remaining) {
    OrderFact& fact = orders_.at(id);
    fact.filled += quantity;
    fact.remaining = remaining;
    fact.status = OrderStatus::partially_filled;
    if (remaining == 0) close(fact, OrderStatus::filled);
}

void OrderFacts::on(const codec::OrderCancelled& event) {
    OrderFact& fact = orders_.at(event.order_id.value());
    fact.cancelled = event.quantity.value();
    fact.remaining = 0;
    close(fact, event.reason == model::CancelReason::expired ? OrderStatus::expired
                                                             : OrderStatus::cancelled);
    tell(event.account.value(), event.order_id.value());
}

void OrderFacts::on(const codec::OrderReduced& event) {
    OrderFact& fact = orders_.at(event.order_id.value());
    fact.quantity -= event.reduced_by.value();
    fact.remaining = event.remaining.value();
    tell(event.account.value(), event.order_id.value());
}

void OrderFacts::on(const codec::OrderReplaced& event) {
    OrderFact& fact = orders_.at(event.order_id.value());
    fact.remaining = event.remaining.value();
    fact.quantity = fact.filled + fact.remaining;
    tell(event.account.value(), event.order_id.value());
}

void OrderFacts::on(const codec::MassCancelled& event) { tell(event.account.value(), 0); }

}  // namespace bw::simulation
