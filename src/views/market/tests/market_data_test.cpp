#include "views/market/market_data.hpp"

#include <gtest/gtest.h>

#include <map>

#include "views/market/calendar.hpp"
#include "views/market/tests/random_market.hpp"

namespace bw::views::market {
namespace {

using testing::ModelTrade;
using testing::nanoseconds_per_second;
using testing::RandomMarket;
using testing::RecordWriter;

constexpr std::uint64_t no_end = ~0ull;
constexpr std::array all_resolutions{
    Resolution::minute_1, Resolution::minute_5, Resolution::minute_15, Resolution::hour_1,
    Resolution::day_1,    Resolution::week_1,   Resolution::month_1};

/// One instrument "ABC" (id 1), events written by hand.
class OneInstrument : public ::testing::Test {
 protected:
    OneInstrument() {
        writer.listen([this](const event_store::RecordView& record) { fold(record, market); });
        codec::InstrumentUpdated listed{};
        listed.instrument = abc;
        listed.symbol = *model::Symbol::from("ABC");
        writer.write(listed, true);
    }
    struct Entry {
        std::uint64_t id;
        model::Side side;
        std::int64_t price;
        std::uint64_t quantity;
        model::OrderType type = model::OrderType::limit;
    };
    void accept(const Entry& order, bool last = true) {
        const bool market_order = order.type == model::OrderType::market;
        codec::OrderAccepted event{};
        event.order_id = model::OrderId{order.id};
        event.price = market_order ? model::no_price : model::Price{order.price};
        event.quantity = model::Quantity{order.quantity};
        event.instrument = abc;
        event.side = order.side;
        event.order_type = order.type;
        writer.write(event, last);
    }
    struct Fill {
        std::uint64_t maker, taker;
        std::int64_t price;
        std::uint64_t quantity, maker_remaining, taker_remaining;
    };
    void trade(const Fill& fill, bool last = true) {
        codec::TradeExecuted event{};
        event.match_number = model::MatchNumber{++matches};
        event.maker_order = model::OrderId{fill.maker};
        event.taker_order = model::OrderId{fill.taker};
        event.price = model::Price{fill.price};
        event.quantity = model::Quantity{fill.quantity};
        event.maker_remaining = model::Quantity{fill.maker_remaining};
        event.taker_remaining = model::Quantity{fill.taker_remaining};
        event.instrument = abc;
        writer.write(event, last);
    }
    [[nodiscard]] Depth depth() const { return *market.depth(abc, 100); }

