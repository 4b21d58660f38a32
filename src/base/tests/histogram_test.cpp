#include "base/histogram.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <random>
#include <vector>

namespace bw::base {
namespace {

TEST(Histogram, an_empty_one_says_zero) {
    const auto histogram = std::make_unique<Histogram>();
    EXPECT_EQ(histogram->count(), 0u);
    EXPECT_EQ(histogram->quantile(0.5), 0u);
    EXPECT_EQ(histogram->max(), 0u);
}

TEST(Histogram, small_values_are_exact) {
    const auto histogram = std::make_unique<Histogram>();
    for (std::uint64_t value = 0; value < 64; ++value) histogram->record(value);
    EXPECT_EQ(histogram->quantile(0.0), 0u);
    EXPECT_EQ(histogram->quantile(0.5), 31u);
    EXPECT_EQ(histogram->quantile(1.0), 63u);
}

TEST(Histogram, takes_the_largest_value_there_is) {
    const auto histogram = std::make_unique<Histogram>();
    constexpr auto largest = std::numeric_limits<std::uint64_t>::max();
    histogram->record(largest);
    EXPECT_EQ(histogram->max(), largest);
    EXPECT_GE(histogram->quantile(1.0), largest / 64 * 63);
}

/// Values over many powers of two, as latencies are; against the sorted values themselves.
TEST(Histogram, quantiles_are_at_most_a_64th_below_the_exact_ones) {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : 5;
    SCOPED_TRACE("BW_SEED=" + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto histogram = std::make_unique<Histogram>();
    std::vector<std::uint64_t> values(20'000);
    for (std::uint64_t& value : values) histogram->record(value = random() >> (random() % 64));
    std::ranges::sort(values);
    EXPECT_EQ(histogram->count(), values.size());
    EXPECT_EQ(histogram->max(), values.back());
    for (const double q : {0.0, 0.01, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1.0}) {
        const auto rank = std::max<std::size_t>(
            1, static_cast<std::size_t>(std::llround(q * static_cast<double>(values.size()))));
        const std::uint64_t exact = values[rank - 1];
        const std::uint64_t seen = histogram->quantile(q);
        EXPECT_LE(seen, exact) << q;
        EXPECT_GE(seen, exact - exact / 64) << q;
    }
}

}  // namespace
}  // namespace bw::base
