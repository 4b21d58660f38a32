#include "base/decimal.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <limits>
#include <random>

namespace bw::base {
namespace {

constexpr std::int64_t largest = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t smallest = std::numeric_limits<std::int64_t>::min();

DecimalError error_of(std::string_view text) {
    const auto value = parse_decimal(text);
    EXPECT_FALSE(value.has_value()) << text;
    return value ? DecimalError{255} : value.error();
}

TEST(Decimal, reads_plain_numbers_exactly) {
    EXPECT_EQ(parse_decimal("0"), 0);
    EXPECT_EQ(parse_decimal("-0"), 0);
    EXPECT_EQ(parse_decimal("12.34"), 123'400);
    EXPECT_EQ(parse_decimal("0.0001"), 1);
    EXPECT_EQ(parse_decimal("-0.0001"), -1);
    EXPECT_EQ(parse_decimal("1.0000"), 10'000);
    EXPECT_EQ(parse_decimal("0.1").value() + parse_decimal("0.2").value(),
              parse_decimal("0.3").value());
}

TEST(Decimal, reads_up_to_the_last_unit_and_not_beyond) {
    EXPECT_EQ(parse_decimal("922337203685477.5807"), largest);
    EXPECT_EQ(parse_decimal("-922337203685477.5808"), smallest);
    EXPECT_EQ(error_of("922337203685477.5808"), DecimalError::out_of_range);
    EXPECT_EQ(error_of("-922337203685477.5809"), DecimalError::out_of_range);
    EXPECT_EQ(error_of("999999999999999999"), DecimalError::out_of_range);
    EXPECT_EQ(error_of(std::string(400, '9')), DecimalError::out_of_range);
}

TEST(Decimal, refuses_more_decimals_than_there_are) {
    EXPECT_EQ(error_of("0.00001"), DecimalError::too_many_decimals);
    EXPECT_EQ(error_of("1.00000"), DecimalError::too_many_decimals);
}

class NoDecimal : public testing::TestWithParam<std::string_view> {};

TEST_P(NoDecimal, is_refused) { EXPECT_EQ(error_of(GetParam()), DecimalError::malformed); }

INSTANTIATE_TEST_SUITE_P(Texts, NoDecimal,
                         testing::Values("", "-", ".", "-.", "0.1+0.2", "1e-9", "1E5", "1,5",
                                         "\xD9\xA1", "+1", "--1", ".5", "5.", "1.2.3", "01", "-01",
                                         "00", " 1", "1 ", "1\n", "0x10", "NaN", "inf", "1_000",
                                         std::string_view("1\0", 2), std::string_view("\0", 1),
                                         "1.-5", "1.+5"));

TEST(Decimal, prints_the_shortest_exact_form) {
    EXPECT_EQ(format_decimal(0), "0");
    EXPECT_EQ(format_decimal(12'345'000), "1234.5");
    EXPECT_EQ(format_decimal(10'000), "1");
    EXPECT_EQ(format_decimal(-5), "-0.0005");
    EXPECT_EQ(format_decimal(10'010), "1.001");
    EXPECT_EQ(format_decimal(largest), "922337203685477.5807");
    EXPECT_EQ(format_decimal(smallest), "-922337203685477.5808");
}

TEST(Decimal, every_number_survives_print_and_parse) {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 11;
    SCOPED_TRACE("BW_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    for (int i = 0; i < 100'000; ++i) {
        const auto units = static_cast<std::int64_t>(random()) >> (random() % 64);
        ASSERT_EQ(parse_decimal(format_decimal(units)), units);
    }
}

TEST(Unsigned, reads_digits_only) {
    EXPECT_EQ(parse_unsigned("0"), 0u);
    EXPECT_EQ(parse_unsigned("18446744073709551615"), std::numeric_limits<std::uint64_t>::max());
    for (const char* text : {"", "-1", "+1", "1.0", "01", "1e3", " 1", "1 ", "\xD9\xA1"}) {
        const auto value = parse_unsigned(text);
        ASSERT_FALSE(value.has_value()) << text;
        EXPECT_EQ(value.error(), DecimalError::malformed) << text;
    }
    for (const char* text :
         {"18446744073709551616", "99999999999999999999", "100000000000000000000"}) {
        const auto value = parse_unsigned(text);
        ASSERT_FALSE(value.has_value()) << text;
        EXPECT_EQ(value.error(), DecimalError::out_of_range) << text;
    }
}

}  // namespace
}  // namespace bw::base
