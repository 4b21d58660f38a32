// Budgets of addresses, beside one token bucket for each.
#include "access/address_budgets.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <thread>
#include <vector>

#include "access/tests/token_bucket.hpp"
#include "support/seed.hpp"
#include "support/seeded_random.hpp"

namespace bw::access::testing {
namespace {

using test_support::SeededRandom;

constexpr std::uint64_t second = 1'000'000'000;

platform::Address address(std::uint32_t number) {
    return platform::Address::from_ipv4({std::byte{10}, static_cast<std::byte>(number >> 16),
                                         static_cast<std::byte>(number >> 8),
                                         static_cast<std::byte>(number)});
}

TEST(AddressBudgets, are_those_of_one_bucket_for_each_address) {
    const std::uint64_t seed = test_support::announced_seed();
    std::mt19937_64 random(seed);
    SeededRandom keys(seed);
    const Rate rate{10, 3};
    AddressBudgets budgets(rate, keys);
    std::map<std::uint32_t, TokenBucket> buckets;
    std::uint64_t now = second;
    for (int i = 0; i < 200'000; ++i) {
        now += random() % (second / 10'000);
        const auto number = static_cast<std::uint32_t>(random() % 500);
        TokenBucket& bucket = buckets.try_emplace(number, rate, now).first->second;
        const bool looks = random() % 3 == 0;
        const RateState budget =
            looks ? budgets.look(address(number), now) : budgets.take(address(number), now);
        const RateState expected = looks ? bucket.look(now) : bucket.take(now);
        ASSERT_EQ(budget.allowed, expected.allowed);
        ASSERT_EQ(budget.remaining, expected.remaining);
    }
}

/// With 8 places, a ninth busy address shares one until a budget is full again.
TEST(AddressBudgets, are_shared_only_when_there_is_no_room) {
    SeededRandom keys(1);
    AddressBudgets budgets({1, 1}, keys, 8);
    for (std::uint32_t number = 0; number < 8; ++number) {
        EXPECT_TRUE(budgets.take(address(number), second).allowed);
        EXPECT_FALSE(budgets.take(address(number), second).allowed);
    }
    EXPECT_FALSE(budgets.take(address(8), second).allowed);
    EXPECT_TRUE(budgets.take(address(8), 2 * second).allowed);
    EXPECT_FALSE(budgets.take(address(8), 2 * second).allowed);
}

TEST(AddressBudgets, are_one_for_a_network_of_ipv6) {
    SeededRandom keys(3);
    AddressBudgets budgets({1, 1}, keys);
    EXPECT_TRUE(budgets.take(*platform::Address::parse("2001:db8:1:2::1"), second).allowed);
    EXPECT_FALSE(budgets.take(*platform::Address::parse("2001:db8:1:2::2"), second).allowed);
    EXPECT_TRUE(budgets.take(*platform::Address::parse("2001:db8:1:3::1"), second).allowed);
}

TEST(AddressBudgets, of_one_address_are_one_for_all_threads) {
    SeededRandom keys(2);
    AddressBudgets budgets({1'000, 100}, keys);
    std::vector<int> allowed(4);
    {
        std::vector<std::jthread> threads;
        for (std::size_t own = 0; own < allowed.size(); ++own)
            threads.emplace_back([&budgets, &count = allowed[own], own] {
                std::mt19937_64 random(own);
                for (std::uint64_t now = second; now < 2 * second; now += 10'000) {
                    count += budgets.take(address(0), now).allowed;
                    (void)budgets.take(address(1 + random() % 1'000), now);  // others come and go
                }
            });
    }
    const int sum = allowed[0] + allowed[1] + allowed[2] + allowed[3];
    EXPECT_LE(sum, 100 + 1'000);
    EXPECT_GE(sum, 1'000);
}

}  // namespace
}  // namespace bw::access::testing
