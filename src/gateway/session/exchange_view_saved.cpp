// ExchangeView as bytes: save, load, and the fields of its rows. One description serves both
// directions, so what is written is what is read.
#include <algorithm>

#include "base/assert.hpp"
#include "gateway/session/exchange_view.hpp"

namespace bw::gateway::session {
namespace {

template <class Archive, class Row>
void instrument_fields(Archive& archive, Row& row) {
    archive(row.id, row.symbol, row.currency, row.tick_size, row.lot_size, row.reference_price,
            row.max_order_quantity, row.max_order_value, row.collar);
    base::field_up_to(archive, row.state, model::InstrumentState::delisted);
    base::field_up_to(archive, row.halt_reason, model::HaltReason::market_wide);
    base::field_up_to(archive, row.allocation, model::Allocation::dark);
    archive(row.lead_account, row.lead_share, row.static_band, row.dynamic_band, row.quote_bid,
            row.quote_ask);
    for (auto& tick : row.tick_table) archive(tick.from_price, tick.tick);
    base::field_up_to(archive, row.tick_rows, static_cast<std::uint32_t>(row.tick_table.size()));
}

/// All but cash and positions.
template <class Archive, class Row>
void account_fields(Archive& archive, Row& row) {
    archive(row.id, row.reference);
    base::field_up_to(archive, row.state, model::AccountState::closed);
    archive(row.max_order_quantity, row.max_order_value, row.max_daily_quantity,
            row.max_daily_value, row.max_open_orders);
    base::field_up_to(archive, row.self_trade_prevention, model::SelfTradePrevention::decrement);
    archive(row.self_trade_group, row.fee_tier, row.firm);
}

template <class Archive, class Row>
void kill_switch_fields(Archive& archive, Row& row) {
    base::field_up_to(archive, row.scope, model::KillScope::market);
    archive(row.id, row.operator_id, row.cancelled, row.time_ns);
}

/// All but the numbers of its executions.
template <class Archive, class Row>
void order_fields(Archive& archive, Row& row) {
    archive(row.id, row.client_order_id, row.account, row.instrument);
    base::field_up_to(archive, row.side, model::Side::sell);
    base::field_up_to(archive, row.type, model::OrderType::pegged);
    base::field_up_to(archive, row.time_in_force, model::TimeInForce::at_close);
    archive(row.post_only, row.hidden, row.triggered, row.waiting, row.display_quantity,
            row.stop_price, row.offset);
    base::field_up_to(archive, row.peg, model::PegKind::midpoint);
    archive(row.expire_date, row.price, row.quantity, row.filled, row.remaining, row.cancelled,
            row.hold);
    base::field_up_to(archive, row.status, model::OrderStatus::expired);
    archive(row.reject_reason);
    base::field_up_to(archive, row.cancel_reason, model::CancelReason::delisted);
    archive(row.created_ns, row.updated_ns);
}

template <class Archive, class Row>
void execution_fields(Archive& archive, Row& row) {
    archive(row.id, row.order, row.account, row.instrument);
    base::field_up_to(archive, row.side, model::Side::sell);
    archive(row.price, row.quantity, row.fee, row.time_ns);
    base::field_up_to(archive, row.kind, model::TradeKind::midpoint);
    base::field_up_to(archive, row.state, ExecutionState::corrected);
    archive(row.price_traded);
}

template <class Archive, class Fees>
void fee_fields(Archive& archive, Fees& fees) {
    for (auto& fee : fees) archive(fee.maker, fee.taker, fee.auction);
}

/// Key and value of each entry.
template <class Map>
void save_map(base::FieldWriter& out, const Map& map, auto fields) {
    out.count(map.size());
    for (const auto& [key, value] : map) {
        out(key);
        fields(value);
    }
}

template <class Map>
void load_map(base::FieldReader& in, Map& map, auto fields) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        typename Map::key_type key{};
        in(key);
        fields(map[key]);
    }
}

template <class Unordered>
std::vector<typename Unordered::key_type> sorted_keys(const Unordered& map) {
    std::vector<typename Unordered::key_type> keys;
    keys.reserve(map.size());
    for (const auto& [key, value] : map) keys.push_back(key);
    std::ranges::sort(keys);
    return keys;
}

}  // namespace

void ExchangeView::reset() {
    sequence_ = now_ns_ = first_execution_ = 0;
    command_ended_ = true;
    instruments_.clear();
    by_symbol_.clear();
    accounts_.clear();
    fees_collected_.clear();
    fees_ = {};
    kill_switches_.clear();
    waiting_.clear();
    orders_.clear();
    by_client_id_.clear();
    closed_.clear();
    executions_.clear();
    lists_.clear();
    counts_ = {};
}

// --- save
// -------------------------------------------------------------------------------------------------

/// What follows from the orders is not written: the open ones of an account, those that wait for
/// the close.
void ExchangeView::save(base::FieldWriter& out) const {
    BW_ASSERT(command_ended_);
    out(sequence_, now_ns_, first_execution_, counts_.orders, counts_.trades);
    save_instruments(out);
    save_accounts(out);
    save_orders(out);
    save_lists(out);
    out.count(closed_.size());
    for (const model::OrderId id : closed_) out(id);
    out.count(executions_.size());
    for (const ExecutionRow& row : executions_) execution_fields(out, row);
}

void ExchangeView::save_instruments(base::FieldWriter& out) const {
    save_map(out, instruments_, [&](const auto& row) { instrument_fields(out, row); });
    save_map(out, by_symbol_, [&](const auto& id) { out(id); });
}

