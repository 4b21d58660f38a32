// RandomWindows: the random end of an auction, drawn once for each window that begins, uniform in
// it to the nanosecond.
#pragma once

#include <cstdint>
#include <map>

#include "platform/random.hpp"

namespace bw::scheduler {

class RandomWindows {
 public:
    explicit RandomWindows(platform::Random& random) : random_(random) {}

    /// The chosen moment of [begin, begin + window]. A window that has begun when it is asked for
    /// first is drawn from now on.
    [[nodiscard]] std::uint64_t moment_in(std::uint64_t begin_ns, std::uint64_t window_ns,
                                          std::uint64_t now_ns);
    /// Forgets windows that began before.
    void forget_before(std::uint64_t moment_ns);

 private:
    [[nodiscard]] std::uint64_t up_to(std::uint64_t most);

    platform::Random& random_;
    std::map<std::uint64_t, std::uint64_t> moments_;  // begin -> chosen
};

}  // namespace bw::scheduler
