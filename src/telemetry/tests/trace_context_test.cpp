#include "telemetry/trace_context.hpp"

#include <gtest/gtest.h>

#include <random>
#include <regex>
#include <string>

namespace bw::telemetry {
namespace {

constexpr std::string_view example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// The sentences of the recommendation, as a regular expression.
bool is_valid(const std::string& text) {
    static const std::regex form(
        "([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-[\\s\\S]*)?");
    std::smatch parts;
    if (!std::regex_match(text, parts, form) || parts[1] == "ff") return false;
    if (parts[1] == "00" && parts[5].matched) return false;
    return parts[2] != std::string(32, '0') && parts[3] != std::string(16, '0');
}

TEST(TraceContext, the_example_of_the_recommendation) {
    const auto context = parse_traceparent(example);
    ASSERT_TRUE(context);
    EXPECT_EQ(context->trace_id.front(), 0x4b);
    EXPECT_EQ(context->trace_id.back(), 0x36);
    EXPECT_EQ(context->span_id.front(), 0x00);
    EXPECT_EQ(context->span_id.back(), 0xb7);
    EXPECT_EQ(context->flags, 1);
    EXPECT_EQ(parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")->flags,
              0);
}

TEST(TraceContext, what_is_malformed_is_nothing) {
    const std::string good(example);
    for (std::size_t size = 0; size < good.size(); ++size)
        EXPECT_FALSE(parse_traceparent(good.substr(0, size))) << size;
    for (const char* bad : {
             "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
             "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0A",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
             "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
             " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
             "0-4bf92f3577b34da6a3ce929d0e0e47366-00f067aa0ba902b7-001",
             "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
             "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
         })
        EXPECT_FALSE(parse_traceparent(bad)) << bad;
}

TEST(TraceContext, a_later_version_is_read_as_far_as_it_is_known) {
    const auto context = parse_traceparent(example);
    EXPECT_EQ(parse_traceparent("01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
              context);
    EXPECT_EQ(parse_traceparent("cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what"),
              context);
}

TEST(TraceContext, every_single_byte_in_every_place_is_judged_as_the_model_judges_it) {
    for (std::size_t at = 0; at < example.size(); ++at)
        for (int byte = 0; byte < 256; ++byte) {
            std::string text(example);
            text[at] = static_cast<char>(byte);
            ASSERT_EQ(parse_traceparent(text).has_value(), is_valid(text))
                << "byte " << byte << " at " << at;
        }
}

TEST(TraceContext, random_changes_are_judged_as_the_model_judges_them) {
    constexpr unsigned seed = 20'261'130;
    std::mt19937 random(seed);
    constexpr std::string_view alphabet = "0123456789abcdef0000ffff--AF gz\n";
    std::size_t valid = 0;
    for (int round = 0; round < 20'000; ++round) {
        std::string text(example);
        if (random() % 4 == 0) text.replace(3, 32, 32, '0');
        if (random() % 4 == 0) text.replace(36, 16, 16, '0');
        for (unsigned change = random() % 4; change > 0; --change) {
            const char c = alphabet[random() % alphabet.size()];
            const std::size_t at = random() % text.size();
            switch (random() % 8) {
                case 0: text.insert(at, 1, c); break;
                case 1: text.erase(at, 1); break;
                case 2: text += c; break;
                default: text[at] = c; break;
            }
        }
        ASSERT_EQ(parse_traceparent(text).has_value(), is_valid(text))
            << "seed " << seed << ", round " << round << ": " << text;
        valid += is_valid(text) ? 1 : 0;
    }
    EXPECT_GT(valid, 2'000u) << "the changes leave too little that is valid";
}

}  // namespace
}  // namespace bw::telemetry
