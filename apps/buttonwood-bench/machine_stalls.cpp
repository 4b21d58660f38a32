#include "buttonwood-bench/machine_stalls.hpp"

#include <array>
#include <thread>
#include <vector>

#include "bench/measure.hpp"
#include "platform/thread.hpp"

namespace bw::apps {
namespace {

constexpr std::uint64_t duration_ns = 2'000'000'000;
constexpr std::uint64_t step_ns = 1'000;

/// Intervals between two clock reads: those longer than a step, and the sum of all others.
struct ClockGaps {
    std::vector<std::uint64_t> gaps_ns;
    std::uint64_t undisturbed_ns = 0;
};

ClockGaps read_clock() {
    ClockGaps found;
    const std::uint64_t end = bench::monotonic_ns() + duration_ns;
    for (std::uint64_t last = bench::monotonic_ns(); last < end;) {
        const std::uint64_t now = bench::monotonic_ns();
        if (now - last > step_ns)
            found.gaps_ns.push_back(now - last);
        else
            found.undisturbed_ns += now - last;
        last = now;
    }
    return found;
}

void add(const ClockGaps& found, base::Histogram& waits) {
    for (std::uint64_t at = 0; at < found.undisturbed_ns; at += step_ns) waits.record(0);
    for (const std::uint64_t gap : found.gaps_ns)
        for (std::uint64_t left = gap; left > step_ns; left -= step_ns) waits.record(left);
}

}  // namespace

base::Histogram measure_machine_stalls(const Placement& placement) {
    std::array<ClockGaps, 2> found;
    {
        std::array<std::jthread, 2> threads;
        for (std::size_t i = 0; i < threads.size(); ++i)
            threads[i] = platform::start_thread("bw-stalls", [&, i](const std::stop_token&) {
                if (!placement.cpus.empty())
                    static_cast<void>(platform::use_cpu(placement.cpus[i % placement.cpus.size()]));
                found[i] = read_clock();
            });
    }
    base::Histogram waits;
    for (const ClockGaps& of_thread : found) add(of_thread, waits);
    return waits;
}

}  // namespace bw::apps
