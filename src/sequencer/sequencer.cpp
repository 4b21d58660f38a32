#include "sequencer/sequencer.hpp"

#include <algorithm>
#include <limits>
#include <utility>

#include "event_store/log/log_writer.hpp"

namespace bw::sequencer {

static_assert(Sequencer::batch_capacity *
                      event_store::LogWriter::record_bytes(codec::max_command_size) <=
                  event_store::min_segment_bytes - event_store::segment_header_bytes,
              "a whole batch fits into a fresh segment");

Sequencer::Sequencer(event_store::CommandLog& log, const platform::Clock& clock,
                     const std::vector<GatewayRing*>& rings, std::uint64_t last_timestamp_ns)
    : log_(log),
      clock_(clock),
      next_sequence_(log.appended_sequence() + 1),
      last_timestamp_ns_(last_timestamp_ns) {
    for (GatewayRing* ring : rings) rings_.emplace_back(*ring);
}

void Sequencer::add_timer(std::uint64_t due_ns, std::uint64_t period_ns, TimerCommand make) {
    timers_.push_back({due_ns, period_ns, std::move(make)});
}

std::size_t Sequencer::do_work() {
    if (batch_size_ == 0) collect();
    return batch_size_ == 0 ? 0 : append();
}

void Sequencer::collect() {
    now_ns_ = clock_.realtime_ns();
    last_timestamp_ns_ = std::max(last_timestamp_ns_, now_ns_);
    if (metrics_ != nullptr) metrics_->heartbeat_ns.set(now_ns_);
    for (std::size_t i = 0; i < own_count_; ++i) add(own_[i], own_[i].size);
    own_count_ = 0;
    collect_timers(now_ns_);
    for (std::size_t i = 0; i < rings_.size(); ++i) collect_ring((first_ring_ + i) % rings_.size());
    if (!rings_.empty()) first_ring_ = (first_ring_ + 1) % rings_.size();
}

void Sequencer::collect_timers(std::uint64_t now_ns) {
    std::erase_if(timers_, [&](Timer& timer) {
        if (now_ns < timer.due_ns || batch_size_ >= batch_max_) return false;
        const RingSlot command = timer.make(timer.due_ns);
        add(command, command.size);
        if (metrics_ != nullptr) metrics_->timer_commands.add();
        if (timer.period_ns == 0) return true;
        timer.due_ns += ((now_ns - timer.due_ns) / timer.period_ns + 1) * timer.period_ns;
        return false;
    });
}

std::uint64_t Sequencer::next_timer_ns() const {
    std::uint64_t next = std::numeric_limits<std::uint64_t>::max();
    for (const Timer& timer : timers_) next = std::min(next, timer.due_ns);
    return next;
}

void Sequencer::collect_ring(std::size_t index) {
    RingReader& ring = rings_[index];
    const bool was_fenced = ring.fenced();
    ring.welcome_producer();
    std::size_t taken = 0;
    for (; taken < ring_share && batch_size_ < batch_max_; ++taken) {
        const RingSlot* slot = ring.front();
        if (slot == nullptr) break;
        ring.release(add(ring, *slot));
    }
    if (metrics_ != nullptr && taken != 0) note_ring(index, taken);
    if (metrics_ != nullptr && ring.fenced() != was_fenced) [[unlikely]]
        note_fence(index);
}

bool Sequencer::rings_drained() {
    return std::ranges::all_of(rings_, [](RingReader& ring) { return ring.drained(); });
}

void Sequencer::note_fence(std::size_t index) {
    metrics_->ring_fenced[index].set(rings_[index].fenced() ? 1 : 0);
    if (rings_[index].fenced()) metrics_->ring_fences[index].add();
}

void Sequencer::note_ring(std::size_t index, std::size_t taken) {
    metrics_->commands[index].add(taken);
    const std::size_t left = rings_[index].known();
    metrics_->ring_waiting[index].set(left);
    metrics_->ring_waiting_max[index].raise_to(left + taken);
    for (std::size_t i = batch_size_ - taken; i < batch_size_; ++i)
        if (messages_[i].sent != 0)
            metrics_->sequenced.record(Sent::age_ns(messages_[i].sent, now_ns_));
}

/// A slot in shared memory was written by another process, which may still write: its size is
/// looked at once and bounded.
std::uint64_t Sequencer::add(RingReader& ring, const RingSlot& first) {
    const std::uint32_t size = __atomic_load_n(&first.size, __ATOMIC_RELAXED);
    const bool is_long = size > codec::max_message_size && size <= codec::max_command_size;
    const RingSlot* second = is_long ? ring.second() : nullptr;
    if (second == nullptr) [[likely]] {
        add(first, size);
        return 1;
    }
    auto& own = long_messages_[batch_size_];
    std::memcpy(own.data(), first.bytes, codec::max_message_size);
    std::memcpy(own.data() + codec::max_message_size, second->bytes,
                size - codec::max_message_size);
    messages_[batch_size_].sent = first.sent;
    stamp(std::span(own).first(size));
    return 2;
}

void Sequencer::add(const RingSlot& message, std::uint32_t size) {
    RingSlot& own = messages_[batch_size_];
    own.size = std::min<std::uint32_t>(size, codec::max_message_size);
    own.sent = message.sent;
    std::memcpy(own.bytes, message.bytes, own.size);
    stamp({own.bytes, own.size});
}

void Sequencer::stamp(std::span<const std::byte> command) {
    batch_[batch_size_++] = {next_sequence_++, last_timestamp_ns_, command};
}

std::size_t Sequencer::append() {
    if (log_.append({batch_.data(), batch_size_}) != event_store::AppendResult::accepted) {
        if (metrics_ != nullptr) metrics_->log_full_turns.add();
        return 0;
    }
    if (metrics_ != nullptr) {
        metrics_->batches.add();
        metrics_->batch_size.record(batch_size_);
    }
    return std::exchange(batch_size_, 0);
}

}  // namespace bw::sequencer
