// A ring whose producer is another process: it dies anywhere, another one takes the ring over, and
// some write what they like.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <memory>
#include <random>
#include <vector>

#include "sequencer/sequencer.hpp"

namespace bw::sequencer {
namespace {

using event_store::AppendResult;
using event_store::StampedCommand;

class CountingLog final : public event_store::CommandLog {
 public:
    AppendResult append(std::span<const StampedCommand> batch) override {
        for (const StampedCommand& command : batch) {
            EXPECT_EQ(command.sequence, ++last);
            EXPECT_LE(command.message.size(), codec::max_command_size);
            std::uint64_t number = 0;
            if (command.message.size() == sizeof number)
                std::memcpy(&number, command.message.data(), sizeof number);
            numbers.push_back(number);
        }
        return AppendResult::accepted;
    }
    std::uint64_t committed_sequence() const override { return last; }
    std::uint64_t appended_sequence() const override { return last; }
    event_store::Role role() const override { return event_store::Role::leader; }
    void wake_on_commit(platform::WakeUp*) override {}
    std::size_t do_work() override { return 0; }

    std::uint64_t last = 0;
    std::vector<std::uint64_t> numbers;  ///< what the commands say, in order; 0: of another size
};

struct RingTakeOver : testing::Test {
    bool send(RingPort& port) {
        const std::uint64_t number = ++sent_;
        if (port.try_send(std::as_bytes(std::span(&number, 1)))) return true;
        --sent_;
        return false;
    }
    /// A new producer; how many turns it took the sequencer to make the ring ready.
    std::size_t take_over() {
        GatewayRing::TakeOver take_over(*ring, ++producer_);
        std::size_t turns = 0;
        while (!take_over.done() && turns < 1'000) {
            sequencer.do_work();
            ++turns;
        }
        return turns;
    }
    void drain() {
        while (sequencer.do_work() > 0) {
        }
    }

