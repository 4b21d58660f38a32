#include "bench/delivery_spread.hpp"

namespace bw::bench {

void DeliverySpread::arrived(std::size_t client, std::uint64_t event_sequence,
                             std::uint64_t now_ns) {
    const std::uint64_t before = reached_[client];
    if (event_sequence <= before) return;
    reached_[client] = event_sequence;
    if (event_sequence > newest_) {
        newest_ = event_sequence;
        under_way_.push_back({event_sequence, now_ns, 0});
    }
    for (auto event = under_way_.rbegin(); event != under_way_.rend() && event->sequence > before;
         ++event)
        if (event->sequence <= event_sequence) ++event->clients;
    for (; !under_way_.empty() && under_way_.front().clients == reached_.size();
         under_way_.pop_front())
        spread_ns_.record(now_ns - under_way_.front().first_ns);
}

void DeliverySpread::restart() {
    under_way_.clear();
    spread_ns_ = {};
}

}  // namespace bw::bench
