// PowerCutRule: which commands must survive a power cut in mode `memory`, computed independently of
// what the store reports (docs/internals/event-store.md, "What a power cut takes in `memory`").
//
//   commands   1 ──────────── owed ┊ ─────────── committed
//              all of them survive ┊ may survive, without a gap
//
// `owed` advances at a start, when the writer has rested, when it moves to the next segment, and
// when the store reports more. Time alone does not advance it: a paused writer makes nothing
// durable.
#pragma once

#include <algorithm>
#include <cstdint>

namespace bw::simulation {

class PowerCutRule {
 public:
    /// A start has found `in_files` commands in the files, `commands` with those of shared memory.
    void started(std::uint64_t in_files, std::uint64_t commands);
    /// The writer of the command log has had a turn and written `bytes`; `appended` is the newest
    /// command when the turn began.
    void writer_had_a_turn(std::uint64_t now_ns, std::uint64_t bytes, std::uint64_t appended);
    /// The writer has opened a segment on disk, so all segments before it are complete.
    void segment_opened(std::uint64_t first_sequence) { owe(first_sequence - 1); }
    /// The store reports that commands up to `durable` are durable.
    void store_says(std::uint64_t durable) { owe(durable); }

    [[nodiscard]] std::uint64_t owed() const { return owed_; }

 private:
    void owe(std::uint64_t sequence) { owed_ = std::max(owed_, sequence); }

    std::uint64_t owed_ = 0;
    std::uint64_t idle_since_ns_ = 0;  ///< 0: its newest turn wrote something
};

}  // namespace bw::simulation
