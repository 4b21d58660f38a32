// SeededRandom: the system's randomness, repeatable: the same seed gives the same bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>

#include "platform/random.hpp"

namespace bw::test_support {

class SeededRandom final : public platform::Random {
 public:
    explicit SeededRandom(std::uint64_t seed) : engine_(seed) {}
    void fill(std::span<std::byte> out) override {
        for (std::byte& byte : out) byte = static_cast<std::byte>(engine_());
    }

 private:
    std::mt19937_64 engine_;
};

}  // namespace bw::test_support
