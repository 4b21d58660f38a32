// Measuring: CPU time of this thread, per-command latency by the time stamp counter, medians over
// repeated runs.
#pragma once

#include <algorithm>
#include <cstdint>
#include <ctime>
#include <span>
#include <string>
#include <vector>

#include "base/histogram.hpp"

namespace bw::bench {

[[nodiscard]] inline std::uint64_t thread_cpu_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}

[[nodiscard]] inline std::uint64_t monotonic_ns() {
    timespec now{};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}

/// Since the Unix epoch.
[[nodiscard]] inline std::uint64_t realtime_us() {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec) / 1'000u;
}

/// Since the Unix epoch.
[[nodiscard]] inline std::uint64_t realtime_ms() { return realtime_us() / 1'000u; }

template <class Number>
[[nodiscard]] Number median(std::vector<Number> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

/// A cheap clock: the time stamp counter where there is one, calibrated against the monotonic
/// clock.
class CycleClock {
 public:
    CycleClock();
    [[nodiscard]] static std::uint64_t now() {
#if defined(__x86_64__)
        return __builtin_ia32_rdtsc();
#else
        return monotonic_ns();
#endif
    }
    /// Duration of `cycles`, less what reading the clock twice costs.
    [[nodiscard]] std::uint64_t to_ns(std::uint64_t cycles) const {
        const std::uint64_t net = cycles > overhead_ ? cycles - overhead_ : 0;
        return static_cast<std::uint64_t>(static_cast<double>(net) / cycles_per_ns_);
    }

 private:
    double cycles_per_ns_ = 1;
    std::uint64_t overhead_ = 0;
};

/// {"p50":…,"p99":…,"p99.9":…,"max":…} in nanoseconds.
[[nodiscard]] std::string latency_json(const base::Histogram& histogram);

}  // namespace bw::bench
