#include "platform/clock.hpp"

#include <ctime>

namespace bw::platform {
namespace {

std::uint64_t read_clock(clockid_t id) {
    timespec now{};
    clock_gettime(id, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000u +
           static_cast<std::uint64_t>(now.tv_nsec);
}

}  // namespace

std::uint64_t SystemClock::realtime_ns() const { return read_clock(CLOCK_REALTIME); }
std::uint64_t SystemClock::monotonic_ns() const { return read_clock(CLOCK_MONOTONIC); }

}  // namespace bw::platform
