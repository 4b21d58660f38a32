// Public channels: snapshots and updates add up to the state of the market, however fast a client
// reads.
#include <functional>
#include <set>

#include "codec/registry.hpp"
#include "gateway/websocket/tests/hub_fixture.hpp"

namespace bw::gateway::websocket {
namespace {

using testing::Frame;
using testing::Frames;
using testing::RandomMarket;
using testing::World;
using views::market::testing::ModelTrade;

/// A client with one subscription that checks each frame: sequences increase by one, and the first
/// frame is a snapshot.
class Follower {
 public:
    Follower(World& given, const std::string& request) : world(given), id(*given.hub.connect()) {
        const auto reply = world.ask(id, request);
        EXPECT_EQ(reply->type(), "subscribed") << reply->text();
    }
    virtual ~Follower() = default;

    void read() {
        for (auto& frame : world.drain(id)) take(*frame);
    }
    void take(const Frame& frame) {
        EXPECT_EQ(frame.number("sequence"), sequence + 1) << frame.text();
        EXPECT_EQ(frame.number("previousSequence"), sequence) << frame.text();
        EXPECT_TRUE(sequence > 0 || frame.type() == "snapshot") << frame.text();
        ++sequence;
        event_sequence = frame.string("eventSequence");
        on(frame);
    }
    virtual void on(const Frame& frame) = 0;

    World& world;
    ConnectionId id;
    std::uint64_t sequence = 0;
    std::string event_sequence;
};

class DepthFollower : public Follower {
 public:
    DepthFollower(World& given, std::uint32_t instrument, std::size_t given_depth)
        : Follower(given, R"({"op":"subscribe","channel":"l2","symbol":")" +
                              RandomMarket::symbol(instrument) + R"(","depth":)" +
                              std::to_string(given_depth) + "}"),
          instrument_(instrument),
          depth_(given_depth) {}

    void on(const Frame& frame) override {
        EXPECT_EQ(frame.number("depth"), depth_);
        if (frame.type() == "snapshot") bids_.clear(), asks_.clear();
        apply(frame, "bids", bids_);
        apply(frame, "asks", asks_);
    }
    void expect_equal_to_the_book() const {
        const auto depth = *world.market.depth(model::InstrumentId{instrument_}, depth_);
        Levels bids, asks;
        for (const auto& row : depth.bids)
            bids[row.price.value()] = std::to_string(row.quantity.value());
        for (const auto& row : depth.asks)
            asks[row.price.value()] = std::to_string(row.quantity.value());
        EXPECT_EQ(bids_, bids);
        EXPECT_EQ(asks_, asks);
    }

 private:
    using Levels = std::map<std::int64_t, std::string>;
    static void apply(const Frame& frame, std::string_view side, Levels& levels) {
        for (auto level : simdjson::dom::array(frame.at(side))) {
            const std::int64_t price = *base::parse_decimal(std::string_view(level.at(0)));
            const std::string quantity{std::string_view(level.at(1))};
            if (quantity != "0") {
                levels[price] = quantity;
            } else {
                EXPECT_EQ(levels.erase(price), 1u) << "removes what is not there: " << frame.text();
            }
        }
    }
    std::uint32_t instrument_;
    std::size_t depth_;
    Levels bids_, asks_;
};

class TickerFollower : public Follower {
 public:
    TickerFollower(World& given, const std::string& symbol)
        : Follower(given, R"({"op":"subscribe","channel":"l1","symbol":")" + symbol + "\"}") {}
    void on(const Frame& frame) override {
        for (auto ticker : simdjson::dom::array(frame.at("tickers")))
            tickers[std::string(std::string_view(ticker["symbol"]))] = simdjson::minify(ticker);
    }
    void expect_equal_to_the_market(std::uint32_t instrument) const {
        const auto ticker = *world.market.ticker(model::InstrumentId{instrument});
        const Frame mine(tickers.at(RandomMarket::symbol(instrument)));
        const auto price = [](const auto& value) {
            return value ? base::format_decimal(value->price.value()) : "null";
        };
        const auto day_price = [](const auto& value) {
            return value ? base::format_decimal(value->value()) : "null";
        };
        const auto shown = [&mine](std::string_view name) {
            return mine.at(name).is_null() ? "null" : mine.string(name);
        };
        EXPECT_EQ(shown("bid"), price(ticker.bid));
        EXPECT_EQ(shown("ask"), price(ticker.ask));
        EXPECT_EQ(shown("last"), price(ticker.last));
        EXPECT_EQ(shown("open"), day_price(ticker.open));
        EXPECT_EQ(shown("high"), day_price(ticker.high));
        EXPECT_EQ(shown("low"), day_price(ticker.low));
        EXPECT_EQ(shown("volume"), std::to_string(ticker.volume.value()));
    }
    std::map<std::string, std::string> tickers;
};

