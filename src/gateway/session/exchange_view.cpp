#include "gateway/session/exchange_view.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/hash.hpp"
#include "codec/registry.hpp"

namespace bw::gateway::session {

namespace {
constexpr std::size_t rows_looked_at_max = 20'000;  // about 2 ms of one thread
}

std::size_t ExchangeView::IdHash::operator()(model::OrderId id) const {
    return base::mix64(id.value());
}

std::size_t ExchangeView::ClientKeyHash::operator()(const ClientKey& key) const {
    return base::mix64(std::hash<std::string_view>{}({key.id.chars.data(), key.id.chars.size()}) ^
                       key.account.value());
}

std::string_view name_of(ExecutionState state) {
    switch (state) {
        case ExecutionState::regular: return "regular";
        case ExecutionState::busted: return "busted";
        case ExecutionState::corrected: return "corrected";
    }
    return "unknown";
}

void ExchangeView::apply(const event_store::RecordView& record) {
    BW_ASSERT(record.sequence == sequence_ + 1);
    sequence_ = record.sequence;
    now_ns_ = record.timestamp_ns;
    if (command_ended_) drop_oldest_closed();
    command_ended_ = record.ends_command();
    codec::visit<codec::AllEvents>(record.message, [this](const auto& event) { on(event); });
}

// --- events
// -------------------------------------------------------------------------------------------------

void ExchangeView::on(const codec::CommandRejected& event) {
    if (event.command_template != codec::NewOrder::template_id || event.order_id.value() == 0)
        return;
    OrderRow row;
    row.id = event.order_id;
    row.client_order_id = event.client_order_id;
    row.account = event.account;
    row.instrument = event.instrument;
    row.status = model::OrderStatus::rejected;
    row.reject_reason = event.reason;
    add_order(row);
}

void ExchangeView::on(const codec::OrderAccepted& event) {
    OrderRow row;
    row.id = event.order_id;
    row.client_order_id = event.client_order_id;
    row.account = event.account;
    row.instrument = event.instrument;
    row.side = event.side;
    row.type = event.order_type;
    row.time_in_force = event.time_in_force;
    row.post_only =
        (event.instructions & static_cast<std::uint8_t>(model::Instruction::post_only)) != 0;
    row.hidden = (event.instructions & static_cast<std::uint8_t>(model::Instruction::hidden)) != 0;
    row.waiting = waits_for_close(event.time_in_force, event.instrument);
    row.expire_date = event.expire_date;
    row.price = event.price;
    row.quantity = row.remaining = event.quantity;
    row.hold = event.hold;
    add_order(row);
    if (row.waiting) waiting_[row.instrument].insert(row.id);
    if (event.side == model::Side::buy)
        cash(event.account, event.instrument).held += event.hold;
    else
        position(event.account, event.instrument).held += event.quantity;
}

void ExchangeView::on(const codec::TradeExecuted& event) {
    ++counts_.trades;
    const bool taker_buys = event.taker_side == model::Side::buy;
    const ExecutionRow maker{2 * event.match_number.value(),
                             event.maker_order,
                             event.maker_account,
                             event.instrument,
                             opposite(event.taker_side),
                             event.price,
                             event.quantity,
                             event.maker_fee,
                             now_ns_,
                             event.kind,
                             ExecutionState::regular,
                             event.price};
    const ExecutionRow taker{2 * event.match_number.value() + 1,
                             event.taker_order,
                             event.taker_account,
                             event.instrument,
                             event.taker_side,
                             event.price,
                             event.quantity,
                             event.taker_fee,
                             now_ns_,
                             event.kind,
                             ExecutionState::regular,
                             event.price};
    const ExecutionRow& buyer = taker_buys ? taker : maker;
    const ExecutionRow& seller = taker_buys ? maker : taker;
    const auto amount = model::notional(event.price, event.quantity);
    BW_ASSERT(amount);  // the engine checked it when both orders came in

    PositionRow& sold = position(seller.account, event.instrument);
    sold.total -= event.quantity;
    sold.held -= event.quantity;
    position(buyer.account, event.instrument).total += event.quantity;
    CashRow& paid = cash(buyer.account, event.instrument);
    paid.held -= event.buyer_hold_released;
    paid.total -= *amount + buyer.fee;
    cash(seller.account, event.instrument).total += *amount - seller.fee;

    InstrumentRow& instrument = instruments_.at(event.instrument);
    fees_collected_[instrument.currency] += event.maker_fee + event.taker_fee;
    instrument.reference_price = event.price;
    fill(event.maker_order, maker, event.maker_remaining,
         taker_buys ? model::Money{} : event.buyer_hold_released);
    fill(event.taker_order, taker, event.taker_remaining,
         taker_buys ? event.buyer_hold_released : model::Money{});
}

void ExchangeView::fill(model::OrderId id, const ExecutionRow& execution, model::Quantity remaining,
                        model::Money hold_released) {
    OrderRow* row = open_order(id);
    row->executions.push_back(first_execution_ + executions_.size());
    row->filled += execution.quantity;
    row->remaining = remaining;
    row->hold -= hold_released;
    row->status = model::OrderStatus::partially_filled;
    if (remaining.value() == 0) close(*row, model::OrderStatus::filled);
    add_execution(execution);
}

void ExchangeView::on(const codec::OrderCancelled& event) {
    if (event.side == model::Side::buy)
        cash(event.account, event.instrument).held -= event.hold_released;
    else
        position(event.account, event.instrument).held -= event.quantity;
    OrderRow* row = open_order(event.order_id);
    row->cancel_reason = event.reason;
    row->cancelled = event.quantity;
    row->remaining = model::Quantity{};
    row->hold = model::Money{};
    close(*row, event.reason == model::CancelReason::expired ? model::OrderStatus::expired
                                                             : model::OrderStatus::cancelled);
}

/// By request, or in place of a trade with an order of the same group: then it can be an incoming
/// order, between its trades.
void ExchangeView::on(const codec::OrderReduced& event) {
    OrderRow* row = open_order(event.order_id);
    if (row->side == model::Side::buy)
        cash(event.account, event.instrument).held -= event.hold_released;
    else
        position(event.account, event.instrument).held -= event.reduced_by;
    row->hold -= event.hold_released;
    row->quantity -= event.reduced_by;
    row->remaining = event.remaining;
}

void ExchangeView::on(const codec::OrderReplaced& event) {
    OrderRow* row = open_order(event.order_id);
    if (row->side == model::Side::buy)
        cash(event.account, event.instrument).held += event.hold - row->hold;
    else
        position(event.account, event.instrument).held += event.remaining - row->remaining;
    row->hold = event.hold;
    row->price = event.price;
    row->remaining = event.remaining;
    row->quantity = row->filled + event.remaining;
    row->waiting = waits_for_close(row->time_in_force, event.instrument);
    if (row->waiting) waiting_[event.instrument].insert(event.order_id);
}

/// What enters for the close, or enters anew, waits outside its auction.
bool ExchangeView::waits_for_close(model::TimeInForce time_in_force,
                                   model::InstrumentId instrument) const {
    return time_in_force == model::TimeInForce::at_close &&
           instruments_.at(instrument).state != model::InstrumentState::closing_auction;
}

void ExchangeView::on(const codec::OrderConditions& event) {
    OrderRow* row = open_order(event.order_id);
    row->display_quantity = event.display_quantity;
    row->stop_price = event.stop_price;
    row->offset = event.offset;
    row->peg = event.peg;
}

void ExchangeView::on(const codec::OrderTriggered& event) {
    OrderRow* row = open_order(event.order_id);
    row->triggered = true;
    row->stop_price = event.stop_price;
}

/// What other events have set stays; another tick size takes the tick table away.
void ExchangeView::on(const codec::InstrumentUpdated& event) {
    InstrumentRow& row = instruments_[event.instrument];
    if (row.symbol != event.symbol) {
        const auto old = by_symbol_.find(row.symbol);
        if (old != by_symbol_.end() && old->second == event.instrument) by_symbol_.erase(old);
        by_symbol_[event.symbol] = event.instrument;
    }
    if (row.tick_size != event.tick_size) row.tick_rows = 0;
    if (event.state == model::InstrumentState::closing_auction) end_waiting(event.instrument);
    row.id = event.instrument;
    row.symbol = event.symbol;
    row.currency = event.currency;
    row.tick_size = event.tick_size;
    row.lot_size = event.lot_size;
    row.reference_price = event.reference_price;
    row.max_order_quantity = event.max_order_quantity;
    row.max_order_value = event.max_order_value;
    row.collar = event.collar;
    row.state = event.state;
    row.halt_reason = event.reason;
}

void ExchangeView::end_waiting(model::InstrumentId instrument) {
    const auto node = waiting_.extract(instrument);
    if (node.empty()) return;
    for (const model::OrderId id : node.mapped()) orders_.at(id).waiting = false;
}

void ExchangeView::on(const codec::PriceBandsSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.static_band = event.static_band;
    row.dynamic_band = event.dynamic_band;
}

void ExchangeView::on(const codec::AllocationSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.allocation = event.allocation;
    row.lead_account = event.lead_account;
    row.lead_share = event.lead_share;
}

void ExchangeView::on(const codec::TickTableSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.tick_rows = event.rows;
    row.tick_table = {
        TickRow{event.from_price_1, event.tick_1}, TickRow{event.from_price_2, event.tick_2},
        TickRow{event.from_price_3, event.tick_3}, TickRow{event.from_price_4, event.tick_4}};
}

void ExchangeView::on(const codec::ReferenceQuoteSet& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.quote_bid = event.bid;
    row.quote_ask = event.ask;
}

void ExchangeView::on(const codec::SharesSplit& event) {
    InstrumentRow& row = instruments_.at(event.instrument);
    row.reference_price = event.reference_price;
    row.quote_bid = row.quote_ask = model::Price{};
}

/// Nothing is held then: the orders of the instrument were cancelled before.
void ExchangeView::on(const codec::PositionAdjusted& event) {
    position(event.account, event.instrument).total = event.total;
}

void ExchangeView::on(const codec::KillSwitchSet& event) {
    const std::pair key{event.scope, event.id};
    if (event.on != 0)
        kill_switches_[key] = {event.scope, event.id, event.operator_id, event.cancelled, now_ns_};
    else
        kill_switches_.erase(key);
}

/// Shares and money go back where they came from, fees too.
void ExchangeView::on(const codec::TradeBusted& event) {
    const auto amount = model::notional(event.price, event.quantity);
    BW_ASSERT(amount);
    position(event.buyer, event.instrument).total -= event.quantity;
    position(event.seller, event.instrument).total += event.quantity;
    cash(event.buyer, event.instrument).total += *amount + event.buyer_fee;
    cash(event.seller, event.instrument).total -= *amount - event.seller_fee;
    fees_collected_[instruments_.at(event.instrument).currency] -=
        event.buyer_fee + event.seller_fee;
    change_executions(event.match_number,
                      [](ExecutionRow& row) { row.state = ExecutionState::busted; });
}

void ExchangeView::on(const codec::TradeCorrected& event) {
    const auto difference = model::notional(
        model::Price{event.price.value() - event.price_before.value()}, event.quantity);
    BW_ASSERT(difference);
    cash(event.buyer, event.instrument).total -= *difference;
    cash(event.seller, event.instrument).total += *difference;
    change_executions(event.match_number, [&event](ExecutionRow& row) {
        row.state = ExecutionState::corrected;
        row.price = event.price;
    });
}

void ExchangeView::on(const codec::AccountUpdated& event) {
    AccountRow& row = accounts_[event.account];
    row.id = event.account;
    row.reference = event.reference;
    row.state = event.state;
    row.max_order_quantity = event.max_order_quantity;
    row.max_order_value = event.max_order_value;
    row.max_daily_quantity = event.max_daily_quantity;
    row.max_daily_value = event.max_daily_value;
    row.max_open_orders = event.max_open_orders;
    row.self_trade_prevention = event.self_trade_prevention;
    row.self_trade_group = event.self_trade_group;
    row.fee_tier = event.fee_tier;
    row.firm = event.firm;
}

void ExchangeView::on(const codec::CashMoved& event) {
    accounts_.at(event.account).cash[event.currency].total += event.amount;
}

void ExchangeView::on(const codec::SharesMoved& event) {
    // Two's complement: adding a withdrawal as unsigned takes it off.
    position(event.account, event.instrument).total +=
        model::Quantity{static_cast<std::uint64_t>(event.quantity)};
}

void ExchangeView::on(const codec::FeesChanged& event) {
    BW_ASSERT(event.tier < fees_.size());
    fees_[event.tier] = {event.maker, event.taker, event.auction};
}

// --- rows
// -------------------------------------------------------------------------------------------------

void ExchangeView::add_order(const OrderRow& row) {
    counts_.orders = std::max(counts_.orders, row.id.value());
    OrderRow& kept = orders_[row.id] = row;
    kept.created_ns = kept.updated_ns = now_ns_;
    Lists& lists = lists_[row.account.value()];
    lists.orders.push_back(row.id);
    ++lists.orders_kept;
    if (!row.client_order_id.empty()) by_client_id_[{row.account, row.client_order_id}] = row.id;
    if (row.open()) {
        lists.open.insert(row.id);
        ++counts_.open_orders;
    } else {
        closed_.push_back(row.id);
    }
}

/// Open orders are never dropped, so an event that changes one finds it.
OrderRow* ExchangeView::open_order(model::OrderId id) {
    const auto found = orders_.find(id);
    BW_ASSERT(found != orders_.end() && found->second.open());
    found->second.updated_ns = now_ns_;
    return &found->second;
}

void ExchangeView::close(OrderRow& row, model::OrderStatus status) {
    row.status = status;
    lists_[row.account.value()].open.erase(row.id);
    --counts_.open_orders;
    if (row.waiting) waiting_[row.instrument].erase(row.id);
    closed_.push_back(row.id);
}

/// Between commands: what a command closed is there as long as the gateway answers it.
void ExchangeView::drop_oldest_closed() {
    while (orders_.size() > options_.orders_max && closed_.size() > 1) {
        const auto found = orders_.find(closed_.front());
        closed_.pop_front();
        const OrderRow& row = found->second;
        const auto by_client = by_client_id_.find({row.account, row.client_order_id});
        if (by_client != by_client_id_.end() && by_client->second == row.id)
            by_client_id_.erase(by_client);
        Lists& lists = lists_[row.account.value()];
        --lists.orders_kept;
        orders_.erase(found);
        forget_dropped(lists);
    }
}

void ExchangeView::forget_dropped(Lists& lists) {
    const auto dropped = [this](model::OrderId id) { return !orders_.contains(id); };
    while (!lists.orders.empty() && dropped(lists.orders.front())) lists.orders.pop_front();
    if (lists.orders.size() > 2 * lists.orders_kept + 16) std::erase_if(lists.orders, dropped);
}

void ExchangeView::add_execution(const ExecutionRow& execution) {
    Lists& lists = lists_[execution.account.value()];
    lists.executions.push_back(first_execution_ + executions_.size());
    executions_.push_back(execution);
    drop_old_executions();
}

void ExchangeView::drop_old_executions() {
    while (executions_.size() > std::max<std::size_t>(options_.executions_max, 2)) {
        lists_[executions_.front().account.value()].executions.pop_front();
        executions_.pop_front();
        ++first_execution_;
    }
}

template <class Change>
void ExchangeView::change_executions(model::MatchNumber number, Change change) {
    const std::uint64_t maker = 2 * number.value();
    auto at = std::ranges::lower_bound(executions_, maker, {}, &ExecutionRow::id);
    for (; at != executions_.end() && at->id <= maker + 1; ++at) change(*at);
}

CashRow& ExchangeView::cash(model::AccountId account, model::InstrumentId instrument) {
    return accounts_.at(account).cash[instruments_.at(instrument).currency];
}

PositionRow& ExchangeView::position(model::AccountId account, model::InstrumentId instrument) {
    return accounts_.at(account).positions[instrument];
}

// --- queries
// -------------------------------------------------------------------------------------------------

const InstrumentRow* ExchangeView::instrument(model::InstrumentId id) const {
    const auto found = instruments_.find(id);
    return found == instruments_.end() ? nullptr : &found->second;
}

const InstrumentRow* ExchangeView::instrument(std::string_view symbol) const {
    const auto text = model::Symbol::from(symbol);
    if (!text) return nullptr;
    const auto found = by_symbol_.find(*text);
    return found == by_symbol_.end() ? nullptr : instrument(found->second);
}

const AccountRow* ExchangeView::account(model::AccountId id) const {
    const auto found = accounts_.find(id);
    return found == accounts_.end() ? nullptr : &found->second;
}

const OrderRow* ExchangeView::order(model::OrderId id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second;
}

const OrderRow* ExchangeView::order(model::AccountId account,
                                    const model::ClientOrderId& client_order_id) const {
    const auto found = by_client_id_.find({account, client_order_id});
    return found == by_client_id_.end() ? nullptr : order(found->second);
}

const ExecutionRow* ExchangeView::execution_at(std::uint64_t number) const {
    if (number < first_execution_ || number - first_execution_ >= executions_.size())
        return nullptr;
    return &executions_[number - first_execution_];
}

namespace {

/// Walks ids downwards from below `below`, as far as the page, the rows or the patience reach.
template <class Row, class Ids, class Find, class Filter, class IdOf>
Page<Row> page_of(const Ids& ids, typename Ids::const_iterator from, std::size_t limit, Find find,
                  const Filter& filter, IdOf id_of) {
    Page<Row> page;
    std::size_t looked_at = 0;
    auto at = from;
    std::uint64_t last_id = 0;
    while (at != ids.begin() && page.rows.size() < limit && looked_at < rows_looked_at_max) {
        --at;
        ++looked_at;
        const Row* row = find(*at);
        if (!row) continue;
        last_id = id_of(*row);
        if (filter(*row)) page.rows.push_back(row);
    }
    if (at != ids.begin()) page.next = last_id;
    return page;
}

}  // namespace

Page<OrderRow> ExchangeView::orders(model::AccountId account, std::uint64_t below,
                                    std::size_t limit, bool open_only,
                                    const OrderFilter& filter) const {
    const auto found = lists_.find(account.value());
    if (found == lists_.end()) return {};
    const auto find = [this](model::OrderId id) { return order(id); };
    const auto id_of = [](const OrderRow& row) { return row.id.value(); };
    const model::OrderId bound{below};
    const auto& [all, kept, open, executions] = found->second;
    if (open_only)
        return page_of<OrderRow>(open, below == 0 ? open.end() : open.lower_bound(bound), limit,
                                 find, filter, id_of);
    const auto from = below == 0 ? all.end() : std::lower_bound(all.begin(), all.end(), bound);
    return page_of<OrderRow>(all, from, limit, find, filter, id_of);
}

Page<ExecutionRow> ExchangeView::executions(model::AccountId account, std::uint64_t below,
                                            std::size_t limit,
                                            const ExecutionFilter& filter) const {
    const auto found = lists_.find(account.value());
    if (found == lists_.end()) return {};
    const auto find = [this](std::uint64_t number) { return execution_at(number); };
    const auto& numbers = found->second.executions;
    const auto from = below == 0 ? numbers.end()
                                 : std::partition_point(numbers.begin(), numbers.end(),
                                                        [&](std::uint64_t number) {
                                                            return execution_at(number)->id < below;
                                                        });
    return page_of<ExecutionRow>(numbers, from, limit, find, filter,
                                 [](const ExecutionRow& row) { return row.id; });
}

}  // namespace bw::gateway::session
