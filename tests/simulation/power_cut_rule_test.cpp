#include "simulation/power_cut_rule.hpp"

#include <gtest/gtest.h>

namespace bw::simulation {
namespace {

constexpr std::uint64_t millisecond_ns = 1'000'000;

TEST(PowerCutRule, owes_what_was_there_when_the_writer_had_rested_for_100_ms) {
    PowerCutRule rule;
    rule.writer_had_a_turn(1 * millisecond_ns, 4096, 7);
    rule.writer_had_a_turn(2 * millisecond_ns, 0, 7);
    rule.writer_had_a_turn(101 * millisecond_ns, 0, 7);
    EXPECT_EQ(rule.owed(), 0u);
    rule.writer_had_a_turn(102 * millisecond_ns, 0, 7);
    EXPECT_EQ(rule.owed(), 7u);
}

TEST(PowerCutRule, owes_nothing_for_time_in_which_the_writer_had_no_turn) {
    PowerCutRule rule;
    rule.writer_had_a_turn(1 * millisecond_ns, 4096, 7);
    rule.writer_had_a_turn(20'000 * millisecond_ns, 4096, 9);
    rule.writer_had_a_turn(20'001 * millisecond_ns, 0, 9);
    EXPECT_EQ(rule.owed(), 0u);
}

TEST(PowerCutRule, a_write_begins_the_rest_again) {
    PowerCutRule rule;
    for (std::uint64_t turn = 1; turn <= 10; ++turn) {
        rule.writer_had_a_turn((2 * turn) * 60 * millisecond_ns, 0, turn);
        rule.writer_had_a_turn((2 * turn + 1) * 60 * millisecond_ns, 512, turn);
    }
    EXPECT_EQ(rule.owed(), 0u);
}

TEST(PowerCutRule, owes_the_segments_before_the_opened_one_and_what_a_start_has_found) {
    PowerCutRule rule;
    rule.segment_opened(501);
    EXPECT_EQ(rule.owed(), 500u);
    rule.store_says(510);
    EXPECT_EQ(rule.owed(), 510u);
    rule.started(520, 530);  // 10 of them in shared memory only
    EXPECT_EQ(rule.owed(), 520u);
}

}  // namespace
}  // namespace bw::simulation
