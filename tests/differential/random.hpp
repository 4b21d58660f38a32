// Random: a small seeded generator that gives the same numbers on every machine.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace bw::differential {

/// xoshiro256** of Blackman and Vigna, seeded through splitmix64.
class Random {
 public:
    explicit Random(std::uint64_t seed) {
        for (std::uint64_t& word : state_) word = splitmix64(seed);
    }

    [[nodiscard]] std::uint64_t next() {
        const std::uint64_t out = std::rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = std::rotl(state_[3], 45);
        return out;
    }
    /// 0 … bound − 1; the bias of the remainder does not matter here.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    [[nodiscard]] std::int64_t between(std::int64_t least, std::int64_t most) {
        return least +
               static_cast<std::int64_t>(below(static_cast<std::uint64_t>(most - least) + 1));
    }
    /// True `parts` times in a thousand.
    [[nodiscard]] bool permille(std::uint64_t parts) { return below(1000) < parts; }
    template <class List>
    [[nodiscard]] const auto& one_of(const List& list) {
        return list[below(list.size())];
    }

 private:
    [[nodiscard]] static std::uint64_t splitmix64(std::uint64_t& state) {
        std::uint64_t z = state += 0x9E3779B97F4A7C15ull;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
        return z ^ (z >> 31);
    }

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace bw::differential