class TradesFollower : public Follower {
 public:
    TradesFollower(World& given, std::uint32_t instrument)
        : Follower(given, R"({"op":"subscribe","channel":"trades","symbol":")" +
                              RandomMarket::symbol(instrument) + "\"}") {}
    void on(const Frame& frame) override {
        if (frame.type() == "snapshot") {
            dropped += frame.number("dropped");
            if (sequence > 1) ++new_snapshots;
        }
        for (auto trade : simdjson::dom::array(frame.at("trades"))) {
            matches.push_back(std::string(std::string_view(trade["matchNumber"])));
            (void)base::parse_decimal(std::string_view(trade["price"])).value();
        }
    }
    std::vector<std::string> matches;
    std::uint64_t dropped = 0;
    int new_snapshots = 0;
};

class CandlesFollower : public Follower {
 public:
    CandlesFollower(World& given, std::uint32_t instrument, const std::string& resolution)
        : Follower(given, R"({"op":"subscribe","channel":"candles","symbol":")" +
                              RandomMarket::symbol(instrument) + R"(","resolution":")" +
                              resolution + "\"}") {}
    void on(const Frame& frame) override {
        if (frame.type() == "snapshot") candles.clear();
        for (auto candle : simdjson::dom::array(frame.at("candles")))
            candles[std::stoull(std::string(std::string_view(candle["startTime"])))] =
                std::string(std::string_view(candle["close"])) + " " +
                std::string(std::string_view(candle["volume"]));
    }
    std::map<std::uint64_t, std::string> candles;
};

std::vector<std::string> matches_of(const RandomMarket& model, std::uint32_t instrument,
                                    std::size_t from = 0) {
    std::vector<std::string> out;
    for (std::size_t i = from; i < model.trades.size(); ++i)
        if (model.trades[i].instrument == instrument)
            out.push_back(std::to_string(model.trades[i].row.match_number.value()));
    return out;
}

TEST(Channels, depth_of_an_empty_book_is_an_empty_snapshot) {
    World world;
    DepthFollower follower(world, 1, 10);
    follower.read();
    EXPECT_EQ(follower.sequence, 1u);
    EXPECT_EQ(follower.event_sequence, std::to_string(world.writer.sequence()));
    follower.expect_equal_to_the_book();
}

TEST(Channels, a_client_is_ready_once_until_it_reads) {
    World world;
    TickerFollower follower(world, "*");
    EXPECT_EQ(world.hub.ready(), std::vector{follower.id});
    follower.read();
    EXPECT_TRUE(world.hub.ready().empty());
    world.run(100);
    EXPECT_EQ(world.hub.ready(), std::vector{follower.id});
    world.run(100);
    EXPECT_TRUE(world.hub.ready().empty()) << "it is ready already and has not read";
    follower.read();
    world.run(100);
    EXPECT_EQ(world.hub.ready(), std::vector{follower.id});
}

