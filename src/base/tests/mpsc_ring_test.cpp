#include "base/mpsc_ring.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>
#include <vector>

#include "base/shared_budget.hpp"

namespace bw::base {
namespace {

TEST(MpscRing, gives_back_in_order_and_refuses_when_full) {
    MpscRing<int, 4> ring;
    int taken = -1;
    EXPECT_FALSE(ring.try_take(taken));
    for (int round = 0; round < 3; ++round) {
        for (int i = 0; i < 4; ++i) EXPECT_TRUE(ring.try_put(10 * round + i));
        EXPECT_FALSE(ring.try_put(99));
        for (int i = 0; i < 4; ++i) {
            ASSERT_TRUE(ring.try_take(taken));
            EXPECT_EQ(taken, 10 * round + i);
        }
        EXPECT_FALSE(ring.try_take(taken));
        EXPECT_EQ(taken, 10 * round + 3) << "left as it was";
    }
}

TEST(MpscRing, one_slot_that_was_taken_is_free_again) {
    MpscRing<int, 2> ring;
    EXPECT_TRUE(ring.try_put(1));
    EXPECT_TRUE(ring.try_put(2));
    int taken = 0;
    EXPECT_TRUE(ring.try_take(taken));
    EXPECT_TRUE(ring.try_put(3));
    EXPECT_FALSE(ring.try_put(4));
    EXPECT_TRUE(ring.try_take(taken));
    EXPECT_EQ(taken, 2);
    EXPECT_TRUE(ring.try_take(taken));
    EXPECT_EQ(taken, 3);
}

/// Two words per object: one seen before it was written whole would show two different ones.
struct Pair {
    std::uint64_t number;
    std::uint64_t complement;
};

TEST(MpscRing, three_threads_lose_nothing_and_each_stays_in_order) {
    constexpr std::uint64_t producers = 3, count = 60'000;
    const auto ring = std::make_unique<MpscRing<Pair, 64>>();
    std::vector<std::jthread> threads;
    for (std::uint64_t p = 0; p < producers; ++p)
        threads.emplace_back([&, p] {
            for (std::uint64_t i = 0; i < count;) {
                const std::uint64_t number = i * producers + p;
                if (ring->try_put({number, ~number}))
                    ++i;
                else
                    std::this_thread::yield();
            }
        });
    std::vector<std::uint64_t> next(producers);
    for (std::uint64_t taken = 0; taken < producers * count;) {
        Pair pair{};
        if (!ring->try_take(pair)) {
            std::this_thread::yield();
            continue;
        }
        ASSERT_EQ(pair.number, ~pair.complement);
        ASSERT_EQ(pair.number / producers, next[pair.number % producers]++);
        ++taken;
    }
}

TEST(SharedBudget, gives_so_many_in_each_second_and_counts_what_it_refuses) {
    SharedBudget budget(3);
    EXPECT_EQ(budget.take_refused(), 0u);
    for (std::uint64_t second = 1'800'000'000; second < 1'800'000'003; ++second) {
        for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.try_take(second));
        for (int i = 0; i < 5; ++i) EXPECT_FALSE(budget.try_take(second));
        EXPECT_EQ(budget.take_refused(), 5u);
        EXPECT_EQ(budget.take_refused(), 0u);
    }
}

TEST(SharedBudget, threads_together_get_no_more) {
    SharedBudget budget(1'000);
    std::vector<std::uint64_t> taken(4);
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t& mine : taken)
            threads.emplace_back([&] {
                for (int i = 0; i < 2'000; ++i) mine += budget.try_take(7) ? 1 : 0;
            });
    }
    EXPECT_EQ(taken[0] + taken[1] + taken[2] + taken[3], 1'000u);
    EXPECT_EQ(budget.take_refused(), 7'000u);
}

}  // namespace
}  // namespace bw::base
