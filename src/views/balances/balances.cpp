#include "views/balances/balances.hpp"

#include "base/assert.hpp"
#include "views/projection/map_fields.hpp"

namespace bw::views {
namespace {

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

void load_account(base::FieldReader& in, AccountRow& row) {
    account_fields(in, row);
    const auto amounts = [&](auto& both) { in(both.total, both.held); };
    load_map(in, row.cash, amounts);
    load_map(in, row.positions, amounts);
}

model::Money amount_of(model::Price price, model::Quantity quantity) {
    const auto amount = model::notional(price, quantity);
    BW_ASSERT(amount);  // the engine checked it when both orders came in
    return *amount;
}

}  // namespace

// --- events ---

void Balances::apply(const RecordView&, const codec::OrderAccepted& event) {
    if (event.side == model::Side::buy)
        cash(event.account, event.instrument).held += event.hold;
    else
        position(event.account, event.instrument).held += event.quantity;
}

void Balances::apply(const RecordView&, const codec::TradeExecuted& event) {
    const bool taker_buys = event.taker_side == model::Side::buy;
    const auto [buyer, buyer_fee] = taker_buys ? std::pair(event.taker_account, event.taker_fee)
                                               : std::pair(event.maker_account, event.maker_fee);
    const auto [seller, seller_fee] = taker_buys ? std::pair(event.maker_account, event.maker_fee)
                                                 : std::pair(event.taker_account, event.taker_fee);
    const model::Money amount = amount_of(event.price, event.quantity);
    PositionRow& sold = position(seller, event.instrument);
    sold.total -= event.quantity;
    sold.held -= event.quantity;
    position(buyer, event.instrument).total += event.quantity;
    CashRow& paid = cash(buyer, event.instrument);
    paid.held -= event.buyer_hold_released;
    paid.total -= amount + buyer_fee;
    cash(seller, event.instrument).total += amount - seller_fee;
}

void Balances::apply(const RecordView&, const codec::OrderCancelled& event) {
    if (event.side == model::Side::buy)
        cash(event.account, event.instrument).held -= event.hold_released;
    else
        position(event.account, event.instrument).held -= event.quantity;
}

/// By request, or in place of a trade with an order of the same group: then it can be an incoming
/// order, between its trades.
void Balances::apply(const RecordView&, const codec::OrderReduced& event) {
    if (known_order(event.order_id).side == model::Side::buy)
        cash(event.account, event.instrument).held -= event.hold_released;
    else
        position(event.account, event.instrument).held -= event.reduced_by;
}

void Balances::apply(const RecordView&, const codec::OrderReplaced& event) {
    const OrderRow& before = known_order(event.order_id);
    if (before.side == model::Side::buy)
        cash(event.account, event.instrument).held += event.hold - before.hold;
    else
        position(event.account, event.instrument).held += event.remaining - before.remaining;
}

/// Nothing is held then: the orders of the instrument were cancelled before.
void Balances::apply(const RecordView&, const codec::PositionAdjusted& event) {
    position(event.account, event.instrument).total = event.total;
}

/// Shares and money go back where they came from, fees too.
void Balances::apply(const RecordView&, const codec::TradeBusted& event) {
    const model::Money amount = amount_of(event.price, event.quantity);
    position(event.buyer, event.instrument).total -= event.quantity;
    position(event.seller, event.instrument).total += event.quantity;
    cash(event.buyer, event.instrument).total += amount + event.buyer_fee;
    cash(event.seller, event.instrument).total -= amount - event.seller_fee;
}

void Balances::apply(const RecordView&, const codec::TradeCorrected& event) {
    const model::Money difference =
        amount_of(model::Price{event.price.value() - event.price_before.value()}, event.quantity);
    cash(event.buyer, event.instrument).total -= difference;
    cash(event.seller, event.instrument).total += difference;
}

void Balances::apply(const RecordView&, const codec::AccountUpdated& event) {
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

void Balances::apply(const RecordView&, const codec::CashMoved& event) {
    accounts_.at(event.account).cash[event.currency].total += event.amount;
}

void Balances::apply(const RecordView&, const codec::SharesMoved& event) {
    // Two's complement: adding a withdrawal as unsigned takes it off.
    position(event.account, event.instrument).total +=
        model::Quantity{static_cast<std::uint64_t>(event.quantity)};
}

CashRow& Balances::cash(model::AccountId account, model::InstrumentId instrument) {
    return accounts_.at(account).cash[reference_.known_instrument(instrument).currency];
}

PositionRow& Balances::position(model::AccountId account, model::InstrumentId instrument) {
    return accounts_.at(account).positions[instrument];
}

const OrderRow& Balances::known_order(model::OrderId id) const {
    const OrderRow* row = orders_.find(id);
    BW_ASSERT(row != nullptr && row->open());
    return *row;
}

// --- as bytes ---

void Balances::save(base::FieldWriter& out) const {
    save_map(out, accounts_, [&](const AccountRow& row) {
        account_fields(out, row);
        const auto amounts = [&](const auto& both) { out(both.total, both.held); };
        save_map(out, row.cash, amounts);
        save_map(out, row.positions, amounts);
    });
}

bool Balances::load(base::FieldReader& in) {
    reset();
    load_map(in, accounts_, [&](AccountRow& row) { load_account(in, row); });
    if (!in.good()) reset();
    return in.good();
}

Balances::Extent Balances::pass_over(base::FieldReader& in) {
    Extent passed;
    const std::uint64_t count = in.count();
    for (std::uint64_t i = 0; i < count && in.good(); ++i) {
        AccountRow row;
        in(passed.last);
        load_account(in, row);
        ++passed.accounts;
    }
    return passed;
}

Balances::Extent Balances::extent() const {
    if (accounts_.empty()) return {};
    return {accounts_.size(), accounts_.rbegin()->first};
}

const AccountRow* Balances::account(model::AccountId id) const {
    const auto found = accounts_.find(id);
    return found == accounts_.end() ? nullptr : &found->second;
}

}  // namespace bw::views
