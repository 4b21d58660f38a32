#include "base/fixed_text.hpp"

#include <gtest/gtest.h>

namespace bw::base {
namespace {

using Text = FixedText<4>;

TEST(FixedText, holds_up_to_its_capacity) {
    EXPECT_EQ(Text::from("")->view(), "");
    EXPECT_EQ(Text::from("abc")->str(), "abc");
    EXPECT_EQ(Text::from("abcd")->view(), "abcd");
    EXPECT_FALSE(Text::from("abcde").has_value());
    EXPECT_FALSE(Text::from(std::string_view("a\0b", 3)).has_value());
    EXPECT_TRUE(Text{}.empty());
    EXPECT_FALSE(Text::from("a")->empty());
}

TEST(FixedText, one_text_has_one_encoding) {
    Text text = *Text::from("ab");
    EXPECT_TRUE(text.canonical());
    text.chars[3] = 'x';  // behind the first NUL: unseen, but there
    EXPECT_EQ(text.view(), "ab");
    EXPECT_FALSE(text.canonical());
    EXPECT_NE(text, *Text::from("ab"));
    EXPECT_TRUE(Text::from("abcd")->canonical());
    EXPECT_TRUE(Text{}.canonical());
}

TEST(FixedText, orders_like_its_text) {
    EXPECT_LT(*Text::from("ab"), *Text::from("abc"));
    EXPECT_LT(*Text::from("abc"), *Text::from("b"));
    EXPECT_EQ(*Text::from("abc"), *Text::from("abc"));
}

}  // namespace
}  // namespace bw::base
