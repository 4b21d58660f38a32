// DeliverySpread: how long an event takes to reach all clients of a channel. A client that is slow
// gets fewer and larger frames, so an event need not have a frame of its own at each client:
//
//    an event has reached a client when a frame with its eventSequence or a higher one arrives
//    spread = from its first client to its last
//
// Measured are the events that were the newest of all when their first frame arrived; others are
// contained in frames that came earlier. Threads: one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "base/histogram.hpp"

namespace bw::bench {

class DeliverySpread {
 public:
    explicit DeliverySpread(std::size_t clients) : reached_(clients) {}

    /// A frame with this eventSequence arrived at `client`.
    void arrived(std::size_t client, std::uint64_t event_sequence, std::uint64_t now_ns);

    /// Of the events that have reached all clients.
    [[nodiscard]] const base::Histogram& spread_ns() const { return spread_ns_; }
    /// Forgets what was measured, not where the clients are.
    void restart();

 private:
    struct Event {
        std::uint64_t sequence;
        std::uint64_t first_ns;
        std::size_t clients;  ///< that it has reached
    };

    std::vector<std::uint64_t> reached_;  ///< newest event of each client
    std::deque<Event> under_way_;         ///< by sequence
    std::uint64_t newest_ = 0;
    base::Histogram spread_ns_;
};

}  // namespace bw::bench
