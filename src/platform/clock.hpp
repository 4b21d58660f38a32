// Time as the exchange sees it. The core never reads it; the sequencer stamps commands, gateways
// measure and time out.
#pragma once

#include <cstdint>

namespace bw::platform {

class Clock {
 public:
    virtual ~Clock() = default;
    /// Nanoseconds since the Unix epoch, UTC. May step.
    [[nodiscard]] virtual std::uint64_t realtime_ns() const = 0;
    /// Nanoseconds since an arbitrary start. Never goes back.
    [[nodiscard]] virtual std::uint64_t monotonic_ns() const = 0;
};

/// The machine's clocks (clock_gettime). Stateless.
class SystemClock final : public Clock {
 public:
    [[nodiscard]] std::uint64_t realtime_ns() const override;
    [[nodiscard]] std::uint64_t monotonic_ns() const override;
};

}  // namespace bw::platform
