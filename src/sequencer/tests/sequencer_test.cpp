#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "sequencer/sequencer.hpp"

namespace bw::sequencer {
namespace {

using event_store::AppendResult;
using event_store::StampedCommand;

struct Entry {
    std::uint64_t sequence;
    std::uint64_t timestamp_ns;
    std::vector<std::byte> message;
};

/// A log in memory that can be told to be full.
class MemoryLog final : public event_store::CommandLog {
 public:
    AppendResult append(std::span<const StampedCommand> batch) override {
        if (full) return AppendResult::full;
        for (const StampedCommand& c : batch)
            entries.push_back({c.sequence, c.timestamp_ns, {c.message.begin(), c.message.end()}});
        return AppendResult::accepted;
    }
    std::uint64_t committed_sequence() const override { return entries.size(); }
    std::uint64_t appended_sequence() const override { return entries.size(); }
    event_store::Role role() const override { return event_store::Role::leader; }
    void wake_on_commit(platform::WakeUp*) override {}
    std::size_t do_work() override { return 0; }

    bool full = false;
    std::vector<Entry> entries;
};

class HandClock final : public platform::Clock {
 public:
    std::uint64_t realtime_ns() const override { return now; }
    std::uint64_t monotonic_ns() const override { return now; }
    std::uint64_t now = 1'000;
};

std::vector<std::byte> text(char gateway, std::uint32_t number) {
    std::vector<std::byte> out(8);
    out[0] = static_cast<std::byte>(gateway);
    std::memcpy(out.data() + 4, &number, 4);
    return out;
}

RingSlot timer_command(char name, std::uint64_t due_ns) {
    const auto bytes = text(name, static_cast<std::uint32_t>(due_ns));
    RingSlot slot{};
    slot.size = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(slot.bytes, bytes.data(), bytes.size());
    return slot;
}

struct Fixture : testing::Test {
    MemoryLog log;
    HandClock clock;
    std::unique_ptr<GatewayRing> a = std::make_unique<GatewayRing>();
    std::unique_ptr<GatewayRing> b = std::make_unique<GatewayRing>();
    RingPort port_a{*a};
    RingPort port_b{*b};
    Sequencer sequencer{log, clock, {a.get(), b.get()}, 0};

