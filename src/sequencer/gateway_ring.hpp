// GatewayRing: one gateway's way to the sequencer. Plain or shared memory; one producer (the gateway), one
// consumer (the sequencer). A full ring is back-pressure to this gateway alone.
#pragma once

#include <cstring>

#include "base/assert.hpp"
#include "base/spsc_ring.hpp"
#include "codec/header.hpp"
#include "platform/clock.hpp"
#include "platform/wake_up.hpp"
#include "sequencer/command_port.hpp"

namespace bw::sequencer {

/// One command on its way: two cache lines.
struct RingSlot {
    std::uint32_t size;
    std::uint32_t sent;  ///< when, see Sent; 0: not said
    std::byte bytes[codec::max_message_size];
};
static_assert(sizeof(RingSlot) == 2 * base::cache_line);

/// The time of sending, in 32 bits: a clock of 64 ns steps that begins again after 4.6 minutes.
struct Sent {
    static constexpr unsigned step_bits = 6;

    [[nodiscard]] static std::uint32_t of(std::uint64_t realtime_ns) {
        const auto steps = static_cast<std::uint32_t>(realtime_ns >> step_bits);
        return steps == 0 ? 1 : steps;
    }
    /// Nanoseconds from `sent` to now; 0 when `sent` seems to be later.
    [[nodiscard]] static std::uint64_t age_ns(std::uint32_t sent, std::uint64_t realtime_ns) {
        const auto steps =
            static_cast<std::int32_t>(static_cast<std::uint32_t>(realtime_ns >> step_bits) - sent);
        return steps < 0 ? 0 : static_cast<std::uint64_t>(steps) << step_bits;
    }
};

using GatewayRing = base::SpscRing<RingSlot, 4096>;

/// The producer's end. Threads: one.
class RingPort final : public CommandPort {
 public:
    /// `sequencer`: woken when it sleeps and a command comes; nullptr: it does not sleep.
    /// `clock`: commands say when they were sent; nullptr: they do not.
    explicit RingPort(GatewayRing& ring, platform::WakeUp* sequencer = nullptr,
                      const platform::Clock* clock = nullptr)
        : ring_(ring), sequencer_(sequencer), clock_(clock) {}

    [[nodiscard]] bool try_send(std::span<const std::byte> message) override {
        BW_ASSERT(message.size() <= codec::max_message_size);
        RingSlot* slot = ring_.try_claim();
        if (slot == nullptr) return false;
        slot->size = static_cast<std::uint32_t>(message.size());
        slot->sent = clock_ != nullptr ? Sent::of(clock_->realtime_ns()) : 0;
        if (!message.empty()) std::memcpy(slot->bytes, message.data(), message.size());
        ring_.publish();
        if (sequencer_ != nullptr) sequencer_->wake();
        return true;
    }

 private:
    GatewayRing& ring_;
    platform::WakeUp* sequencer_;
    const platform::Clock* clock_;
};

}  // namespace bw::sequencer
