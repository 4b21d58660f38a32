// Budgets, beside the token bucket that says what they mean.
#include "access/budget.hpp"

#include <gtest/gtest.h>

#include <random>
#include <thread>
#include <vector>

#include "access/tests/token_bucket.hpp"
#include "support/seed.hpp"

namespace bw::access::testing {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

void expect_same(const RateState& budget, const RateState& bucket) {
    EXPECT_EQ(budget.allowed, bucket.allowed);
    EXPECT_EQ(budget.limit, bucket.limit);
    EXPECT_EQ(budget.remaining, bucket.remaining);
    EXPECT_EQ(budget.reset_s, bucket.reset_s);
    EXPECT_EQ(budget.retry_s, bucket.retry_s);
    EXPECT_EQ(budget.per_second, bucket.per_second);
}

/// Steps from a few nanoseconds to longer than the budget needs to be full again.
std::uint64_t step(std::mt19937_64& random, const Rate& rate) {
    const std::uint64_t interval = second / rate.per_second;
    switch (random() % 5) {
        case 0: return 0;
        case 1: return random() % 3;
        case 2: return random() % (interval + 2);
        case 3: return interval;
        default: return random() % (interval * rate.burst * 2 + 2);
    }
}

TEST(TokenBucket, gives_its_burst_and_then_its_rate) {
    TokenBucket bucket({10, 3}, 0);
    for (std::uint32_t left : {2u, 1u, 0u}) {
        const RateState state = bucket.take(0);
        EXPECT_TRUE(state.allowed);
        EXPECT_EQ(state.remaining, left);
    }
    const RateState refused = bucket.take(0);
    EXPECT_FALSE(refused.allowed);
    EXPECT_EQ(refused.retry_s, 1u);
    EXPECT_FALSE(bucket.take(second / 10 - 1).allowed);
    EXPECT_TRUE(bucket.take(second / 10).allowed);
    EXPECT_FALSE(bucket.take(second / 10).allowed);
    EXPECT_EQ(bucket.take(1'000'000 * second).remaining,
              2u);  // never more than the burst, however long nothing was taken
}

TEST(Budget, allows_what_a_token_bucket_allows) {
    const std::uint64_t seed = test_support::announced_seed();
    std::mt19937_64 random(seed);
    for (int round = 0; round < 300; ++round) {
        constexpr std::uint32_t rates[] = {1, 2, 5, 10, 64, 100, 200, 1'000, 50'000, 1'000'000};
        const Rate rate{rates[random() % std::size(rates)],
                        1 + static_cast<std::uint32_t>(random() % 50)};
        std::uint64_t now = random() % (1ull << 50);
        Budget budget;
        TokenBucket bucket(rate, now);
        for (int i = 0; i < 1'000; ++i) {
            now += step(random, rate);
            if (random() % 2 == 0)
                expect_same(budget.look(rate, now), bucket.look(now));
            else
                expect_same(budget.take(rate, now), bucket.take(now));
            if (HasFailure()) FAIL() << rate.per_second << "/s, burst " << rate.burst;
        }
    }
}

/// An interval that is no whole number of nanoseconds is rounded up: never more than the bucket
/// allows, and less by the rounding only.
TEST(Budget, rounds_the_interval_up) {
    for (const std::uint32_t per_second : {3u, 7u, 300u, 700'000u, 999'999u}) {
        const Rate rate{per_second, 5};
        const std::uint64_t interval = (second + per_second - 1) / per_second;
        Budget budget;
        TokenBucket bucket(rate, 0);
        std::uint64_t by_budget = 0, by_bucket = 0, tries = 0;
        for (std::uint64_t now = 0; tries < 100'000; now += interval / 3 + 1, ++tries) {
            by_budget += budget.take(rate, now).allowed;
            by_bucket += bucket.take(now).allowed;
            ASSERT_LE(by_budget, by_bucket);
        }
        EXPECT_GE(by_budget + 2, by_bucket * (second / per_second) / interval);
    }
}

TEST(KeyBudgets, of_the_classes_are_separate) {
    const Rate rate{1, 1};
    KeyBudgets budgets;
    for (const RateClass kind : {RateClass::order, RateClass::cancel, RateClass::query}) {
        EXPECT_TRUE(budgets.take(kind, rate, 0).allowed);
        EXPECT_FALSE(budgets.take(kind, rate, 0).allowed);
    }
    budgets.reset();
    EXPECT_TRUE(budgets.take(RateClass::order, rate, 0).allowed);
}

TEST(KeyBudgets, recover_from_a_debt_that_is_too_large) {
    KeyBudgets budgets;
    for (int i = 0; i < 1'000; ++i)
        (void)budgets.take(RateClass::order, {1, 1'000}, 5'000 * second);  // another configuration
    EXPECT_FALSE(budgets.take(RateClass::order, {10, 20}, 0).allowed);
    EXPECT_FALSE(budgets.take(RateClass::order, {10, 20}, second / 10 - 1).allowed);
    EXPECT_TRUE(budgets.take(RateClass::order, {10, 20}, second / 10).allowed);
}

TEST(KeyBudgets, are_one_for_all_threads) {
    const Rate rate{1'000, 100};
    KeyBudgets budgets;
    std::vector<int> allowed(4);
    {
        std::vector<std::jthread> threads;
        for (int& own : allowed)
            threads.emplace_back([&budgets, &own, &rate] {
                for (std::uint64_t now = second; now < 2 * second; now += 10'000)
                    own += budgets.take(RateClass::order, rate, now).allowed;
            });
    }
    const int sum = allowed[0] + allowed[1] + allowed[2] + allowed[3];
    EXPECT_LE(sum, 100 + 1'000);
    EXPECT_GE(sum, 1'000);
}

}  // namespace
}  // namespace bw::access::testing
