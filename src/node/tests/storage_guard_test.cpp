#include "node/storage_guard.hpp"

#include <gtest/gtest.h>

#include "codec/commands.hpp"

namespace bw::node {
namespace {

constexpr std::uint64_t reserve = 1'000;

StorageGuard::Room room(std::uint64_t commands, std::uint64_t events, bool fails) {
    return {
        .commands = commands, .events = events, .waiting_commands = 0, .next_segment_fails = fails};
}

TEST(StorageGuard, says_scarce_when_the_next_segment_fails_and_less_than_the_reserve_is_left) {
    StorageGuard guard(reserve, false);
    EXPECT_EQ(guard.look(room(999, 5'000, false)), std::nullopt) << "it is only being made";
    EXPECT_EQ(guard.look(room(1'000, 1'000, true)), std::nullopt);
    EXPECT_EQ(guard.look(room(999, 1'000, true)), true);
    EXPECT_EQ(guard.look(room(500, 500, true)), std::nullopt) << "once";
}

TEST(StorageGuard, looks_at_both_logs) {
    EXPECT_EQ(StorageGuard(reserve, false).look(room(5'000, 999, true)), true);
    EXPECT_EQ(StorageGuard(reserve, false).look(room(999, 5'000, true)), true);
    EXPECT_EQ(StorageGuard(reserve, true).look(room(1'500, 1'499, false)), std::nullopt);
    EXPECT_EQ(StorageGuard(reserve, true).look(room(1'500, 1'500, false)), false);
}

TEST(StorageGuard, counts_the_events_that_are_still_to_come) {
    StorageGuard::Room full = room(5'000, 1'000 + 256 * 10, true);
    full.waiting_commands = 10;
    EXPECT_EQ(StorageGuard(reserve, false).look(full), std::nullopt);
    full.waiting_commands = 11;
    EXPECT_EQ(StorageGuard(reserve, false).look(full), true);
    full.waiting_commands = 1'000'000;
    EXPECT_EQ(StorageGuard::least_of(full), 0u);
}

TEST(StorageGuard, goes_on_from_what_was_said_before_a_restart) {
    StorageGuard guard(reserve, true);
    EXPECT_EQ(guard.look(room(100, 100, true)), std::nullopt) << "it was said";
    EXPECT_EQ(guard.look(room(2'000, 2'000, true)), false) << "room is room, whatever fails now";
    EXPECT_EQ(guard.look(room(100, 100, true)), true);
}

TEST(StorageGuard, says_it_with_a_command) {
    for (const bool scarce : {true, false}) {
        const sequencer::RingSlot slot = storage_state_command(scarce);
        codec::SetStorageState command{};
        ASSERT_EQ(codec::decode(std::span(slot.bytes, slot.size), command),
                  codec::DecodeError::none);
        EXPECT_EQ(command.scarce, scarce ? 1 : 0);
        EXPECT_EQ(command.request_id, model::RequestId{});
    }
}

}  // namespace
}  // namespace bw::node
