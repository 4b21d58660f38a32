// The price and the trades of an auction against brute force over all prices: written from the
// rules of the venues that docs/internals/trading-rules.md names, without a look at how the engine
// or the naive exchange find a price. Small books, where every case is likely.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "model/rules.hpp"
#include "support/seed.hpp"

namespace bw::differential {
namespace {

constexpr std::int64_t lowest_price = 1, highest_price = 250;
constexpr std::int64_t collar_percent = 40;
constexpr int books = 20'000;

struct Entered {
    std::uint64_t id = 0;
    bool buys = false;
    std::optional<std::int64_t> limit;  ///< none: a market order
    std::int64_t quantity = 0;
    std::int64_t filled = 0;
};

struct Outcome {
    std::optional<std::int64_t> price;
    std::int64_t volume = 0, surplus = 0;
    friend bool operator==(const Outcome&, const Outcome&) = default;
};

void PrintTo(const Outcome& outcome, std::ostream* out) {
    *out << outcome.price.value_or(0) << " x " << outcome.volume << " surplus " << outcome.surplus;
}

struct Book {
    std::vector<Entered> orders;  ///< in the order of entry
    std::int64_t reference = 50;
    std::int64_t lower = 0, upper = 0;  ///< limit bands; 0: none

    [[nodiscard]] std::int64_t protection(bool buys) const {
        const std::int64_t band = reference * collar_percent / 100;
        return buys ? reference + band : reference - band;
    }
    [[nodiscard]] bool in_bands(std::int64_t price) const {
        return upper == 0 || (price >= lower && price <= upper);
    }
    [[nodiscard]] bool goes_along(const Entered& order, std::int64_t price) const {
        const std::int64_t limit = order.limit.value_or(protection(order.buys));
        return order.buys ? price <= limit : price >= limit;
    }
    [[nodiscard]] Outcome at(std::int64_t price) const {
        std::int64_t demand = 0, supply = 0;
        for (const Entered& order : orders)
            if (goes_along(order, price)) (order.buys ? demand : supply) += order.quantity;
        return {price, std::min(demand, supply), demand - supply};
    }
    /// Prices that somebody named: the limits, and the last trade's as far as the bands let it be.
    [[nodiscard]] std::set<std::int64_t> named() const {
        std::set<std::int64_t> out{upper == 0 ? reference : std::clamp(reference, lower, upper)};
        for (const Entered& order : orders)
            if (order.limit && in_bands(*order.limit)) out.insert(*order.limit);
        return out;
    }
    [[nodiscard]] Outcome best() const {
        std::int64_t most = 0;
        for (std::int64_t price = lowest_price; price <= highest_price; ++price)
            if (in_bands(price)) most = std::max(most, at(price).volume);
        if (most == 0) return {};
        std::vector<Outcome> left;
        for (const std::int64_t price : named())
            if (at(price).volume == most) left.push_back(at(price));
        std::int64_t least = std::numeric_limits<std::int64_t>::max();
        for (const Outcome& one : left) least = std::min(least, std::abs(one.surplus));
        std::erase_if(left, [&](const Outcome& one) { return std::abs(one.surplus) != least; });
        if (left.empty()) return {};  // the largest volume is at no price that somebody named
        const auto all = [&](auto test) { return std::ranges::all_of(left, test); };
        if (all([](const Outcome& one) { return one.surplus > 0; })) return left.back();
        if (all([](const Outcome& one) { return one.surplus < 0; })) return left.front();
        return *std::ranges::min_element(left, {}, [&](const Outcome& one) {
            return 2 * std::abs(*one.price - reference) - (*one.price > reference ? 1 : 0);
        });
    }
    /// What each order trades: who goes further along comes first, a market order before limits
    /// that go as far; then who was there first.
    void fill(std::int64_t price, std::int64_t volume) {
        for (const bool buys : {true, false}) {
            std::vector<Entered*> turn;
            for (Entered& order : orders)
                if (order.buys == buys && goes_along(order, price)) turn.push_back(&order);
            std::ranges::stable_sort(turn, {}, [&](const Entered* order) {
                const std::int64_t limit = order->limit.value_or(protection(buys));
                return 2 * (buys ? -limit : limit) - (order->limit ? 0 : 1);
            });
            std::int64_t left = volume;
            for (Entered* order : turn) {
                order->filled = std::min(left, order->quantity);
                left -= order->filled;
            }
        }
    }
};

/// An exchange with one instrument and an account for each order.
class Venue {
 public:
    Venue() {
        codec::SetRuleSet rules{};
        rules.rule_set = model::newest_rule_set;
        send(rules);
        configure(50);
        set_state(model::InstrumentState::closed);
        set_state(model::InstrumentState::opening_auction);
    }

