// DiskTurn: who may use the disk now. A disk serves one transfer after the other, so whatever
// nobody waits for (events, zeros of the next segment, reading a segment to seal it) delays the
// commit that comes next. Commits never ask: they only say that they are on their way. Everybody
// else works in pieces and asks before each one.
//
//    commits      |████|   |████|███|      |████|                begin_commit() … end_commit()
//    lazy work    ·····|▒|······|···|▒▒|▒▒|·····                 wait(patience), one piece, …
//                               └ patience over: lazy work is late, never starved
//
// A piece takes the disk for about 100 us, whatever disk it is: PieceSize learns from the store's
// own writes how many bytes that is. Where nobody commits pieces are as large as may be.
//
// Threads: begin_commit(), end_commit() and note_commit() from the writer of the commits,
// note_piece() from one lazy writer; the rest from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bw::event_store {

/// How many bytes the disk takes within the budget, apart from what each of its writes takes
/// anyway. Begins with the largest size, so that a slow disk is known after a few writes.
class PieceSize {
 public:
    static constexpr std::size_t smallest = 16 * 1024;
    static constexpr std::size_t largest = 256 * 1024;
    static constexpr std::uint64_t budget_ns = 100'000;

    /// A write of a piece took `ns`. The fastest of a few counts: the others stood behind somebody
    /// else. `small_write_ns`: what a write of hardly any bytes takes.
    void note(std::size_t bytes, std::uint64_t ns, std::uint64_t small_write_ns);
    [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
    void change_to(std::size_t bytes);

    std::size_t bytes_ = largest;
    std::uint64_t fastest_of_few_ns_ = ~std::uint64_t{0};
    std::uint64_t fastest_of_many_ns_ = ~std::uint64_t{0};
    unsigned noted_ = 0;
};

class DiskTurn {
 public:
    void begin_commit() { commit_.store(true, std::memory_order_relaxed); }
    void end_commit() { commit_.store(false, std::memory_order_relaxed); }
    /// A commit of fewer bytes than the smallest piece took `ns`.
    void note_commit(std::uint64_t ns);

    /// Before a piece of lazy work: returns when no commit is on its way, or after `patience_ns`.
    void wait(std::uint64_t patience_ns) const;
    /// A lazy write of a piece took `ns`.
    void note_piece(std::size_t bytes, std::uint64_t ns);
    [[nodiscard]] std::size_t piece_bytes() const {
        return piece_bytes_.load(std::memory_order_relaxed);
    }

 private:
    alignas(64) std::atomic<bool> commit_{false};
    std::atomic<std::uint64_t> fastest_commit_ns_{0};
    alignas(64) std::atomic<std::size_t> piece_bytes_{PieceSize::largest};
    PieceSize piece_;
};

}  // namespace bw::event_store
