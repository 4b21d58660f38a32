// RandomMarket: a deliberately dumb exchange that writes valid event records: orders in one list,
// the best found by looking at all of them. Tests read the records with the real reader and compare
// with the list.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "codec/events.hpp"
#include "codec/header.hpp"
#include "event_store/log/record.hpp"
#include "views/market/market_data.hpp"

namespace bw::views::market::testing {

/// BW_SEED from the environment, else a fresh one; printed, so that a failure can be repeated.
inline std::uint64_t announced_seed() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "BW_SEED=" << seed << "\n";
    return seed;
}

inline constexpr std::uint64_t nanoseconds_per_second = 1'000'000'000;
inline constexpr std::uint64_t start_of_2026_ns =
    1'767'225'600 * nanoseconds_per_second;  // 2026-01-01T00:00:00Z

/// Writes records: numbers them and hands each to everyone who listens.
class RecordWriter {
 public:
    using Listener = std::function<void(const event_store::RecordView&)>;
    void listen(Listener listener) { listeners_.push_back(std::move(listener)); }

    template <class Event>
    void write(const Event& event, bool last) {
        codec::Frame<Event> frame;
        frame.body = event;
        const std::uint32_t note = last ? event_store::note_last_event_of_command : 0;
        const event_store::RecordView record{++sequence_, timestamp_ns_, note,
                                             codec::bytes_of(frame)};
        for (const Listener& listener : listeners_) listener(record);
    }

    void set_time(std::uint64_t timestamp_ns) { timestamp_ns_ = timestamp_ns; }
    [[nodiscard]] std::uint64_t time() const { return timestamp_ns_; }
    [[nodiscard]] std::uint64_t sequence() const { return sequence_; }

 private:
    std::uint64_t sequence_ = 0;
    std::uint64_t timestamp_ns_ = start_of_2026_ns;
    std::vector<Listener> listeners_;
};

struct ModelOrder {
    std::uint64_t id;
    std::uint64_t entered;  // place in time
    std::uint32_t account;
    std::uint32_t instrument;
    model::Side side;
    std::int64_t price;
    std::uint64_t remaining;
};

struct ModelTrade {
    std::uint32_t instrument;
    std::uint32_t buyer, seller;
    TradeRow row;
};

class RandomMarket {
 public:
    RandomMarket(RecordWriter& writer, std::uint64_t seed, std::uint32_t instruments)
        : writer_(writer), random_(seed), instruments_(instruments) {}

    static std::string symbol(std::uint32_t instrument) {
        return "SYM" + std::to_string(instrument);
    }

    void list_instruments() {
        for (std::uint32_t i = 1; i <= instruments_; ++i) {
            codec::InstrumentUpdated event{};
            event.instrument = model::InstrumentId{i};
            event.symbol = *model::Symbol::from(symbol(i));
            event.tick_size = model::Price{1};
            event.lot_size = model::Quantity{1};
            writer_.write(event, true);
        }
    }

    /// One random command.
    void step() {
        writer_.set_time(writer_.time() + pause());
        const std::uint64_t what = pick(100);
        if (what < 55 || orders.empty()) return new_order();
        if (what < 75) return cancel();
        if (what < 85) return reduce();
        if (what < 95) return replace();
        if (what < 97) return mass_cancel();
        if (what < 99) return other();
        if (pick(20) == 0) end_day();
    }

    [[nodiscard]] Depth depth(std::uint32_t instrument, std::size_t levels) const {
        return {writer_.sequence(), rows(instrument, model::Side::buy, levels),
                rows(instrument, model::Side::sell, levels)};
    }

    std::vector<ModelOrder> orders;
    std::vector<ModelTrade> trades;

