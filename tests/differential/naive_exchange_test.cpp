// The naive exchange alone: trades and auctions computed by hand, and under the random commands
// what it claims about money and books.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "differential/command_generator.hpp"
#include "differential/naive_exchange.hpp"

namespace bw::differential {
namespace {

std::uint64_t seed_of_run() {
    const char* given = std::getenv("BW_SEED");
    return given != nullptr ? std::strtoull(given, nullptr, 10) : 20260105;
}

class NaiveExchangeTest : public testing::Test {
 protected:
    template <class Event, class Command>
    Event expect(const Command& command) {
        const auto events = exchange_.apply(++sequence_, framed(command));
        Event event{};
        EXPECT_FALSE(events.empty());
        EXPECT_EQ(codec::decode(events.at(0), event), codec::DecodeError::none)
            << codec::to_json_members(events.at(0));
        return event;
    }

    NaiveExchange exchange_;
    std::uint64_t sequence_ = 0;
};

TEST_F(NaiveExchangeTest, settles_one_trade_to_the_last_unit) {
    codec::OpenAccount open{};
    open.reference = *model::ClientOrderId::from("buyer");
    expect<codec::AccountUpdated>(open);
    open.reference = *model::ClientOrderId::from("seller");
    expect<codec::AccountUpdated>(open);
    codec::ConfigureInstrument list{};
    list.symbol = *model::Symbol::from("ACME");
    list.currency = *model::Currency::from("USD");
    list.tick_size = model::Price{1};
    list.lot_size = model::Quantity{1};
    list.reference_price = model::Price{1'000'000};
    list.max_order_quantity = model::unlimited_quantity;
    list.max_order_value = model::unlimited_money;
    expect<codec::InstrumentUpdated>(list);
    codec::SetFees fees{};
    fees.maker = model::FeeRate{100};
    fees.taker = model::FeeRate{333};
    expect<codec::FeesChanged>(fees);
    codec::MoveCash cash{};
    cash.account = model::AccountId{1};
    cash.amount = model::Money{100'000'000};
    cash.currency = list.currency;
    expect<codec::CashMoved>(cash);
    codec::MoveShares shares{};
    shares.account = model::AccountId{2};
    shares.instrument = model::InstrumentId{1};
    shares.quantity = 50;
    expect<codec::SharesMoved>(shares);

    codec::NewOrder sell{};
    sell.account = model::AccountId{2};
    sell.instrument = model::InstrumentId{1};
    sell.side = model::Side::sell;
    sell.price = model::Price{999'999};
    sell.quantity = model::Quantity{30};
    expect<codec::OrderAccepted>(sell);
    codec::NewOrder buy = sell;
    buy.account = model::AccountId{1};
    buy.side = model::Side::buy;
    buy.price = model::Price{1'000'001};
    buy.quantity = model::Quantity{40};
    EXPECT_EQ(expect<codec::OrderAccepted>(buy).hold.value(),
              40'000'040 + 13'320);  // 333 ppm of the value

    // 30 x 99.9999 = 29,999,970 units; 100 ppm = 2,999.997, 333 ppm = 9,989.99001: both rounded
    // down.
    const std::int64_t rest_hold = 10'000'010 + 3'330;
    EXPECT_TRUE(exchange_.cash(1, "USD").total == 100'000'000 - 29'999'970 - 9'989);
    EXPECT_TRUE(exchange_.cash(1, "USD").held == rest_hold);
    EXPECT_TRUE(exchange_.cash(2, "USD").total == 29'999'970 - 2'999);
    EXPECT_TRUE(exchange_.fees_collected("USD") == 9'989 + 2'999);
    EXPECT_TRUE(exchange_.shares(1, 1).total == 30 && exchange_.shares(2, 1).total == 20);
    EXPECT_EQ(exchange_.book(1), (std::vector<BookEntry>{{model::Side::buy, 1'000'001, 2, 10}}));
    EXPECT_EQ(exchange_.broken_balance(), "");
    EXPECT_EQ(exchange_.broken_book(), "");
}

/// Four accounts with plenty of cash and shares, and one instrument without collar and fees.
class NaiveAuctionTest : public NaiveExchangeTest {
 protected:
    void SetUp() override {
        for (const char* name : {"one", "two", "three", "four"}) {
            codec::OpenAccount open{};
            open.reference = *model::ClientOrderId::from(name);
            expect<codec::AccountUpdated>(open);
        }
        codec::ConfigureInstrument list{};
        list.symbol = *model::Symbol::from("ACME");
        list.currency = *model::Currency::from("USD");
        list.tick_size = model::Price{1};
        list.lot_size = model::Quantity{1};
        list.reference_price = model::Price{100};
        list.max_order_quantity = model::unlimited_quantity;
        list.max_order_value = model::unlimited_money;
        expect<codec::InstrumentUpdated>(list);
        for (std::uint32_t account = 1; account <= 4; ++account) {
            codec::MoveCash cash{};
            cash.account = model::AccountId{account};
            cash.amount = model::Money{1'000'000};
            cash.currency = list.currency;
            expect<codec::CashMoved>(cash);
            codec::MoveShares shares{};
            shares.account = model::AccountId{account};
            shares.instrument = model::InstrumentId{1};
            shares.quantity = 1'000;
            expect<codec::SharesMoved>(shares);
        }
    }

    /// The events.
    std::vector<Bytes> enter(model::InstrumentState state) {
        codec::SetInstrumentState command{};
        command.instrument = model::InstrumentId{1};
        command.state = state;
        auto events = exchange_.apply(++sequence_, framed(command));
        EXPECT_EQ(exchange_.broken_balance(), "");
        EXPECT_EQ(exchange_.broken_book(), "");
        return events;
    }

    void begin_auction() {
        static_cast<void>(enter(model::InstrumentState::closed));
        static_cast<void>(enter(model::InstrumentState::opening_auction));
    }

    codec::NewOrder order(model::Side side, std::int64_t price, std::uint64_t quantity,
                          std::uint32_t account) {
        codec::NewOrder command{};
        command.account = model::AccountId{account};
        command.instrument = model::InstrumentId{1};
        command.side = side;
        command.price = model::Price{price};
        command.quantity = model::Quantity{quantity};
        return command;
    }
    void buy(std::int64_t price, std::uint64_t quantity, std::uint32_t account = 1) {
        expect<codec::OrderAccepted>(order(model::Side::buy, price, quantity, account));
    }
    void sell(std::int64_t price, std::uint64_t quantity, std::uint32_t account = 2) {
        expect<codec::OrderAccepted>(order(model::Side::sell, price, quantity, account));
    }

    void set_group(std::uint32_t account, std::uint32_t group) {
        codec::SetSelfTradePrevention command{};
        command.account = model::AccountId{account};
        command.group = group;
        command.mode = model::SelfTradePrevention::cancel_newest;
        expect<codec::AccountUpdated>(command);
    }

    template <class Event>
    static std::vector<Event> all(const std::vector<Bytes>& events) {
        std::vector<Event> out;
        for (const Bytes& bytes : events)
            if (Event event; codec::decode(bytes, event) == codec::DecodeError::none)
                out.push_back(event);
        return out;
    }

    /// Ends the auction and compares its result: price, volume, surplus.
    std::vector<Bytes> expect_result(std::int64_t price, std::uint64_t volume,
                                     std::int64_t surplus) {
        const auto events = enter(model::InstrumentState::trading);
        const auto ended = all<codec::AuctionEnded>(events);
        EXPECT_EQ(ended.size(), 1u);
        if (ended.empty()) return events;
        EXPECT_EQ(ended[0].price.value(), price);
        EXPECT_EQ(ended[0].volume.value(), volume);
        EXPECT_EQ(ended[0].surplus, surplus);
        std::uint64_t traded = 0;
        for (const auto& trade : all<codec::TradeExecuted>(events)) {
            EXPECT_EQ(trade.price.value(), price);
            traded += trade.quantity.value();
        }
        EXPECT_EQ(traded, volume);
        return events;
    }
};

// price     99   100   102   103   104   105
// demand   600   600   500   500   300   300
// supply   200   200   400   400   700   700
TEST_F(NaiveAuctionTest, most_volume_then_the_highest_price_where_buyers_are_left) {
    begin_auction();
    buy(105, 300), buy(103, 200), buy(100, 100);
    sell(99, 200), sell(102, 200), sell(104, 300);
    const auto events = expect_result(103, 400, 100);
    EXPECT_EQ(all<codec::TradeExecuted>(events).size(), 3u);  // 200, 100 and 100
    EXPECT_EQ(exchange_.instrument(1).static_reference, 103);
}

// price     95    96    97    98   100   101
// demand   700   700   400   400   200   200
// supply   300   300   500   500   600   600
TEST_F(NaiveAuctionTest, most_volume_then_the_lowest_price_where_sellers_are_left) {
    begin_auction();
    sell(95, 300), sell(97, 200), sell(100, 100);
    buy(101, 200), buy(98, 200), buy(96, 300);
    static_cast<void>(expect_result(97, 400, -100));
}

// price    100   101   102
// demand   150   150   100
// supply   100   100   120
TEST_F(NaiveAuctionTest, least_surplus_before_its_direction) {
    begin_auction();
    buy(102, 100), buy(101, 50);
    sell(100, 100), sell(102, 20);
    static_cast<void>(expect_result(102, 100, -20));
}

TEST_F(NaiveAuctionTest, of_two_prices_as_near_to_the_reference_the_higher) {
    begin_auction();
    buy(105, 100), sell(95, 100);
    static_cast<void>(expect_result(105, 100, 0));
}

TEST_F(NaiveAuctionTest, the_price_nearer_to_the_reference) {
    begin_auction();
    buy(106, 100), sell(95, 100);
    static_cast<void>(expect_result(95, 100, 0));
}

TEST_F(NaiveAuctionTest, nothing_meets) {
    begin_auction();
    buy(99, 100), sell(101, 100);
    static_cast<void>(expect_result(model::no_price.value(), 0, 0));
}

/// At 95 the buy would meet the sell of its group. Without that sell 60 trade, at the highest price
/// as a buyer is left.
TEST_F(NaiveAuctionTest, the_younger_order_of_one_group_goes_and_the_price_is_found_anew) {
    set_group(1, 7);
    set_group(2, 7);
    begin_auction();
    buy(105, 100, 1), sell(95, 100, 2), sell(96, 60, 3);
    const auto events = expect_result(105, 60, 40);
    const auto cancelled = all<codec::OrderCancelled>(events);
    ASSERT_EQ(cancelled.size(), 1u);
    EXPECT_EQ(cancelled[0].order_id.value(), 2u);
    EXPECT_EQ(cancelled[0].reason, model::CancelReason::self_trade);
}

/// Whole quantities trade, in order of age; of an order for the opening the rest is cancelled.
TEST_F(NaiveAuctionTest, an_iceberg_order_trades_all_it_has) {
    begin_auction();
    codec::NewOrder iceberg = order(model::Side::sell, 100, 50, 2);
    iceberg.display_quantity = model::Quantity{10};
    expect<codec::OrderAccepted>(iceberg);
    sell(100, 30, 3);
    codec::NewOrder at_open = order(model::Side::buy, 100, 90, 1);
    at_open.time_in_force = model::TimeInForce::at_open;
    expect<codec::OrderAccepted>(at_open);
    const auto events = expect_result(100, 80, 10);
    const auto trades = all<codec::TradeExecuted>(events);
    ASSERT_EQ(trades.size(), 2u);
    EXPECT_EQ(trades[0].quantity.value(), 50u);
    const auto cancelled = all<codec::OrderCancelled>(events);
    ASSERT_EQ(cancelled.size(), 1u);
    EXPECT_EQ(cancelled[0].quantity.value(), 10u);
    EXPECT_EQ(cancelled[0].reason, model::CancelReason::auction_ended);
}

/// (100 + 103) / 2 rounded down: 101. The sell at 102 does not meet it.
TEST_F(NaiveAuctionTest, a_dark_book_trades_at_the_midpoint) {
    codec::SetAllocation dark{};
    dark.instrument = model::InstrumentId{1};
    dark.allocation = model::Allocation::dark;
    expect<codec::AllocationSet>(dark);
    codec::SetReferenceQuote quote{};
    quote.instrument = model::InstrumentId{1};
    quote.bid = model::Price{100};
    quote.ask = model::Price{103};
    expect<codec::ReferenceQuoteSet>(quote);
    begin_auction();
    buy(105, 70), sell(99, 40, 2), sell(102, 40, 3);
    const auto events = enter(model::InstrumentState::trading);
    EXPECT_TRUE(all<codec::AuctionEnded>(events).empty());
    const auto trades = all<codec::TradeExecuted>(events);
    ASSERT_EQ(trades.size(), 1u);
    EXPECT_EQ(trades[0].price.value(), 101);
    EXPECT_EQ(trades[0].quantity.value(), 40u);
    EXPECT_EQ(trades[0].kind, model::TradeKind::midpoint);
    EXPECT_EQ(exchange_.instrument(1).static_reference, 100);
}

TEST_F(NaiveExchangeTest, random_commands_reach_every_answer_and_break_nothing) {
    const std::uint64_t seed = seed_of_run();
    SCOPED_TRACE(fmt::format("BW_SEED={}", seed));
    CommandGenerator generator(seed);
    std::map<std::string, std::uint64_t> answers;
    for (std::uint64_t i = 1; i <= 200'000; ++i) {
        const auto events = exchange_.apply(i, generator.next());
        generator.see(events);
        ASSERT_FALSE(events.empty());
        for (const Bytes& event : events) {
            codec::CommandRejected rejected;
            codec::MessageHeader header;
            ASSERT_TRUE(codec::read_header(event, header));
            std::string name(codec::find_message(header.template_id)->name);
            if (codec::decode(event, rejected) == codec::DecodeError::none)
                name = std::string(model::name_of(rejected.reason));
            ++answers[name];
        }
        if (i % 8 == 0) {
            ASSERT_EQ(exchange_.broken_balance(), "") << "after command " << i;
        }
        if (i % 1'000 == 0) {
            ASSERT_EQ(exchange_.broken_book(), "") << "after command " << i;
        }
    }
    for (const auto& [name, count] : answers) fmt::print("{:>10} {}\n", count, name);
    for (const auto& info : codec::all_messages())
        if (info.template_id > codec::CommandRejected::template_id) {
            EXPECT_GT(answers[std::string(info.name)], 0u) << info.name;
        }
    for (unsigned code = 1001; code < 2500; ++code) {
        const auto name = std::string(model::name_of(static_cast<model::RejectReason>(code)));
        if (name != "unknown") {
            EXPECT_GT(answers[name], 0u) << name;
        }
    }
    EXPECT_GT(exchange_.trades(), 5'000u);
}

}  // namespace
}  // namespace bw::differential
