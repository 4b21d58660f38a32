#include "gateway/rest/value_ranges.hpp"

#include <gtest/gtest.h>

#include "gateway/rest/json_body.hpp"

namespace bw::gateway::rest {
namespace {

TEST(ValueRanges, a_refusal_names_the_member_its_value_and_the_range) {
    JsonBody body(R"({"tickSize":"0"})", {"tickSize"});
    expect_price(body, "tickSize", model::Price{body.decimal("tickSize")}, model::max_price);
    ASSERT_TRUE(body.problem());
    EXPECT_EQ(body.problem()->code, 2211);
    EXPECT_EQ(body.problem()->field, "tickSize");
    EXPECT_EQ(body.problem()->detail, "tickSize is 0, but must be from 0.0001 to 100000000.");
}

TEST(ValueRanges, the_ends_belong_to_the_range) {
    JsonBody body("{}", {});
    expect_price(body, "price", model::Price{1}, model::max_price);
    expect_price(body, "price", model::max_price, model::max_price);
    expect_number(body, "level", 1, 1, 3);
    expect_number(body, "level", 3, 1, 3);
    EXPECT_FALSE(body.problem());
    expect_number(body, "level", 4, 1, 3);
    EXPECT_EQ(body.problem()->detail, "level is 4, but must be from 1 to 3.");
}

TEST(ValueRanges, symbols_and_currencies_are_spelled_as_the_exchange_wants_them) {
    for (const char* good :
         {R"({"symbol":"A","currency":"USD"})", R"({"symbol":"BRK.B","currency":"USDT"})"}) {
        JsonBody body(good, {"symbol", "currency"});
        EXPECT_NE(expect_symbol(body, "symbol"), model::Symbol{});
        EXPECT_NE(expect_currency(body, "currency"), model::Currency{});
        EXPECT_FALSE(body.problem()) << good;
    }
    for (const char* bad : {R"({"symbol":""})", R"({"symbol":"lower"})",
                            R"({"symbol":"AAAAAAAAAAAAAAAAA"})", R"({"symbol":"A B"})"}) {
        JsonBody body(bad, {"symbol"});
        EXPECT_EQ(expect_symbol(body, "symbol"), model::Symbol{});
        ASSERT_TRUE(body.problem()) << bad;
        EXPECT_EQ(body.problem()->field, "symbol");
    }
}

TEST(ValueRanges, an_absent_member_is_refused_as_absent) {
    JsonBody body("{}", {"symbol"});
    (void)expect_symbol(body, "symbol");
    EXPECT_EQ(body.problem()->code, static_cast<std::uint16_t>(common::ApiCode::missing_field));
}

}  // namespace
}  // namespace bw::gateway::rest
