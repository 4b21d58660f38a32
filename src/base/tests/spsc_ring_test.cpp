#include "base/spsc_ring.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <thread>

namespace bw::base {
namespace {

TEST(SpscRing, gives_back_in_order_and_says_when_full) {
    SpscRing<int, 4> ring;
    EXPECT_EQ(ring.front(), nullptr);
    for (int i = 0; i < 4; ++i) {
        *ring.try_claim() = i;
        ring.publish();
    }
    EXPECT_EQ(ring.try_claim(), nullptr);
    EXPECT_EQ(ring.size(), 4u);
    EXPECT_EQ(*ring.front(), 0);
    EXPECT_EQ(*ring.front(), 0) << "front() does not take";
    ring.release();
    ASSERT_NE(ring.try_claim(), nullptr);
    *ring.try_claim() = 4;
    ring.publish();
    for (int i = 1; i <= 4; ++i) {
        ASSERT_NE(ring.front(), nullptr);
        EXPECT_EQ(*ring.front(), i);
        ring.release();
    }
    EXPECT_EQ(ring.front(), nullptr);
    EXPECT_EQ(ring.size(), 0u);
}

TEST(SpscRing, a_claimed_slot_is_not_seen_before_it_is_published) {
    SpscRing<int, 2> ring;
    *ring.try_claim() = 7;
    EXPECT_EQ(ring.front(), nullptr);
    ring.publish();
    EXPECT_EQ(*ring.front(), 7);
}

/// Two words per slot: a slot seen before it was written whole would show two different ones.
struct Pair {
    std::uint64_t number;
    std::uint64_t complement;
};

TEST(SpscRing, two_threads_lose_nothing_and_see_whole_slots) {
    constexpr std::uint64_t count = 300'000;
    const auto ring = std::make_unique<SpscRing<Pair, 64>>();
    std::thread producer([&] {
        for (std::uint64_t i = 0; i < count;) {
            Pair* slot = ring->try_claim();
            if (slot == nullptr) {
                std::this_thread::yield();
                continue;
            }
            *slot = {i, ~i};
            ring->publish();
            ++i;
        }
    });
    std::uint64_t expected = 0, torn = 0, misplaced = 0;
    while (expected < count) {
        const Pair* slot = ring->front();
        if (slot == nullptr) {
            std::this_thread::yield();
            continue;
        }
        torn += slot->complement != ~slot->number ? 1 : 0;
        misplaced += slot->number != expected ? 1 : 0;
        ring->release();
        ++expected;
    }
    producer.join();
    EXPECT_EQ(torn, 0u);
    EXPECT_EQ(misplaced, 0u);
    EXPECT_EQ(ring->front(), nullptr);
}

}  // namespace
}  // namespace bw::base
