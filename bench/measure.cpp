#include "bench/measure.hpp"

#include <fmt/format.h>

namespace bw::bench {

CycleClock::CycleClock() {
    const std::uint64_t start_ns = monotonic_ns();
    const std::uint64_t start = now();
    while (monotonic_ns() - start_ns < 50'000'000) {
    }
    cycles_per_ns_ =
        static_cast<double>(now() - start) / static_cast<double>(monotonic_ns() - start_ns);
    std::vector<std::uint64_t> pairs(10'001);
    for (auto& pair : pairs) {
        const std::uint64_t first = now();
        pair = now() - first;
    }
    overhead_ = median(pairs);
}

std::string latency_json(const base::Histogram& histogram) {
    return fmt::format(R"({{"p50":{},"p99":{},"p99.9":{},"max":{}}})", histogram.quantile(0.5),
                       histogram.quantile(0.99), histogram.quantile(0.999), histogram.max());
}

}  // namespace bw::bench
