#include "simulation/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "codec/registry.hpp"
#include "differential/command_generator.hpp"

namespace bw::simulation {
namespace {

using differential::framed;
using model::Side;
using model::TimeInForce;

constexpr std::int64_t tick = 100;
constexpr std::int64_t reference_price = 1'000'000;  // 100.00
constexpr std::int64_t deposit = 5'000'000'000;
constexpr std::size_t orders_remembered = 40;
constexpr std::size_t request_offset = sizeof(codec::MessageHeader);

model::ClientOrderId text(const std::string& value) { return *model::ClientOrderId::from(value); }

/// The same message under another request id (the first field of every command).
Bytes under(Bytes message, model::RequestId request) {
    const std::uint64_t value = request.value();
    if (message.size() >= request_offset + sizeof value)
        std::memcpy(message.data() + request_offset, &value, sizeof value);
    return message;
}

}  // namespace

Client::Client(Kind kind, std::uint32_t number, std::uint32_t clients, std::uint32_t instruments,
               std::uint64_t seed)
    : kind_(kind),
      number_(number),
      clients_(clients),
      instruments_(instruments),
      random_(base::mix64(seed * 1'000 + number)) {}

std::string Client::reference() const { return fmt::format("c{}", number_); }

std::uint32_t Client::account(const View& view) const {
    const auto found = view.accounts.find(reference());
    return found == view.accounts.end() ? 0 : found->second;
}

template <class Message>
Bytes Client::keep(const Message& message, bool repeatable) {
    Bytes bytes = framed(message);
    waiting_[message.request_id.value()] = {bytes, repeatable};
    return bytes;
}

Bytes Client::next(const View& view, model::RequestId request) {
    if (!again_.empty()) {
        Bytes message = under(std::move(again_.front()), request);
        again_.pop_front();
        waiting_[request.value()] = {message, true};
        return message;
    }
    return choose(view, request);
}

Bytes Client::choose(const View& view, model::RequestId request) {
    if (kind_ == Kind::operating) return operate(view, request);
    if (account(view) == 0 || view.fold.instruments().empty()) return {};
    switch (kind_) {
        case Kind::operating: break;
        case Kind::maker:
            return random_.below(3) == 0 ? change(view, request) : make(view, request);
        case Kind::taker: return take(view, request);
        case Kind::canceller:
            return random_.below(2) == 0 ? cancel(view, request) : make(view, request);
        case Kind::duplicating: {
            Bytes message = random_.below(2) == 0 ? make(view, request) : take(view, request);
            for (std::uint64_t times = random_.below(4); times > 0; --times)
                again_.push_back(message);
            return message;
        }
        case Kind::hostile: return attack(view, request);
    }
    return {};
}

void Client::answered(model::RequestId request) {
    waiting_.erase(request.value());
    unknown_.erase(request.value());
    if (const auto step = setting_up_.find(request.value()); step != setting_up_.end()) {
        set_up_.insert(step->second);
        setting_up_.erase(step);
    }
}

void Client::exchange_died() {
    unknown_.merge(waiting_);
    waiting_.clear();
    setting_up_.clear();
    // A machine that lost its power may have forgotten what was set up; doing it again does no
    // harm.
    set_up_.clear();
}

void Client::exchange_is_back() {
    for (auto& [request, sent] : unknown_)
        if (sent.repeatable && random_.below(4) != 0) again_.push_back(std::move(sent.message));
    unknown_.clear();
}

bool Client::ready(const View& view) const {
    return kind_ != Kind::operating ||
           (view.accounts.size() >= clients_ && set_up_.contains("done"));
}

std::uint64_t Client::some_order() {
    while (orders_.size() > orders_remembered) orders_.pop_front();
    return orders_.empty() ? 0 : orders_[random_.below(orders_.size())];
}

Bytes Client::operate(const View& view, model::RequestId request) {
    if (!setting_up_.empty()) return {};
    if (!set_up_.contains("done")) {
        Bytes message = set_up(view, request);
        if (!message.empty()) return message;
        set_up_.insert("done");
    }
    return random_.below(4) == 0 ? intervene(view, request) : Bytes{};
}

/// The first step that was not answered yet. Each is safe to repeat.
Bytes Client::set_up(const View& view, model::RequestId request) {
    const auto step = [&](const std::string& name, const auto& message) {
        if (set_up_.contains(name)) return Bytes{};
        setting_up_[request.value()] = name;
        return keep(message, true);
    };
    for (std::uint32_t i = 1; i <= instruments_; ++i) {
        codec::ConfigureInstrument listing{};
        listing.request_id = request;
        listing.tick_size = model::Price{tick};
        listing.lot_size = model::Quantity{i % 2 == 0 ? 10u : 1u};
        listing.reference_price = model::Price{reference_price * i};
        listing.max_order_quantity = model::Quantity{1'000'000};
        listing.max_order_value = model::Money{1'000'000'000'000'000};
        listing.collar = model::Ppm{200'000};
        listing.currency = *model::Currency::from(i == 3 ? "EUR" : "USD");
        listing.symbol = *model::Symbol::from(fmt::format("SYM{}", i));
        if (Bytes out = step(fmt::format("list-{}", i), listing); !out.empty()) return out;
    }
    for (std::uint32_t client = 1; client <= clients_; ++client) {
        codec::OpenAccount opening{};
        opening.request_id = request;
        opening.reference = text(fmt::format("c{}", client));
        opening.firm = 1 + client % 3;
        if (Bytes out = step(fmt::format("open-{}", client), opening); !out.empty()) return out;
        const auto account = view.accounts.find(fmt::format("c{}", client));
        if (account == view.accounts.end()) continue;
        codec::MoveCash cash{};
        cash.request_id = request;
        cash.amount = model::Money{deposit};
        cash.account = model::AccountId{account->second};
        for (const char* currency : {"USD", "EUR"}) {
            cash.currency = *model::Currency::from(currency);
            cash.reference = text(fmt::format("cash-{}-{}", currency, client));
            if (Bytes out = step(cash.reference.str(), cash); !out.empty()) return out;
        }
        for (std::uint32_t i = 1; i <= instruments_; ++i) {
            codec::MoveShares shares{};
            shares.request_id = request;
            shares.quantity = 5'000;
            shares.account = model::AccountId{account->second};
            shares.instrument = model::InstrumentId{i};
            shares.reference = text(fmt::format("shares-{}-{}", i, client));
            if (Bytes out = step(shares.reference.str(), shares); !out.empty()) return out;
        }
    }
    return {};
}

Bytes Client::intervene(const View& view, model::RequestId request) {
    const model::InstrumentId instrument{1 +
                                         static_cast<std::uint32_t>(random_.below(instruments_))};
    const auto someone = view.accounts.find(fmt::format("c{}", 1 + random_.below(clients_)));
    if (someone == view.accounts.end()) return {};
    const model::AccountId account{someone->second};
    switch (random_.below(8)) {
        case 0: {
            codec::SetFees fees{};
            fees.request_id = request;
            fees.maker = model::FeeRate{static_cast<std::int32_t>(random_.below(400)) - 200};
            fees.taker = model::FeeRate{static_cast<std::int32_t>(200 + random_.below(500))};
            fees.auction = model::FeeRate{static_cast<std::int32_t>(random_.below(300))};
            return keep(fees, false);
        }
        case 1: {
            codec::SetSelfTradePrevention prevention{};
            prevention.request_id = request;
            prevention.account = account;
            prevention.group = 1 + static_cast<std::uint32_t>(random_.below(2));
            prevention.mode = static_cast<model::SelfTradePrevention>(1 + random_.below(4));
            return keep(prevention, false);
        }
        case 2: {
            codec::MoveCash out{};
            out.request_id = request;
            out.amount = model::Money{-static_cast<std::int64_t>(random_.below(deposit))};
            out.account = account;
            out.currency = *model::Currency::from("USD");
            out.reference = text(fmt::format("out-{}", random_.below(50)));
            return keep(out, true);
        }
        case 3: {
            codec::SetAccountLimits limits{};
            limits.request_id = request;
            limits.account = account;
            limits.max_order_quantity = model::unlimited_quantity;
            limits.max_order_value = model::unlimited_money;
            limits.max_daily_quantity = model::Quantity{20'000};
            limits.max_daily_value = model::unlimited_money;
            limits.max_open_orders = static_cast<std::uint32_t>(5 + random_.below(50));
            return keep(limits, false);
        }
        default: {
            const auto known = view.fold.instruments().find(instrument.value());
            if (known == view.fold.instruments().end()) return {};
            codec::SetInstrumentState state{};
            state.request_id = request;
            state.instrument = instrument;
            state.state = model::InstrumentState::trading;
            if (known->second.state == model::InstrumentState::trading)
                state.state = random_.below(2) == 0 ? model::InstrumentState::volatility_auction
                                                    : model::InstrumentState::halted;
            return keep(state, false);
        }
    }
}

codec::NewOrder Client::order_near(const View& view, model::RequestId request) {
    codec::NewOrder order{};
    order.request_id = request;
    order.account = model::AccountId{account(view)};
    const auto& instruments = view.fold.instruments();
    const auto chosen = std::next(instruments.begin(),
                                  static_cast<std::ptrdiff_t>(random_.below(instruments.size())));
    order.instrument = chosen->second.instrument;
    order.side = random_.below(2) == 0 ? Side::buy : Side::sell;
    const std::int64_t spread = order.side == Side::buy ? -3 : 3;
    order.price =
        model::Price{reference_price * chosen->first + tick * (spread + random_.between(-8, 8))};
    order.quantity = model::Quantity{chosen->second.lot_size.value() * (1 + random_.below(30))};
    if (random_.below(3) != 0)
        order.client_order_id = text(fmt::format("{}.{}", number_, next_client_id_++));
    return order;
}

Bytes Client::make(const View& view, model::RequestId request) {
    codec::NewOrder order = order_near(view, request);
    order.time_in_force = random_.below(4) == 0 ? TimeInForce::gtc : TimeInForce::day;
    if (random_.below(6) == 0)
        order.instructions = static_cast<std::uint8_t>(model::Instruction::post_only);
    return keep(order, order.client_order_id != model::ClientOrderId{});
}

Bytes Client::take(const View& view, model::RequestId request) {
    codec::NewOrder order = order_near(view, request);
    static constexpr std::array times{TimeInForce::ioc, TimeInForce::fok, TimeInForce::day};
    order.time_in_force = random_.one_of(times);
    if (random_.below(4) == 0) {
        order.order_type = model::OrderType::market;
        order.price = model::no_price;
    } else {
        order.price = model::Price{order.price.value() + (order.side == Side::buy ? 8 : -8) * tick};
    }
    return keep(order, order.client_order_id != model::ClientOrderId{});
}

Bytes Client::change(const View& view, model::RequestId request) {
    const std::uint64_t id = some_order();
    const auto found = view.fold.orders().find(id);
    if (found == view.fold.orders().end()) return make(view, request);
    const OrderFold::Order& order = found->second;
    const auto fill_in = [&](auto& message) {
        message.request_id = request;
        message.order_id = model::OrderId{id};
        message.account = model::AccountId{order.account};
    };
    const std::uint64_t lot = view.fold.instruments().at(order.instrument).lot_size.value();
    const std::uint64_t quantity = lot * (1 + random_.below(order.remaining / lot + 2));
    switch (random_.below(3)) {
        case 0: {
            codec::ReduceOrder reduce{};
            fill_in(reduce);
            reduce.quantity = model::Quantity{quantity};
            return keep(reduce, false);
        }
        case 1: {
            codec::ReplaceOrder replace{};
            fill_in(replace);
            replace.price = model::Price{order.price + tick * random_.between(-3, 3)};
            replace.quantity = model::Quantity{quantity};
            return keep(replace, false);
        }
        default: {
            codec::AmendOrder amend{};
            fill_in(amend);
            amend.price =
                random_.below(2) == 0 ? model::no_price : model::Price{order.price + tick};
            amend.quantity = model::Quantity{quantity};
            return keep(amend, false);
        }
    }
}

Bytes Client::cancel(const View& view, model::RequestId request) {
    if (random_.below(12) == 0) {
        codec::MassCancel all{};
        all.request_id = request;
        all.account = model::AccountId{account(view)};
        all.side = static_cast<model::SideSelection>(random_.below(3));
        return keep(all, false);
    }
    codec::CancelOrder cancel{};
    cancel.request_id = request;
    cancel.account = model::AccountId{account(view)};
    cancel.order_id = model::OrderId{some_order()};
    if (cancel.order_id.value() == 0) return make(view, request);
    return keep(cancel, false);
}

/// Bytes that mean nothing, or nearly something. They carry no request id that anybody waits for.
Bytes Client::garbage() {
    Bytes out(random_.below(codec::max_message_size + 1));
    for (std::byte& b : out) b = static_cast<std::byte>(random_.next());
    const auto messages = codec::all_messages();
    if (out.size() < sizeof(codec::MessageHeader) || random_.below(2) == 0) return out;
    const codec::MessageInfo& like = messages[random_.below(messages.size())];
    codec::MessageHeader header{static_cast<std::uint16_t>(like.block_length), like.template_id,
                                codec::schema_id, codec::schema_version};
    if (random_.below(3) == 0) header.block_length = static_cast<std::uint16_t>(random_.next());
    std::memcpy(out.data(), &header, sizeof header);
    if (out.size() >= 16) std::memset(out.data() + 8, 0, 8);
    return out;
}

Bytes Client::attack(const View& view, model::RequestId request) {
    switch (random_.below(4)) {
        case 0:
        case 1: return garbage();
        case 2: {  // somebody else's order
            codec::CancelOrder cancel{};
            cancel.request_id = request;
            cancel.account = model::AccountId{account(view)};
            cancel.order_id = model::OrderId{1 + random_.below(200)};
            return keep(cancel, false);
        }
        default: break;
    }
    codec::NewOrder order = order_near(view, request);
    switch (random_.below(8)) {
        case 0: order.price = model::Price{static_cast<std::int64_t>(random_.next())}; break;
        case 1: order.quantity = model::Quantity{random_.next()}; break;
        case 2: order.account = model::AccountId{static_cast<std::uint32_t>(random_.next())}; break;
        case 3:
            order.instrument = model::InstrumentId{static_cast<std::uint32_t>(random_.next())};
            break;
        case 4: order.side = static_cast<Side>(2 + random_.below(254)); break;
        case 5: order.time_in_force = static_cast<TimeInForce>(7 + random_.below(249)); break;
        case 6: order.quantity = model::Quantity{0}; break;
        default: order.client_order_id = text("not allowed!"); break;
    }
    return keep(order, false);
}

}  // namespace bw::simulation
