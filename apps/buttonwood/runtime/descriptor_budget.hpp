// DescriptorBudget: how the descriptors of a process are shared out. Connections never take those
// that the logs need: a process that cannot open its next segment must stop.
#pragma once

#include <algorithm>
#include <cstdint>

#include "platform/process.hpp"

namespace bw::apps {

struct DescriptorBudget {
    /// for segments, rings, snapshots, keys and readers
    static constexpr std::uint64_t reserved = 256;
    static constexpr std::uint64_t connections_at_most = 10'000;
    static constexpr std::uint64_t needed = 64;  ///< without these, no exchange opens

    std::uint64_t limit;  ///< of the process

    /// Of all clients of a gateway. With a tiny limit, half of it.
    [[nodiscard]] std::uint64_t connections() const {
        const std::uint64_t free = std::max(limit - std::min(limit, reserved), limit / 2);
        return std::min(connections_at_most, free);
    }
    /// Of one address.
    [[nodiscard]] std::uint64_t connections_per_address() const {
        return std::max<std::uint64_t>(1, connections() / 4);
    }
};

/// Raises the soft limit of this process to its hard limit first.
[[nodiscard]] inline DescriptorBudget descriptor_budget() {
    static const std::uint64_t limit = platform::raise_descriptor_limit();
    return {limit};
}

}  // namespace bw::apps
