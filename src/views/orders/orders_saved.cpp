// Orders as bytes: save, load, and the fields of the rows. One description serves both directions,
// so what is written is what is read.
#include <algorithm>

#include "base/assert.hpp"
#include "views/orders/orders.hpp"
#include "views/projection/map_fields.hpp"

namespace bw::views {
namespace {

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
    base::field_up_to(archive, row.cancel_reason, model::CancelReason::insufficient_cash);
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

/// An order with the numbers of its executions. `found`: its client id finds it.
void read_order(base::FieldReader& in, OrderRow& row, bool& found) {
    order_fields(in, row);
    in(found);
    const std::uint64_t executions = in.count();
    for (std::uint64_t i = 0; i < executions && in.good(); ++i) in(row.executions.emplace_back());
}

}  // namespace

void Orders::reset() {
    first_execution_ = 0;
    command_ended_ = true;
    waiting_.clear();
    orders_.clear();
    by_client_id_.clear();
    closed_.clear();
    executions_.clear();
    lists_.clear();
}

// --- save ---

void Orders::save(base::FieldWriter& out) const {
    out(first_execution_);
    save_rows(out);
}

/// What follows from the orders is not written: the open ones of an account, those that wait for
/// the close.
void Orders::save_rows(base::FieldWriter& out) const {
    BW_ASSERT(command_ended_);
    save_orders(out);
    save_lists(out);
    out.count(closed_.size());
    for (const model::OrderId id : closed_) out(id);
    out.count(executions_.size());
    for (const ExecutionRow& row : executions_) execution_fields(out, row);
}

void Orders::save_orders(base::FieldWriter& out) const {
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
void Orders::save_lists(base::FieldWriter& out) const {
    out.count(lists_.size());
    for (const std::uint32_t account : sorted_keys(lists_)) {
        const Lists& lists = lists_.at(account);
        out(account);
        out.count(lists.orders.size());
        for (const model::OrderId id : lists.orders) out(id);
    }
}

// --- load ---

bool Orders::load(base::FieldReader& in) {
    reset();
    std::uint64_t first_execution = 0;
    in(first_execution);
    load_rows(in, first_execution, [](model::AccountId) { return true; });
    if (!in.good()) reset();
    return in.good();
}

std::uint64_t Orders::load_rows(base::FieldReader& in, std::uint64_t first_execution,
                                const IsAccount& is_account) {
    first_execution_ = first_execution;
    load_orders(in, is_account);
    load_lists(in);
    load_closed(in);
    load_executions(in);
    if (in.good()) drop_old_executions();
    return open_orders();
}

/// Later events of an open order need its instrument and its account.
void Orders::load_orders(base::FieldReader& in, const IsAccount& is_account) {
    const std::uint64_t count = in.count();
    orders_.reserve(std::min<std::uint64_t>(count, options_.orders_max));
    by_client_id_.reserve(std::min<std::uint64_t>(count, options_.orders_max));
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        OrderRow row;
        bool found_by_client_id = false;
        read_order(in, row, found_by_client_id);
        if (!in.good()) return;
        if (row.open() &&
            (reference_.instrument(row.instrument) == nullptr || !is_account(row.account)))
            return in.spoil();
        take_over(in, row, found_by_client_id);
    }
}

void Orders::take_over(base::FieldReader& in, const OrderRow& row, bool found_by_client_id) {
    const auto [at, is_new] = orders_.try_emplace(row.id, row);
    if (!is_new) return in.spoil();
    const OrderRow& kept = at->second;
    if (found_by_client_id) by_client_id_[{kept.account, kept.client_order_id}] = kept.id;
    if (!kept.open()) return;
    lists_[kept.account.value()].open.insert(kept.id);
    if (kept.waiting) waiting_[kept.instrument].insert(kept.id);
}

std::uint64_t Orders::pass_over_rows(base::FieldReader& in) {
    std::uint64_t open = 0;
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        OrderRow row;
        bool found_by_client_id = false;
        read_order(in, row, found_by_client_id);
        if (row.open()) ++open;
    }
    return open;
}

/// Every order is in the list of its account, and ids rise.
void Orders::load_lists(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    std::size_t listed = 0;
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        std::uint32_t account = 0;
        in(account);
        const std::size_t before = lists_[account].orders_kept;
        load_list(in, model::AccountId{account});
        listed += lists_[account].orders_kept - before;
    }
    if (listed != orders_.size()) in.spoil();
}

void Orders::load_list(base::FieldReader& in, model::AccountId account) {
    Lists& lists = lists_[account.value()];
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        model::OrderId id;
        in(id);
        if (!lists.orders.empty() && id <= lists.orders.back()) return in.spoil();
        lists.orders.push_back(id);
        const auto order = orders_.find(id);
        if (order == orders_.end()) continue;
        if (order->second.account != account) return in.spoil();
        ++lists.orders_kept;
    }
}

/// Every order that is not open, once.
void Orders::load_closed(base::FieldReader& in) {
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
    if (twice || closed_.size() + open_orders() != orders_.size()) in.spoil();
}

std::size_t Orders::open_orders() const {
    std::size_t open = 0;
    for (const auto& [account, lists] : lists_) open += lists.open.size();
    return open;
}

/// They are numbered without gaps; ids rise.
void Orders::load_executions(base::FieldReader& in) {
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        ExecutionRow row;
        execution_fields(in, row);
        if (!executions_.empty() && row.id <= executions_.back().id) return in.spoil();
        lists_[row.account.value()].executions.push_back(first_execution_ + executions_.size());
        executions_.push_back(row);
    }
}

}  // namespace bw::views
