// Stamps: measures the age of the commands of one turn, with one look at the clock for all of them.
// Commands of one sequencer turn carry the same timestamp, so they are counted as one group.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "observe/cells.hpp"

namespace bw::observe {

/// One writer; allocates nothing.
class Stamps {
 public:
    static constexpr std::size_t groups_max = 64;

    /// Adds one command with this timestamp; timestamps never decrease. If there is no room for
    /// another group, the command counts with the newest one, which is older: it seems slower than
    /// it was, never faster.
    void add(std::uint64_t timestamp_ns) {
        if (size_ == 0 || (groups_[size_ - 1].timestamp_ns != timestamp_ns && size_ < groups_max))
            groups_[size_++] = {timestamp_ns, 0};
        ++groups_[size_ - 1].count;
    }

    /// Records the age of every command added since the last call. If the clock stepped back, the
    /// age is 0.
    void record(std::uint64_t now_ns, Histogram& ages) {
        for (std::size_t i = 0; i < size_; ++i) {
            const Group& group = groups_[i];
            ages.record(now_ns > group.timestamp_ns ? now_ns - group.timestamp_ns : 0, group.count);
        }
        size_ = 0;
    }

 private:
    struct Group {
        std::uint64_t timestamp_ns;
        std::uint64_t count;
    };
    std::array<Group, groups_max> groups_{};
    std::size_t size_ = 0;
};

}  // namespace bw::observe
