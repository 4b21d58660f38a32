// How lazy work finds the size of its pieces, and that commits keep it waiting for a while only.
#include <gtest/gtest.h>

#include <chrono>

#include "event_store/log/disk_turn.hpp"

namespace bw::event_store::test {
namespace {

constexpr std::uint64_t small_write_ns = 140'000;

/// A disk of so many 10^6 bytes a second.
std::uint64_t write_ns(std::size_t bytes, std::uint64_t mb_per_s) {
    return small_write_ns + bytes * 1'000 / mb_per_s;
}

std::size_t size_on_a_disk_of(std::uint64_t mb_per_s, unsigned one_in_stands_behind = 0) {
    PieceSize piece;
    for (unsigned i = 0; i < 400; ++i) {
        const bool behind = one_in_stands_behind != 0 && i % one_in_stands_behind != 0;
        piece.note(piece.bytes(), write_ns(piece.bytes(), mb_per_s) + (behind ? 500'000 : 0),
                   small_write_ns);
    }
    return piece.bytes();
}

TEST(PieceSize, is_what_the_disk_takes_in_a_hundred_microseconds) {
    EXPECT_EQ(size_on_a_disk_of(10'000), PieceSize::largest);
    EXPECT_EQ(size_on_a_disk_of(1'000), 64u * 1024);
    EXPECT_EQ(size_on_a_disk_of(200), PieceSize::smallest);
    EXPECT_EQ(size_on_a_disk_of(1), PieceSize::smallest);
}

TEST(PieceSize, is_small_after_a_few_writes_to_a_slow_disk) {
    PieceSize piece;
    std::uint64_t lost_ns = 0;
    while (piece.bytes() != PieceSize::smallest) {
        const std::uint64_t ns = write_ns(piece.bytes(), 200);
        piece.note(piece.bytes(), ns, small_write_ns);
        lost_ns += ns;
    }
    EXPECT_LT(lost_ns, 20'000'000u);
}

TEST(PieceSize, does_not_mind_the_writes_that_stood_behind_others) {
    EXPECT_EQ(size_on_a_disk_of(1'000, 4), 64u * 1024);
}

TEST(PieceSize, grows_when_the_disk_is_faster_than_it_was) {
    PieceSize piece;
    for (unsigned i = 0; i < 100; ++i)
        piece.note(piece.bytes(), write_ns(piece.bytes(), 100), small_write_ns);
    ASSERT_EQ(piece.bytes(), PieceSize::smallest);
    for (unsigned i = 0; i < 400; ++i)
        piece.note(piece.bytes(), write_ns(piece.bytes(), 10'000), small_write_ns);
    EXPECT_EQ(piece.bytes(), PieceSize::largest);
}

TEST(PieceSize, learns_nothing_from_small_writes) {
    PieceSize piece;
    for (unsigned i = 0; i < 100; ++i) piece.note(4096, 1'000'000'000, 0);
    EXPECT_EQ(piece.bytes(), PieceSize::largest);
}

TEST(DiskTurn, keeps_pieces_large_where_nobody_commits) {
    DiskTurn turn;
    for (unsigned i = 0; i < 100; ++i) turn.note_piece(turn.piece_bytes(), 10'000'000);
    EXPECT_EQ(turn.piece_bytes(), PieceSize::largest);
    turn.note_commit(small_write_ns);
    for (unsigned i = 0; i < 100; ++i) turn.note_piece(turn.piece_bytes(), 10'000'000);
    EXPECT_EQ(turn.piece_bytes(), PieceSize::smallest);
}

TEST(DiskTurn, lets_lazy_work_wait_for_a_commit_but_not_for_ever) {
    using Clock = std::chrono::steady_clock;
    constexpr std::uint64_t patience_ns = 3'000'000;
    DiskTurn turn;
    const auto waited = [&](std::uint64_t ns) {
        const auto begin = Clock::now();
        turn.wait(ns);
        return Clock::now() - begin;
    };
    turn.begin_commit();
    EXPECT_GE(waited(patience_ns), std::chrono::nanoseconds(patience_ns));
    turn.wait(0);  // whoever has no patience goes at once
    turn.end_commit();
    turn.wait(~std::uint64_t{0} / 2);  // returns although the patience would last for centuries
}

}  // namespace
}  // namespace bw::event_store::test
