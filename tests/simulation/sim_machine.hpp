// The clock and the randomness of a simulated machine. Time moves when the simulation says so.
#pragma once

#include <cstdint>
#include <span>

#include "base/hash.hpp"
#include "differential/random.hpp"
#include "platform/clock.hpp"
#include "platform/random.hpp"

namespace bw::simulation {

using differential::Random;

inline constexpr std::uint64_t second_ns = 1'000'000'000;

class SimClock final : public platform::Clock {
 public:
    explicit SimClock(std::uint64_t realtime_ns) : realtime_ns_(realtime_ns) {}

    [[nodiscard]] std::uint64_t realtime_ns() const override { return realtime_ns_; }
    [[nodiscard]] std::uint64_t monotonic_ns() const override { return monotonic_ns_; }

    void advance(std::uint64_t nanoseconds) {
        monotonic_ns_ += nanoseconds;
        const auto drifted = static_cast<__int128>(nanoseconds) * drift_ppm_ / 1'000'000;
        realtime_ns_ += nanoseconds + static_cast<std::uint64_t>(drifted);
    }
    /// From now on the time of day runs so much faster than the time since the start; -1'000'000:
    /// it stands still.
    void set_drift(std::int64_t ppm) { drift_ppm_ = ppm; }
    /// Somebody sets the clock: the time of day changes, the time since the start does not.
    void step(std::int64_t nanoseconds) { realtime_ns_ += static_cast<std::uint64_t>(nanoseconds); }

 private:
    std::uint64_t realtime_ns_;
    std::uint64_t monotonic_ns_ = 1;
    std::int64_t drift_ppm_ = 0;
};

class SimRandom final : public platform::Random {
 public:
    explicit SimRandom(std::uint64_t seed) : random_(seed) {}
    void fill(std::span<std::byte> out) override {
        for (std::byte& b : out) b = static_cast<std::byte>(random_.next());
    }

 private:
    differential::Random random_;
};

}  // namespace bw::simulation
