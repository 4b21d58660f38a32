// The seed of a random test: from BW_SEED, else a fresh one. It is printed, so that a failure can
// be repeated.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace bw::test_support {

[[nodiscard]] inline std::uint64_t announced_seed() {
    const char* given = std::getenv("BW_SEED");
    const std::uint64_t seed =
        given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
    std::printf("BW_SEED=%llu\n", static_cast<unsigned long long>(seed));
    return seed;
}

}  // namespace bw::test_support
