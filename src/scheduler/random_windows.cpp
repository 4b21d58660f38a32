#include "scheduler/random_windows.hpp"

#include <algorithm>
#include <limits>
#include <span>

namespace bw::scheduler {

std::uint64_t RandomWindows::moment_in(std::uint64_t begin_ns, std::uint64_t window_ns,
                                       std::uint64_t now_ns) {
    if (window_ns == 0) return begin_ns;
    const auto found = moments_.find(begin_ns);
    if (found != moments_.end()) return found->second;
    const std::uint64_t end = begin_ns + window_ns;
    const std::uint64_t from = std::clamp(now_ns, begin_ns, end);
    return moments_.emplace(begin_ns, from + up_to(end - from)).first->second;
}

void RandomWindows::forget_before(std::uint64_t moment_ns) {
    moments_.erase(moments_.begin(), moments_.lower_bound(moment_ns));
}

/// Uniform in 0 to `most`: values that would favour low results are drawn again.
std::uint64_t RandomWindows::up_to(std::uint64_t most) {
    const std::uint64_t count = most + 1;
    const std::uint64_t fair = std::numeric_limits<std::uint64_t>::max() / count * count;
    std::uint64_t drawn = fair;
    while (drawn >= fair) random_.fill(std::as_writable_bytes(std::span(&drawn, 1)));
    return drawn % count;
}

}  // namespace bw::scheduler
