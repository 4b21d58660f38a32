#include "simulation/order_fold.hpp"

#include "codec/registry.hpp"
#include "simulation/violation.hpp"

namespace bw::simulation {
namespace {

using model::Side;

__int128 value_of(const codec::TradeExecuted& event) {
    return static_cast<__int128>(event.price.value()) *
           static_cast<__int128>(event.quantity.value());
}

}  // namespace

void OrderFold::apply(const event_store::RecordView& record) {
    if (record.sequence != sequence_ + 1)
        violated("event {} follows event {}", record.sequence, sequence_);
    sequence_ = record.sequence;
    std::uint64_t command = 0;
    std::memcpy(&command, record.message.data() + sizeof(codec::MessageHeader), sizeof command);
    if (between_commands_ ? command != command_ + 1 : command != command_)
        violated("event {} is of command {}, the one before of {}", sequence_, command, command_);
    command_ = command;
    if (!codec::visit<codec::AllEvents>(record.message, [this](const auto& event) { on(event); }))
        violated("event {} cannot be decoded", sequence_);
    between_commands_ = record.ends_command();
    if (!between_commands_) return;
    for (const Balance* balance : touched_)
        if (balance->held < 0 || balance->total < balance->held)
            violated("after event {} something available is below zero", sequence_);
    touched_.clear();
}

OrderFold::Order& OrderFold::open_order(model::OrderId id) {
    const auto found = orders_.find(id.value());
    if (found == orders_.end())
        violated("event {} is of order {}, which is not open", sequence_, id.value());
    return found->second;
}

OrderFold::Balance& OrderFold::cash(std::uint32_t account, std::uint32_t instrument) {
    Balance& balance = cash_[{account, instruments_.at(instrument).currency}];
    touch(balance);
    return balance;
}

void OrderFold::on(const codec::OrderAccepted& event) {
    const std::uint32_t account = event.account.value();
    if (!ids_.insert(event.order_id.value()).second)
        violated("order {} is accepted twice", event.order_id.value());
    if (event.client_order_id != model::ClientOrderId{}) {
        const auto [at, is_new] = client_ids_.try_emplace({account, event.client_order_id}, day_);
        if (!is_new && at->second + 1 >= day_)
            violated("client id {} of account {} is accepted twice", event.client_order_id.str(),
                     account);
        at->second = day_;
    }
    orders_[event.order_id.value()] = {.account = account,
                                       .instrument = event.instrument.value(),
                                       .side = event.side,
                                       .market = event.order_type == model::OrderType::market,
                                       .price = event.price.value(),
                                       .remaining = event.quantity.value(),
                                       .hold = event.hold.value()};
    if (event.side == Side::buy) {
        cash(account, event.instrument.value()).held += event.hold.value();
    } else {
        Balance& shares = shares_[{account, event.instrument.value()}];
        shares.held += event.quantity.value();
        touch(shares);
    }
}

void OrderFold::release(Order& order, std::uint64_t quantity, std::int64_t hold) {
    if (quantity > order.remaining || hold > order.hold)
        violated("event {} takes more off an order than it has", sequence_);
    order.remaining -= quantity;
    order.hold -= hold;
    if (order.side == Side::buy) {
        cash(order.account, order.instrument).held -= hold;
    } else {
        Balance& shares = shares_[{order.account, order.instrument}];
        shares.held -= quantity;
        touch(shares);
    }
}

void OrderFold::close_if_done(std::uint64_t id) {
    const auto found = orders_.find(id);
    if (found->second.remaining != 0) return;
    if (found->second.hold != 0)
        violated("event {} closes order {} and keeps a hold of {}", sequence_, id,
                 found->second.hold);
    orders_.erase(found);
}

void OrderFold::fill(model::OrderId id, const codec::TradeExecuted& event,
                     std::uint64_t remaining) {
    Order& order = open_order(id);
    if (order.remaining != remaining + event.quantity.value())
        violated("event {}: order {} had {} and has {} left", sequence_, id.value(),
                 order.remaining, remaining);
    const bool buys = order.side == Side::buy;
    if (!order.market &&
        (buys ? event.price.value() > order.price : event.price.value() < order.price))
        violated("event {}: order {} trades at a price worse than its own", sequence_, id.value());
    const std::int64_t fee =
        id == event.maker_order ? event.maker_fee.value() : event.taker_fee.value();
    Balance& shares = shares_[{order.account, order.instrument}];
    Balance& money = cash(order.account, order.instrument);
    touch(shares);
    shares.total += buys ? static_cast<__int128>(event.quantity.value())
                         : -static_cast<__int128>(event.quantity.value());
    money.total += (buys ? -value_of(event) : value_of(event)) - fee;
    fees_[instruments_.at(order.instrument).currency] += fee;
    release(order, event.quantity.value(), buys ? event.buyer_hold_released.value() : 0);
    close_if_done(id.value());
}

void OrderFold::on(const codec::TradeExecuted& event) {
    if (!matches_.insert(event.match_number.value()).second)
        violated("match {} happens twice", event.match_number.value());
    if (open_order(event.maker_order).side == open_order(event.taker_order).side)
        violated("event {}: two orders of one side trade", sequence_);
    fill(event.maker_order, event, event.maker_remaining.value());
    fill(event.taker_order, event, event.taker_remaining.value());
}

void OrderFold::on(const codec::OrderCancelled& event) {
    Order& order = open_order(event.order_id);
    if (order.remaining != event.quantity.value())
        violated("event {}: order {} is cancelled with {} of {}", sequence_, event.order_id.value(),
                 event.quantity.value(), order.remaining);
    release(order, event.quantity.value(), event.hold_released.value());
    close_if_done(event.order_id.value());
}

void OrderFold::on(const codec::OrderReduced& event) {
    Order& order = open_order(event.order_id);
    release(order, event.reduced_by.value(), event.hold_released.value());
    if (order.remaining != event.remaining.value())
        violated("event {}: order {} has {} left, not {}", sequence_, event.order_id.value(),
                 order.remaining, event.remaining.value());
}

void OrderFold::on(const codec::OrderReplaced& event) {
    Order& order = open_order(event.order_id);
    const std::uint64_t remaining = order.remaining;
    order.remaining = event.remaining.value();
    order.price = event.price.value();
    if (order.side == Side::buy) {
        cash(order.account, order.instrument).held += event.hold.value() - order.hold;
        order.hold = event.hold.value();
        return;
    }
    Balance& shares = shares_[{order.account, order.instrument}];
    shares.held += static_cast<__int128>(order.remaining) - static_cast<__int128>(remaining);
    touch(shares);
}

void OrderFold::on(const codec::CashMoved& event) {
    Balance& balance = cash_[{event.account.value(), event.currency}];
    balance.total += event.amount.value();
    issued_cash_[event.currency] += event.amount.value();
    touch(balance);
}

void OrderFold::on(const codec::SharesMoved& event) {
    Balance& balance = shares_[{event.account.value(), event.instrument.value()}];
    balance.total += event.quantity;
    issued_shares_[event.instrument.value()] += event.quantity;
    touch(balance);
}

void OrderFold::on(const codec::InstrumentUpdated& event) {
    instruments_[event.instrument.value()] = event;
}

void OrderFold::on(const codec::DayEnded&) { ++day_; }

void OrderFold::check_all() const {
    std::map<model::Currency, __int128> cash = fees_;
    std::map<std::uint32_t, __int128> shares;
    std::map<std::pair<std::uint32_t, model::Currency>, __int128> cash_held;
    std::map<Key, __int128> shares_held;
    for (const auto& [key, balance] : cash_) cash[key.second] += balance.total;
    for (const auto& [key, balance] : shares_) shares[key.second] += balance.total;
    for (const auto& [currency, issued] : issued_cash_)
        if (cash[currency] != issued) violated("cash in {} is not conserved", currency.view());
    for (const auto& [instrument, issued] : issued_shares_)
        if (shares[instrument] != issued)
            violated("shares of instrument {} are not conserved", instrument);
    for (const auto& [id, order] : orders_) {
        if (order.side == Side::buy)
            cash_held[{order.account, instruments_.at(order.instrument).currency}] += order.hold;
        else
            shares_held[{order.account, order.instrument}] += order.remaining;
    }
    for (const auto& [key, balance] : cash_)
        if (balance.held != cash_held[key])
            violated("account {} holds cash that no order needs", key.first);
    for (const auto& [key, balance] : shares_)
        if (balance.held != shares_held[key])
            violated("account {} holds shares that no order needs", key.first);
}

views::market::Depth OrderFold::depth(std::uint32_t instrument) const {
    std::map<std::int64_t, views::market::LevelRow> buys;
    std::map<std::int64_t, views::market::LevelRow> sells;
    for (const auto& [id, order] : orders_) {
        if (order.instrument != instrument || order.market) continue;
        auto& row = order.side == Side::buy ? buys[-order.price] : sells[order.price];
        row.price = model::Price{order.price};
        row.quantity += model::Quantity{order.remaining};
        ++row.orders;
    }
    views::market::Depth out;
    out.sequence = sequence_;
    for (const auto& [key, row] : buys) out.bids.push_back(row);
    for (const auto& [key, row] : sells) out.asks.push_back(row);
    return out;
}

}  // namespace bw::simulation
