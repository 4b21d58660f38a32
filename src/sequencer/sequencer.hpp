// Sequencer: gives every command its place. Takes commands from the gateways' rings in turn, stamps
// sequence number and time, and appends them to the command log. Timers become commands here, so
// time is always an input of the core.
//
//   ring 0 ──┐  at most ring_share per turn, the first ring of a turn rotates
//   ring 1 ──┼─► batch (<= batch_capacity, contiguous sequence, time never back) ─► CommandLog
//   timers ──┘
//
// When the log is full, the batch is kept and retried; the rings fill up behind it.
//
// Threads: one calls do_work(). Allocates only at construction and in add_timer().
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/assert.hpp"
#include "event_store/log/command_log.hpp"
#include "observe/metrics.hpp"
#include "platform/clock.hpp"
#include "sequencer/gateway_ring.hpp"

namespace bw::sequencer {

class Sequencer {
 public:
    static constexpr std::size_t batch_capacity = 256;
    /// commands taken from one ring per turn, so that no gateway starves another
    static constexpr std::size_t ring_share = 32;

    /// Continues `log`; no command is stamped earlier than `last_timestamp_ns`, the timestamp of
    /// the newest command in it.
    Sequencer(event_store::CommandLog& log, const platform::Clock& clock,
              const std::vector<GatewayRing*>& rings, std::uint64_t last_timestamp_ns);

    /// Makes the command of a timer, given the time at which it was due.
    using TimerCommand = std::function<RingSlot(std::uint64_t due_ns)>;

    /// `make(due_ns)` becomes a command as soon as the clock shows `due_ns`, and every `period_ns`
    /// after that (0: once). Periods missed while the process was stopped are not made up for: the
    /// next one lies in the future. Requires: called before the first do_work(); the command's size
    /// <= codec::max_message_size.
    void add_timer(std::uint64_t due_ns, std::uint64_t period_ns, TimerCommand make);

    /// A command from the exchange itself: goes first in the next batch, behind those put before.
    /// Requires: fewer than own_max wait, and its size <= codec::max_message_size.
    void put_first(const RingSlot& command) {
        BW_ASSERT(own_count_ < own_max);
        own_[own_count_++] = command;
    }
    static constexpr std::size_t own_max = 2;

    /// Limits the size of batches, from the next one on: 1 to batch_capacity.
    void limit_batch(std::size_t commands) {
        BW_ASSERT(commands >= 1 && commands <= batch_capacity);
        batch_max_ = commands;
    }

    /// True while a command of put_first() waits for its batch.
    [[nodiscard]] bool owes_first() const { return own_count_ != 0; }

    /// Where to count from now on; nullptr: nowhere. Requires: at most observe::gateways_max rings.
    void observe(observe::SequencerMetrics* metrics) {
        BW_ASSERT(rings_.size() <= observe::gateways_max);
        metrics_ = metrics;
    }

    /// Runs one turn; returns the number of commands appended: 0 if there were none or the log is
    /// full.
    std::size_t do_work();

    /// True if nothing is left in the rings, as far as can be seen now. A fenced ring counts as
    /// empty.
    [[nodiscard]] bool rings_drained();
    /// True while it holds commands for which the log has had no room yet.
    [[nodiscard]] bool holds_batch() const { return batch_size_ != 0; }
    /// When the next timer is due, UTC; the largest number: there is none.
    [[nodiscard]] std::uint64_t next_timer_ns() const;

    [[nodiscard]] std::uint64_t next_sequence() const { return next_sequence_; }
    [[nodiscard]] std::uint64_t last_timestamp_ns() const { return last_timestamp_ns_; }

 private:
    struct Timer {
        std::uint64_t due_ns;
        std::uint64_t period_ns;
        TimerCommand make;
    };

    void collect();
    void collect_timers(std::uint64_t now_ns);
    void collect_ring(std::size_t index);
    /// A copy of the command that begins in `first` becomes the next of the batch; how many slots
    /// it took.
    std::uint64_t add(RingReader& ring, const RingSlot& first);
    void add(const RingSlot& message, std::uint32_t size);
    void stamp(std::span<const std::byte> command);
    void note_ring(std::size_t index, std::size_t taken);
    void note_fence(std::size_t index);
    std::size_t append();

    event_store::CommandLog& log_;
    const platform::Clock& clock_;
    std::vector<RingReader> rings_;
    std::vector<Timer> timers_;
    std::array<RingSlot, own_max> own_{};
    std::size_t own_count_ = 0;
    std::size_t first_ring_ = 0;

    std::uint64_t next_sequence_;
    std::uint64_t last_timestamp_ns_;
    std::array<RingSlot, batch_capacity> messages_{};
    /// Commands of two slots; at their place in the batch, so that the others cost nothing.
    std::array<std::array<std::byte, codec::max_command_size>, batch_capacity> long_messages_{};
    std::array<event_store::StampedCommand, batch_capacity> batch_{};
    std::size_t batch_size_ = 0;
    std::size_t batch_max_ = batch_capacity;
    std::uint64_t now_ns_ = 0;  ///< of this turn
    observe::SequencerMetrics* metrics_ = nullptr;
};

}  // namespace bw::sequencer