    const model::InstrumentId abc{1};
    std::uint64_t matches = 0;
    MarketData market;
    RecordWriter writer;
};

LevelRow row(std::int64_t price, std::uint64_t quantity, std::uint32_t orders) {
    return {model::Price{price}, model::Quantity{quantity}, orders};
}

TEST_F(OneInstrument, is_found_by_its_symbol) {
    EXPECT_EQ(market.find("ABC"), abc);
    EXPECT_FALSE(market.find("abc"));
    EXPECT_FALSE(market.find(""));
}

TEST_F(OneInstrument, unknown_instruments_have_no_answers) {
    for (std::uint32_t id : {0u, 2u, ~0u}) {
        EXPECT_FALSE(market.depth(model::InstrumentId{id}, 10));
        EXPECT_FALSE(market.ticker(model::InstrumentId{id}));
        EXPECT_TRUE(market.trades(model::InstrumentId{id}, 10).empty());
        EXPECT_TRUE(
            market.candles(model::InstrumentId{id}, Resolution::minute_1, 0, no_end, 10).empty());
    }
}

TEST_F(OneInstrument, levels_add_up_and_are_best_first) {
    accept({1, model::Side::buy, 100, 5});
    accept({2, model::Side::buy, 101, 6});
    accept({3, model::Side::buy, 100, 7});
    accept({4, model::Side::sell, 105, 1});
    accept({5, model::Side::sell, 103, 2});
    EXPECT_EQ(depth().bids, (std::vector{row(101, 6, 1), row(100, 12, 2)}));
    EXPECT_EQ(depth().asks, (std::vector{row(103, 2, 1), row(105, 1, 1)}));
    EXPECT_EQ(depth().sequence, writer.sequence());
    EXPECT_EQ(market.depth(abc, 1)->bids, (std::vector{row(101, 6, 1)}));
    EXPECT_TRUE(market.depth(abc, 0)->bids.empty());
}

TEST_F(OneInstrument, half_of_a_command_does_not_show) {
    accept({1, model::Side::sell, 100, 5});
    const Depth before = depth();
    accept({2, model::Side::buy, 101, 8}, false);
    EXPECT_EQ(depth().bids, before.bids);
    EXPECT_EQ(depth().sequence, before.sequence);
    trade({1, 2, 100, 5, 0, 3});
    EXPECT_EQ(depth().bids, (std::vector{row(101, 3, 1)}));
    EXPECT_TRUE(depth().asks.empty());
    EXPECT_EQ(depth().sequence, writer.sequence());
}

TEST_F(OneInstrument, market_orders_never_stand_in_the_book) {
    accept({1, model::Side::sell, 100, 5});
    accept({2, model::Side::buy, 0, 8, model::OrderType::market}, false);
    trade({1, 2, 100, 5, 0, 3}, false);
    codec::OrderCancelled rest{};
    rest.order_id = model::OrderId{2};
    rest.instrument = abc;
    writer.write(rest, true);
    EXPECT_TRUE(depth().bids.empty());
    EXPECT_TRUE(depth().asks.empty());
    EXPECT_EQ(market.ticker(abc)->last->price, model::Price{100});
}

TEST_F(OneInstrument, a_replaced_order_moves_to_its_new_price) {
    accept({1, model::Side::buy, 100, 5});
    accept({2, model::Side::buy, 100, 7});
    codec::OrderReplaced event{};
    event.order_id = model::OrderId{1};
    event.instrument = abc;
    event.price = model::Price{99};
    event.remaining = model::Quantity{50};
    writer.write(event, true);
    EXPECT_EQ(depth().bids, (std::vector{row(100, 7, 1), row(99, 50, 1)}));
}

TEST_F(OneInstrument, the_ticker_forgets_the_day_at_midnight_utc) {
    writer.set_time(testing::start_of_2026_ns + 24 * 3600 * nanoseconds_per_second - 1);
    accept({1, model::Side::sell, 100, 5});
    accept({2, model::Side::buy, 100, 3}, false);
    trade({1, 2, 100, 3, 2, 0});
    EXPECT_EQ(market.ticker(abc)->volume, model::Quantity{3});
    EXPECT_EQ(market.ticker(abc)->turnover, model::Money{300});
    EXPECT_EQ(market.ticker(abc)->open, model::Price{100});
    writer.set_time(writer.time() + 1);
    accept({3, model::Side::buy, 90, 3});
    EXPECT_EQ(market.ticker(abc)->volume, model::Quantity{0});
    EXPECT_FALSE(market.ticker(abc)->open);
    EXPECT_EQ(market.ticker(abc)->last->price, model::Price{100});
    EXPECT_EQ(*market.ticker(abc)->bid, row(90, 3, 1));
}

TEST_F(OneInstrument, keeps_the_latest_ten_thousand_trades) {
    accept({1, model::Side::sell, 100, 20'000});
    for (std::uint64_t i = 1; i <= 10'005; ++i) {
        accept({1 + i, model::Side::buy, 100, 1}, false);
        trade({1, 1 + i, 100, 1, 20'000 - i, 0});
    }
    const auto all = market.trades(abc, 1'000'000);
    ASSERT_EQ(all.size(), 10'000u);
    EXPECT_EQ(all.front().match_number, model::MatchNumber{10'005});
    EXPECT_EQ(all.back().match_number, model::MatchNumber{6});
    EXPECT_EQ(market.trades(abc, 2).size(), 2u);
}

TEST_F(OneInstrument, minutes_are_bounded_and_the_oldest_leave) {
    accept({1, model::Side::sell, 100, 20'000});
    const std::uint64_t start = writer.time();
    for (std::uint64_t i = 0; i < 3'000; ++i) {
        writer.set_time(start + i * 60 * nanoseconds_per_second);
        accept({2 + i, model::Side::buy, 100, 1}, false);
        trade({1, 2 + i, 100, 1, 19'999 - i, 0});
    }
    const auto minutes = market.candles(abc, Resolution::minute_1, 0, no_end, 1'000'000);
    ASSERT_EQ(minutes.size(), 2'880u);
    EXPECT_EQ(minutes.front().start_ns, start + 120 * 60 * nanoseconds_per_second);
    EXPECT_EQ(market.candles(abc, Resolution::day_1, 0, no_end, 100).size(), 3u);
    EXPECT_EQ(market.candles(abc, Resolution::minute_1, start, start, 100).size(), 0u);
    EXPECT_EQ(market.candles(abc, Resolution::minute_1, no_end, 0, 100).size(), 0u);
    EXPECT_EQ(market.candles(abc, Resolution::minute_1, 0, no_end, 7),
              std::vector(minutes.end() - 7, minutes.end()));
    EXPECT_EQ(
        market.candles(abc, Resolution::minute_1, minutes[3].start_ns, minutes[5].start_ns, 7),
        std::vector(minutes.begin() + 3, minutes.begin() + 5));
}

TEST_F(OneInstrument, events_of_a_newer_schema_and_damaged_ones_pass_by) {
    accept({1, model::Side::buy, 100, 5});
    const std::array<std::byte, 3> stump{};
    fold(RecordView{writer.sequence() + 1, 0, event_store::note_last_event_of_command, stump},
         market);
    codec::MessageHeader header{8, 999, codec::schema_id, 2};
    std::array<std::byte, 16> future{};
    std::memcpy(future.data(), &header, sizeof header);
    fold(RecordView{writer.sequence() + 2, 0, event_store::note_last_event_of_command, future},
         market);
    header = {4, codec::OrderAccepted::template_id, codec::schema_id, 1};
    std::memcpy(future.data(), &header, sizeof header);
    fold(RecordView{writer.sequence() + 3, 0, event_store::note_last_event_of_command, future},
         market);
    EXPECT_EQ(depth().bids, (std::vector{row(100, 5, 1)}));
}

TEST(MarketDataDeath, a_gap_in_the_records_stops_the_reader) {
    MarketData market;
    EXPECT_DEATH(fold(RecordView{2, 0, 1, {}}, market), "");
}

// --- Calendar ---

std::uint64_t seconds(std::uint64_t value) { return value * nanoseconds_per_second; }

TEST(Calendar, weeks_begin_on_monday_and_months_on_their_first_day) {
    // 2024-02-29T12:34:56Z, a Thursday
    const std::uint64_t leap_day = seconds(1'709'210'096);
    EXPECT_EQ(span_of(Resolution::week_1, leap_day).start_ns,
              seconds(1'708'905'600));                                                // 2024-02-26
    EXPECT_EQ(span_of(Resolution::week_1, leap_day).end_ns, seconds(1'709'510'400));  // 2024-03-04
    EXPECT_EQ(span_of(Resolution::month_1, leap_day).start_ns,
              seconds(1'706'745'600));                                                 // 2024-02-01
    EXPECT_EQ(span_of(Resolution::month_1, leap_day).end_ns, seconds(1'709'251'200));  // 2024-03-01
    EXPECT_EQ(span_of(Resolution::day_1, leap_day).start_ns, seconds(1'709'164'800));
    EXPECT_EQ(span_of(Resolution::minute_15, leap_day).start_ns, seconds(1'709'209'800));
}

TEST(Calendar, the_first_week_of_unix_time_is_short) {
    EXPECT_EQ(span_of(Resolution::week_1, 0).start_ns, 0u);
    EXPECT_EQ(span_of(Resolution::week_1, 0).end_ns, seconds(4 * 86'400));
    EXPECT_EQ(span_of(Resolution::week_1, seconds(4 * 86'400)).start_ns, seconds(4 * 86'400));
}

TEST(Calendar, every_moment_is_in_its_own_span_and_spans_touch) {
    std::mt19937_64 random(testing::announced_seed());
    for (int i = 0; i < 20'000; ++i) {
        const std::uint64_t moment = random() % seconds(4'102'444'800);  // to 2100
        for (Resolution resolution : all_resolutions) {
            const Span span = span_of(resolution, moment);
            ASSERT_TRUE(span.start_ns <= moment && moment < span.end_ns) << moment;
            ASSERT_EQ(span_of(resolution, span.end_ns - 1).start_ns, span.start_ns) << moment;
            ASSERT_EQ(span_of(resolution, span.end_ns).start_ns, span.end_ns) << moment;
        }
    }
}

TEST(Calendar, names_go_both_ways) {
    for (Resolution resolution : all_resolutions)
        EXPECT_EQ(resolution_from(name_of(resolution)), resolution);
    for (const char* wrong : {"", "1", "m", "1M ", "2m", "1D"})
        EXPECT_FALSE(resolution_from(wrong)) << wrong;
}

// --- Against the dumb exchange ---

Candle fold(const std::vector<ModelTrade>& trades, std::uint64_t start_ns) {
    Candle candle{start_ns,
                  trades.front().row.price,
                  trades.front().row.price,
                  trades.front().row.price,
                  {},
                  {},
                  {},
                  0};
    for (const ModelTrade& trade : trades) {
        candle.high = std::max(candle.high, trade.row.price);
        candle.low = std::min(candle.low, trade.row.price);
        candle.close = trade.row.price;
        candle.volume += trade.row.quantity;
        candle.turnover += *model::notional(trade.row.price, trade.row.quantity);
        ++candle.trades;
    }
    return candle;
}

std::vector<Candle> candles_of(const RandomMarket& model, std::uint32_t instrument,
                               Resolution resolution) {
    std::map<std::uint64_t, std::vector<ModelTrade>> by_start;
    for (const ModelTrade& trade : model.trades)
        if (trade.instrument == instrument)
            by_start[span_of(resolution, trade.row.timestamp_ns).start_ns].push_back(trade);
    std::vector<Candle> out;
    for (const auto& [start, trades] : by_start) out.push_back(fold(trades, start));
    return out;
}

TEST(MarketDataProperty, equals_the_dumb_exchange) {
    MarketData market;
    RecordWriter writer;
    writer.listen([&](const event_store::RecordView& record) { views::fold(record, market); });
    constexpr std::uint32_t instruments = 3;
    RandomMarket model(writer, testing::announced_seed(), instruments);
    model.list_instruments();
    for (int step = 0; step < 8'000; ++step) {
        model.step();
        const auto instrument = static_cast<std::uint32_t>(1 + step % instruments);
        const auto levels = static_cast<std::size_t>(1 + step % 40);
        const Depth expected = model.depth(instrument, levels);
        const Depth actual = *market.depth(model::InstrumentId{instrument}, levels);
        ASSERT_EQ(actual.bids, expected.bids) << "step " << step;
        ASSERT_EQ(actual.asks, expected.asks) << "step " << step;
        ASSERT_EQ(actual.sequence, expected.sequence);
    }
    ASSERT_GT(model.trades.size(), 1'000u);
    for (std::uint32_t instrument = 1; instrument <= instruments; ++instrument)
        for (Resolution resolution : all_resolutions)
            EXPECT_EQ(market.candles(model::InstrumentId{instrument}, resolution, 0, no_end, 2'000),
                      [&] {
                          auto all = candles_of(model, instrument, resolution);
                          if (all.size() > 2'000) all.erase(all.begin(), all.end() - 2'000);
                          return all;
                      }())
                << name_of(resolution);
}

}  // namespace
}  // namespace bw::views::market
