// Unpredictable bytes for keys, nonces and ids of logs. Never used by the core.
#pragma once

#include <cstddef>
#include <span>

namespace bw::platform {

class Random {
 public:
    virtual ~Random() = default;
    virtual void fill(std::span<std::byte> out) = 0;
};

/// getrandom(2). Stops the process if the kernel cannot deliver: a guessable key is worse than
/// none.
class SystemRandom final : public Random {
 public:
    void fill(std::span<std::byte> out) override;
};

}  // namespace bw::platform
