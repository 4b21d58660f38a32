#include "gateway/session/request_tracker.hpp"

#include <utility>

#include "base/assert.hpp"
#include "codec/registry.hpp"

namespace bw::gateway::session {

namespace {

std::uint64_t request_id_of(std::span<const std::byte> message) {
    std::uint64_t id = 0;
    codec::visit<codec::AllEvents>(message, [&id](const auto& event) {
        if constexpr (requires { event.request_id; }) id = event.request_id.value();
    });
    return id;
}

}  // namespace

RequestTracker::RequestTracker(std::uint16_t gateway, std::uint64_t realtime_ns)
    : gateway_(gateway), counter_(realtime_ns / 1000) {}

model::RequestId RequestTracker::begin(Caller caller, std::uint64_t deadline_ns) {
    BW_ASSERT(deadlines_.empty() || deadlines_.back().at_ns <= deadline_ns);
    const model::RequestId id = model::make_request_id(gateway_, ++counter_);
    waiting_.emplace(id.value(), caller);
    deadlines_.push_back({deadline_ns, id.value()});
    return id;
}

std::optional<RequestTracker::Completed> RequestTracker::apply(
    const event_store::RecordView& record) {
    const bool last = record.ends_command();
    if (current_ == 0 && !waiting_.empty()) {
        const std::uint64_t id = request_id_of(record.message);
        if (waiting_.contains(id)) {
            current_ = id;
            first_event_.assign(record.message.begin(), record.message.end());
        }
    }
    if (!last || current_ == 0) return std::nullopt;
    const std::uint64_t id = std::exchange(current_, 0);
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return std::nullopt;  // expired meanwhile
    const Caller caller = found->second;
    waiting_.erase(found);
    return Completed{caller, model::RequestId{id}, std::move(first_event_)};
}

std::optional<RequestTracker::Expired> RequestTracker::next_expired(std::uint64_t now_ns) {
    while (!deadlines_.empty() && deadlines_.front().at_ns <= now_ns) {
        const std::uint64_t id = deadlines_.front().request_id;
        deadlines_.pop_front();
        const auto found = waiting_.find(id);
        if (found == waiting_.end()) continue;
        const Caller caller = found->second;
        waiting_.erase(found);
        return Expired{caller, model::RequestId{id}};
    }
    return std::nullopt;
}

}  // namespace bw::gateway::session
