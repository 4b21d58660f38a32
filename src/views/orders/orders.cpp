#include "views/orders/orders.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "base/hash.hpp"

namespace bw::views {

using order_manager::OrderState;

namespace {
constexpr std::size_t rows_looked_at_max = 20'000;  // about 2 ms of one thread
}

std::size_t Orders::IdHash::operator()(model::OrderId id) const { return base::mix64(id.value()); }

std::size_t Orders::ClientKeyHash::operator()(const ClientKey& key) const {
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

/// Between commands: what a command closed is there as long as the gateway answers it.
void Orders::begin(const RecordView& record) {
    if (command_ended_) drop_oldest_closed();
    command_ended_ = record.ends_command();
}

// --- events ---

void Orders::apply(const RecordView& record, const codec::CommandRejected& event) {
    if (OrderState::is_order_rejected(event))
        add_order({OrderState::rejected(event)}, record.timestamp_ns);
}

void Orders::apply(const RecordView& record, const codec::OrderAccepted& event) {
    OrderRow row{OrderState::accepted(event)};
    row.waiting = waits_for_close(event.time_in_force, event.instrument);
    add_order(row, record.timestamp_ns);
    if (row.waiting) waiting_[row.instrument].insert(row.id);
}

void Orders::apply(const RecordView& record, const codec::TradeExecuted& event) {
    ExecutionRow row;
    row.id = 2 * event.match_number.value();
    row.order = event.maker_order;
    row.account = event.maker_account;
    row.instrument = event.instrument;
    row.side = opposite(event.taker_side);
    row.price = row.price_traded = event.price;
    row.quantity = event.quantity;
    row.fee = event.maker_fee;
    row.time_ns = record.timestamp_ns;
    row.kind = event.kind;
    fill(event, row);
    ++row.id;
    row.order = event.taker_order;
    row.account = event.taker_account;
    row.side = event.taker_side;
    row.fee = event.taker_fee;
    fill(event, row);
}

/// One side of the trade.
void Orders::fill(const codec::TradeExecuted& event, const ExecutionRow& execution) {
    OrderRow& row = open_order(execution.order, execution.time_ns);
    row.apply(event);
    row.executions.push_back(first_execution_ + executions_.size());
    if (!row.open()) close(row);
    add_execution(execution);
}

void Orders::apply(const RecordView& record, const codec::OrderCancelled& event) {
    OrderRow& row = open_order(event.order_id, record.timestamp_ns);
    row.apply(event);
    close(row);
}

void Orders::apply(const RecordView& record, const codec::OrderReduced& event) {
    open_order(event.order_id, record.timestamp_ns).apply(event);
}

/// A market order gets another hold in an auction and keeps its place. Every other enters anew.
void Orders::apply(const RecordView& record, const codec::OrderReplaced& event) {
    OrderRow& row = open_order(event.order_id, record.timestamp_ns);
    row.apply(event);
    if (event.price == model::no_price) return;
    row.waiting = waits_for_close(row.time_in_force, event.instrument);
    if (row.waiting) waiting_[event.instrument].insert(event.order_id);
}

/// What enters for the close, or enters anew, waits outside its auction.
bool Orders::waits_for_close(model::TimeInForce time_in_force,
                             model::InstrumentId instrument) const {
    return time_in_force == model::TimeInForce::at_close &&
           reference_.known_instrument(instrument).state != model::InstrumentState::closing_auction;
}

void Orders::apply(const RecordView& record, const codec::OrderConditions& event) {
    open_order(event.order_id, record.timestamp_ns).apply(event);
}

void Orders::apply(const RecordView& record, const codec::OrderTriggered& event) {
    open_order(event.order_id, record.timestamp_ns).apply(event);
}

void Orders::apply(const RecordView&, const codec::InstrumentUpdated& event) {
    if (event.state == model::InstrumentState::closing_auction) end_waiting(event.instrument);
}

void Orders::end_waiting(model::InstrumentId instrument) {
    const auto node = waiting_.extract(instrument);
    if (node.empty()) return;
    for (const model::OrderId id : node.mapped()) orders_.at(id).waiting = false;
}

void Orders::apply(const RecordView&, const codec::TradeBusted& event) {
    change_executions(event.match_number,
                      [](ExecutionRow& row) { row.state = ExecutionState::busted; });
}

void Orders::apply(const RecordView&, const codec::TradeCorrected& event) {
    change_executions(event.match_number, [&event](ExecutionRow& row) {
        row.state = ExecutionState::corrected;
        row.price = event.price;
    });
}

// --- rows ---

void Orders::add_order(const OrderRow& row, std::uint64_t now_ns) {
    OrderRow& kept = orders_[row.id] = row;
    kept.created_ns = kept.updated_ns = now_ns;
    Lists& lists = lists_[row.account.value()];
    lists.orders.push_back(row.id);
    ++lists.orders_kept;
    if (!row.client_order_id.empty()) by_client_id_[{row.account, row.client_order_id}] = row.id;
    if (row.open())
        lists.open.insert(row.id);
    else
        closed_.push_back(row.id);
}

/// Open orders are never dropped, so an event that changes one finds it.
OrderRow& Orders::open_order(model::OrderId id, std::uint64_t now_ns) {
    const auto found = orders_.find(id);
    BW_ASSERT(found != orders_.end() && found->second.open());
    found->second.updated_ns = now_ns;
    return found->second;
}

void Orders::close(OrderRow& row) {
    lists_[row.account.value()].open.erase(row.id);
    if (row.waiting) waiting_[row.instrument].erase(row.id);
    closed_.push_back(row.id);
}

void Orders::drop_oldest_closed() {
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

void Orders::forget_dropped(Lists& lists) {
    const auto dropped = [this](model::OrderId id) { return !orders_.contains(id); };
    while (!lists.orders.empty() && dropped(lists.orders.front())) lists.orders.pop_front();
    if (lists.orders.size() > 2 * lists.orders_kept + 16) std::erase_if(lists.orders, dropped);
}

void Orders::add_execution(const ExecutionRow& execution) {
    Lists& lists = lists_[execution.account.value()];
    lists.executions.push_back(first_execution_ + executions_.size());
    executions_.push_back(execution);
    drop_old_executions();
}

void Orders::drop_old_executions() {
    while (executions_.size() > std::max<std::size_t>(options_.executions_max, 2)) {
        lists_[executions_.front().account.value()].executions.pop_front();
        executions_.pop_front();
        ++first_execution_;
    }
}

template <class Change>
void Orders::change_executions(model::MatchNumber number, Change change) {
    const std::uint64_t maker = 2 * number.value();
    auto at = std::ranges::lower_bound(executions_, maker, {}, &ExecutionRow::id);
    for (; at != executions_.end() && at->id <= maker + 1; ++at) change(*at);
}

// --- queries ---

const OrderRow* Orders::find(model::OrderId id) const {
    const auto found = orders_.find(id);
    return found == orders_.end() ? nullptr : &found->second;
}

const OrderRow* Orders::find(model::AccountId account,
                             const model::ClientOrderId& client_order_id) const {
    const auto found = by_client_id_.find({account, client_order_id});
    return found == by_client_id_.end() ? nullptr : find(found->second);
}

const ExecutionRow* Orders::execution_at(std::uint64_t number) const {
    if (number < first_execution_ || number - first_execution_ >= executions_.size())
        return nullptr;
    return &executions_[number - first_execution_];
}

namespace {

std::uint64_t id_of(const OrderRow& row) { return row.id.value(); }
std::uint64_t id_of(const ExecutionRow& row) { return row.id; }

/// Walks ids downwards from below `below`, as far as the page, the rows or the patience reach.
template <class Row, class Ids, class Find, class Filter>
Page<Row> page_of(const Ids& ids, const typename Ids::const_iterator& from, std::size_t limit,
                  Find find, const Filter& filter) {
    Page<Row> page;
    std::size_t looked_at = 0;
    auto at = from;
    std::uint64_t last_id = 0;
    while (at != ids.begin() && looked_at < rows_looked_at_max) {
        --at;
        ++looked_at;
        const Row* row = find(*at);
        if (!row) continue;
        if (filter(*row)) {
            if (page.rows.size() == limit) {  // there is more behind the page
                page.next = id_of(*page.rows.back());
                return page;
            }
            page.rows.push_back(row);
        }
        last_id = id_of(*row);
    }
    if (at != ids.begin()) page.next = last_id;
    return page;
}

}  // namespace

Page<OrderRow> Orders::page(model::AccountId account, std::uint64_t below, std::size_t limit,
                            bool open_only, const OrderFilter& filter) const {
    const auto found = lists_.find(account.value());
    if (found == lists_.end()) return {};
    const auto row_of = [this](model::OrderId id) { return find(id); };
    const model::OrderId bound{below};
    const auto& [all, kept, open, executions] = found->second;
    if (open_only)
        return page_of<OrderRow>(open, below == 0 ? open.end() : open.lower_bound(bound), limit,
                                 row_of, filter);
    const auto from = below == 0 ? all.end() : std::lower_bound(all.begin(), all.end(), bound);
    return page_of<OrderRow>(all, from, limit, row_of, filter);
}

Page<ExecutionRow> Orders::executions(model::AccountId account, std::uint64_t below,
                                      std::size_t limit, const ExecutionFilter& filter) const {
    const auto found = lists_.find(account.value());
    if (found == lists_.end()) return {};
    const auto row_of = [this](std::uint64_t number) { return execution_at(number); };
    const auto& numbers = found->second.executions;
    const auto from = below == 0 ? numbers.end()
                                 : std::partition_point(numbers.begin(), numbers.end(),
                                                        [&](std::uint64_t number) {
                                                            return execution_at(number)->id < below;
                                                        });
    return page_of<ExecutionRow>(numbers, from, limit, row_of, filter);
}

}  // namespace bw::views
