#include "gateway/common/request_tracker.hpp"

#include <utility>

#include "base/assert.hpp"
#include "codec/registry.hpp"

namespace bw::gateway::common {

model::RequestId request_of(const views::AnyEvent& event) {
    model::RequestId id;
    event.visit<codec::AllEvents>([&id](const auto& known) {
        if constexpr (requires { known.request_id; }) id = known.request_id;
    });
    return id;
}

RequestTracker::RequestTracker(std::uint16_t gateway, std::uint64_t realtime_ns)
    : gateway_(gateway), counter_(realtime_ns / 1000) {}

model::RequestId RequestTracker::begin(Caller caller, std::uint64_t deadline_ns) {
    BW_ASSERT(deadlines_.empty() || deadlines_.back().at_ns <= deadline_ns);
    const model::RequestId id = model::make_request_id(gateway_, ++counter_);
    waiting_.emplace(id.value(), caller);
    deadlines_.push_back({deadline_ns, id.value()});
    return id;
}

std::optional<RequestTracker::CompletedRequest> RequestTracker::apply(
    const views::RecordView& record, model::RequestId names) {
    const bool last = record.ends_command();
    if (current_ == 0 && waiting_.contains(names.value())) {
        current_ = names.value();
        first_event_.assign(record.message.begin(), record.message.end());
    }
    if (!last || current_ == 0) return std::nullopt;
    const std::uint64_t id = std::exchange(current_, 0);
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return std::nullopt;  // expired meanwhile
    const Caller caller = found->second;
    waiting_.erase(found);
    return CompletedRequest{caller, model::RequestId{id}, std::move(first_event_)};
}

std::optional<RequestTracker::ExpiredRequest> RequestTracker::next_expired(std::uint64_t now_ns) {
    while (!deadlines_.empty() && deadlines_.front().at_ns <= now_ns) {
        const std::uint64_t id = deadlines_.front().request_id;
        deadlines_.pop_front();
        const auto found = waiting_.find(id);
        if (found == waiting_.end()) continue;
        const Caller caller = found->second;
        waiting_.erase(found);
        return ExpiredRequest{caller, model::RequestId{id}};
    }
    return std::nullopt;
}

}  // namespace bw::gateway::common
