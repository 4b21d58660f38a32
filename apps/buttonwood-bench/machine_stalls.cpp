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

/// Times between two looks that were longer than a step.
struct Looks {
    std::vector<std::uint64_t> gaps;
    std::uint64_t undisturbed_ns = 0;
};

Looks look_at_the_clock() {
    Looks looks;
    const std::uint64_t end = bench::monotonic_ns() + duration_ns;
    for (std::uint64_t last = bench::monotonic_ns(); last < end;) {
        const std::uint64_t now = bench::monotonic_ns();
        if (now - last > step_ns)
            looks.gaps.push_back(now - last);
        else
            looks.undisturbed_ns += now - last;
        last = now;
    }
    return looks;
}

void add(const Looks& looks, base::Histogram& waits) {
    for (std::uint64_t at = 0; at < looks.undisturbed_ns; at += step_ns) waits.record(0);
    for (const std::uint64_t gap : looks.gaps)
        for (std::uint64_t left = gap; left > step_ns; left -= step_ns) waits.record(left);
}

}  // namespace

base::Histogram measure_machine_stalls(const Placement& placement) {
    std::array<Looks, 2> looks;
    {
        std::array<std::jthread, 2> threads;
        for (std::size_t i = 0; i < threads.size(); ++i)
            threads[i] = platform::start_thread("bw-looks", [&, i](const std::stop_token&) {
                if (!placement.cpus.empty())
                    static_cast<void>(platform::use_cpu(placement.cpus[i % placement.cpus.size()]));
                looks[i] = look_at_the_clock();
            });
    }
    base::Histogram waits;
    for (const Looks& of_thread : looks) add(of_thread, waits);
    return waits;
}

}  // namespace bw::apps
