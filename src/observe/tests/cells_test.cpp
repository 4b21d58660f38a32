#include "observe/cells.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <thread>
#include <vector>

#include "observe/reader.hpp"
#include "observe/stamps.hpp"

namespace bw::observe {
namespace {

std::uint64_t seed_of_this_run() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 0) : std::random_device{}();
    std::printf("BW_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

Distribution look(const Histogram& histogram) {
    std::vector<std::uint64_t> counts(Histogram::bucket_count);
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] = histogram.count_in(i);
    return {std::move(counts), histogram.sum(), histogram.max()};
}

TEST(Histogram, a_bucket_begins_where_it_says) {
    for (std::size_t bucket = 0; bucket < Histogram::bucket_count; ++bucket) {
        const std::uint64_t lowest = Histogram::lower_bound_of(bucket);
        EXPECT_EQ(Histogram::bucket_of(lowest), bucket);
        if (bucket > 0) {
            EXPECT_EQ(Histogram::bucket_of(lowest - 1), bucket - 1);
        }
    }
}

TEST(Histogram, what_is_too_large_counts_in_the_last_bucket) {
    Histogram histogram;
    histogram.record(~std::uint64_t{0} >> 1);
    EXPECT_EQ(histogram.count_in(Histogram::bucket_count - 1), 1u);
    EXPECT_EQ(histogram.max(), ~std::uint64_t{0} >> 1);
}

TEST(Histogram, quantiles_are_those_of_a_sorted_list_or_at_most_a_bucket_lower) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    std::vector<std::uint64_t> values(10'000);
    for (auto& value : values) value = random() >> (24 + random() % 40);
    Histogram histogram;
    for (const std::uint64_t value : values) histogram.record(value);
    std::ranges::sort(values);
    const Distribution distribution = look(histogram);
    EXPECT_EQ(distribution.count(), values.size());
    EXPECT_EQ(distribution.max(), values.back());
    for (const double q : {0.01, 0.5, 0.9, 0.99, 0.999}) {
        const auto rank =
            static_cast<std::size_t>(std::llround(q * static_cast<double>(values.size())));
        const std::uint64_t exact = values[std::max<std::size_t>(rank, 1) - 1];
        const std::uint64_t told = distribution.quantile(q);
        EXPECT_EQ(told, Histogram::lower_bound_of(Histogram::bucket_of(exact))) << q;
        EXPECT_LE(told, exact);
        EXPECT_GE(told + told / 31 + 1, exact);
    }
    for (unsigned exponent = 0; exponent <= 40; ++exponent) {
        const std::uint64_t bound = std::uint64_t{1} << exponent;
        EXPECT_EQ(
            distribution.count_below(bound),
            static_cast<std::uint64_t>(std::ranges::lower_bound(values, bound) - values.begin()));
    }
}

TEST(Histogram, several_at_once_are_as_many_single_ones) {
    Histogram at_once;
    Histogram single;
    at_once.record(1'000, 3);
    for (int i = 0; i < 3; ++i) single.record(1'000);
    EXPECT_EQ(look(at_once).count(), 3u);
    EXPECT_EQ(at_once.sum(), single.sum());
    EXPECT_EQ(look(at_once).quantile(0.5), look(single).quantile(0.5));
}

TEST(Histogram, an_empty_one_has_quantile_zero) { EXPECT_EQ(look(Histogram()).quantile(0.99), 0u); }

TEST(Cells, a_reader_beside_the_writer_never_sees_a_count_go_back_or_too_far) {
    constexpr std::uint64_t rounds = 200'000;
    Counter counter;
    Histogram histogram;
    std::jthread writer([&] {
        for (std::uint64_t i = 1; i <= rounds; ++i) {
            histogram.record(i % 1'000);
            counter.add();
        }
    });
    std::uint64_t seen = 0;
    std::uint64_t recorded = 0;
    while (seen < rounds) {
        const std::uint64_t now = counter.value();
        ASSERT_GE(now, seen);
        ASSERT_LE(now, rounds);
        seen = now;
        const std::uint64_t count = look(histogram).count();
        ASSERT_GE(count, recorded);
        ASSERT_LE(count, rounds);
        recorded = count;
    }
    writer.join();
    EXPECT_EQ(look(histogram).count(), rounds);
}

TEST(Stamps, each_command_counts_with_its_age) {
    Stamps stamps;
    Histogram ages;
    stamps.add(1'000);
    stamps.add(1'000);
    stamps.add(1'020);
    stamps.record(1'031, ages);
    EXPECT_EQ(ages.count_in(Histogram::bucket_of(31)), 2u);
    EXPECT_EQ(ages.count_in(Histogram::bucket_of(11)), 1u);
    EXPECT_EQ(ages.sum(), 31u + 31 + 11);
    stamps.record(5'000, ages);
    EXPECT_EQ(look(ages).count(), 3u) << "recorded once only";
}

TEST(Stamps, a_clock_that_stepped_back_gives_zero) {
    Stamps stamps;
    Histogram ages;
    stamps.add(1'000);
    stamps.record(10, ages);
    EXPECT_EQ(ages.count_in(0), 1u);
    EXPECT_EQ(ages.sum(), 0u);
}

TEST(Stamps, without_room_a_command_seems_slower_never_faster) {
    Stamps stamps;
    Histogram ages;
    const std::uint64_t commands = Stamps::groups_max + 10;
    for (std::uint64_t i = 0; i < commands; ++i) stamps.add(i);
    stamps.record(commands, ages);
    EXPECT_EQ(look(ages).count(), commands);
    EXPECT_EQ(look(ages).quantile(0),
              Histogram::lower_bound_of(Histogram::bucket_of(commands - (Stamps::groups_max - 1))));
}

}  // namespace
}  // namespace bw::observe
