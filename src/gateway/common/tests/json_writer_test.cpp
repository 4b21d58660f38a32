// JSON as gateways write it.
#include "gateway/common/json_writer.hpp"

#include <gtest/gtest.h>

namespace bw::gateway::common {
namespace {

TEST(JsonWriter, writes_numbers_that_a_double_would_lose_as_strings) {
    JsonWriter out = JsonWriter::object();
    out.id("order", 18'446'744'073'709'551'615ull).signed_id("surplus", -3);
    out.member("price", model::Price{12'345}).member("quantity", model::Quantity{7});
    out.count("depth", 10).flag("hidden", false);
    EXPECT_EQ(out.finish(), R"({"order":"18446744073709551615","surplus":"-3","price":"1.2345",)"
                            R"("quantity":"7","depth":10,"hidden":false})");
}

TEST(JsonWriter, writes_null_for_what_is_not_there) {
    JsonWriter out = JsonWriter::object();
    out.member("bid", std::optional<model::Price>()).member("ask", std::optional(model::Price{1}));
    out.null("last");
    EXPECT_EQ(out.finish(), R"({"bid":null,"ask":"0.0001","last":null})");
}

TEST(JsonWriter, sets_commas_between_members_objects_and_lists) {
    JsonWriter out;
    out.begin_array().begin_object().end_object();
    out.begin_object().key("a").begin_array().number(1).number(2).end_array();
    out.raw("b", R"({"c":3})").end_object().end_array();
    EXPECT_EQ(out.take(), R"([{},{"a":[1,2],"b":{"c":3}}])");
}

TEST(JsonWriter, escapes_quotes_backslashes_and_control_characters_and_keeps_utf_8) {
    JsonWriter out = JsonWriter::object();
    out.member("text", std::string_view("\"\\\n\x7f"
                                        "é"));
    EXPECT_EQ(out.finish(), R"({"text":"\"\\\u000a\u007fé"})");
}

}  // namespace
}  // namespace bw::gateway::common