void ExchangeView::save_accounts(base::FieldWriter& out) const {
    save_map(out, accounts_, [&](const AccountRow& row) {
        account_fields(out, row);
        const auto amounts = [&](const auto& both) { out(both.total, both.held); };
        save_map(out, row.cash, amounts);
        save_map(out, row.positions, amounts);
    });
    save_map(out, fees_collected_, [&](const auto& money) { out(money); });
    fee_fields(out, fees_);
    out.count(kill_switches_.size());
    for (const auto& [key, row] : kill_switches_) kill_switch_fields(out, row);
}

void ExchangeView::save_orders(base::FieldWriter& out) const {
    const auto ids = sorted_keys(orders_);
    out.count(ids.size());
    for (const model::OrderId id : ids) {
        const OrderRow& row = orders_.at(id);
        const auto by_client = by_client_id_.find({row.account, row.client_order_id});
        const bool found = by_client != by_client_id_.end() && by_client->second == id;
        order_fields(out, row);
        out(found);
        out.count(row.executions.size());
        for (const std::uint64_t number : row.executions) out(number);
    }
}

/// Ids of dropped orders that are still in a list are part of it: a page looks at so many entries
/// at most.
void ExchangeView::save_lists(base::FieldWriter& out) const {
    out.count(lists_.size());
    for (const std::uint32_t account : sorted_keys(lists_)) {
        const Lists& lists = lists_.at(account);
        out(account);
        out.count(lists.orders.size());
        for (const model::OrderId id : lists.orders) out(id);
    }
}

// --- load
// -------------------------------------------------------------------------------------------------

bool ExchangeView::load(base::FieldReader& in) {
    reset();
    in(sequence_, now_ns_, first_execution_, counts_.orders, counts_.trades);
    load_instruments(in);
    load_accounts(in);
    load_orders(in);
    load_lists(in);
    load_closed(in);
    load_executions(in);
    if (!in.good()) {
        reset();
        return false;
    }
    drop_old_executions();
    return true;
}

void ExchangeView::load_instruments(base::FieldReader& in) {
    load_map(in, instruments_, [&](auto& row) { instrument_fields(in, row); });
    load_map(in, by_symbol_, [&](auto& id) {
        in(id);
        if (!instruments_.contains(id)) in.spoil();
    });
}

void ExchangeView::load_accounts(base::FieldReader& in) {
    load_map(in, accounts_, [&](AccountRow& row) {
        account_fields(in, row);
        const auto amounts = [&](auto& both) { in(both.total, both.held); };
        load_map(in, row.cash, amounts);
        load_map(in, row.positions, amounts);
    });
    load_map(in, fees_collected_, [&](auto& money) { in(money); });
    fee_fields(in, fees_);
    load_kill_switches(in);
}

void ExchangeView::load_kill_switches(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        KillSwitchRow row;
        kill_switch_fields(in, row);
        kill_switches_[{row.scope, row.id}] = row;
    }
}

/// Later events of an open order need its instrument and its account.
bool ExchangeView::is_known(const OrderRow& row) const {
    return !row.open() ||
           (instruments_.contains(row.instrument) && accounts_.contains(row.account));
}

void ExchangeView::load_orders(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    orders_.reserve(std::min<std::uint64_t>(count, options_.orders_max));
    by_client_id_.reserve(std::min<std::uint64_t>(count, options_.orders_max));
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        OrderRow row;
        bool found_by_client_id = false;
        order_fields(in, row);
        in(found_by_client_id);
        const std::uint64_t executions = in.count();
        for (std::uint64_t e = 0; e < executions && in.good(); ++e)
            in(row.executions.emplace_back());
        if (in.good()) take_over(in, std::move(row), found_by_client_id);
    }
}

void ExchangeView::take_over(base::FieldReader& in, OrderRow row, bool found_by_client_id) {
    if (!is_known(row)) return in.spoil();
    const auto [at, is_new] = orders_.try_emplace(row.id, std::move(row));
    if (!is_new) return in.spoil();
    const OrderRow& kept = at->second;
    if (found_by_client_id) by_client_id_[{kept.account, kept.client_order_id}] = kept.id;
    if (!kept.open()) return;
    lists_[kept.account.value()].open.insert(kept.id);
    ++counts_.open_orders;
    if (kept.waiting) waiting_[kept.instrument].insert(kept.id);
}

/// Every order is in the list of its account, and ids rise.
void ExchangeView::load_lists(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    std::size_t listed = 0;
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        std::uint32_t account = 0;
        in(account);
        Lists& lists = lists_[account];
        const std::uint64_t ids = in.count();
        for (std::uint64_t o = 0; o < ids && in.good(); ++o) {
            model::OrderId id;
            in(id);
            if (!lists.orders.empty() && id <= lists.orders.back()) return in.spoil();
            lists.orders.push_back(id);
            const auto order = orders_.find(id);
            if (order == orders_.end()) continue;
            if (order->second.account.value() != account) return in.spoil();
            ++lists.orders_kept;
            ++listed;
        }
    }
    if (listed != orders_.size()) in.spoil();
}

/// Every order that is not open, once.
void ExchangeView::load_closed(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        model::OrderId id;
        in(id);
        const auto order = orders_.find(id);
        if (order == orders_.end() || order->second.open()) return in.spoil();
        closed_.push_back(id);
    }
    std::vector<model::OrderId> once(closed_.begin(), closed_.end());
    std::ranges::sort(once);
    const bool twice = std::ranges::adjacent_find(once) != once.end();
    if (twice || closed_.size() + counts_.open_orders != orders_.size()) in.spoil();
}

/// They are numbered without gaps; ids rise.
void ExchangeView::load_executions(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        ExecutionRow row;
        execution_fields(in, row);
        if (!executions_.empty() && row.id <= executions_.back().id) return in.spoil();
        lists_[row.account.value()].executions.push_back(first_execution_ + executions_.size());
        executions_.push_back(row);
    }
}

}  // namespace bw::gateway::session