    std::unique_ptr<GatewayRing> ring = std::make_unique<GatewayRing>();
    std::unique_ptr<GatewayRing> other = std::make_unique<GatewayRing>();
    CountingLog log;
    platform::SystemClock clock;
    observe::SequencerMetrics metrics{};
    Sequencer sequencer{log, clock, {ring.get(), other.get()}, 0};
    std::uint64_t sent_ = 0;
    std::uint64_t producer_ = 1'764'000'000'000'000'000;  // as the time is
};

TEST_F(RingTakeOver, what_was_published_is_sequenced_before_the_next_producer_begins) {
    RingPort port(*ring);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(send(port));
    const std::size_t turns = take_over();
    EXPECT_GT(turns, 100 / Sequencer::ring_share) << "it must not begin while something is unread";
    EXPECT_EQ(log.last, 100u);
    RingPort next(*ring);
    ASSERT_TRUE(send(next));
    drain();
    EXPECT_EQ(log.numbers.back(), 101u);
    EXPECT_EQ(log.last, 101u);
}

TEST_F(RingTakeOver, a_slot_that_was_claimed_and_not_published_is_not_seen) {
    RingPort port(*ring);
    ASSERT_TRUE(send(port));
    RingSlot* half = ring->try_claim();  // and here the process dies, in the middle of writing
    half->size = 99;
    half->bytes[0] = std::byte{0xEE};
    take_over();
    RingPort next(*ring);
    ASSERT_TRUE(send(next));
    drain();
    EXPECT_EQ(log.numbers, (std::vector<std::uint64_t>{1, 2}));
}

TEST_F(RingTakeOver, of_a_command_in_two_slots_the_first_alone_is_bounded_to_it) {
    RingPort port(*ring);
    ASSERT_TRUE(send(port));
    RingSlot* slot = ring->try_claim();  // says that it goes on, and nothing follows
    slot->size = codec::max_command_size;
    ring->publish();
    drain();
    EXPECT_EQ(log.numbers, (std::vector<std::uint64_t>{1, 0})) << "of another size";
    ASSERT_TRUE(send(port));
    drain();
    EXPECT_EQ(log.numbers.back(), 2u) << "the next command is nobody's second half";
}

TEST_F(RingTakeOver, a_full_ring_of_a_dead_producer_is_drained_and_can_be_filled_again) {
    RingPort port(*ring);
    while (send(port)) {
    }
    take_over();
    RingPort next(*ring);
    std::size_t again = 0;
    while (send(next)) ++again;
    EXPECT_EQ(again, GatewayRing::capacity);
    drain();
    EXPECT_EQ(log.last, 2 * GatewayRing::capacity);
}

/// Where the producer's position lies in the shared memory: at the beginning.
std::atomic<std::uint64_t>& tail_of(GatewayRing& ring) {
    return *reinterpret_cast<std::atomic<std::uint64_t>*>(&ring);
}
std::atomic<std::uint64_t>& head_of(GatewayRing& ring) {
    return *reinterpret_cast<std::atomic<std::uint64_t>*>(reinterpret_cast<std::byte*>(&ring) +
                                                          base::cache_line);
}

TEST_F(RingTakeOver, the_copy_of_the_head_is_made_anew) {
    RingPort port(*ring);
    ASSERT_TRUE(send(port));
    // The dead producer left nonsense where it kept the head. One that believed this would never
    // find the ring full.
    auto* seen = reinterpret_cast<std::uint64_t*>(ring.get()) + 1;
    *seen = 1'000'000;
    take_over();
    RingPort next(*ring);
    std::size_t taken = 0;
    while (taken <= GatewayRing::capacity && send(next)) ++taken;
    EXPECT_EQ(taken, GatewayRing::capacity);
    drain();
    EXPECT_EQ(log.last, 1 + GatewayRing::capacity);
}

TEST_F(RingTakeOver, an_impossible_position_fences_this_ring_alone_and_is_counted) {
    sequencer.observe(&metrics);
    RingPort bad(*ring);
    RingPort good(*other);
    ASSERT_TRUE(send(bad));
    tail_of(*ring).store(GatewayRing::capacity + 2);
    ASSERT_TRUE(send(good));
    drain();
    EXPECT_EQ(log.last, 1u) << "what stands behind an impossible position is not believed";
    EXPECT_EQ(metrics.ring_fenced[0].value(), 1u);
    EXPECT_EQ(metrics.ring_fences[0].value(), 1u);
    EXPECT_EQ(metrics.ring_fenced[1].value(), 0u);
    EXPECT_TRUE(sequencer.rings_drained()) << "an orderly end does not wait for it";

    take_over();
    EXPECT_EQ(metrics.ring_fenced[0].value(), 0u);
    RingPort next(*ring);
    ASSERT_TRUE(send(next));
    drain();
    EXPECT_EQ(log.last, 2u);
}

TEST_F(RingTakeOver, a_position_that_goes_back_fences_too) {
    sequencer.observe(&metrics);
    RingPort port(*ring);
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(send(port));
    drain();
    tail_of(*ring).store(1);
    drain();
    EXPECT_EQ(metrics.ring_fenced[0].value(), 1u);
    EXPECT_EQ(log.last, 3u);
}

std::uint64_t seed_of_run() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::cout << "BW_SEED=" << seed << "\n";
    return seed;
}

/// Writes anything anywhere into the memory that it shares with the core.
void scribble(GatewayRing& ring, std::mt19937_64& random) {
    constexpr std::size_t words = sizeof(GatewayRing) / sizeof(std::uint64_t);
    auto* memory = reinterpret_cast<std::uint64_t*>(&ring);
    const std::size_t control = random() % 2 == 0 ? 2 * base::cache_line / 8 : words;
    const std::uint64_t near = head_of(ring).load() + random() % 9 - 4;
    __atomic_store_n(&memory[random() % control], random() % 3 == 0 ? random() : near,
                     __ATOMIC_RELAXED);
}

TEST_F(RingTakeOver, a_hostile_producer_harms_nobody_and_the_next_one_finds_a_good_ring) {
    std::mt19937_64 random(seed_of_run());
    sequencer.observe(&metrics);
    RingPort good(*other);
    for (int round = 0; round < 2'000; ++round) {
        const std::uint64_t hostile_before = log.last;
        for (std::uint64_t i = random() % 20; i-- > 0;) scribble(*ring, random);
        const std::uint64_t before = sent_;
        ASSERT_TRUE(send(good));
        std::size_t turns = 0;
        while (sequencer.do_work() > 0) ++turns;
        ASSERT_LE(turns, 2 * GatewayRing::capacity / Sequencer::ring_share) << "endless work";
        ASSERT_LE(log.last - hostile_before, GatewayRing::capacity + 1) << "more than a ring holds";
        ASSERT_TRUE(std::ranges::find(log.numbers, before + 1) != log.numbers.end())
            << "the other gateway was not served in round " << round;
        log.numbers.clear();
        if (random() % 4 != 0) continue;
        ASSERT_LT(take_over(), 1'000u) << "the ring is lost in round " << round;
        RingPort next(*ring);
        ASSERT_TRUE(send(next)) << "round " << round;
        drain();
        ASSERT_EQ(log.numbers.back(), sent_) << "round " << round;
        log.numbers.clear();
    }
    EXPECT_GT(metrics.ring_fences[0].value(), 100u) << "the generator is too tame";
}

}  // namespace
}  // namespace bw::sequencer
