// Parsers of bodies, query strings and times: what they read, and what they refuse with which code.
#include "gateway/rest/json_body.hpp"

#include <gtest/gtest.h>

#include "gateway/rest/order_request.hpp"
#include "gateway/rest/query.hpp"
#include "gateway/rest/time_text.hpp"

namespace bw::gateway::rest {
namespace {

int code_of(std::string_view body) {
    const auto order = parse_order_request(body);
    return order ? 0 : order.error().code;
}

std::string order_with(std::string_view member) {
    return R"({"symbol":"ACME","side":"buy","type":"limit","quantity":"10",)" +
           std::string(member) + "}";
}

TEST(OrderRequest, reads_every_member) {
    const auto order = parse_order_request(
        R"({"clientOrderId":"x_1.-","price":"0.0001","quantity":"18446744073709551615","timeInForce":"ioc","type":"limit","side":"sell","symbol":"A/B"})");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->symbol, "A/B");
    EXPECT_EQ(order->side, model::Side::sell);
    EXPECT_EQ(order->time_in_force, model::TimeInForce::ioc);
    EXPECT_EQ(order->price, model::Price{1});
    EXPECT_EQ(order->quantity.value(), UINT64_MAX);
    EXPECT_EQ(order->client_order_id.view(), "x_1.-");
}

TEST(OrderRequest, absent_members_have_their_defaults) {
    const auto order =
        parse_order_request(R"( {"symbol":"ACME","side":"buy","type":"market","quantity":"1"} )");
    ASSERT_TRUE(order);
    EXPECT_EQ(order->price, model::no_price);
    EXPECT_EQ(order->time_in_force, model::TimeInForce::day);
    EXPECT_TRUE(order->client_order_id.empty());
}

TEST(OrderRequest, reads_every_instruction) {
    const auto order = parse_order_request(order_with(
        R"("timeInForce":"gtd","expireDate":"2028-02-29","postOnly":true,"minQuantity":"7")"));
    ASSERT_TRUE(order);
    EXPECT_EQ(order->time_in_force, model::TimeInForce::gtd);
    EXPECT_EQ(order->expire_date, 20280229u);
    EXPECT_TRUE(order->post_only);
    EXPECT_EQ(order->min_quantity, model::Quantity{7});
    for (const auto& [word, value] : {std::pair{"day", model::TimeInForce::day},
                                      {"ioc", model::TimeInForce::ioc},
                                      {"fok", model::TimeInForce::fok},
                                      {"gtc", model::TimeInForce::gtc},
                                      {"gtd", model::TimeInForce::gtd}})
        EXPECT_EQ(parse_order_request(order_with(R"("timeInForce":")" + std::string(word) + "\""))
                      ->time_in_force,
                  value);
}

TEST(OrderRequest, malformed_instructions_are_refused) {
    for (const char* member :
         {R"("postOnly":"true")", R"("postOnly":1)", R"("postOnly":null)", R"("minQuantity":5)",
          R"("expireDate":20260131)", R"("expireDate":null)"})
        EXPECT_EQ(code_of(order_with(member)), 1104) << member;
    for (const char* member :
         {R"("minQuantity":"-1")", R"("minQuantity":"1.5")", R"("expireDate":"")",
          R"("expireDate":"2026-02-30")", R"("expireDate":"20260131")",
          R"("expireDate":"2026-01-31T00:00:00Z")", R"("timeInForce":"gtx")"})
        EXPECT_EQ(code_of(order_with(member)), 1106) << member;
}

