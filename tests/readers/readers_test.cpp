// Random commands go through the engine; its events go to the readers. The state of market data and
// of the gateway's read models is compared with the naive exchange, which maintains its own orders
// and balances and never reads an event. BW_SEED sets the first seed, BW_COMMANDS the number of
// commands of each test, BW_WITHOUT leaves features out.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <map>
#include <random>

#include "differential/command_generator.hpp"
#include "differential/engine_runner.hpp"
#include "gateway/websocket/hub.hpp"
#include "views/read_models/read_models.hpp"

namespace bw::readers {
namespace {

using differential::Bytes;
using differential::CommandGenerator;
using differential::NaiveExchange;
using differential::Order;
using differential::Place;

constexpr std::uint64_t commands_usually = 60'000;
constexpr std::size_t instruments = 12;
/// A run consists of worlds of this many commands; each starts over with another seed.
constexpr std::uint64_t commands_of_a_world = 20'000;

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
    const char* given = std::getenv(variable);
    return given != nullptr ? std::strtoull(given, nullptr, 10) : otherwise;
}

std::string without_features() {
    const char* given = std::getenv("BW_WITHOUT");
    return given != nullptr ? given : "";
}

std::uint64_t announced_seed() {
    const std::uint64_t seed = number_from("BW_SEED", std::random_device{}());
    std::cout << "BW_SEED=" << seed << "\n";
    return seed;
}

engine::Limits small_limits() {
    engine::Limits limits;
    limits.open_orders = 2'000;
    limits.instruments = 500;
    limits.accounts = 40;
    limits.positions = 400;
    limits.client_order_ids = 100'000;
    return limits;
}

class NoKeys final : public access::Authenticator {
 public:
    std::expected<access::Principal, access::AuthenticationError> authenticate(
        const access::SignedRequest& request) override {
        return access::Principal{
            *access::KeyId::from(request.key_id), access::Role::trader,
            model::AccountId{static_cast<std::uint32_t>(std::stoul(std::string(request.key_id)))}};
    }
};

class NoRing final : public sequencer::CommandPort {
 public:
    bool try_send(std::span<const std::byte>) override { return true; }
};

class StillClock final : public platform::Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override { return 1; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return 1; }
};

/// As text, so that a difference is readable.
std::string told(const std::vector<Bytes>& events) {
    std::string out;
    for (const Bytes& event : events) out += codec::to_json_members(event) + "\n";
    return out;
}

/// An engine with its readers, and a naive exchange that receives the same commands.
class World {
 public:
    World(std::uint64_t seed, CommandGenerator::Mood mood)
        : generator_(seed, {mood, instruments, without_features()}) {
        client = *hub.connect();
        hub.on_text(
            client,
            R"({"op":"authenticate","keyId":"1","timestamp":"1","nonce":"1","signature":"s"})");
        hub.on_text(client, R"({"op":"subscribe","channel":"orders"})");
        hub.on_text(client, R"({"op":"subscribe","channel":"l1","symbol":"*"})");
    }

    /// Requires the same events from both exchanges; the differential test compares them in depth.
    void step() {
        commands.push_back(generator_.next());
        const std::uint64_t sequence = commands.size();
        const std::vector<Bytes> expected = naive.apply(sequence, commands.back());
        const std::vector<Bytes> events =
            differential::split(engine_.apply(sequence, commands.back()));
        generator_.see(expected);
        ASSERT_EQ(told(events), told(expected)) << "the engine and the naive exchange differ";
        for (std::size_t i = 0; i < events.size(); ++i) read(events[i], i + 1 == events.size());
    }

    CommandGenerator& generator() { return generator_; }

    std::vector<Bytes> commands;
    NaiveExchange naive{small_limits()};
    views::ReadModels models{
        [this](model::SequenceNumber number) { return commands[number.value() - 1]; }};
    NoKeys keys;
    NoRing ring;
    StillClock clock;
    gateway::websocket::Hub hub{{models.market(), &models.reports(), keys, ring, clock}};
    gateway::websocket::ConnectionId client = 0;

