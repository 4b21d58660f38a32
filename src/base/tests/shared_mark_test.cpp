#include "base/shared_mark.hpp"

#include <gtest/gtest.h>

#include <array>
#include <thread>
#include <vector>

namespace bw::base {
namespace {

TEST(SharedMark, rises_and_never_falls) {
    SharedMark mark;
    EXPECT_EQ(mark.value(), 0u);
    EXPECT_FALSE(mark.raise(0));
    EXPECT_TRUE(mark.raise(7));
    EXPECT_FALSE(mark.raise(7));
    EXPECT_FALSE(mark.raise(6));
    EXPECT_TRUE(mark.raise(UINT64_MAX));
    EXPECT_EQ(mark.value(), UINT64_MAX);
}

TEST(SharedMark, loses_no_change_of_several_threads) {
    constexpr std::uint64_t each = 100'000;
    SharedMark sum;
    {
        std::array<std::jthread, 4> threads;
        for (std::jthread& thread : threads)
            thread = std::jthread([&sum] {
                for (std::uint64_t i = 0; i < each; ++i)
                    sum.change([](std::uint64_t old) { return std::optional(old + 1); });
            });
    }
    EXPECT_EQ(sum.value(), 4 * each);
}

TEST(SharedMark, gives_each_value_to_one_of_several_threads) {
    constexpr std::uint64_t values = 100'000;
    SharedMark mark;
    std::array<std::vector<std::uint64_t>, 4> taken;
    {
        std::vector<std::jthread> threads;
        for (auto& own : taken)
            threads.emplace_back([&mark, &own] {
                for (std::uint64_t value = 1; value <= values; ++value)
                    if (mark.raise(value)) own.push_back(value);
            });
    }
    std::vector<int> times(values + 1);
    for (const auto& own : taken)
        for (const std::uint64_t value : own) ++times[value];
    for (const int count : times) EXPECT_LE(count, 1);
    EXPECT_EQ(mark.value(), values);
}

}  // namespace
}  // namespace bw::base