 private:
    std::uint64_t pick(std::uint64_t bound) { return random_() % bound; }
    std::uint64_t pause() {
        return pick(50) == 0 ? pick(40'000) * nanoseconds_per_second : pick(3'000'000'000);
    }
    std::int64_t random_price() { return 10'000 + static_cast<std::int64_t>(pick(30)); }
    std::uint64_t random_quantity() { return 1 + pick(pick(10) == 0 ? 2'000 : 100); }
    model::SequenceNumber next_command() { return model::SequenceNumber{++command_}; }

    void new_order() {
        const bool market = pick(10) == 0;
        const bool ioc = pick(6) == 0;
        ModelOrder order{++order_ids_,
                         ++entered_,
                         static_cast<std::uint32_t>(1 + pick(5)),
                         static_cast<std::uint32_t>(1 + pick(instruments_)),
                         pick(2) == 0 ? model::Side::buy : model::Side::sell,
                         random_price(),
                         random_quantity()};
        codec::OrderAccepted event{};
        event.command_sequence = next_command();
        event.order_id = model::OrderId{order.id};
        event.price = market ? model::no_price : model::Price{order.price};
        event.quantity = model::Quantity{order.remaining};
        event.account = model::AccountId{order.account};
        event.instrument = model::InstrumentId{order.instrument};
        event.side = order.side;
        event.order_type = market ? model::OrderType::market : model::OrderType::limit;
        event.time_in_force = ioc ? model::TimeInForce::ioc : model::TimeInForce::day;
        if (market) order.price = order.side == model::Side::buy ? 1'000'000 : 1;
        const bool fok = ioc && !market && pick(2) == 0;
        if (fok) event.time_in_force = model::TimeInForce::fok;
        const bool last = !crosses(order) && !market && !ioc;
        writer_.write(event, last);
        if (fok && pick(2) == 0) return cancelled(order, model::CancelReason::fill_or_kill, true);
        match(order, !market && !ioc);
        if (order.remaining == 0) return;
        if (market || ioc)
            cancelled(order,
                      market ? model::CancelReason::no_liquidity
                             : model::CancelReason::immediate_or_cancel,
                      true);
        else
            orders.push_back(order);
    }

    void cancel() {
        const std::size_t at = pick(orders.size());
        next_command();
        cancelled(orders[at], model::CancelReason::requested, true);
        orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at));
    }

    void reduce() {
        ModelOrder& order = orders[pick(orders.size())];
        if (order.remaining < 2) return;
        next_command();
        const std::uint64_t by = 1 + pick(order.remaining - 1);
        order.remaining -= by;
        reduced(order, by, true);
    }

    void reduced(const ModelOrder& order, std::uint64_t by, bool last) {
        codec::OrderReduced event{};
        event.command_sequence = model::SequenceNumber{command_};
        event.order_id = model::OrderId{order.id};
        event.account = model::AccountId{order.account};
        event.instrument = model::InstrumentId{order.instrument};
        event.reduced_by = model::Quantity{by};
        event.remaining = model::Quantity{order.remaining};
        writer_.write(event, last);
    }

    void replace() {
        const std::size_t at = pick(orders.size());
        ModelOrder order = orders[at];
        orders.erase(orders.begin() + static_cast<std::ptrdiff_t>(at));
        order.entered = ++entered_;
        order.price = random_price();
        order.remaining = random_quantity();
        codec::OrderReplaced event{};
        event.command_sequence = next_command();
        event.order_id = model::OrderId{order.id};
        event.account = model::AccountId{order.account};
        event.instrument = model::InstrumentId{order.instrument};
        event.price = model::Price{order.price};
        event.remaining = model::Quantity{order.remaining};
        writer_.write(event, !crosses(order));
        match(order, true);
        if (order.remaining > 0) orders.push_back(order);
    }

    void mass_cancel() {
        codec::MassCancelled event{};
        event.command_sequence = next_command();
        event.account = model::AccountId{static_cast<std::uint32_t>(1 + pick(5))};
        event.instrument = model::InstrumentId{static_cast<std::uint32_t>(pick(instruments_ + 1))};
        event.side = static_cast<model::SideSelection>(pick(3));
        std::erase_if(orders, [&](const ModelOrder& order) {
            if (order.account != event.account.value()) return false;
            if (event.instrument.value() != 0 && order.instrument != event.instrument.value())
                return false;
            if (event.side != model::SideSelection::both &&
                static_cast<int>(order.side) != static_cast<int>(event.side))
                return false;
            cancelled(order, model::CancelReason::mass_cancel, false);
            ++event.cancelled;
            return true;
        });
        writer_.write(event, true);
    }

    void other() {
        codec::CommandRejected event{};
        event.command_sequence = next_command();
        event.account = model::AccountId{static_cast<std::uint32_t>(1 + pick(5))};
        event.reason = model::RejectReason::bad_price;
        event.command_template = 1;
        writer_.write(event, true);
    }

    void end_day() {
        next_command();
        for (const ModelOrder& order : orders)
            cancelled(order, model::CancelReason::expired, false);
        orders.clear();
        codec::DayEnded event{};
        event.command_sequence = model::SequenceNumber{command_};
        writer_.write(event, true);
    }

    void cancelled(const ModelOrder& order, model::CancelReason reason, bool last) {
        codec::OrderCancelled event{};
        event.command_sequence = model::SequenceNumber{command_};
        event.order_id = model::OrderId{order.id};
        event.quantity = model::Quantity{order.remaining};
        event.account = model::AccountId{order.account};
        event.instrument = model::InstrumentId{order.instrument};
        event.reason = reason;
        event.side = order.side;
        writer_.write(event, last);
    }

    [[nodiscard]] ModelOrder* best_against(const ModelOrder& taker) {
        ModelOrder* best = nullptr;
        for (ModelOrder& order : orders) {
            if (order.instrument != taker.instrument || order.side == taker.side) continue;
            const bool buy = taker.side == model::Side::buy;
            if (buy ? order.price > taker.price : order.price < taker.price) continue;
            const bool better = best == nullptr ||
                                (buy ? order.price < best->price : order.price > best->price) ||
                                (order.price == best->price && order.entered < best->entered);
            if (better) best = &order;
        }
        return best;
    }
    [[nodiscard]] bool crosses(const ModelOrder& taker) { return best_against(taker) != nullptr; }

    void match(ModelOrder& taker, bool rests) {
        while (taker.remaining > 0) {
            ModelOrder* maker = best_against(taker);
            if (maker == nullptr) return;
            if (maker->account == taker.account && prevents_self_trades(taker.account)) {
                prevent(*maker, taker, rests);
                continue;
            }
            const std::uint64_t quantity = std::min(maker->remaining, taker.remaining);
            maker->remaining -= quantity;
            taker.remaining -= quantity;
            const ModelOrder made = *maker;
            if (maker->remaining == 0) orders.erase(orders.begin() + (maker - orders.data()));
            const bool last = taker.remaining == 0 || (rests && !crosses(taker));
            traded(made, taker, quantity, last);
        }
    }

    /// Accounts 1 to 3 have a mode; the others trade with themselves.
    static bool prevents_self_trades(std::uint32_t account) { return account <= 3; }

    /// In place of a trade: account 1 decrements, 2 cancels the oldest, 3 the newest.
    void prevent(ModelOrder& maker, ModelOrder& taker, bool rests) {
        if (taker.account == 3) {
            cancelled(taker, model::CancelReason::self_trade, true);
            taker.remaining = 0;
            return;
        }
        const std::uint64_t quantity =
            taker.account == 2 ? maker.remaining : std::min(maker.remaining, taker.remaining);
        const ModelOrder resting = maker;
        maker.remaining -= quantity;
        const ModelOrder left = maker;
        if (maker.remaining == 0) orders.erase(orders.begin() + (&maker - orders.data()));
        const bool ends = rests && !crosses(taker);
        if (left.remaining == 0)
            cancelled(resting, model::CancelReason::self_trade, taker.account == 2 && ends);
        else
            reduced(left, quantity, false);
        if (taker.account == 2) return;
        if (quantity == taker.remaining) cancelled(taker, model::CancelReason::self_trade, true);
        taker.remaining -= quantity;
        if (taker.remaining > 0) reduced(taker, quantity, ends);
    }

    void traded(const ModelOrder& maker, const ModelOrder& taker, std::uint64_t quantity,
                bool last) {
        codec::TradeExecuted event{};
        event.command_sequence = model::SequenceNumber{command_};
        event.match_number = model::MatchNumber{++matches_};
        event.maker_order = model::OrderId{maker.id};
        event.taker_order = model::OrderId{taker.id};
        event.price = model::Price{maker.price};
        event.quantity = model::Quantity{quantity};
        event.maker_remaining = model::Quantity{maker.remaining};
        event.taker_remaining = model::Quantity{taker.remaining};
        event.maker_account = model::AccountId{maker.account};
        event.taker_account = model::AccountId{taker.account};
        event.instrument = model::InstrumentId{maker.instrument};
        event.taker_side = taker.side;
        const bool buyer_takes = taker.side == model::Side::buy;
        trades.push_back(
            {maker.instrument,
             buyer_takes ? taker.account : maker.account,
             buyer_takes ? maker.account : taker.account,
             {event.match_number, writer_.time(), event.price, event.quantity, event.taker_side}});
        writer_.write(event, last);
    }

    [[nodiscard]] std::vector<LevelRow> rows(std::uint32_t instrument, model::Side side,
                                             std::size_t levels) const {
        std::vector<LevelRow> out;
        for (const ModelOrder& order : orders) {
            if (order.instrument != instrument || order.side != side) continue;
            const auto same = std::find_if(out.begin(), out.end(), [&](const LevelRow& row) {
                return row.price.value() == order.price;
            });
            LevelRow& row = same != out.end()
                                ? *same
                                : out.emplace_back(LevelRow{model::Price{order.price}, {}, 0});
            row.quantity += model::Quantity{order.remaining};
            ++row.orders;
        }
        std::sort(out.begin(), out.end(), [&](const LevelRow& a, const LevelRow& b) {
            return side == model::Side::buy ? a.price > b.price : a.price < b.price;
        });
        if (out.size() > levels) out.resize(levels);
        return out;
    }

    RecordWriter& writer_;
    std::mt19937_64 random_;
    std::uint32_t instruments_;
    std::uint64_t command_ = 0;
    std::uint64_t order_ids_ = 0;
    std::uint64_t entered_ = 0;
    std::uint64_t matches_ = 0;
};

}  // namespace bw::views::market::testing