    void configure(std::int64_t reference) {
        codec::ConfigureInstrument terms{};
        if (sequence_ == 1) {
            terms.symbol = *model::Symbol::from("ACME");
            terms.currency = *model::Currency::from("USD");
        } else {
            terms.instrument = model::InstrumentId{1};
        }
        terms.tick_size = model::Price{1};
        terms.lot_size = model::Quantity{1};
        terms.reference_price = model::Price{reference};
        terms.collar = model::Ppm{collar_percent * 10'000};
        terms.max_order_quantity = model::unlimited_quantity;
        terms.max_order_value = model::unlimited_money;
        send(terms);
    }
    void set_state(model::InstrumentState state) {
        codec::SetInstrumentState command{};
        command.instrument = model::InstrumentId{1};
        command.state = state;
        send(command);
    }
    void set_bands(std::int64_t lower, std::int64_t upper) {
        codec::SetLimitBands command{};
        command.instrument = model::InstrumentId{1};
        command.lower = model::Price{lower};
        command.upper = model::Price{upper};
        send(command);
    }
    /// Its id; 0: refused.
    std::uint64_t enter(bool buys, std::optional<std::int64_t> limit, std::int64_t quantity) {
        codec::NewOrder order{};
        order.account = open_account();
        order.instrument = model::InstrumentId{1};
        order.side = buys ? model::Side::buy : model::Side::sell;
        order.order_type = limit ? model::OrderType::limit : model::OrderType::market;
        order.price = limit ? model::Price{*limit} : model::no_price;
        order.quantity = model::Quantity{static_cast<std::uint64_t>(quantity)};
        std::uint64_t id = 0;
        send(order, [&](const codec::OrderAccepted& event) { id = event.order_id.value(); });
        return id;
    }
    Outcome indicative() {
        codec::PublishIndicative command{};
        command.instrument = model::InstrumentId{1};
        Outcome out;
        send(command, [&](const codec::IndicativePrice& event) {
            if (event.price == model::no_price) return;
            out = {event.price.value(), static_cast<std::int64_t>(event.volume.value()),
                   event.surplus};
        });
        return out;
    }
    /// Quantities by order, all at `price`.
    std::map<std::uint64_t, std::int64_t> uncross(std::int64_t price) {
        std::map<std::uint64_t, std::int64_t> filled;
        codec::SetInstrumentState command{};
        command.instrument = model::InstrumentId{1};
        command.state = model::InstrumentState::trading;
        send(command, [&](const codec::TradeExecuted& event) {
            EXPECT_EQ(event.price.value(), price);
            for (const auto id : {event.maker_order, event.taker_order})
                filled[id.value()] += static_cast<std::int64_t>(event.quantity.value());
        });
        return filled;
    }

 private:
    struct Nothing {
        void operator()(const codec::DayEnded&) const {}
    };

    model::AccountId open_account() {
        codec::OpenAccount open{};
        open.reference = *model::ClientOrderId::from("a" + std::to_string(sequence_));
        model::AccountId account;
        send(open, [&](const codec::AccountUpdated& event) { account = event.account; });
        codec::MoveCash cash{};
        cash.account = account;
        cash.currency = *model::Currency::from("USD");
        cash.amount = model::Money{1'000'000};
        send(cash);
        codec::MoveShares shares{};
        shares.account = account;
        shares.instrument = model::InstrumentId{1};
        shares.quantity = 1'000;
        send(shares);
        return account;
    }

    /// `see` is called with the events of its kind.
    template <class Command, class See = Nothing>
    void send(const Command& command, See&& see = {}) {
        const Bytes bytes = framed(command);
        for (const Bytes& event : split(engine_.apply(++sequence_, bytes))) look(event, see);
        engine_.verify_invariants();
    }
    template <class Event, class Function>
    static void look_as(std::span<const std::byte> event, Function& see) {
        Event decoded;
        if (codec::decode(event, decoded) == codec::DecodeError::none) see(decoded);
    }
    template <class Function>
    static void look(std::span<const std::byte> event, Function& see) {
        const auto as = [&]<class... Event>(std::tuple<Event...>*) {
            const auto one = [&]<class E>(std::type_identity<E>) {
                if constexpr (std::is_invocable_v<Function&, const E&>) look_as<E>(event, see);
            };
            (one(std::type_identity<Event>{}), ...);
        };
        as(static_cast<codec::AllEvents*>(nullptr));
    }

    static engine::Limits small() {
        engine::Limits limits;
        limits.open_orders = limits.accounts = limits.positions = limits.trades = 64;
        limits.order_numbers = limits.client_order_ids = limits.references = 256;
        limits.price_level_groups = 256;
        limits.instruments = 4;
        return limits;
    }

    std::uint64_t sequence_ = 0;
    EngineRunner engine_{small()};
};

TEST(AuctionOracle, price_volume_and_trades_are_those_of_brute_force) {
    std::mt19937_64 random(test_support::announced_seed());
    const auto between = [&](std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(most - least + 1));
    };
    int traded = 0;
    for (int i = 0; i < books; ++i) {
        Venue venue;
        Book book;
        if (random() % 3 == 0) {
            book.lower = between(30, 55);
            book.upper = between(book.lower + 1, 75);
            venue.set_bands(book.lower, book.upper);
        }
        const std::int64_t reference_moves_at = random() % 3 == 0 ? between(1, 8) : 100;
        const std::int64_t count = between(2, 10);
        for (std::int64_t n = 0; n < count; ++n) {
            if (n == reference_moves_at) venue.configure(book.reference = between(35, 70));
            Entered order{.buys = random() % 2 == 0, .limit = {}, .quantity = between(1, 5)};
            if (random() % 10 < 7) order.limit = between(30, 70);
            order.id = venue.enter(order.buys, order.limit, order.quantity);
            if (order.id != 0) book.orders.push_back(order);
        }
        const Outcome best = book.best();
        ASSERT_EQ(venue.indicative(), best) << "book " << i;
        if (best.price) {
            book.fill(*best.price, best.volume);
            ++traded;
        }
        const auto filled = venue.uncross(best.price.value_or(0));
        for (const Entered& order : book.orders) {
            const auto found = filled.find(order.id);
            ASSERT_EQ(found == filled.end() ? 0 : found->second, order.filled)
                << "book " << i << ", order " << order.id;
        }
    }
    EXPECT_GT(traded, books / 3);
}

}  // namespace
}  // namespace bw::differential
