// GatewayRing: one gateway's way to the sequencer. Plain or shared memory; one producer (the gateway), one
// consumer (the sequencer). A full ring is back-pressure to this gateway alone.
#pragma once

#include <cstring>

#include "base/assert.hpp"
#include "base/spsc_ring.hpp"
#include "codec/header.hpp"
#include "platform/wake_up.hpp"
#include "sequencer/command_port.hpp"

namespace bw::sequencer {

/// One command on its way: two cache lines.
struct RingSlot {
    std::uint32_t size;
    std::uint32_t reserved;
    std::byte bytes[codec::max_message_size];
};
static_assert(sizeof(RingSlot) == 2 * base::cache_line);

using GatewayRing = base::SpscRing<RingSlot, 4096>;

/// The producer's end. Threads: one.
class RingPort final : public CommandPort {
 public:
    /// `sequencer`: woken when it sleeps and a command comes; nullptr: it does not sleep.
    explicit RingPort(GatewayRing& ring, platform::WakeUp* sequencer = nullptr)
        : ring_(ring), sequencer_(sequencer) {}

    [[nodiscard]] bool try_send(std::span<const std::byte> message) override {
        BW_ASSERT(message.size() <= codec::max_message_size);
        RingSlot* slot = ring_.try_claim();
        if (slot == nullptr) return false;
        slot->size = static_cast<std::uint32_t>(message.size());
        if (!message.empty()) std::memcpy(slot->bytes, message.data(), message.size());
        ring_.publish();
        if (sequencer_ != nullptr) sequencer_->wake();
        return true;
    }

 private:
    GatewayRing& ring_;
    platform::WakeUp* sequencer_;
};

}  // namespace bw::sequencer
