// DiskTurn: shares a disk between commits and lazy work. A disk serves one transfer after another,
// so work that nothing waits for (events, zeros for the next segment, reading a segment to seal it)
// delays the next commit. Commits never wait: they only announce themselves. Lazy work is done in
// pieces and waits for its turn before each one.
//
//    commits      |████|   |████|███|      |████|                begin_commit() … end_commit()
//    lazy work    ·····|▒|······|···|▒▒|▒▒|·····                 wait(patience), one piece, …
//                               └ patience over: lazy work is late, never starved
//
// A piece occupies the disk for about 100 us, on any disk: PieceSize measures the store's own
// writes to find the number of bytes. Without commits, pieces have the largest size.
//
// Threads: begin_commit(), end_commit() and note_commit() from the thread that writes commits,
// note_piece() from one lazy writer, the other functions from any.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace bw::event_store {

/// The number of bytes that the disk writes within the budget, not counting the fixed cost of a
/// write. Starts with the largest size, so that a slow disk is recognised after a few writes.
class PieceSize {
 public:
    static constexpr std::size_t smallest = 16 * 1024;
    static constexpr std::size_t largest = 256 * 1024;
    static constexpr std::uint64_t budget_ns = 100'000;

    /// Notes that a write of a piece took `ns`. Only the fastest of a few writes is used: the
    /// others waited behind other work. `small_write_ns`: duration of a write of very few bytes.
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
    /// Notes the duration of a commit. Requires: it had fewer bytes than the smallest piece.
    void note_commit(std::uint64_t ns);

    /// Call it before a piece of lazy work. Returns when no commit is announced, or after
    /// `patience_ns`.
    void wait(std::uint64_t patience_ns) const;
    /// Notes the duration of a lazy write of a piece.
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
