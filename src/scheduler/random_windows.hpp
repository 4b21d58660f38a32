// RandomWindows: the random end of an auction, drawn once per window, uniformly to the nanosecond.
#pragma once

#include <cstdint>
#include <map>

#include "platform/random.hpp"

namespace bw::scheduler {

class RandomWindows {
 public:
    explicit RandomWindows(platform::Random& random) : random_(random) {}

    /// The chosen moment in [begin, begin + window]. If the window has already begun at the first
    /// call, the moment is drawn from now on.
    [[nodiscard]] std::uint64_t moment_in(std::uint64_t begin_ns, std::uint64_t window_ns,
                                          std::uint64_t now_ns);
    /// Forgets windows that began before `moment_ns`.
    void forget_before(std::uint64_t moment_ns);

 private:
    [[nodiscard]] std::uint64_t up_to(std::uint64_t most);

    platform::Random& random_;
    std::map<std::uint64_t, std::uint64_t> moments_;  // begin -> chosen
};

}  // namespace bw::scheduler