 private:
    void read(const Bytes& event, bool last) {
        const event_store::RecordView record{
            ++event_sequence_, 1'767'225'600'000'000'000 + commands.size(),
            last ? event_store::note_last_event_of_command : 0, event};
        models.apply(record, hub);
    }

    CommandGenerator generator_;
    differential::EngineRunner engine_{small_limits()};
    std::uint64_t event_sequence_ = 0;
};

template <class Check>
void run_worlds(Check check) {
    const std::uint64_t seed = announced_seed();
    const std::uint64_t commands = number_from("BW_COMMANDS", commands_usually);
    for (std::uint64_t done = 0; done < commands; done += commands_of_a_world) {
        const std::uint64_t number = done / commands_of_a_world;
        SCOPED_TRACE("seed " + std::to_string(seed + number));
        World world(seed + number, number % 2 == 0 ? CommandGenerator::Mood::restless
                                                   : CommandGenerator::Mood::calm);
        for (std::uint64_t i = 0; i < std::min(commands_of_a_world, commands - done); ++i) {
            world.step();
            check(world);
            if (::testing::Test::HasFatalFailure()) {
                std::cout << "after command " << world.commands.size() << ": "
                          << codec::to_json_members(world.commands.back()) << "\n";
                return;
            }
        }
    }
}

/// Recomputed from the list of open orders: those that are displayed and have a price; of an
/// iceberg order, the displayed part.
std::vector<views::market::LevelRow> displayed(const std::vector<Order>& orders, model::Side side) {
    std::map<std::int64_t, views::market::LevelRow> levels;
    for (const Order& order : orders) {
        if (order.place != Place::lit || order.side != side ||
            order.type == model::OrderType::market)
            continue;
        views::market::LevelRow& level = levels[side == model::Side::buy ? -order.at : order.at];
        level.price = model::Price{order.at};
        level.quantity +=
            model::Quantity{order.display_quantity == 0 ? order.remaining : order.displayed};
        ++level.orders;
    }
    std::vector<views::market::LevelRow> rows;
    for (const auto& [key, level] : levels) rows.push_back(level);
    return rows;
}

void check_books(const World& world) {
    for (const auto& [id, row] : world.models.reference_data().instruments()) {
        const auto orders = world.naive.open_orders_of(id.value());
        const auto depth = world.models.market().depth(id, SIZE_MAX);
        ASSERT_TRUE(depth);
        ASSERT_EQ(depth->bids, displayed(orders, model::Side::buy)) << "of " << id.value();
        ASSERT_EQ(depth->asks, displayed(orders, model::Side::sell)) << "of " << id.value();
    }
}

void check_status(const World& world) {
    for (const auto& [id, row] : world.models.reference_data().instruments()) {
        const auto& naive = world.naive.instrument(id.value());
        const auto status = world.models.market().status(id);
        ASSERT_TRUE(status);
        ASSERT_EQ(status->state, naive.state) << id.value();
        ASSERT_EQ(status->reason, naive.halt_reason) << id.value();
        ASSERT_EQ(row.state, naive.state);
        ASSERT_EQ(status->limit_bands.has_value(), naive.upper_limit != 0) << id.value();
        if (status->limit_bands) {
            ASSERT_EQ(status->limit_bands->upper.value(), naive.upper_limit);
            ASSERT_EQ(status->limit_bands->lower.value(), naive.lower_limit);
        }
        ASSERT_EQ(status->limit_state.has_value(), naive.limit_state.has_value()) << id.value();
        if (status->limit_state) {
            ASSERT_EQ(status->limit_state->side, *naive.limit_state);
            ASSERT_EQ(status->limit_state->since.value(), naive.limit_state_since);
        }
        const auto ticker = world.models.market().ticker(id);
        if (views::market::is_collecting(naive.state)) {
            ASSERT_FALSE(ticker->bid || ticker->ask) << "no market is pretended";
        } else {
            ASSERT_FALSE(status->indicative) << "there is no auction";
        }
        if (ticker->bid && ticker->ask) {
            ASSERT_LT(ticker->bid->price, ticker->ask->price);
        }
        ASSERT_EQ(ticker->last.has_value(), naive.last_price.has_value()) << id.value();
    }
}

