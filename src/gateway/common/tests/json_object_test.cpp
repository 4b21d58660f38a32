// What a JsonObject reads of a client's text, and what it refuses with which code.
#include "gateway/common/json_object.hpp"

#include <gtest/gtest.h>

namespace bw::gateway::common {
namespace {

constexpr JsonRules rules{.what = "The text",
                          .bytes_max = 100,
                          .depth_max = 4,
                          .too_long = 1,
                          .malformed = 2,
                          .duplicate_field = 3,
                          .unknown_field = 4,
                          .missing_field = 5,
                          .wrong_type = 6,
                          .bad_value = 7};

class JsonObjectTest : public ::testing::Test {
 protected:
    JsonObject object(std::string_view text) { return {parser_, text, {"a", "b"}}; }
    int code(std::string_view text) { return code(object(text)); }
    static int code(const JsonObject& json) { return json.problem() ? json.problem()->code : 0; }

    JsonParser parser_{rules};
};

TEST_F(JsonObjectTest, each_fault_has_the_code_of_the_protocol) {
    EXPECT_EQ(code(R"({"a":1,"b":[]})"), 0);
    EXPECT_EQ(code(std::string(101, ' ')), 1);
    for (const char* text :
         {"", "{", "[]", "1", "{} {}", R"({"a":NaN})", "{\"a\":\"\xff\"}", R"({"a":[[[[1]]]]})"})
        EXPECT_EQ(code(text), 2) << text;
    EXPECT_EQ(code(R"({"a":1,"a":1})"), 3);
    EXPECT_EQ(code(R"({"c":1})"), 4);
}

TEST_F(JsonObjectTest, members_behind_a_refused_one_are_read) {
    JsonObject json = object(R"({"c":1,"a":"x"})");
    EXPECT_EQ(json.text("a"), "x");
    EXPECT_EQ(code(json), 4);
    EXPECT_EQ(json.problem()->field, "c");
}

TEST_F(JsonObjectTest, the_first_problem_stays) {
    JsonObject json = object(R"({"a":1})");
    EXPECT_EQ(json.text("b"), "");
    EXPECT_EQ(json.text("a"), "");
    EXPECT_EQ(code(json), 5);
    EXPECT_EQ(json.problem()->field, "b");
}

TEST_F(JsonObjectTest, a_member_that_nobody_asked_for_is_refused) {
    JsonObject json = object(R"({"a":1,"b":2})");
    EXPECT_TRUE(json.has("b"));
    json.refuse_unread();
    EXPECT_EQ(code(json), 4);
    EXPECT_EQ(json.problem()->field, "a");
}

TEST_F(JsonObjectTest, a_text_may_have_to_be_there_and_not_empty) {
    JsonObject json = object(R"({"a":""})");
    EXPECT_EQ(json.text("a"), "");
    EXPECT_EQ(code(json), 0);
    EXPECT_EQ(json.text_not_empty("a"), "");
    EXPECT_EQ(code(json), 7);
}

TEST_F(JsonObjectTest, a_number_may_come_as_its_digits) {
    for (const char* text : {R"({"a":17})", R"({"a":"17"})", R"({"a":17.0})"}) {
        JsonObject json = object(text);
        EXPECT_EQ(json.whole_number("a"), 17u) << text;
        EXPECT_EQ(json.text_or_digits("a"), "17") << text;
        EXPECT_EQ(code(json), 0) << text;
    }
    for (const auto& [text, refused] : {std::pair{R"({"a":-1})", 6},
                                        {R"({"a":1.5})", 6},
                                        {R"({"a":null})", 6},
                                        {R"({"a":"1.5"})", 7},
                                        {R"({"a":""})", 7},
                                        {R"({})", 5}}) {
        JsonObject json = object(text);
        EXPECT_EQ(json.whole_number("a"), 0u) << text;
        EXPECT_EQ(code(json), refused) << text;
    }
}

TEST_F(JsonObjectTest, a_scalar_comes_back_as_it_was) {
    for (const char* value : {"17", "-2", "1.5", "true", "false", "null", R"("a\"b")"}) {
        JsonObject json = object(R"({"a":)" + std::string(value) + "}");
        EXPECT_EQ(json.scalar("a"), value);
        EXPECT_FALSE(json.problem());
    }
    for (const char* value : {"[]", "{}"}) {
        JsonObject json = object(R"({"a":)" + std::string(value) + "}");
        EXPECT_EQ(json.scalar("a"), "");
        EXPECT_EQ(code(json), 6);
    }
    JsonObject none = object("{}");
    EXPECT_EQ(none.scalar("a"), "");
    EXPECT_FALSE(none.problem());
}

TEST_F(JsonObjectTest, two_objects_of_one_parser_live_side_by_side) {
    JsonObject first = object(R"({"a":"one"})");
    JsonObject second = object(R"({"a":"another"})");
    EXPECT_EQ(first.text("a"), "one");
    EXPECT_EQ(second.text("a"), "another");
}

}  // namespace
}  // namespace bw::gateway::common
