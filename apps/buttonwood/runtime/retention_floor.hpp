// RetentionFloor: sets the store's retention floor. Threads: one.
#pragma once

#include <chrono>

#include "buttonwood/runtime/exchange_options.hpp"
#include "node/node.hpp"

namespace bw::apps {

/// Checks every ten seconds which snapshots exist, and allows the store to remove what none of them
/// needs.
class RetentionFloor {
 public:
    RetentionFloor(const node::Node& node, const ExchangeOptions& options)
        : node_(node),
          wanted_(options.retain_days > 0 || options.retain_gib > 0 || options.retain_max_gib > 0) {
    }

    void do_work() {
        const auto now = std::chrono::steady_clock::now();
        if (!wanted_ || now < next_) return;
        node_.allow_retention();
        next_ = now + floor_interval;
    }

 private:
    static constexpr auto floor_interval = std::chrono::seconds(10);

    const node::Node& node_;
    bool wanted_;
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace bw::apps
