// Rate limits of addresses.
#include "access/rate_limiter.hpp"

#include <gtest/gtest.h>

namespace bw::access::testing {
namespace {

constexpr std::uint64_t second = 1'000'000'000;

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

platform::Address address(int number) {
    return platform::Address::from_ipv4(
        {std::byte{192}, std::byte{0}, std::byte{2}, static_cast<std::byte>(number)});
}

TEST(RateLimiter, addresses_share_a_bucket_only_when_there_is_no_room) {
    RateLimiter limiter({1, 1}, 2);
    EXPECT_TRUE(limiter.take(address(1), 0).allowed);
    EXPECT_FALSE(limiter.take(address(1), 0).allowed);
    EXPECT_TRUE(limiter.take(address(2), 0).allowed);
    EXPECT_TRUE(limiter.take(address(3), 0).allowed);  // the shared bucket
    EXPECT_FALSE(limiter.take(address(4), 0).allowed);
    EXPECT_TRUE(limiter.take(address(4), 3 * second).allowed);
    EXPECT_TRUE(limiter.take(address(5), 3 * second).allowed);
}

}  // namespace
}  // namespace bw::access::testing
