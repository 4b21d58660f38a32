// RequestTracker: finds the caller that waits for a command, when the command is complete.
//
//   begin(caller) ─► request id in the command ─► … ─► an event names the id
//                                                  ─► last event of its command: completed
//
// A command is complete when its last event has been applied: only then do the read models show all
// of its effects. A caller is removed on completion, expiry or abandonment. A command that was sent
// before a restart completes no request: the counter of request ids starts at the clock's
// microseconds, so its ids are above all ids of an earlier run. One thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/types.hpp"
#include "views/projection/projection.hpp"

namespace bw::gateway::common {

/// The request that the event names; 0: none.
[[nodiscard]] model::RequestId request_of(const views::AnyEvent& event);

class RequestTracker {
 public:
    using Caller = std::uint64_t;

    RequestTracker(std::uint16_t gateway, std::uint64_t realtime_ns);

    /// Returns the request id for a command of this caller. Requires: `deadline_ns` (monotonic
    /// clock) is not before that of the previous call.
    [[nodiscard]] model::RequestId begin(Caller caller, std::uint64_t deadline_ns);
    /// Removes the caller: the command was not sent, or the caller has disconnected.
    void abandon(model::RequestId id) { waiting_.erase(id.value()); }

    struct CompletedRequest {
        Caller caller;
        model::RequestId request_id;
        /// SBE header and block of the first event that names the request
        std::vector<std::byte> first_event;
    };
    /// `names`: the request that the event of this record names; 0: none. Returns the request that
    /// this record completes, if it is the last event of a command that a caller waits for.
    [[nodiscard]] std::optional<CompletedRequest> apply(const views::RecordView& record,
                                                        model::RequestId names);

    struct ExpiredRequest {
        Caller caller;
        model::RequestId request_id;
    };
    /// Removes and returns the next caller whose deadline has passed. Its command may still take
    /// effect.
    [[nodiscard]] std::optional<ExpiredRequest> next_expired(std::uint64_t now_ns);

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
    struct Deadline {
        std::uint64_t at_ns;
        std::uint64_t request_id;
    };

    std::uint16_t gateway_;
    std::uint64_t counter_;
    std::unordered_map<std::uint64_t, Caller> waiting_;
    std::deque<Deadline> deadlines_;  // ascending
    std::uint64_t current_ = 0;       // waiting request of the command being applied, or 0
    std::vector<std::byte> first_event_;
};

}  // namespace bw::gateway::common