TEST(AmendRequest, needs_a_price_or_a_quantity) {
    const auto code = [](std::string_view body) {
        const auto amend = parse_amend_request(body);
        return amend ? 0 : amend.error().code;
    };
    EXPECT_EQ(parse_amend_request(R"({"price":"1.5"})")->price, model::Price{15'000});
    EXPECT_FALSE(parse_amend_request(R"({"price":"1.5"})")->quantity);
    EXPECT_EQ(parse_amend_request(R"({"quantity":"0"})")->quantity, model::Quantity{0})
        << "the engine checks it";
    EXPECT_EQ(code("{}"), 1103);
    EXPECT_EQ(code(""), 1101);
    EXPECT_EQ(code(R"({"quantity":5})"), 1104);
    EXPECT_EQ(code(R"({"price":null})"), 1104);
    EXPECT_EQ(code(R"({"quantity":"5","side":"buy"})"), 1102);
}

TEST(OrderRequest, anything_but_one_json_object_is_1101) {
    for (const std::string& body :
         {std::string(),
          std::string("   "),
          std::string("[]"),
          std::string("\"x\""),
          std::string("null"),
          std::string("{"),
          std::string("{}{}"),
          std::string("{} x"),
          order_with("\"price\":NaN"),
          order_with("\"price\":Infinity"),
          order_with("\"price\":\"1\","),
          order_with("'price':\"1\""),
          order_with("\"price\":\"\xff\xfe\""),
          order_with("\"price\":\"\xc0\x80\""),
          order_with("\"price\":01"),
          std::string("{\"a\":") + std::string(20, '[') + std::string(20, ']') + "}",
          std::string("{\"a\":") + std::string(30'000, '['),
          std::string("{\"symbol\":\"A\0\"}", 14),
          std::string("\xef\xbb\xbf{}x"),
          std::string(70'000, ' ')})
        EXPECT_EQ(code_of(body), 1101) << body.substr(0, 80);
}

TEST(OrderRequest, members_are_checked_one_by_one) {
    EXPECT_EQ(code_of("{}"), 1103);
    EXPECT_EQ(code_of(order_with(R"("price":"1","leverage":"9")")), 1102);
    EXPECT_EQ(code_of(order_with(R"("price":"1","price":"2")")), 1105);
    EXPECT_EQ(code_of(order_with(R"("price":"1","\u0070rice":"2")")), 1105);
    EXPECT_EQ(code_of(order_with(R"("price":1)")), 1104);
    EXPECT_EQ(code_of(order_with(R"("price":1.5)")), 1104);
    EXPECT_EQ(code_of(order_with(R"("price":1e400)")), 1101);
    EXPECT_EQ(code_of(order_with(R"("price":null)")), 1104);
    EXPECT_EQ(code_of(order_with(R"("price":{"a":"1"})")), 1104);
    EXPECT_EQ(code_of(order_with(R"("price":["1"])")), 1104);
    EXPECT_EQ(code_of(order_with(R"("price":true)")), 1104);
    for (const char* price : {"", " 1", "1 ", "+1", "1e3", "1.", ".5", "1.23456", "0x10", "NaN",
                              "1,5", "99999999999999999999"})
        EXPECT_EQ(code_of(order_with(std::string("\"price\":\"") + price + "\"")), 1106) << price;
    for (const char* quantity : {"", "-1", "1.0", "01", "18446744073709551616", "ten"})
        EXPECT_EQ(code_of(R"({"symbol":"ACME","side":"buy","type":"limit","quantity":")" +
                          std::string(quantity) + "\"}"),
                  1106)
            << quantity;
    EXPECT_EQ(code_of(R"({"symbol":"ACME","side":"hold","type":"limit","quantity":"1"})"), 1106);
    EXPECT_EQ(code_of(R"({"symbol":"ACME","side":"buy","type":"Limit","quantity":"1"})"), 1106);
    for (const std::string& id : {std::string(), std::string(37, 'a'), std::string("a b"),
                                  std::string("a\\u0000"), std::string("\xc3\xa4")})
        EXPECT_EQ(code_of(order_with("\"clientOrderId\":\"" + id + "\"")), 2210) << id;
    EXPECT_EQ(code_of(order_with("\"price\":\"-1\"")), 0);  // well formed: the exchange refuses it
}

TEST(JsonBody, a_number_without_a_fraction_is_an_integer_however_it_is_written) {
    for (const char* number : {"3", "3.0", "3e0", "0.3e1"}) {
        JsonBody body(R"({"a":)" + std::string(number) + "}", {"a"});
        EXPECT_EQ(body.count("a", 5), 3u) << number;
        EXPECT_FALSE(body.problem()) << number;
    }
    JsonBody negative(R"({"a":-3.0})", {"a"});
    EXPECT_EQ(negative.signed_count("a", -5, 5), -3);
    for (const char* number : {"1.5", "-3.0", "1e300"}) {
        JsonBody body(R"({"a":)" + std::string(number) + "}", {"a"});
        (void)body.count("a", 5);
        ASSERT_TRUE(body.problem()) << number;
        EXPECT_EQ(body.problem()->code, 1104) << number;
    }
    JsonBody text(R"({"a":3.0})", {"a"});
    (void)text.text("a");
    EXPECT_TRUE(text.problem());
}

TEST(JsonBody, an_echoed_name_is_short) {
    const JsonBody body("{\"" + std::string(1'000, 'n') + "\":1}", {"a"});
    ASSERT_TRUE(body.problem());
    EXPECT_EQ(body.problem()->field.size(), 64u);
}

TEST(Query, decodes_and_refuses) {
    constexpr std::string_view known[] = {"a", "b"};
    Query good("a=1%2F2&b=x+y", known);
    EXPECT_EQ(*good.find("a"), "1/2");
    EXPECT_EQ(*good.find("b"), "x y");
    for (const char* raw : {"a=%", "a=%2", "a=%zz", "a=%00", "c=1", "a=1&a=1", "%61=1&a=2"})
        EXPECT_TRUE(Query(raw, known).problem()) << raw;
    for (const char* raw : {"a=0", "a=-1", "a=1001", "a=1x", "a="}) {
        Query query(raw, known);
        (void)query.limit("a", 5, 1'000);
        EXPECT_TRUE(query.problem()) << raw;
    }
}

TEST(TimeText, reads_what_it_writes) {
    EXPECT_EQ(format_time(0), "1970-01-01T00:00:00.000000000Z");
    for (const std::uint64_t ns :
         {0ull, 1ull, 951'782'400'123'456'789ull, 4'107'542'399'999'999'999ull})
        EXPECT_EQ(parse_time(format_time(ns)), ns);
    EXPECT_EQ(parse_time("2026-01-01T00:00:00Z"), 1'767'225'600'000'000'000u);
    EXPECT_EQ(parse_time("2026-01-01T00:00:00.5Z"), 1'767'225'600'500'000'000u);
    EXPECT_EQ(parse_time("1767225600000"), 1'767'225'600'000'000'000u);
    for (const char* text :
         {"", "T", "2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z",
          "2026-01-01T00:00:00", "2026-01-01T00:00:00+01:00", "2026-01-01T00:00:00.Z",
          "2026-01-01T00:00:00.1234567890Z", "1e9", "-1", "16725225600000", "99999999999999",
          "9999-01-01T00:00:00Z", "1969-12-31T23:59:59Z"})
        EXPECT_FALSE(parse_time(text)) << text;
}

}  // namespace
}  // namespace bw::gateway::rest