TEST(Channels, an_update_carries_what_changed_and_nothing_is_queued) {
    World world;
    TickerFollower follower(world, "*");
    follower.read();
    world.run(1'000);
    const Frames frames = world.drain(follower.id);
    EXPECT_EQ(frames.size(), 1u) << "a thousand commands are one update for a slow reader";
}

TEST(Channels, no_update_shows_half_a_command) {
    World world;
    DepthFollower follower(world, 1, 10);
    follower.read();
    codec::OrderAccepted event{};
    event.order_id = model::OrderId{1};
    event.price = model::Price{100};
    event.quantity = model::Quantity{5};
    event.account = model::AccountId{1};
    event.instrument = model::InstrumentId{1};
    world.writer.write(event, false);
    EXPECT_FALSE(world.hub.next_frame(follower.id));
    EXPECT_TRUE(world.hub.ready().empty() || !world.hub.next_frame(follower.id));
}

codec::OrderAccepted order_of(std::uint64_t id, model::Side side, std::uint64_t quantity) {
    codec::OrderAccepted event{};
    event.order_id = model::OrderId{id};
    event.price = model::Price{100};
    event.quantity = model::Quantity{quantity};
    event.account = model::AccountId{static_cast<std::uint32_t>(id)};
    event.instrument = model::InstrumentId{1};
    event.side = side;
    return event;
}

/// A trade between order 3, which buys 10, and order `maker`.
codec::TradeExecuted trade_with(std::uint64_t maker, std::uint64_t match, std::uint64_t left) {
    codec::TradeExecuted event{};
    event.match_number = model::MatchNumber{match};
    event.maker_order = model::OrderId{maker};
    event.taker_order = model::OrderId{3};
    event.price = model::Price{100};
    event.quantity = model::Quantity{5};
    event.taker_remaining = model::Quantity{left};
    event.maker_account = model::AccountId{static_cast<std::uint32_t>(maker)};
    event.taker_account = model::AccountId{3};
    event.instrument = model::InstrumentId{1};
    event.taker_side = model::Side::buy;
    return event;
}

/// Found by the simulator: a gateway that reads the log while a command is written may serve its
/// clients between two events of that command. An update built there has a book that was never a
/// real market state, and its trades would be sent twice.
TEST(Channels, a_subscription_in_the_middle_of_a_command_gets_its_snapshot_after_the_command) {
    World world;
    world.writer.write(order_of(1, model::Side::sell, 5), true);
    world.writer.write(order_of(2, model::Side::sell, 5), true);
    world.writer.write(order_of(3, model::Side::buy, 10), false);
    world.writer.write(trade_with(1, 1, 5), false);
    const auto id = world.hub.connect();
    ASSERT_TRUE(id);
    static_cast<void>(
        world.ask(*id, R"({"op":"subscribe","channel":"l2","symbol":"SYM1","depth":10})"));
    static_cast<void>(world.ask(*id, R"({"op":"subscribe","channel":"trades","symbol":"SYM1"})"));
    EXPECT_TRUE(world.drain(*id).empty());
    world.writer.write(trade_with(2, 2, 0), true);
    EXPECT_EQ(world.hub.ready(), std::vector{*id});
    const Frames frames = world.drain(*id);
    ASSERT_EQ(frames.size(), 2u);
    EXPECT_EQ(simdjson::minify(frames[0]->at("asks")), "[]");
    EXPECT_EQ(simdjson::dom::array(frames[1]->at("trades")).size(), 2u);
    for (const auto& frame : frames)
        EXPECT_EQ(frame->string("eventSequence"), std::to_string(world.writer.sequence()));
    world.writer.write(order_of(4, model::Side::buy, 1), true);
    for (const auto& frame : world.drain(*id)) EXPECT_NE(frame->string("channel"), "trades");
}

TEST(Channels, the_ticker_shows_a_halt) {
    World world;
    TickerFollower follower(world, "SYM1");
    follower.read();
    codec::InstrumentUpdated event{};
    event.instrument = model::InstrumentId{1};
    event.symbol = *model::Symbol::from("SYM1");
    event.state = model::InstrumentState::halted;
    world.writer.write(event, true);
    follower.read();
    EXPECT_EQ(Frame(follower.tickers.at("SYM1")).string("state"), "halted");
}

TEST(Channels, daily_values_end_at_midnight_also_for_quiet_instruments) {
    World world(7, 2);
    TickerFollower follower(world, "*");
    world.run(2'000);
    follower.read();
    world.writer.set_time(world.writer.time() +
                          24 * 3600 * views::market::testing::nanoseconds_per_second);
    codec::AccountUpdated quiet{};
    world.writer.write(quiet, true);
    follower.read();
    for (std::uint32_t instrument : {1u, 2u}) {
        follower.expect_equal_to_the_market(instrument);
        EXPECT_TRUE(
            Frame(follower.tickers.at(RandomMarket::symbol(instrument))).at("open").is_null());
    }
}

TEST(Channels, a_trades_reader_far_behind_gets_a_new_snapshot) {
    World world(3, 1);
    TradesFollower follower(world, 1);
    follower.read();
    while (world.model.trades.size() < 1'500) world.model.step();
    follower.read();
    EXPECT_EQ(follower.new_snapshots, 1);
    EXPECT_EQ(follower.matches.size(), 100u);
    EXPECT_EQ(follower.dropped + follower.matches.size(), world.model.trades.size());
    EXPECT_EQ(follower.matches.back(), matches_of(world.model, 1).back());
}

TEST(Channels, no_frame_follows_an_unsubscription) {
    World world;
    TickerFollower follower(world, "*");
    world.run(10);
    world.hub.on_text(follower.id, R"({"op":"unsubscribe","channel":"l1","symbol":"*"})");
    const Frames frames = world.drain(follower.id);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0]->type(), "unsubscribed");
    world.run(100);
    EXPECT_TRUE(world.drain(follower.id).empty());
}

TEST(Channels, every_subscriber_is_first_about_as_often) {
    World world(5, 1);
    std::vector<std::unique_ptr<TickerFollower>> followers;
    for (int i = 0; i < 5; ++i)
        followers.push_back(std::make_unique<TickerFollower>(world, "SYM1"));
    std::map<ConnectionId, int> first;
    (void)world.hub.ready();
    for (auto& follower : followers) follower->read();
    for (int round = 0; round < 1'000; ++round) {
        world.run(5);
        const auto ready = world.hub.ready();
        if (ready.size() == followers.size()) ++first[ready.front()];
        for (auto& follower : followers) follower->read();
    }
    int rounds = 0;
    for (const auto& [id, count] : first) rounds += count;
    for (auto& follower : followers) EXPECT_GT(first[follower->id], rounds / 10) << rounds;
}

/// Clients of every reading speed and depth end with the state of the market.
TEST(ChannelsProperty, updates_add_up_to_the_market_at_every_reading_speed) {
    const std::uint64_t seed = views::market::testing::announced_seed();
    World world(seed, 2);
    std::mt19937_64 random(seed);
    std::vector<std::unique_ptr<DepthFollower>> depths;
    // several of a kind: at the same place they share what a frame says, and then one falls behind
    for (std::size_t depth : {1u, 3u, 10u, 10u, 10u, 100u, 100u})
        for (std::uint32_t instrument : {1u, 2u})
            depths.push_back(std::make_unique<DepthFollower>(world, instrument, depth));
    TickerFollower all(world, "*"), one(world, "SYM2");
    TradesFollower trades(world, 1), more_trades(world, 1);
    CandlesFollower minutes(world, 2, "1m"), hours(world, 2, "1h");
    for (int round = 0; round < 1'500; ++round) {
        world.run(static_cast<int>(random() % 8));
        for (auto& follower : depths) {
            if (random() % 3 != 0) continue;
            follower->read();
            follower->expect_equal_to_the_book();
        }
        for (Follower* follower :
             {static_cast<Follower*>(&all), static_cast<Follower*>(&one),
              static_cast<Follower*>(&trades), static_cast<Follower*>(&more_trades),
              static_cast<Follower*>(&minutes), static_cast<Follower*>(&hours)})
            if (random() % 4 == 0) follower->read();
        if (::testing::Test::HasFailure()) FAIL() << "round " << round;
    }
    all.read(), one.read(), trades.read(), more_trades.read(), minutes.read(), hours.read();
    all.expect_equal_to_the_market(1);
    all.expect_equal_to_the_market(2);
    one.expect_equal_to_the_market(2);
    EXPECT_EQ(trades.matches, matches_of(world.model, 1));
    EXPECT_EQ(more_trades.matches, matches_of(world.model, 1));
    for (const auto& [follower, resolution] :
         {std::pair(&minutes, views::market::Resolution::minute_1),
          std::pair(&hours, views::market::Resolution::hour_1)}) {
        std::map<std::uint64_t, std::string> expected;
        for (const auto& candle :
             world.market.candles(model::InstrumentId{2}, resolution, 0, ~0ull, 1'000'000))
            expected[candle.start_ns] = base::format_decimal(candle.close.value()) + " " +
                                        std::to_string(candle.volume.value());
        EXPECT_EQ(follower->candles, expected);
    }
}

}  // namespace
}  // namespace bw::gateway::websocket
