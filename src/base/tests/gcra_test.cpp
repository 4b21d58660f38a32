// The budget in one number beside a bucket that counts its tokens.
#include "base/gcra.hpp"

#include <gtest/gtest.h>

#include <random>

#include "support/seed.hpp"

namespace bw::base {
namespace {

TEST(Gcra, gives_its_burst_and_then_one_token_per_interval) {
    Gcra bucket(100, 3);
    for (int i = 0; i < 3; ++i) EXPECT_TRUE(bucket.try_take(1'000));
    EXPECT_FALSE(bucket.try_take(1'000));
    EXPECT_FALSE(bucket.try_take(1'099));
    EXPECT_TRUE(bucket.try_take(1'100));
    EXPECT_FALSE(bucket.try_take(1'101));
}

TEST(Gcra, never_holds_more_than_its_burst) {
    Gcra bucket(100, 2);
    for (int i = 0; i < 2; ++i) EXPECT_TRUE(bucket.try_take(1'000'000));
    EXPECT_FALSE(bucket.try_take(1'000'000));
}

/// Tokens in units of a nanosecond of waiting.
struct CountedBucket {
    std::uint64_t interval_ns, capacity, level = capacity, at_ns = 0;

    bool try_take(std::uint64_t now_ns) {
        level = std::min(capacity, level + (now_ns - std::exchange(at_ns, now_ns)));
        if (level < interval_ns) return false;
        level -= interval_ns;
        return true;
    }
};

TEST(Gcra, allows_what_a_counted_bucket_allows) {
    std::mt19937_64 random(test_support::announced_seed());
    for (int round = 0; round < 50; ++round) {
        const std::uint64_t interval_ns = 1 + random() % 1'000, burst = 1 + random() % 20;
        Gcra bucket(interval_ns, burst);
        CountedBucket model{.interval_ns = interval_ns, .capacity = interval_ns * burst};
        std::uint64_t now_ns = 0;
        for (int i = 0; i < 2'000; ++i) {
            now_ns += random() % (2 * interval_ns);
            ASSERT_EQ(bucket.try_take(now_ns), model.try_take(now_ns));
        }
    }
}

}  // namespace
}  // namespace bw::base
