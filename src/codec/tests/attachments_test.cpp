// An order with attributes is the same order, and one without them has the same bytes as before
// there were any.
#include "codec/attachments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "codec/registry.hpp"

namespace bw::codec {
namespace {

using Bytes = std::vector<std::byte>;

AttributedOrder some_command() {
    AttributedOrder command{};
    NewOrder& order = command.order.body;
    order.request_id = model::RequestId{17};
    order.price = model::Price{1'002'500};
    order.quantity = model::Quantity{40};
    order.account = model::AccountId{3};
    order.instrument = model::InstrumentId{2};
    OrderAttributes& attributes = command.attributes.body;
    attributes.client = 900'001;
    attributes.investment_decision = 7;
    attributes.execution_decision = 12;
    attributes.member_session = 5;
    attributes.capacity = model::Capacity::agency;
    attributes.short_sale = model::ShortSale::short_exempt;
    attributes.investment_decision_maker = model::DecisionMaker::person;
    attributes.execution_decision_maker = model::DecisionMaker::algorithm;
    return command;
}

Bytes bytes_of_command() {
    const AttributedOrder command = some_command();
    const auto bytes = bytes_of(command);
    return {bytes.begin(), bytes.end()};
}

Bytes bytes_of_plain_order() {
    Frame<NewOrder> frame;
    frame.body = some_command().order.body;
    const auto bytes = bytes_of(frame);
    return {bytes.begin(), bytes.end()};
}

TEST(Attributes, come_back_as_they_were_given) {
    const Bytes bytes = bytes_of_command();
    EXPECT_EQ(bytes.size(), max_command_size);
    const auto seen = attributes_of(bytes);
    ASSERT_TRUE(seen);
    const OrderAttributes given = some_command().attributes.body;
    EXPECT_EQ(std::memcmp(&*seen, &given, sizeof given), 0);
}

TEST(Attributes, leave_the_order_as_it_is) {
    const Bytes bytes = bytes_of_command();
    NewOrder order{};
    ASSERT_EQ(decode(bytes, order), DecodeError::none);
    const NewOrder given = some_command().order.body;
    EXPECT_EQ(std::memcmp(&order, &given, sizeof given), 0);
    int orders = 0;
    EXPECT_TRUE(codec::visit<AllCommands>(
        bytes, [&]<class M>(const M&) { orders += std::is_same_v<M, NewOrder> ? 1 : 0; }));
    EXPECT_EQ(orders, 1);
}

TEST(Attributes, an_order_without_them_has_the_bytes_it_always_had) {
    const Bytes plain = bytes_of_plain_order();
    EXPECT_EQ(plain.size(), 120u);
    EXPECT_EQ(plain[6], std::byte{1}) << "the version of its last change, not of the schema";
    const Bytes whole = bytes_of_command();
    EXPECT_TRUE(std::ranges::equal(plain, std::span(whole).first(120)));
    EXPECT_FALSE(attributes_of(plain));
    EXPECT_EQ(to_json_members(plain).find("attributes"), std::string::npos);
}

TEST(Attributes, that_are_not_all_there_are_none) {
    const Bytes whole = bytes_of_command();
    for (std::size_t size = 0; size < whole.size(); ++size)
        EXPECT_FALSE(attributes_of(std::span(whole).first(size))) << size;
}

TEST(Attributes, follow_an_order_and_nothing_else) {
    Bytes twice = bytes_of_plain_order();
    twice.insert(twice.end(), twice.begin(), twice.begin() + 120);
    EXPECT_FALSE(attributes_of(twice)) << "another order is no attachment";
    Frame<CancelOrder> cancel;
    const auto bytes = bytes_of(cancel);
    Bytes command(bytes.begin(), bytes.end());
    const Bytes order = bytes_of_command();
    command.insert(command.end(), order.begin() + 120, order.end());
    EXPECT_FALSE(attributes_of(command));
}

TEST(Attributes, are_found_behind_a_longer_order_of_a_newer_version) {
    Bytes bytes = bytes_of_command();
    const std::uint16_t longer = sizeof(NewOrder) + 8;
    std::memcpy(bytes.data(), &longer, sizeof longer);
    bytes.insert(bytes.begin() + 120, 8, std::byte{0xEE});
    ASSERT_TRUE(attributes_of(bytes));
    EXPECT_EQ(attributes_of(bytes)->client, 900'001u);
}

TEST(Attributes, are_a_member_of_the_order_in_json) {
    const std::string json = to_json_members(bytes_of_command());
    EXPECT_TRUE(json.starts_with(to_json_members(bytes_of_plain_order()))) << json;
    EXPECT_TRUE(json.ends_with(
        R"(,"attributes":{"client":900001,"investment_decision":7,"execution_decision":12,)"
        R"("member_session":5,"capacity":"agency","short_sale":"short_exempt",)"
        R"("investment_decision_maker":"person","execution_decision_maker":"algorithm"})"))
        << json;
}

}  // namespace
}  // namespace bw::codec
