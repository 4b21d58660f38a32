// What each account is told, as data.
#include "views/reports/reports.hpp"

#include <gtest/gtest.h>

#include "codec/commands.hpp"
#include "views/projection/tests/record_writer.hpp"
#include "views/projection/tests/saved_bytes.hpp"

namespace bw::views::testing {
namespace {

constexpr StreamKey maker_orders{model::AccountId{1}, ReportStream::orders};
constexpr StreamKey maker_executions{model::AccountId{1}, ReportStream::executions};
constexpr StreamKey taker_orders{model::AccountId{2}, ReportStream::orders};

class ReportsTest : public ::testing::Test {
 protected:
    ReportsTest() {
        writer.listener = [this](const RecordView& record) { fold(record, reports); };
    }
    /// Order 7 of account 1, a sell, meets order 8 of account 2.
    void trade() {
        codec::TradeExecuted event{};
        event.match_number = model::MatchNumber{5};
        event.maker_order = model::OrderId{7}, event.taker_order = model::OrderId{8};
        event.maker_account = model::AccountId{1}, event.taker_account = model::AccountId{2};
        event.price = model::Price{100}, event.quantity = model::Quantity{10};
        event.maker_remaining = model::Quantity{3};
        event.maker_fee = model::Money{-2}, event.taker_fee = model::Money{4};
        event.taker_side = model::Side::buy;
        writer.write(event);
    }
    void accept(std::uint64_t order) {
        codec::OrderAccepted event{};
        event.order_id = model::OrderId{order}, event.account = model::AccountId{1};
        event.instructions = static_cast<std::uint8_t>(model::Instruction::hidden);
        writer.write(event);
    }
    Reports reports{{.stream_max = 3, .total_max = 100}};
    RecordWriter writer;
};

TEST_F(ReportsTest, an_execution_says_one_side_of_the_trade) {
    trade();
    const auto maker = std::get<report::Execution>(reports.report(maker_orders, 1).body);
    EXPECT_EQ(maker.order, model::OrderId{7});
    EXPECT_EQ(maker.side, model::Side::sell);
    EXPECT_EQ(maker.remaining, model::Quantity{3});
    EXPECT_EQ(maker.fee, model::Money{-2});
    EXPECT_EQ(maker.id(), 10u);
    const auto taker = std::get<report::Execution>(reports.report(taker_orders, 1).body);
    EXPECT_EQ(taker.order, model::OrderId{8});
    EXPECT_EQ(taker.side, model::Side::buy);
    EXPECT_EQ(taker.fee, model::Money{4});
    EXPECT_EQ(taker.id(), 11u);
}

TEST_F(ReportsTest, a_trade_is_told_to_both_in_both_streams) {
    trade();
    EXPECT_EQ(reports.told().size(), 4u);
    writer.write(codec::DayEnded{});
    EXPECT_TRUE(reports.told().empty());
}

TEST_F(ReportsTest, an_acceptance_says_the_instructions) {
    accept(1);
    const Report told = reports.report(maker_orders, 1);
    EXPECT_EQ(told.event_sequence, 1u);
    EXPECT_EQ(told.time_ns, start_of_2026_ns);
    EXPECT_TRUE(std::get<report::Accepted>(told.body).hidden);
    EXPECT_FALSE(std::get<report::Accepted>(told.body).post_only);
    EXPECT_EQ(reports.next_sequence(maker_executions), 1u);
}

TEST_F(ReportsTest, a_refusal_of_an_unknown_account_is_told_to_nobody) {
    codec::CommandRejected event{};
    event.command_template = codec::NewOrder::template_id;
    event.account = model::AccountId{1}, event.reason = model::RejectReason::unknown_account;
    writer.write(event);
    EXPECT_TRUE(reports.told().empty());
    event.reason = model::RejectReason::bad_price;
    writer.write(event);
    EXPECT_EQ(std::get<report::Rejected>(reports.report(maker_orders, 1).body).reason,
              model::RejectReason::bad_price);
}

TEST_F(ReportsTest, the_oldest_leave_first_and_the_numbers_stay) {
    for (std::uint64_t order = 1; order <= 5; ++order) accept(order);
    EXPECT_EQ(reports.oldest_sequence(maker_orders), 3u);
    EXPECT_EQ(reports.next_sequence(maker_orders), 6u);
    EXPECT_EQ(std::get<report::Accepted>(reports.report(maker_orders, 3).body).order,
              model::OrderId{3});
}

TEST_F(ReportsTest, are_the_same_after_a_load) {
    accept(1);
    trade();
    Reports loaded({.stream_max = 3, .total_max = 100});
    ASSERT_TRUE(load_bytes(loaded, bytes_of(reports)));
    EXPECT_EQ(bytes_of(loaded), bytes_of(reports));
    EXPECT_EQ(loaded.next_sequence(maker_orders), 3u);
    EXPECT_TRUE(loaded.told().empty());
}

TEST_F(ReportsTest, are_as_new_after_malformed_bytes) {
    accept(1);
    auto bytes = bytes_of(reports);
    bytes.pop_back();
    EXPECT_FALSE(load_bytes(reports, bytes));
    EXPECT_EQ(bytes_of(reports), bytes_of(Reports()));
}

}  // namespace
}  // namespace bw::views::testing
