// The naive exchange alone, under the random commands: what it claims about money and books must hold by itself.
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

    // 30 x 99.9999 = 29,999,970 units; 100 ppm = 2,999.997, 333 ppm = 9,989.99001: both rounded down.
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
        ASSERT_EQ(exchange_.broken_balance(), "") << "after command " << i;
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