    std::size_t count_of(char gateway) const {
        std::size_t n = 0;
        for (const Entry& e : log.entries) n += e.message[0] == static_cast<std::byte>(gateway);
        return n;
    }
};

using SequencerTest = Fixture;

TEST_F(SequencerTest, gives_contiguous_sequence_numbers_and_keeps_the_order_of_a_ring) {
    for (std::uint32_t i = 0; i < 100; ++i) ASSERT_TRUE(port_a.try_send(text('a', i)));
    while (sequencer.do_work() != 0) {
    }
    ASSERT_EQ(log.entries.size(), 100u);
    for (std::uint32_t i = 0; i < 100; ++i) {
        EXPECT_EQ(log.entries[i].sequence, i + 1);
        EXPECT_EQ(log.entries[i].message, text('a', i));
    }
}

/// A command of `size` bytes that can be told from others of that size.
std::vector<std::byte> long_text(std::size_t size, std::uint32_t number) {
    std::vector<std::byte> out(size);
    for (std::size_t i = 0; i < size; ++i) out[i] = static_cast<std::byte>(number * 31 + i);
    return out;
}

TEST_F(SequencerTest, commands_of_one_and_of_two_slots_keep_their_order_around_the_ring) {
    constexpr std::size_t rounds = 3 * GatewayRing::capacity;
    std::vector<std::vector<std::byte>> sent;
    for (std::uint32_t i = 0; i < rounds; ++i) {
        const std::size_t size = 1 + i * 7 % codec::max_command_size;
        sent.push_back(long_text(size, i));
        ASSERT_TRUE(port_a.try_send(sent.back()));
        if (i % 8 == 0) sequencer.do_work();
    }
    while (sequencer.do_work() != 0) {
    }
    ASSERT_EQ(log.entries.size(), rounds);
    for (std::uint32_t i = 0; i < rounds; ++i) ASSERT_EQ(log.entries[i].message, sent[i]) << i;
}

TEST_F(SequencerTest, a_command_of_two_slots_needs_both) {
    for (std::size_t i = 0; i + 1 < GatewayRing::capacity; ++i)
        ASSERT_TRUE(port_a.try_send(text('a', static_cast<std::uint32_t>(i))));
    const auto command = long_text(codec::max_command_size, 1);
    EXPECT_FALSE(port_a.try_send(command)) << "one slot is free";
    sequencer.do_work();
    EXPECT_TRUE(port_a.try_send(command));
    while (sequencer.do_work() != 0) {
    }
    EXPECT_EQ(log.entries.size(), GatewayRing::capacity);
    EXPECT_EQ(log.entries.back().message, command);
}

TEST_F(SequencerTest, a_ring_that_is_always_full_does_not_starve_another) {
    std::uint32_t next = 0;
    for (int turn = 0; turn < 50; ++turn) {
        while (port_a.try_send(text('a', next))) ++next;
        ASSERT_TRUE(port_b.try_send(text('b', static_cast<std::uint32_t>(turn))));
        ASSERT_GT(sequencer.do_work(), 0u);
        ASSERT_EQ(count_of('b'), static_cast<std::size_t>(turn) + 1)
            << "the slow gateway waits no longer than one turn";
    }
}

TEST_F(SequencerTest, a_full_log_pushes_back_to_the_rings_and_nothing_is_lost_or_reordered) {
    log.full = true;
    std::uint32_t sent = 0;
    for (int turn = 0; turn < 10; ++turn) {
        while (port_a.try_send(text('a', sent))) ++sent;
        ASSERT_EQ(sequencer.do_work(), 0u);
    }
    ASSERT_EQ(sent, GatewayRing::capacity + Sequencer::ring_share)
        << "one batch is held, then the ring fills up";
    log.full = false;
    while (sequencer.do_work() != 0) {
    }
    ASSERT_EQ(log.entries.size(), sent);
    for (std::uint32_t i = 0; i < sent; ++i) {
        ASSERT_EQ(log.entries[i].sequence, i + 1);
        ASSERT_EQ(log.entries[i].message, text('a', i));
    }
}

TEST_F(SequencerTest, time_never_goes_back_even_when_the_clock_does) {
    for (const std::uint64_t now : {5'000u, 4'000u, 1u, 6'000u, 5'999u}) {
        clock.now = now;
        ASSERT_TRUE(port_a.try_send(text('a', 0)));
        ASSERT_EQ(sequencer.do_work(), 1u);
    }
    std::vector<std::uint64_t> times;
    for (const Entry& e : log.entries) times.push_back(e.timestamp_ns);
    EXPECT_EQ(times, (std::vector<std::uint64_t>{5'000, 5'000, 5'000, 6'000, 6'000}));
}

TEST_F(SequencerTest, continues_behind_the_newest_command_of_the_log) {
    log.entries.push_back({1, 9'000, text('x', 0)});
    Sequencer later(log, clock, {a.get()}, 9'000);
    ASSERT_TRUE(port_a.try_send(text('a', 0)));
    ASSERT_EQ(later.do_work(), 1u);
    EXPECT_EQ(log.entries.back().sequence, 2u);
    EXPECT_EQ(log.entries.back().timestamp_ns, 9'000u);
}

TEST_F(SequencerTest, a_timer_is_a_command_when_it_is_due_and_once_per_period) {
    sequencer.add_timer(2'000, 1'000,
                        [](std::uint64_t due_ns) { return timer_command('t', due_ns); });
    sequencer.add_timer(2'500, 0, [](std::uint64_t due_ns) { return timer_command('u', due_ns); });
    EXPECT_EQ(sequencer.do_work(), 0u);
    clock.now = 2'000;
    EXPECT_EQ(sequencer.do_work(), 1u);
    EXPECT_EQ(sequencer.do_work(), 0u);
    clock.now = 5'700;
    EXPECT_EQ(sequencer.do_work(), 2u) << "missed periods are not made up for";
    clock.now = 5'999;
    EXPECT_EQ(sequencer.do_work(), 0u);
    clock.now = 6'000;
    EXPECT_EQ(sequencer.do_work(), 1u);
    EXPECT_EQ(count_of('t'), 3u);
    EXPECT_EQ(count_of('u'), 1u);
    EXPECT_EQ(log.entries.back().message, text('t', 6'000))
        << "a timer's command is made for the time it was due";
}

TEST_F(SequencerTest, counts_what_it_takes_and_how_long_that_waited) {
    observe::SequencerMetrics metrics;
    sequencer.observe(&metrics);
    RingPort timed(*b, nullptr, &clock);
    clock.now = 1'000'000;
    for (std::uint32_t i = 0; i < 40; ++i) ASSERT_TRUE(timed.try_send(text('b', i)));
    ASSERT_TRUE(port_a.try_send(text('a', 0)));
    clock.now += 64'000;
    ASSERT_EQ(sequencer.do_work(), 33u);
    EXPECT_EQ(metrics.heartbeat_ns.value(), clock.now);
    EXPECT_EQ(metrics.commands[0].value(), 1u);
    EXPECT_EQ(metrics.commands[1].value(), 32u);
    EXPECT_EQ(metrics.ring_waiting[1].value(), 8u);
    EXPECT_EQ(metrics.ring_waiting_max[1].value(), 40u);
    EXPECT_EQ(metrics.batches.value(), 1u);
    EXPECT_EQ(metrics.batch_size.count_in(observe::Histogram::bucket_of(33)), 1u);
    EXPECT_EQ(metrics.sequenced.count_in(observe::Histogram::bucket_of(64'000)), 32u)
        << "the other port does not say when it sends";
    EXPECT_EQ(metrics.sequenced.sum(), 32u * 64'000);
    ASSERT_EQ(sequencer.do_work(), 8u);
    EXPECT_EQ(metrics.ring_waiting[1].value(), 0u);
    EXPECT_EQ(metrics.ring_waiting_max[1].value(), 40u);
}

/// Whoever wants to know whether everything that was sent has been sequenced must ask for both.
TEST_F(SequencerTest, holds_what_the_log_has_no_room_for_though_the_rings_are_drained) {
    log.full = true;
    ASSERT_TRUE(port_a.try_send(text('a', 0)));
    ASSERT_EQ(sequencer.do_work(), 0u);
    EXPECT_TRUE(sequencer.rings_drained());
    EXPECT_TRUE(sequencer.holds_batch());
    log.full = false;
    ASSERT_GT(sequencer.do_work(), 0u);
    EXPECT_FALSE(sequencer.holds_batch());
}

TEST_F(SequencerTest, counts_turns_in_which_the_log_is_full) {
    observe::SequencerMetrics metrics;
    sequencer.observe(&metrics);
    log.full = true;
    ASSERT_TRUE(port_a.try_send(text('a', 0)));
    for (int i = 0; i < 3; ++i) EXPECT_EQ(sequencer.do_work(), 0u);
    EXPECT_EQ(metrics.log_full_turns.value(), 3u);
    EXPECT_EQ(metrics.batches.value(), 0u);
    log.full = false;
    EXPECT_EQ(sequencer.do_work(), 1u);
    EXPECT_EQ(metrics.batches.value(), 1u);
}

TEST(Sent, ages_survive_the_wrap_and_a_clock_that_steps_back) {
    constexpr std::uint64_t wrap = std::uint64_t{64} << 32;
    EXPECT_EQ(Sent::age_ns(Sent::of(wrap - 6'400), wrap + 6'400), 12'800u);
    EXPECT_EQ(Sent::age_ns(Sent::of(100'000), 10'000), 0u);
    EXPECT_NE(Sent::of(wrap), 0u) << "0 means that nothing was said";
}

TEST_F(SequencerTest, a_command_of_its_own_comes_before_those_of_timers_and_rings) {
    EXPECT_TRUE(port_a.try_send(text('a', 1)));
    sequencer.add_timer(1'000, 0, [](std::uint64_t due) { return timer_command('t', due); });
    sequencer.put_first(timer_command('s', 7));
    EXPECT_TRUE(sequencer.owes_first());
    EXPECT_EQ(sequencer.do_work(), 3u);
    EXPECT_FALSE(sequencer.owes_first());
    ASSERT_EQ(log.entries.size(), 3u);
    EXPECT_EQ(log.entries[0].message, text('s', 7));
    EXPECT_EQ(log.entries[1].message, text('t', 1'000));
    EXPECT_EQ(log.entries[2].message, text('a', 1));
}

/// A full log keeps the batch that was there; the command waits for the next one and is not lost.
TEST_F(SequencerTest, two_commands_of_its_own_keep_their_order) {
    sequencer.put_first(timer_command('s', 7));
    sequencer.put_first(timer_command('t', 8));
    EXPECT_EQ(sequencer.do_work(), 2u);
    EXPECT_FALSE(sequencer.owes_first());
}

TEST_F(SequencerTest, a_command_of_its_own_waits_behind_a_batch_that_found_no_room) {
    log.full = true;
    EXPECT_TRUE(port_a.try_send(text('a', 1)));
    EXPECT_EQ(sequencer.do_work(), 0u);
    sequencer.put_first(timer_command('s', 7));
    EXPECT_EQ(sequencer.do_work(), 0u);
    EXPECT_TRUE(sequencer.owes_first());
    log.full = false;
    EXPECT_EQ(sequencer.do_work(), 1u);
    EXPECT_EQ(sequencer.do_work(), 1u);
    ASSERT_EQ(log.entries.size(), 2u);
    EXPECT_EQ(log.entries[1].message, text('s', 7));
}

}  // namespace
}  // namespace bw::sequencer
