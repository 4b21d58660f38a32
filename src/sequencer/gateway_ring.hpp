// GatewayRing: the queue from one gateway to the sequencer. Plain or shared memory; one producer
// (the gateway), one consumer (the sequencer). A full ring is back-pressure to this gateway only.
//
// A gateway in its own process may die at any instruction; the next one takes over the ring:
//
//   gateway:    takes the lock of the ring's file; claimed_by = N
//   sequencer:  reads what was published; when nothing is left: ready_for = N
//   gateway:    ready_for == N: sends
//
// Nobody sees a slot that was claimed but not published: the next producer claims it again. The
// consumer trusts what the producer writes only as far as it is possible (GuardedConsumer); an
// impossible position fences the ring until another producer takes it over.
#pragma once

#include <atomic>
#include <cstring>

#include "base/assert.hpp"
#include "base/spsc_ring.hpp"
#include "codec/header.hpp"
#include "platform/clock.hpp"
#include "platform/wake_up.hpp"
#include "sequencer/command_port.hpp"

namespace bw::sequencer {

/// One queued command: two cache lines. A command longer than `bytes` continues in the next slot,
/// of which only `bytes` counts.
struct RingSlot {
    std::uint32_t size;
    std::uint32_t sent;  ///< send time, see Sent; 0: unknown
    std::byte bytes[codec::max_message_size];
};
static_assert(sizeof(RingSlot) == 2 * base::cache_line);

/// The send time in 32 bits: a clock with steps of 64 ns that wraps after 4.6 minutes.
struct Sent {
    static constexpr unsigned step_bits = 6;

    [[nodiscard]] static std::uint32_t of(std::uint64_t realtime_ns) {
        const auto steps = static_cast<std::uint32_t>(realtime_ns >> step_bits);
        return steps == 0 ? 1 : steps;
    }
    /// Nanoseconds from `sent` to now; 0 if `sent` appears to be later.
    [[nodiscard]] static std::uint64_t age_ns(std::uint32_t sent, std::uint64_t realtime_ns) {
        const auto steps =
            static_cast<std::int32_t>(static_cast<std::uint32_t>(realtime_ns >> step_bits) - sent);
        return steps < 0 ? 0 : static_cast<std::uint64_t>(steps) << step_bits;
    }
};

struct GatewayRing : base::SpscRing<RingSlot, 4096> {
    /// The producer that wants the ring; 0: the first one. Written by the holder of the lock on the
    /// ring's file.
    alignas(base::cache_line) std::atomic<std::uint64_t> claimed_by{0};
    /// The producer for which the ring was last made ready. Written by the sequencer.
    alignas(base::cache_line) std::atomic<std::uint64_t> ready_for{0};

    /// Producer, before it sends anything: asks for the ring. Requires: no other producer is
    /// active; a lock must guarantee that.
    class TakeOver {
     public:
        /// `producer`: not 0, and never used before with this ring; the time, for instance.
        TakeOver(GatewayRing& ring, std::uint64_t producer) : ring_(ring), producer_(producer) {
            ring.claimed_by.store(producer, std::memory_order_release);  // pairs with RingReader
        }
        /// True once the ring is ready. False: wake the sequencer and call again.
        [[nodiscard]] bool done() {
            if (ring_.ready_for.load(std::memory_order_acquire) != producer_) return false;
            ring_.begin_producing();
            return true;
        }

     private:
        GatewayRing& ring_;
        std::uint64_t producer_;
    };
};

/// The sequencer's end. Threads: one.
class RingReader {
 public:
    explicit RingReader(GatewayRing& ring) : ring_(&ring), consumer_(ring) {}

    /// Makes the ring ready for a producer that asked for it. Only an empty or fenced ring changes
    /// hands, so no valid published command is lost. Call it before taking anything in a turn: then
    /// everything taken earlier is sequenced before the new producer begins.
    void welcome_producer() {
        const std::uint64_t producer =
            ring_->claimed_by.load(std::memory_order_acquire);  // pairs with TakeOver
        if (producer == producer_ || !drained()) [[likely]]
            return;
        producer_ = producer;
        consumer_.empty();
        ring_->ready_for.store(producer, std::memory_order_release);  // pairs with TakeOver::done
    }

    /// The oldest unread slot; nullptr if there is none or the ring is fenced.
    [[nodiscard]] const RingSlot* front() { return consumer_.front(); }
    /// The slot in which the command of front() goes on; nullptr: it was not published, and the
    /// producer is at fault. Requires: front() returned a slot.
    [[nodiscard]] const RingSlot* second() { return consumer_.second(); }
    /// Gives back what front(), and second(), returned.
    void release(std::uint64_t slots = 1) { consumer_.release(slots); }
    [[nodiscard]] std::size_t known() const { return consumer_.known(); }
    [[nodiscard]] bool fenced() const { return consumer_.fenced(); }
    /// True if nothing can be taken. A fenced ring counts as drained.
    [[nodiscard]] bool drained() { return consumer_.drained() || consumer_.fenced(); }

 private:
    GatewayRing* ring_;
    base::SpscRing<RingSlot, 4096>::GuardedConsumer consumer_;
    std::uint64_t producer_ = 0;
};

/// The producer's end. Threads: one.
class RingPort final : public CommandPort {
 public:
    /// `sequencer`: woken when a command comes while it sleeps; nullptr: it never sleeps. `clock`:
    /// stamps the send time of commands; nullptr: no send time.
    explicit RingPort(GatewayRing& ring, platform::WakeUp* sequencer = nullptr,
                      const platform::Clock* clock = nullptr)
        : ring_(ring), sequencer_(sequencer), clock_(clock) {}

    [[nodiscard]] bool try_send(std::span<const std::byte> message) override {
        if (message.size() > codec::max_message_size) [[unlikely]]
            return try_send_long(message);
        RingSlot* slot = ring_.try_claim();
        if (slot == nullptr) return false;
        fill(*slot, message.size(), message);
        publish(1);
        return true;
    }

 private:
    /// Both slots become visible at once: a producer that dies between them has sent nothing.
    [[nodiscard]] bool try_send_long(std::span<const std::byte> message) {
        BW_ASSERT(message.size() <= codec::max_command_size);
        const auto [first, second] = ring_.try_claim_two();
        if (first == nullptr) return false;
        fill(*first, message.size(), message.first(codec::max_message_size));
        const auto rest = message.subspan(codec::max_message_size);
        std::memcpy(second->bytes, rest.data(), rest.size());
        publish(2);
        return true;
    }
    void fill(RingSlot& slot, std::size_t size, std::span<const std::byte> bytes) {
        slot.size = static_cast<std::uint32_t>(size);
        slot.sent = clock_ != nullptr ? Sent::of(clock_->realtime_ns()) : 0;
        if (!bytes.empty()) std::memcpy(slot.bytes, bytes.data(), bytes.size());
    }
    void publish(std::uint64_t slots) {
        ring_.publish(slots);
        if (sequencer_ != nullptr) sequencer_->wake();
    }

    GatewayRing& ring_;
    platform::WakeUp* sequencer_;
    const platform::Clock* clock_;
};

}  // namespace bw::sequencer