void check_rules(const World& world) {
    for (const auto& [id, row] : world.models.reference_data().instruments()) {
        const auto& naive = world.naive.instrument(id.value());
        ASSERT_EQ(row.symbol, naive.terms.symbol);
        ASSERT_EQ(row.reference_price.value(), naive.reference) << id.value();
        ASSERT_EQ(row.allocation, naive.allocation);
        ASSERT_EQ(row.static_band.value(), naive.static_band);
        ASSERT_EQ(row.dynamic_band.value(), naive.dynamic_band);
        ASSERT_EQ(row.quote_bid.value(), naive.quote_bid) << id.value();
        ASSERT_EQ(row.quote_ask.value(), naive.quote_ask);
        ASSERT_EQ(row.tick_rows, naive.tick_table.size());
        for (std::size_t i = 0; i < naive.tick_table.size(); ++i) {
            ASSERT_EQ(row.tick_table[i].from_price.value(), naive.tick_table[i].from);
            ASSERT_EQ(row.tick_table[i].tick.value(), naive.tick_table[i].tick);
        }
    }
}

void check_orders(const World& world) {
    std::size_t open = 0;
    for (const auto& [id, row] : world.models.reference_data().instruments())
        for (const Order& naive : world.naive.open_orders_of(id.value())) {
            ++open;
            const views::OrderRow* order = world.models.orders().find(model::OrderId{naive.id});
            ASSERT_NE(order, nullptr);
            ASSERT_TRUE(order->open()) << naive.id;
            ASSERT_EQ(order->remaining.value(), naive.remaining) << naive.id;
            ASSERT_EQ(order->filled.value(), naive.executed) << naive.id;
            ASSERT_EQ(order->waiting, naive.place == Place::waiting) << naive.id;
            ASSERT_EQ(order->display_quantity.value(), naive.display_quantity);
            ASSERT_EQ(order->peg, naive.peg);
            if (naive.place == Place::stop) {
                ASSERT_FALSE(order->triggered) << naive.id;
            }
        }
    ASSERT_EQ(world.models.totals().counts().open_orders, open);
    ASSERT_EQ(world.models.totals().counts().trades, world.naive.trades());
}

void check_balances(const World& world) {
    for (const auto& [id, account] : world.models.balances().accounts()) {
        for (const auto& [currency, row] : account.cash) {
            const auto naive = world.naive.cash(id.value(), currency.view());
            ASSERT_TRUE(row.total.value() == naive.total && row.held.value() == naive.held)
                << "cash of account " << id.value();
        }
        for (const auto& [instrument, row] : account.positions) {
            const auto naive = world.naive.shares(id.value(), instrument.value());
            ASSERT_TRUE(row.total.value() == naive.total && row.held.value() == naive.held)
                << "shares of account " << id.value() << " in " << instrument.value();
        }
    }
    for (const auto& [currency, fees] : world.models.totals().fees_collected())
        ASSERT_TRUE(fees.value() == world.naive.fees_collected(currency.view()));
}

/// Readers of different speed: each takes frames only from time to time.
void drain(World& world) {
    (void)world.hub.ready();
    if (world.commands.size() % 64 != 0) return;
    while (world.hub.next_frame(world.client)) {
    }
    ASSERT_FALSE(world.hub.must_close(world.client));
}

TEST(Readers, books_show_what_is_displayed_and_nothing_else) { run_worlds(check_books); }

TEST(Readers, the_status_of_an_instrument_is_as_the_rules_say) {
    run_worlds([](World& world) {
        check_status(world);
        check_rules(world);
    });
}

TEST(Readers, orders_and_balances_are_those_of_the_exchange) {
    run_worlds([](World& world) {
        if (world.commands.size() % 8 == 0) check_orders(world);
        check_balances(world);
        drain(world);
    });
}

}  // namespace
}  // namespace bw::readers
