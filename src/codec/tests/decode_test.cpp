// What SBE says about readers: unknown templates are stepped over, short blocks refused, longer
// ones read as far as known.
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>
#include <vector>

#include "codec/registry.hpp"

namespace bw::codec {
namespace {

using Bytes = std::vector<std::byte>;

template <class Message>
Bytes framed(const Message& message) {
    Frame<Message> frame;
    frame.body = message;
    const auto bytes = bytes_of(frame);
    return {bytes.begin(), bytes.end()};
}

void set_header(Bytes& bytes, const MessageHeader& header) {
    std::memcpy(bytes.data(), &header, sizeof header);
}

NewOrder some_order() {
    NewOrder order{};
    order.request_id = model::RequestId{17};
    order.price = model::Price{1'002'500};
    order.quantity = model::Quantity{40};
    order.account = model::AccountId{3};
    order.instrument = model::InstrumentId{2};
    order.side = model::Side::sell;
    order.client_order_id = *model::ClientOrderId::from("mine-1");
    return order;
}

TEST(Decode, gives_back_what_was_framed) {
    NewOrder seen{};
    ASSERT_EQ(decode(framed(some_order()), seen), DecodeError::none);
    EXPECT_EQ(framed(seen), framed(some_order()));
}

TEST(Decode, bytes_on_the_wire_are_little_endian_at_their_offsets) {
    NewOrder order = some_order();
    order.instructions = static_cast<std::uint8_t>(model::Instruction::post_only);
    order.min_quantity = model::Quantity{20};
    order.expire_date = 20260105;
    order.peg = model::PegKind::midpoint;
    order.display_quantity = model::Quantity{10};
    order.stop_price = model::Price{257};
    order.offset = model::Price{3};
    const Bytes bytes = framed(order);
    const auto at = [&](std::size_t i) { return std::to_integer<int>(bytes[i]); };
    EXPECT_EQ(at(0), 112);
    EXPECT_EQ(at(2), 1);
    EXPECT_EQ(at(8), 17);
    EXPECT_EQ(at(16) | at(17) << 8 | at(18) << 16, 1'002'500);
    EXPECT_EQ(at(8 + 32), 1) << "the side";
    EXPECT_EQ(at(8 + 36), 'm');
    EXPECT_EQ(at(8 + 35), 1) << "post-only";
    EXPECT_EQ(at(8 + 72), 20) << "the minimum quantity";
    EXPECT_EQ(at(8 + 80) | at(8 + 81) << 8 | at(8 + 82) << 16 | at(8 + 83) << 24, 20260105);
    EXPECT_EQ(at(8 + 84), 3) << "the peg";
    EXPECT_EQ(at(8 + 88), 10) << "the display quantity";
    EXPECT_EQ(at(8 + 96) | at(8 + 97) << 8, 257) << "the stop price";
    EXPECT_EQ(at(8 + 104), 3) << "the offset";
}

TEST(Decode, refuses_another_schema_or_template) {
    Bytes bytes = framed(some_order());
    NewOrder order{};
    CancelOrder cancel{};
    EXPECT_EQ(decode(bytes, cancel), DecodeError::wrong_template);
    set_header(bytes, {88, NewOrder::template_id, 2, 1});
    EXPECT_EQ(decode(bytes, order), DecodeError::wrong_schema);
}

TEST(Decode, refuses_a_block_that_is_too_short_or_not_all_there) {
    const Bytes whole = framed(some_order());
    NewOrder order{};
    for (std::size_t size = 0; size < whole.size(); ++size) {
        const auto error = decode(std::span(whole).first(size), order);
        EXPECT_EQ(error, size < 8 ? DecodeError::short_header : DecodeError::truncated) << size;
    }
    for (std::uint16_t length = 0; length < 112; ++length) {
        Bytes bytes = whole;
        set_header(bytes, {length, NewOrder::template_id, schema_id, schema_version});
        EXPECT_EQ(decode(bytes, order), DecodeError::short_block) << length;
    }
}

TEST(Decode, reads_a_newer_longer_block_as_far_as_it_is_known) {
    Bytes bytes = framed(some_order());
    bytes.resize(bytes.size() + 16, std::byte{0xEE});
    set_header(bytes, {112 + 16, NewOrder::template_id, schema_id, schema_version + 1});
    NewOrder seen{};
    ASSERT_EQ(decode(bytes, seen), DecodeError::none);
    EXPECT_EQ(framed(seen), framed(some_order()));
    EXPECT_NE(to_json_members(bytes).find("\"client_order_id\":\"mine-1\""), std::string::npos);
    bytes.pop_back();
    EXPECT_EQ(decode(bytes, seen), DecodeError::truncated)
        << "the block length counts, not what we know of it";
}

TEST(Visit, calls_with_the_one_message_and_steps_over_unknown_ones) {
    int orders = 0, others = 0;
    const auto count = [&]<class M>(const M&) {
        (std::is_same_v<M, NewOrder> ? orders : others) += 1;
    };
    Bytes bytes = framed(some_order());
    EXPECT_TRUE(codec::visit<AllCommands>(bytes, count));
    EXPECT_FALSE(codec::visit<AllEvents>(bytes, count)) << "a command is no event";
    set_header(bytes, {112, 999, schema_id, schema_version});
    EXPECT_FALSE(codec::visit<AllCommands>(bytes, count));
    EXPECT_FALSE(codec::visit<AllCommands>(std::span(bytes).first(3), count));
    EXPECT_EQ(orders, 1);
    EXPECT_EQ(others, 0);
}

TEST(Json, prints_decimals_names_and_nulls) {
    EXPECT_EQ(
        to_json_members(framed(some_order())),
        R"("message":"NewOrder","request_id":17,"price":"100.25","quantity":40,"account":3,"instrument":2,)"
        R"("side":"sell","order_type":"limit","time_in_force":"day","instructions":0,"client_order_id":"mine-1","min_quantity":0,"expire_date":0,)"
        R"("peg":"none","display_quantity":0,"stop_price":"0","offset":"0")");
    NewOrder market = some_order();
    market.price = model::no_price;
    EXPECT_NE(to_json_members(framed(market)).find("\"price\":null"), std::string::npos);
}

TEST(Json, prints_the_words_of_the_newer_commands) {
    MassCancel mass{};
    mass.account = model::AccountId{3};
    mass.side = model::SideSelection::both;
    EXPECT_EQ(to_json_members(framed(mass)),
              R"("message":"MassCancel","request_id":0,"account":3,"instrument":0,"side":"both")");
    SetSelfTradePrevention prevention{};
    prevention.group = 7;
    prevention.mode = model::SelfTradePrevention::cancel_oldest;
    EXPECT_EQ(
        to_json_members(framed(prevention)),
        R"("message":"SetSelfTradePrevention","request_id":0,"account":0,"group":7,"mode":"cancel_oldest")");
    AmendOrder amend{};
    amend.price = model::no_price;
    EXPECT_NE(to_json_members(framed(amend)).find(R"("price":null,"quantity":0)"),
              std::string::npos);
}

TEST(Json, text_from_outside_cannot_break_out_of_its_quotes) {
    NewOrder order = some_order();
    order.client_order_id = *model::ClientOrderId::from("a\"b\\c\n\x1b\xff");
    const std::string json = to_json_members(framed(order));
    EXPECT_NE(json.find(R"("client_order_id":"a\"b\\c\u000a\u001b\u00ff")"), std::string::npos)
        << json;
}

TEST(Json, what_is_unknown_prints_its_number_and_bytes) {
    Bytes bytes = framed(some_order());
    bytes.resize(10);
    set_header(bytes, {2, 999, schema_id, 4});
    EXPECT_EQ(to_json_members(bytes),
              R"("message":"unknown","template":999,"schema":1,"version":4,"bytes":"1100")");
    EXPECT_EQ(to_json_members(std::span(bytes).first(2)),
              R"("message":"unreadable","bytes":"0200")");
}

TEST(Registry, finds_every_message_by_its_template_and_nothing_else) {
    std::size_t found = 0;
    for (unsigned id = 0; id < 65'536; ++id)
        found += find_message(static_cast<std::uint16_t>(id)) != nullptr ? 1 : 0;
    EXPECT_EQ(found, all_messages().size() + all_attachments().size());
    for (const MessageInfo& info : all_messages())
        EXPECT_EQ(find_message(info.template_id), &info) << info.name;
}

TEST(Hostile, random_bytes_behind_any_header_are_answered) {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 3;
    SCOPED_TRACE("BW_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::size_t visited = 0;
    for (int i = 0; i < 50'000; ++i) {
        Bytes bytes(random() % 140);
        for (std::byte& byte : bytes) byte = static_cast<std::byte>(random());
        const auto& info = all_messages()[random() % all_messages().size()];
        const auto length = static_cast<std::uint16_t>(
            random() % 3 == 0 ? random() : info.block_length + random() % 3 * 8);
        if (bytes.size() >= 8) set_header(bytes, {length, info.template_id, schema_id, 1});
        const auto count = [&](const auto&) { ++visited; };
        const bool known =
            codec::visit<AllCommands>(bytes, count) || codec::visit<AllEvents>(bytes, count);
        const std::string json = to_json_members(bytes);
        ASSERT_TRUE(json.starts_with("\"message\":\"")) << json;
        if (known) {
            ASSERT_NE(json.find(info.name), std::string::npos) << json;
        }
    }
    EXPECT_GT(visited, 1'000u);
}

}  // namespace
}  // namespace bw::codec
